package assistant_test

import (
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/handoff"
	"parley/server/assistant"
)

// handedOff looks whether a conversation was left to people for a reason, and gives what
// the visitor was told.
func (f *front) handedOff(c models.Conversation, reason models.HandoffReason) string {
	f.Helper()
	fresh := f.reload(c)
	if fresh.Assisted() || fresh.HandoffReason == nil || *fresh.HandoffReason != reason || fresh.HandedOffAt == nil {
		f.Fatalf("handed off: %v for %v, want %s", !fresh.Assisted(), fresh.HandoffReason, reason)
	}
	// The team finds it waiting, though the assistant spoke last.
	if fresh.InboxStatus() != models.InboxOpen {
		f.Errorf("in the inbox it is %s", fresh.InboxStatus())
	}
	rung := f.bell.of(models.BellConversation)
	if last := rung[len(rung)-1]; last.Assisted == nil || *last.Assisted || last.Status != models.StatusOpen || last.ConversationID != c.ID {
		f.Errorf("the visitor's page is told %+v", last)
	}
	said := f.said(c)
	if len(said) == 0 {
		f.Fatal("the visitor is told nothing")
	}
	return said[len(said)-1].Content
}

// told are the events of hand-offs in the log, with their reasons.
func (f *front) told() []string {
	f.Helper()
	_, err := f.store.Sequence(f.Context())
	f.must(err)
	log, err := f.chat.EventsAfter(f.Context(), f.owner, 0, 1000)
	f.must(err)
	var reasons []string
	for _, e := range log {
		if e.Type == models.EventConversationUpdated {
			reason, _ := e.Detail["handoff_reason"].(string)
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

func TestWhoAsksForAPersonIsHandedOffInTheOwnLanguage(t *testing.T) {
	t.Parallel()
	wishes := map[string]string{
		"en": "I want to speak to a human", "de": "Ich möchte mit einem Menschen sprechen", "fr": "Je veux parler à un conseiller", "es": "Quiero hablar con una persona",
		"it": "Vorrei parlare con un operatore", "pt": "Quero falar com uma pessoa", "nl": "Ik wil met een medewerker praten", "pl": "Chcę rozmawiać z konsultantem",
		"cs": "Chci mluvit s člověkem", "sv": "Jag vill prata med en människa", "da": "Jeg vil gerne tale med et menneske", "fi": "Haluan puhua ihmisen kanssa",
		"tr": "Bir insanla konuşmak istiyorum", "uk": "Хочу поговорити з оператором", "ru": "Соедините меня с оператором", "ar": "أريد التحدث إلى موظف",
		"he": "אני רוצה לדבר עם נציג", "ja": "担当者と話したい", "ko": "상담원 연결해 주세요", "zh": "转人工",
	}
	eachFront(t, func(f *front) {
		for _, language := range handoff.Languages() {
			c, _ := f.talkTo("visitor-"+language, language, wishes[language])
			f.work()
			want := handoff.News{Locale: language, Reason: models.HandoffAsked, Now: f.clock()}.Text()
			if got := f.handedOff(c, models.HandoffAsked); got != want {
				f.Errorf("%s: %q, want %q", language, got, want)
			}
		}
		if n := len(f.script.asks()); n != 0 {
			f.Errorf("the engine was asked %d times", n)
		}
		if got := f.usage().Handoffs[models.HandoffAsked]; got != 20 {
			f.Errorf("%d hand-offs are reported", got)
		}
	})
}

func TestTheAssistantIsSilentAfterAHandOffUntilItIsGivenTheConversationBack(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, visitor := f.talkTo("jane", "en", "agent please")
		f.work()
		f.handedOff(c, models.HandoffAsked)
		f.post(visitor, c, "Hello?")
		f.must(f.chat.AskForPerson(f.Context(), visitor))
		f.work()
		if said := f.said(c); len(said) != 1 || len(f.script.asks()) != 0 {
			f.Fatalf("%+v", said)
		}
		fresh, err := f.chat.Release(f.Context(), f.owner, c.UID)
		f.must(err)
		if !fresh.Assisted() || fresh.HandoffReason != nil || fresh.AssistantSince == nil {
			f.Errorf("%+v", fresh)
		}
		f.post(visitor, c, "When do you open?")
		f.work()
		if said := f.said(c); len(said) != 2 || said[1].Content != "Hello." {
			f.Errorf("%+v", said)
		}
		if got := f.told(); strings.Join(got, ",") != "asked," {
			f.Errorf("the log tells of %q", got)
		}
	})
}

func TestTheButtonForAPersonHandsOffOnce(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, visitor := f.talkTo("jane", "fr", "Bonjour")
		for range 3 {
			f.must(f.chat.AskForPerson(f.Context(), visitor))
		}
		if got := f.handedOff(c, models.HandoffAsked); !strings.HasPrefix(got, "Bien sûr.") || len(f.said(c)) != 1 {
			f.Errorf("%q", got)
		}
		f.work() // the question that was under way is moot
		if len(f.said(c)) != 1 || len(f.script.asks()) != 0 {
			f.Error("the assistant goes on")
		}
		for _, who := range []models.Principal{f.owner, {}} {
			if err := f.chat.AskForPerson(f.Context(), who); !models.HasCode(err, models.CodeForbidden) {
				f.Errorf("%s: %v", who.Kind, err)
			}
		}
	})
}

