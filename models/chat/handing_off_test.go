package chat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// wishes changes what the owner wants letters about.
func (r *round) wishes(n models.Notices) {
	r.t.Helper()
	change := chat.NoticeChange{
		NewConversation: &n.NewConversation, Assigned: &n.Assigned, Mentioned: &n.Mentioned, WaitingMinutes: &n.WaitingMinutes,
	}
	if _, err := r.chat.UpdateUser(r.t.Context(), r.owner, r.owner.UserUID, chat.UserChange{Notices: change}); err != nil {
		r.t.Fatal(err)
	}
}

// assists puts an assistant on the site.
func (r *round) assists() {
	r.t.Helper()
	a, err := r.chat.CreateAssistant(r.t.Context(), r.owner, settings(), true)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.site, err = r.chat.UpdateSite(r.t.Context(), r.owner, r.site.UID, chat.SiteChange{Assistant: models.Give(&a.UID)}); err != nil {
		r.t.Fatal(err)
	}
}

// toTeam gives the letters to the team that come after a time.
func (r *round) toTeam(span time.Duration) []models.Mail {
	r.t.Helper()
	return slices.DeleteFunc(r.after(span), func(m models.Mail) bool { return m.To == "jane@acme.example" })
}

func (r *round) asksForPerson(c models.Conversation) {
	r.t.Helper()
	who := r.visitor(c)
	who.ConversationUID = c.UID
	if err := r.chat.AskForPerson(r.t.Context(), who); err != nil {
		r.t.Fatal(err)
	}
}

func TestTheTeamIsToldWhenAnAssistantHandsOffAndNotBefore(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.assists()
		r.wishes(models.Notices{NewConversation: true})
		c := r.visits("token-one", "Where is my parcel?")
		r.wantsLetters("while the assistant has it", r.toTeam(time.Minute), 0)
		r.asksForPerson(c)
		got := r.toTeam(time.Minute)
		r.wantsLetters("handed off", got, 1)
		if !t.Failed() && !strings.Contains(got[0].Subject, "The assistant passed on: ") {
			t.Errorf("the letter is %+v", got[0])
		}
		r.asksForPerson(c)
		r.wantsLetters("once", r.toTeam(time.Minute), 0)
		other := r.visits("token-two", "Hello?")
		r.says(r.owner, other, "Hi!")
		r.wantsLetters("who comes by himself knows", r.toTeam(time.Minute), 0)
	})
}

func TestAVisitorWhoWasHandedOffIsWaiting(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.assists()
		r.wishes(models.Notices{WaitingMinutes: 10})
		c := r.visits("token-one", "Where is my parcel?")
		r.clock = r.clock.Add(time.Second)
		r.asksForPerson(c)
		r.wantsLetters("too soon", r.toTeam(8*time.Minute), 0)
		got := r.toTeam(3 * time.Minute)
		if len(got) == 0 {
			t.Fatal("nobody is told that a visitor waits")
		}
		for _, m := range got {
			if !strings.Contains(m.Subject, "is waiting for an answer") {
				t.Errorf("a letter is %+v", m)
			}
		}
		r.says(r.owner, c, "It is on its way.")
		r.says(r.visitor(c), c, "Thanks.")
		r.says(r.owner, c, "Welcome.")
		r.wantsLetters("answered", r.toTeam(time.Hour), 0)
	})
}

