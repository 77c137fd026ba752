package chat_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// desk is a shop with an assistant, and a clock that a test moves.
type desk struct {
	*shop
	assistant models.Assistant

	mu  sync.Mutex
	now time.Time
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func settings() models.AssistantSettings {
	return models.AssistantSettings{
		Name: "Support", FirstMessage: "Hello, this is {{company}}.", SystemPrompt: "You work for {{ company }}{{unknown}}. Tier: {{tier}}",
		Variables: map[string]string{"company": "TechFlow", "tier": "Free"}, Price: models.Price{Input: 2, Output: 6},
	}
}

func eachDesk(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		d := &desk{shop: setup(t, db), now: time.Now()}
		d.chat = chat.New(chat.Options{Store: db, Bell: d.bell, Blobs: d.blobs, Identities: d.access, Mint: d.access, Now: d.clock})
		var err error
		if d.assistant, err = d.chat.CreateAssistant(t.Context(), d.owner, settings(), true); err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
}

func (d *desk) session(o models.Overrides) models.Session {
	d.t.Helper()
	s, err := d.chat.CreateSession(d.t.Context(), d.owner, chat.NewSession{Name: "Jane Doe", Assistant: d.assistant.UID, Overrides: o})
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func says(text string) []models.ChatTurn { return []models.ChatTurn{{Role: "user", Content: text}} }

func (d *desk) begin(q chat.Question) chat.Turn {
	d.t.Helper()
	turn, err := d.chat.BeginTurn(d.t.Context(), d.owner, q)
	if err != nil {
		d.t.Fatal(err)
	}
	return turn
}

// ask has one turn and its answer.
func (d *desk) ask(q chat.Question, answer string) models.Chat {
	d.t.Helper()
	c, err := d.chat.FinishTurn(d.t.Context(), d.owner, d.begin(q), chat.Answered{Text: answer, InputTokens: 1000, OutputTokens: 500})
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// conversation is the one behind a session.
func (d *desk) conversation() models.Conversation {
	d.t.Helper()
	list, err := d.chat.Conversations(d.t.Context(), d.owner, chat.ConversationQuery{Channel: models.ChannelAPI, Page: models.Page{Limit: 10}})
	if err != nil || len(list.Rows) != 1 {
		d.t.Fatalf("%d conversations, %v", len(list.Rows), err)
	}
	return list.Rows[0]
}

func spokenOf(turns []models.ChatTurn) []string {
	all := []string{}
	for _, t := range turns {
		all = append(all, t.Role+": "+t.Content)
	}
	return all
}

func TestASessionIsAConversationThatTheTeamSees(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		first := d.ask(chat.Question{Session: &s.UID, Input: says("I forgot my password")}, "Reset it.")
		turn := d.begin(chat.Question{Session: &s.UID, Input: says("What did I ask?")})
		want := []string{"user: I forgot my password", "assistant: Reset it.", "user: What did I ask?"}
		if got := spokenOf(turn.Turns); !slices.Equal(got, want) {
			t.Errorf("the engine is given %q", got)
		}
		if turn.System != "You work for TechFlow. Tier: Free" || turn.FirstMessage != "Hello, this is TechFlow." || turn.Sandbox {
			t.Errorf("asked with %q, %q", turn.System, turn.FirstMessage)
		}
		if _, err := d.chat.FinishTurn(t.Context(), d.owner, turn, chat.Answered{Text: "About your password."}); err != nil {
			t.Fatal(err)
		}
		if first.Cost != 0.005 || first.Status != models.ChatActive || first.SessionUID != s.UID {
			t.Errorf("the chat is %+v", first)
		}
		c := d.conversation()
		if c.MessageCount != 4 || c.UnreadCount != 2 || c.LastMessagePreview != "About your password." || !c.AssistantActive || *c.Contact.FullName() != "Jane Doe" {
			t.Errorf("the conversation is %+v", c)
		}
		read, err := d.chat.Session(t.Context(), d.owner, s.UID)
		if err != nil || !slices.Equal(spokenOf(read.Messages), append(want, "assistant: About your password.")) {
			t.Errorf("%q, %v", spokenOf(read.Messages), err)
		}
		log := d.events()
		if n := len(slices.DeleteFunc(slices.Clone(log), func(e models.EventType) bool { return e != models.EventChatCreated })); n != 1 {
			t.Errorf("%d times chat.created in %v", n, log)
		}
	})
}

func TestVariablesOfTheChatCountForMoreThanTheSessionsAndThose(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		hello := "Hi {{tier}}"
		s := d.session(models.Overrides{Variables: map[string]string{"company": "{{tier}}", "tier": "Gold"}, FirstMessage: &hello})
		turn := d.begin(chat.Question{Session: &s.UID, Input: says("{{company}} ${7*7} %s"), Overrides: models.Overrides{Variables: map[string]string{"tier": "Premium"}}})
		if turn.System != "You work for {{tier}}. Tier: Premium" || turn.FirstMessage != "Hi Premium" {
			t.Errorf("%q, %q", turn.System, turn.FirstMessage)
		}
		if got := turn.Turns[0].Content; got != "{{company}} ${7*7} %s" {
			t.Errorf("the input became %q", got)
		}
	})
}