func TestAPersonWhoComesByHimselfIsNoNewsToTheVisitor(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for name, come := range map[string]func(c models.Conversation) error{
			"reply": func(c models.Conversation) error { f.post(f.owner, c, "Hi!"); return nil },
			"take":  func(c models.Conversation) error { _, err := f.chat.TakeOver(f.Context(), f.owner, c.UID); return err },
			"assign": func(c models.Conversation) error {
				_, err := f.chat.Assign(f.Context(), f.owner, c.UID, chat.Assignment{To: &f.owner.UserUID})
				return err
			},
		} {
			c, _ := f.talkTo(name, "en", "Hello?")
			f.must(come(c))
			f.work()
			fresh := f.reload(c)
			if fresh.Assisted() || *fresh.HandoffReason != models.HandoffAgent || len(f.said(c)) != 0 {
				f.Errorf("%s: %+v", name, fresh)
			}
			rung := f.bell.of(models.BellConversation)
			if last := rung[len(rung)-1]; last.Assisted == nil || *last.Assisted || last.ConversationID != c.ID {
				f.Errorf("%s: the visitor's page is told %+v", name, last)
			}
		}
		// A note is not a reply.
		c, _ := f.talkTo("note", "en", "Hello?")
		_, err := f.chat.Post(f.Context(), f.owner, c.UID, chat.Draft{Content: "Look at this", Internal: true})
		f.must(err)
		f.work()
		if said := f.said(c); len(said) != 1 {
			f.Errorf("after a note: %+v", said)
		}
	})
}

func TestNothingFoundIsLeftToPeopleWithWhatTheModelSaid(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for i, test := range []struct {
			knew   bool
			text   string
			reason models.HandoffReason
			want   string
		}{
			{false, "", models.HandoffNoAnswer, "I'm sorry, I don't know the answer to that. I'm passing you on to our team."},
			{true, "", models.HandoffAsked, "Of course. I'm passing you on to our team."},
			{false, "I see no invoice of March.", models.HandoffNoAnswer, "I see no invoice of March.\n\nI'm passing you on to our team."},
		} {
			f.script.play(leaves(test.knew, test.text))
			c, _ := f.talkTo("visitor"+string(rune('a'+i)), "en", "Where is the invoice of March?")
			f.work()
			if got := f.handedOff(c, test.reason); !strings.HasPrefix(got, test.want) {
				f.Errorf("%q, want %q", got, test.want)
			}
		}
	})
}

func TestTheBuiltInEngineFindsNothingAndHandsOff(t *testing.T) {
	t.Parallel()
	a, err := assistant.Builtin{}.Answer(t.Context(), assistant.Ask{Turns: talk("Do you sell pizza?"), Handoff: true, HandsOff: true}, func(string) {
		t.Error("what nobody says is shown")
	})
	if err != nil || a.Text != "" || !a.Handoff || a.KnewIt {
		t.Errorf("%+v, %v", a, err)
	}
	if a = reply(t, assistant.Ask{Turns: talk("Do you sell pizza?"), HandsOff: true}); a.Text == "" || a.Handoff {
		t.Errorf("where nobody wants hand-offs: %+v", a)
	}
}