// session begins one with a new assistant.
func (r *round) session() models.Session {
	r.t.Helper()
	a, err := r.chat.CreateAssistant(r.t.Context(), r.owner, settings(), true)
	if err != nil {
		r.t.Fatal(err)
	}
	s, err := r.chat.CreateSession(r.t.Context(), r.owner, chat.NewSession{Name: "Jane Doe", Assistant: a.UID})
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// turn has one turn of a session, and gives the conversation after it.
func (r *round) turn(s models.Session, text string, a chat.Answered) models.Conversation {
	r.t.Helper()
	turn, err := r.chat.BeginTurn(r.t.Context(), r.owner, chat.Question{Session: &s.UID, Input: says(text)})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.chat.FinishTurn(r.t.Context(), r.owner, turn, a); err != nil {
		r.t.Fatal(err)
	}
	row, err := r.store.ConversationByID(r.t.Context(), r.owner, s.ConversationID)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.reload(row)
}

// stepsBack are the events of assistants that left a conversation to people.
func (r *round) stepsBack() (all []models.Event) {
	r.t.Helper()
	r.events()
	log, err := r.chat.EventsAfter(r.t.Context(), r.owner, 0, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range log {
		if e.Type == models.EventConversationUpdated && e.Detail["handoff_reason"] == string(models.HandoffAsked) {
			all = append(all, e)
		}
	}
	return all
}

// passedOn is the turn after which a person goes on.
var passedOn = chat.Answered{Text: "Of course.", Leaves: models.HandoffAsked}

func TestASessionWhoseUserAsksForAPersonIsLeftToPeople(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.wishes(models.Notices{NewConversation: true})
		s := r.session()
		if c := r.turn(s, "Where is my parcel?", chat.Answered{Text: "On its way."}); !c.Assisted() || c.LastMessageBy != models.ByAssistant {
			t.Errorf("answered, it is %+v", c)
		}
		r.wantsLetters("answered", r.after(time.Minute), 0)
		r.bell.take()
		c := r.turn(s, "A person, please", passedOn)
		if c.Assisted() || c.HandoffReason == nil || *c.HandoffReason != models.HandoffAsked || c.HandedOffAt == nil || c.LastMessageBy != models.ByContact {
			t.Errorf("left to people it is %+v", c)
		}
		if all := r.stepsBack(); len(all) != 1 || all[0].ActorKind != models.KindAssistant || all[0].Detail["assistant_active"] != false {
			t.Errorf("the log has %+v", all)
		}
		told := slices.ContainsFunc(r.bell.take(), func(d models.Doorbell) bool { return d.Assisted != nil && !*d.Assisted })
		if !told {
			t.Error("nobody who looks is told that the assistant is silent")
		}
		got := r.after(time.Minute)
		r.wantsLetters("left to people", got, 1)
		if !t.Failed() && got[0].Subject != "The assistant passed on: Jane Doe" {
			t.Errorf("the letter is %+v", got[0])
		}
		again := chat.Question{Session: &s.UID, Input: says("Hello?")}
		if _, err := r.chat.BeginTurn(t.Context(), r.owner, again); !errors.Is(err, chat.ErrAssistantSilent) {
			t.Errorf("asked again: %v", err)
		}
		if _, err := r.chat.Release(t.Context(), r.owner, c.UID); err != nil {
			t.Fatal(err)
		}
		if c = r.turn(s, "And now?", chat.Answered{Text: "Here I am."}); !c.Assisted() || c.HandoffReason != nil {
			t.Errorf("given back it is %+v", c)
		}
	})
}

func TestASessionThatWasLeftToPeopleWaits(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.wishes(models.Notices{WaitingMinutes: 10})
		s := r.session()
		r.turn(s, "Where is my parcel?", chat.Answered{Text: "On its way."})
		r.wantsLetters("answered", r.after(time.Hour), 0)
		c := r.turn(s, "A person, please", passedOn)
		r.wantsLetters("too soon", r.after(8*time.Minute), 0)
		got := r.after(3 * time.Minute)
		r.wantsLetters("waits", got, 1)
		if !t.Failed() && got[0].Subject != "Jane Doe is waiting for an answer" {
			t.Errorf("the letter is %+v", got[0])
		}
		r.says(r.owner, c, "Here I am.")
		r.wantsLetters("answered by a person", r.after(time.Hour), 0)
	})
}

func TestAClosedSessionThatIsLeftToPeopleIsOpenedOnce(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		s := r.session()
		c := r.turn(s, "Where is my parcel?", chat.Answered{Text: "On its way."})
		if _, err := r.chat.Resolve(t.Context(), r.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
			t.Fatal(err)
		}
		if c = r.turn(s, "A person, please", passedOn); c.Status != models.StatusOpen || c.Assisted() || c.LastMessageBy != models.ByContact {
			t.Errorf("it is %+v", c)
		}
		opened := slices.DeleteFunc(r.events(), func(e models.EventType) bool { return e != models.EventConversationReopened })
		if len(opened) != 1 {
			t.Errorf("opened %d times", len(opened))
		}
	})
}

func TestAPersonWhoComesFirstKeepsTheSessionFromBeingLeft(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		s := r.session()
		c := r.turn(s, "Where is my parcel?", chat.Answered{Text: "On its way."})
		turn, err := r.chat.BeginTurn(t.Context(), r.owner, chat.Question{Session: &s.UID, Input: says("A person, please")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.chat.TakeOver(t.Context(), r.owner, c.UID); err != nil {
			t.Fatal(err)
		}
		if _, err := r.chat.FinishTurn(t.Context(), r.owner, turn, passedOn); !errors.Is(err, chat.ErrAssistantSilent) {
			t.Errorf("passed on: %v", err)
		}
		if c = r.reload(c); *c.HandoffReason != models.HandoffAgent || c.MessageCount != 2 || len(r.stepsBack()) != 0 {
			t.Errorf("it is %+v", c)
		}
	})
}