func TestWhoGoesOnFromAnEarlierChatForgetsTheLaterOnes(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		one := d.ask(chat.Question{Assistant: &d.assistant.UID, Input: says("one")}, "1")
		two := d.ask(chat.Question{Previous: &one.UID, Input: says("two")}, "2")
		d.ask(chat.Question{Previous: &one.UID, Input: says("other")}, "o")
		turn := d.begin(chat.Question{Previous: &two.UID, Input: says("three")})
		want := []string{"user: one", "assistant: 1", "user: two", "assistant: 2", "user: three"}
		if got := spokenOf(turn.Turns); !slices.Equal(got, want) || !turn.Session.OneShot {
			t.Errorf("the engine is given %q", got)
		}
		if list, err := d.chat.Sessions(t.Context(), d.owner, models.Page{Limit: 10}); err != nil || list.Total != 0 {
			t.Errorf("%d sessions are listed, %v", list.Total, err)
		}
		if list, err := d.chat.Chats(t.Context(), d.owner, models.Page{Limit: 10}); err != nil || list.Total != 3 || list.Rows[2].UID != one.UID {
			t.Errorf("%d chats are listed, %v", list.Total, err)
		}
	})
}

func TestATurnThatComesToNothingLeavesNothing(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		before := len(d.events())
		if err := d.chat.AbandonTurn(t.Context(), d.owner, d.begin(chat.Question{Assistant: &d.assistant.UID, Input: says("?")})); err != nil {
			t.Fatal(err)
		}
		if after := len(d.events()); after != before {
			t.Errorf("%d events came of it", after-before)
		}
		s := d.session(models.Overrides{})
		if err := d.chat.AbandonTurn(t.Context(), d.owner, d.begin(chat.Question{Session: &s.UID, Input: says("?")})); err != nil {
			t.Fatal(err)
		}
		if c := d.conversation(); c.MessageCount != 0 {
			t.Errorf("%d messages are left", c.MessageCount)
		}
		d.ask(chat.Question{Session: &s.UID, Input: says("?")}, "!") // the session is free again
	})
}

func TestChatsOfOneSessionRunOneAfterTheOther(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				q := says(fmt.Sprintf("question %d", i))
				turn, err := d.chat.BeginTurn(t.Context(), d.owner, chat.Question{Session: &s.UID, Input: q})
				if err == nil {
					_, err = d.chat.FinishTurn(t.Context(), d.owner, turn, chat.Answered{Text: "re: " + q[0].Content + fmt.Sprint(len(turn.Turns))})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		read, err := d.chat.Session(t.Context(), d.owner, s.UID)
		if err != nil || len(read.Messages) != 8 {
			t.Fatalf("%q, %v", read.Messages, err)
		}
		for i := 0; i < 8; i += 2 { // each saw everything that was said before
			if want := "re: " + read.Messages[i].Content + fmt.Sprint(i+1); read.Messages[i+1].Content != want {
				t.Errorf("%q, not %q", read.Messages[i+1].Content, want)
			}
		}
	})
}

func TestATurnWhoseNodeDiedHoldsTheSessionForAWhileOnly(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		dead := d.begin(chat.Question{Session: &s.UID, Input: says("lost")})
		d.later(chat.TurnLease + time.Second)
		next := d.begin(chat.Question{Session: &s.UID, Input: says("next")})
		if _, err := d.chat.FinishTurn(t.Context(), d.owner, dead, chat.Answered{Text: "too late"}); !models.HasCode(err, models.CodeConflict) {
			t.Errorf("the late answer: %v", err)
		}
		if _, err := d.chat.FinishTurn(t.Context(), d.owner, next, chat.Answered{Text: "in time"}); err != nil {
			t.Error(err)
		}
	})
}