func TestOutsideOfOfficeHoursTheVisitorLearnsWhenSomebodyIsBack(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		// It is Sunday, 2026-11-29, in Berlin.
		f.later(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC).Sub(f.clock()))
		f.set(chat.SiteChange{OfficeHours: &models.OfficeHours{
			Enabled: true, TimeZone: "Europe/Berlin", Days: []models.OfficeDay{{Weekday: 1, Opens: "09:00", Closes: "17:00"}, {Weekday: 2, Opens: "09:00", Closes: "17:00"}},
			Holidays: []string{"2026-11-30"},
		}})
		c, _ := f.talkTo("jane", "de", "Mitarbeiter bitte")
		f.work()
		got := f.handedOff(c, models.HandoffAsked)
		if !strings.Contains(got, "Dienstag, 2026-12-01 09:00 (Europe/Berlin)") || !strings.Contains(got, "per E-Mail") {
			f.Error(got)
		}
		f.later(48 * time.Hour)
		c, _ = f.talkTo("june", "de", "Mitarbeiter bitte")
		f.work()
		if got := f.handedOff(c, models.HandoffAsked); strings.Contains(got, "2026") || strings.Contains(got, "E-Mail") {
			f.Error(got)
		}
	})
}

func few(n int) *int { return &n }

func TestAConversationHasItsTurns(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.limit(models.AssistantLimits{Turns: few(2)})
		c, visitor := f.talkTo("jane", "en", "One?")
		for _, text := range []string{"Two?", "Three?"} {
			f.work()
			f.post(visitor, c, text)
		}
		f.work()
		if got := f.handedOff(c, models.HandoffTurns); !strings.HasPrefix(got, "I have done what I can here.") || len(f.script.asks()) != 2 {
			f.Errorf("%q after %d answers", got, len(f.script.asks()))
		}
		_, err := f.chat.Release(f.Context(), f.owner, c.UID)
		f.must(err)
		f.post(visitor, c, "Four?")
		f.work()
		if len(f.script.asks()) != 3 {
			f.Error("the turns do not begin anew")
		}
	})
}

func TestBudgetsOfAVisitorAndOfTheAccount(t *testing.T) {
	t.Parallel()
	cost := 0.005 // what one answer costs
	eachFront(t, func(f *front) {
		// It is the middle of a month.
		f.later(time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC).Sub(f.clock()))
		for name, test := range map[string]struct {
			limits models.AssistantLimits
			// wait is after how long there is a budget again.
			wait time.Duration
		}{
			"visitor": {models.AssistantLimits{VisitorDay: few(1)}, 24 * time.Hour},
			"month":   {models.AssistantLimits{Month: few(1)}, 40 * 24 * time.Hour},
			"cost":    {models.AssistantLimits{MonthCost: &cost}, 40 * 24 * time.Hour},
		} {
			f.later(100 * 24 * time.Hour)
			f.limit(test.limits)
			f.script.play(replies("Hello."))
			c, visitor := f.talkTo(name, "en", "One?")
			f.work()
			f.post(visitor, c, "Two?")
			f.work()
			if got := f.handedOff(c, models.HandoffBudget); !strings.HasPrefix(got, "I have done what I can") || len(f.script.asks()) != 1 {
				f.Errorf("%s: %q after %d answers", name, got, len(f.script.asks()))
			}
			f.later(test.wait)
			_, err := f.chat.Release(f.Context(), f.owner, c.UID)
			f.must(err)
			f.post(visitor, c, "Three?")
			f.work()
			if len(f.script.asks()) != 2 {
				f.Errorf("%s: there is no budget again", name)
			}
		}
	})
}

func TestAnAssistantThatIsTakenOffItsSiteLeavesItsConversationsToPeople(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("jane", "en", "When do you open?")
		_, err := f.chat.DeleteAssistant(f.Context(), f.owner, f.assistant.UID)
		f.must(err)
		f.work()
		f.handedOff(c, models.HandoffNoAnswer)
		if said := f.said(c); said[0].AuthorKind != models.BySystem || said[0].AssistantID != nil {
			f.Errorf("%+v", said)
		}
	})
}