func TestLimitsOfAnAssistantAreJudged(t *testing.T) {
	t.Parallel()
	number := func(n int) *int { return &n }
	cost := func(c float64) *float64 { return &c }
	eachDesk(t, func(t *testing.T, d *desk) {
		for field, limits := range map[string]models.AssistantLimits{
			"limits.turnsPerConversation": {Turns: number(-1)},
			"limits.perVisitorPerDay":     {VisitorDay: number(10_000_001)},
			"limits.perMonth":             {Month: number(-5)},
			"limits.costPerMonth":         {MonthCost: cost(-0.1)},
			"":                            {Turns: number(0), VisitorDay: number(10_000_000), Month: number(0), MonthCost: cost(0)},
		} {
			_, err := d.chat.EditAssistant(t.Context(), d.owner, d.assistant.UID, func(s *models.AssistantSettings) error {
				s.Limits = limits
				return nil
			})
			if (err == nil) != (field == "") || err != nil && models.AsError(err).Field != field {
				t.Errorf("%+v: %v", limits, err)
			}
		}
	})
}

func TestACapOnTheCostNeedsAPrice(t *testing.T) {
	t.Parallel()
	ten, none := 10.0, 0.0
	eachDesk(t, func(t *testing.T, d *desk) {
		for name, c := range map[string]struct {
			price models.Price
			cap   *float64
			fits  bool
		}{
			"no price":             {models.Price{}, &ten, false},
			"a price of the input": {models.Price{Input: 1}, &ten, true},
			"one of the output":    {models.Price{Output: 1}, &ten, true},
			"nobody is answered":   {models.Price{}, &none, true},
			"no cap":               {models.Price{}, nil, true},
		} {
			a := settings()
			a.Price, a.Limits.MonthCost = c.price, c.cap
			_, err := d.chat.CreateAssistant(t.Context(), d.owner, a, true)
			if (err == nil) != c.fits || err != nil && models.AsError(err).Field != "limits.costPerMonth" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestADraftAnswersNobodyOnASite(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		draft, err := r.chat.CreateAssistant(t.Context(), r.owner, settings(), false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.chat.UpdateSite(t.Context(), r.owner, r.site.UID, chat.SiteChange{Assistant: models.Give(&draft.UID)})
		if models.AsError(err).Field != "assistant" || !strings.Contains(models.AsError(err).Message, "publish it first") {
			t.Errorf("a draft on a site: %v", err)
		}
		r.site.AssistantID = &draft.ID // as sites had them before this was refused
		err = r.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error { return tx.UpdateSite(ctx, r.owner, &r.site) })
		if err != nil {
			t.Fatal(err)
		}
		if f, err := r.chat.Storefront(t.Context(), r.site, nil); err != nil || f.Assistant != "" {
			t.Errorf("the widget shows %+v, %v", f, err)
		}
		if c := r.visits("token-one", "Hello"); c.AssistantActive || r.reload(c).Assisted() {
			t.Errorf("begun with a draft: %+v", c)
		}
		if _, err := r.chat.PublishAssistant(t.Context(), r.owner, draft.UID); err != nil {
			t.Fatal(err)
		}
		if f, err := r.chat.Storefront(t.Context(), r.site, nil); err != nil || f.Assistant != draft.Name {
			t.Errorf("published, the widget shows %+v, %v", f, err)
		}
		if c := r.visits("token-two", "Hello"); !r.reload(c).Assisted() {
			t.Errorf("begun with one that is published: %+v", c)
		}
	})
}

func TestWhoAsksForAPersonInAClosedConversationOpensItAgain(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.assists()
		c := r.visits("token-one", "Where is my parcel?")
		if _, err := r.chat.Resolve(t.Context(), r.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
			t.Fatal(err)
		}
		r.asksForPerson(c)
		got := r.reload(c)
		if got.Status != models.StatusOpen || got.Assisted() || *got.HandoffReason != models.HandoffAsked {
			t.Errorf("it is %s, and the assistant's: %v", got.Status, got.Assisted())
		}
	})
}

func TestABlockedVisitorCannotAskForAPerson(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		r.assists()
		c := r.visits("token-one", "Where is my parcel?")
		r.block(c)
		who := r.visitor(c)
		who.ConversationUID = c.UID
		if err := r.chat.AskForPerson(t.Context(), who); !errors.Is(err, chat.ErrBlocked) {
			t.Errorf("the visitor is told %v", err)
		}
		if !r.reload(c).AssistantActive {
			t.Error("the conversation was handed off")
		}
	})
}
