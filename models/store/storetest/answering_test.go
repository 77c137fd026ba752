package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// questionOf is one that was taken up.
func questionOf(k Talk, a models.Assistant, seq int64, at time.Time) models.AssistantAnswer {
	return models.AssistantAnswer{
		UID: models.NewUID(), AssistantID: a.ID, ConversationID: &k.Conversation.ID, QuestionSeq: seq,
		Outcome: models.AnswerAsked, CreatedAt: at, UpdatedAt: at,
	}
}

var answering = map[string]func(*testing.T, *store.Store){
	"what assistants did for another account's visitors is unknown": func(t *testing.T, s *store.Store) {
		d, stranger := newStudy(t, s), NewCompany(t, s)
		m := post(t, s, d.Visitor, d.Says("A question?")).Message
		row := questionOf(d.Talk, d.assistant, m.Seq, moment())
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.TakeQuestion(ctx, d.System, &row) })
		attempts := map[string]attempt{
			"AskedMessage": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
				return second(tx.AskedMessage(ctx, who, m.UID))
			}),
			"UpdateAnswer": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
				changed := row
				changed.Outcome = models.AnswerAnswered
				return tx.UpdateAnswer(ctx, who, &changed)
			}),
		}
		counts := map[string]attempt{
			"CountAnswers": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
				n, _, err := tx.CountAnswers(ctx, who, chat.AnswerQuery{ConversationID: d.Conversation.ID})
				return int(n), err
			},
			"AssistantUsage": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
				u, err := tx.AssistantUsage(ctx, who, moment().Add(-time.Hour), moment().Add(time.Hour))
				return int(u.Questions), err
			},
		}
		for _, who := range []models.Principal{stranger.Owner, stranger.System, d.Sandbox} {
			isUnknownTo(t, s, who, attempts)
			target{Company: d.Company}.isHiddenFrom(t, who, counts)
		}
		for _, all := range []map[string]attempt{attempts, counts} {
			isForbidden(t, s, d.Visitor, all)
		}
		got, err := s.AskedMessage(t.Context(), d.System, m.UID)
		must(t, err)
		equal(t, "the message's conversation", got.ConversationUID, d.Conversation.UID)
	},
	"a message is taken up once": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		first, again := questionOf(d.Talk, d.assistant, 1, moment()), questionOf(d.Talk, d.assistant, 1, moment().Add(time.Hour))
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.TakeQuestion(ctx, d.System, &first))
			first.Outcome, first.InputTokens, first.OutputTokens, first.Cost, first.Model = models.AnswerAnswered, 3, 4, 0.5, "small"
			must(t, tx.UpdateAnswer(ctx, d.System, &first))
			return tx.TakeQuestion(ctx, d.System, &again)
		})
		equal(t, "the row", again, first)
	},
	"answers are counted by conversation, contact and time": func(t *testing.T, s *store.Store) {
		d, at := newStudy(t, s), moment()
		other := d.NewTalk(t)
		for i, k := range []Talk{d.Talk, d.Talk, other} {
			row := questionOf(k, d.assistant, int64(i+1), at.Add(time.Duration(i)*time.Minute))
			d.do(t, func(ctx context.Context, tx chat.Tx) error {
				must(t, tx.TakeQuestion(ctx, d.System, &row))
				row.Cost, row.InputTokens, row.OutputTokens = 0.25, 10, 5
				if i > 0 {
					row.Outcome = models.AnswerAnswered
				}
				return tx.UpdateAnswer(ctx, d.System, &row)
			})
		}
		for what, test := range map[string]struct {
			q    chat.AnswerQuery
			want int64
		}{
			"all":             {chat.AnswerQuery{}, 3},
			"a conversation":  {chat.AnswerQuery{ConversationID: d.Conversation.ID}, 2},
			"a contact":       {chat.AnswerQuery{ContactID: other.Contact.ID}, 1},
			"once verified":   {chat.AnswerQuery{ContactID: other.Contact.ID, Verified: true}, 0},
			"answered":        {chat.AnswerQuery{Answered: true}, 2},
			"since a minute":  {chat.AnswerQuery{Since: at.Add(time.Minute)}, 2},
			"since too late":  {chat.AnswerQuery{Since: at.Add(time.Hour)}, 0},
			"nobody's":        {chat.AnswerQuery{ContactID: other.Contact.ID, ConversationID: d.Conversation.ID}, 0},
			"another's never": {chat.AnswerQuery{ConversationID: 1 << 40}, 0},
		} {
			n, cost, err := s.CountAnswers(t.Context(), d.System, test.q)
			must(t, err)
			equal(t, what, []any{n, cost}, []any{test.want, 0.25 * float64(test.want)})
		}
		u, err := s.AssistantUsage(t.Context(), d.System, at, at.Add(2*time.Minute))
		must(t, err)
		equal(t, "the usage", u, models.AssistantUsage{
			Questions: 2, Answered: 1, InputTokens: 20, OutputTokens: 10, Cost: 0.5, Handoffs: map[models.HandoffReason]int64{},
		})
	},
	"what an answer cost outlives its conversation": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		row := questionOf(d.Talk, d.assistant, 1, moment())
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.TakeQuestion(ctx, d.System, &row))
			_, err := tx.EraseContact(ctx, d.Owner, d.Contact.ID)
			return err
		})
		n, _, err := s.CountAnswers(t.Context(), d.System, chat.AnswerQuery{})
		must(t, err)
		equal(t, "the questions", n, int64(1))
	},
	"a visitor's message queues an answer where an assistant is, and nowhere else": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		row := k.Conversation
		say := func(who models.Principal, e chat.Entry) chat.Posted { return post(t, s, who, e) }
		switchTo := func(active, taken bool) {
			row.AssistantActive, row.TakenOver = active, taken
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.UpdateConversation(ctx, c.Owner, &row, "assistant_active", "taken_over")
			})
		}
		equal(t, "without an assistant", say(k.Visitor, k.Says("one")).Queued, false)
		switchTo(true, true)
		equal(t, "taken over", say(k.Visitor, k.Says("two")).Queued, false)
		switchTo(true, false)
		equal(t, "with one", say(k.Visitor, k.Says("three")).Queued, true)
		inside := chat.Posted{}
		Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
			inside, err = tx.Post(ctx, k.Visitor, k.Says("four"))
			return err
		})
		equal(t, "in a longer transaction", inside.Queued, true)
		p := say(c.Owner, k.Answers(c.Owner, "I am here"))
		equal(t, "an agent's reply", []bool{p.Queued, p.Silenced}, []bool{false, true})
		equal(t, "another one", say(c.Owner, k.Answers(c.Owner, "still")).Silenced, false)
		equal(t, "after it", say(k.Visitor, k.Says("five")).Queued, false)
		got, err := s.Conversation(t.Context(), c.Owner, row.UID)
		must(t, err)
		equal(t, "why the assistant is silent", *got.HandoffReason, models.HandoffAgent)
		equal(t, "since when", got.HandedOffAt.Equal(p.Message.CreatedAt), true)
	},
	"a message keeps what it rests on": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		e := k.Answers(c.Owner, "See there.")
		e.Message.Citations = []models.Citation{{ArticleUID: models.NewUID(), Title: "Hours & more"}}
		post(t, s, c.Owner, e)
		rows, err := s.Transcript(t.Context(), c.Owner, chat.TranscriptQuery{ConversationID: k.Conversation.ID})
		must(t, err)
		equal(t, "the citations", rows[0].Citations, e.Message.Citations)
	},
}