func TestTheAssistantIsSilentWhereAPersonIs(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		for name, act := range map[string]func(c models.Conversation) error{
			"replies": func(c models.Conversation) error {
				_, err := d.chat.Post(t.Context(), d.owner, c.UID, chat.Draft{Content: "I am a person."})
				return err
			},
			"replies in a transaction": func(c models.Conversation) error {
				_, _, err := d.chat.Once(t.Context(), d.owner, models.Attempt{Holder: "x", Key: "k", RequestHash: []byte("h")}, func(ctx context.Context) (models.Reply, error) {
					_, err := d.chat.Post(ctx, d.owner, c.UID, chat.Draft{Content: "I am a person."})
					return models.Reply{}, err
				})
				return err
			},
			"takes over": func(c models.Conversation) error {
				_, err := d.chat.TakeOver(t.Context(), d.owner, c.UID)
				return err
			},
			"assigns": func(c models.Conversation) error {
				_, err := d.chat.Assign(t.Context(), d.owner, c.UID, chat.Assignment{To: &d.owner.UserUID})
				return err
			},
		} {
			s := d.session(models.Overrides{})
			running := d.begin(chat.Question{Session: &s.UID, Input: says("Hello?")})
			list, err := d.chat.Conversations(t.Context(), d.owner, chat.ConversationQuery{Sort: chat.SortCreatedDesc, Page: models.Page{Limit: 1}})
			if err != nil {
				t.Fatal(err)
			}
			if err := act(list.Rows[0]); err != nil {
				t.Fatal(err)
			}
			if _, err := d.chat.FinishTurn(t.Context(), d.owner, running, chat.Answered{Text: "I am not."}); !errors.Is(err, chat.ErrAssistantSilent) {
				t.Errorf("%s: the running turn ended with %v", name, err)
			}
			if _, err := d.chat.BeginTurn(t.Context(), d.owner, chat.Question{Session: &s.UID, Input: says("?")}); !errors.Is(err, chat.ErrAssistantSilent) {
				t.Errorf("%s: the next turn began with %v", name, err)
			}
		}
	})
}

func TestWhatIsDeletedIsNeitherReadNorRemembered(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		secret := d.ask(chat.Question{Session: &s.UID, Input: says("my number is 4711")}, "Noted: 4711")
		d.ask(chat.Question{Session: &s.UID, Input: says("hello")}, "Hi")
		gone, err := d.chat.DeleteChat(t.Context(), d.owner, secret.UID)
		if err != nil || gone.Status != models.ChatDeleted {
			t.Fatalf("%+v, %v", gone, err)
		}
		if _, err := d.chat.DeleteChat(t.Context(), d.owner, secret.UID); !errors.Is(err, chat.ErrChatNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		turn := d.begin(chat.Question{Session: &s.UID, Input: says("again")})
		if got := fmt.Sprint(spokenOf(turn.Turns)); strings.Contains(got, "4711") {
			t.Errorf("remembers %s", got)
		}
		if c := d.conversation(); c.MessageCount != 2 || c.UnreadCount != 1 || c.LastMessagePreview != "Hi" {
			t.Errorf("the conversation is %+v", c)
		}
		if _, err := d.chat.DeleteSession(t.Context(), d.owner, s.UID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.chat.FinishTurn(t.Context(), d.owner, turn, chat.Answered{Text: "x"}); !models.HasCode(err, models.CodeConflict) {
			t.Errorf("a turn of a deleted session ended with %v", err)
		}
		if _, err := d.chat.Session(t.Context(), d.owner, s.UID); !errors.Is(err, chat.ErrSessionNotFound) {
			t.Errorf("the deleted session: %v", err)
		}
		if c := d.conversation(); c.MessageCount != 0 || c.Status != models.StatusClosed || c.LastMessagePreview != "" {
			t.Errorf("the conversation is %+v", c)
		}
		told := map[models.EventType]int{}
		for _, e := range d.events() {
			told[e]++
		}
		if told[models.EventChatDeleted] != 2 || told[models.EventChatCreated] != 1 {
			t.Errorf("told %v", slices.Sorted(maps.Keys(told)))
		}
	})
}
