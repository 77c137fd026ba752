package storetest

import (
	"context"
	"maps"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// attempt is one method called by somebody on another's rows. It gives how many rows
// it was shown, or its error.
type attempt func(ctx context.Context, tx chat.Tx, who models.Principal) (shown int, err error)

// target is what the attempts aim at: a conversation with everything in it.
type target struct {
	Company
	Talk
	message models.Message
	waiting models.Attachment
}

func newTarget(t testing.TB, s *store.Store) target {
	t.Helper()
	c := NewCompany(t, s)
	k := c.NewTalk(t)
	e := k.Answers(c.Owner, "secret")
	e.Files = []models.Attachment{file("secret.png")}
	g := target{Company: c, Talk: k, message: post(t, s, c.Owner, e).Message, waiting: wait(t, s, c.Owner, file("waiting.png"))}
	c.label(t, k, "secret")
	c.events(t)
	return g
}

// reads are the methods that show rows.
func (g target) reads() map[string]attempt {
	all := g.lists()
	maps.Copy(all, map[string]attempt{
		"Conversation": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Conversation(ctx, who, g.Conversation.UID)
			return 1, err
		},
		"LockConversation": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.LockConversation(ctx, who, g.Conversation.UID)
			return 1, err
		},
		"Messages": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Messages(ctx, who, chat.MessageQuery{Conversation: g.Conversation.UID, Page: hundred})
			return len(list.Rows), err
		},
		"LabelExamples": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			rows, err := tx.LabelExamples(ctx, who, 0, 10)
			return len(rows), err
		},
		"Transcript": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			rows, err := tx.Transcript(ctx, who, chat.TranscriptQuery{ConversationID: g.Conversation.ID})
			return len(rows), err
		},
		"Attachment": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Attachment(ctx, who, g.message.ID, g.message.Attachments[0].ID)
			return 1, err
		},
		"Users": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Users(ctx, who, hundred)
			shown := 0
			for _, u := range list.Rows {
				if u.ID == g.Owner.UserID {
					shown++
				}
			}
			return shown, err
		},
		"UserByUID": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.UserByUID(ctx, who, g.Owner.UserUID)
			return 1, err
		},
		"Contacts": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Contacts(ctx, who, chat.ContactQuery{Search: *g.Contact.Email, Page: hundred})
			return len(list.Rows) + int(list.Total), err
		},
		"EventsAfter": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			rows, err := tx.EventsAfter(ctx, who, 0, 100)
			return len(rows), err
		},
		"EventSpan": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			first, last, err := tx.EventSpan(ctx, who)
			return int(first + last), err
		},
		"UnreadAfter": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			unread, err := tx.UnreadAfter(ctx, who, g.Conversation.ID, 0)
			return int(unread) + 1, err
		},
	})
	return all
}

// lists are the methods that list conversations.
func (g target) lists() map[string]attempt {
	return map[string]attempt{
		"Conversations": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Conversations(ctx, who, chat.ConversationQuery{
				Contact: &g.Contact.UID, Label: "secret", Search: "secret", Page: hundred,
			})
			return len(list.Rows) + int(list.Total), err
		},
		"Inbox": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			rows, err := tx.Inbox(ctx, who, chat.InboxQuery{Conversation: &g.Conversation.UID, Search: "secret", Limit: 10})
			return len(rows), err
		},
	}
}

// writes are the methods that change rows.
func (g target) writes() map[string]attempt {
	return map[string]attempt{
		"Post": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Post(ctx, who, g.Says("intruder"))
			return 0, err
		},
		"UpdateConversation": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := g.Conversation
			row.Status = models.StatusClosed
			return 0, tx.UpdateConversation(ctx, who, &row, "status")
		},
		"ChangeLabels": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.ChangeLabels(ctx, who, g.Conversation.ID, chat.LabelChange{Add: []string{"intruder"}, Clear: true})
		},
		"ReadMessages": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.ReadMessages(ctx, who, g.Conversation.ID, 99)
			return 0, err
		},
		"CreateRating": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.CreateRating(ctx, who, &models.Rating{ConversationID: g.Conversation.ID, Score: 1, CreatedAt: moment()})
		},
		"AddEvent": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.AddEvent(ctx, who, &models.Event{Type: models.EventConversationUpdated, ConversationID: &g.Conversation.ID})
		},
		"CreateAttachment": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			a := file("intruder.png")
			a.ConversationID = &g.Conversation.ID
			return 0, tx.CreateAttachment(ctx, who, &a)
		},
		"CreateConversation": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := conversationOf(g.Contact.ID, g.Site.ID, models.TokenHash("intruder"))
			return 0, tx.CreateConversation(ctx, who, &row)
		},
	}
}

// isAsItWas wants that nobody changed anything.
func (g target) isAsItWas(t *testing.T) {
	t.Helper()
	got := g.conversation(t, g.Talk)
	equal(t, "the status", got.Status, models.StatusOpen)
	equal(t, "the labels", got.Labels, []string{"secret"})
	equal(t, "the messages", g.messages(t, g.Talk), []models.Message{g.message})
	equal(t, "the log", len(g.events(t)), 1)
	equal(t, "the conversations", len(g.list(t, chat.ConversationQuery{})), 1)
}

// isHiddenFrom wants that each attempt shows nothing: no rows, or an error that a person may
// be told of.
func (g target) isHiddenFrom(t *testing.T, who models.Principal, attempts map[string]attempt) {
	t.Helper()
	for name, try := range attempts {
		var shown int
		err := g.Store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) (err error) {
			shown, err = try(ctx, tx, who)
			return err
		})
		if err == nil && shown > 0 {
			t.Errorf("%s showed %d rows", name, shown)
		}
	}
}

// isClosedTo wants that each attempt is refused.
func (g target) isClosedTo(t *testing.T, who models.Principal, attempts map[string]attempt) {
	t.Helper()
	for name, attempt := range attempts {
		err := g.Store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
			_, err := attempt(ctx, tx, who)
			return err
		})
		if code := models.AsError(err).Code; err == nil || code == models.CodeInternal || code == models.CodeUnavailable {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

var isolation = map[string]func(*testing.T, *store.Store){
	"another account sees and changes nothing": func(t *testing.T, s *store.Store) {
		g, stranger := newTarget(t, s), NewCompany(t, s)
		for _, who := range []models.Principal{stranger.Owner, stranger.Sandbox, stranger.System} {
			g.isHiddenFrom(t, who, g.reads())
			g.isClosedTo(t, who, g.writes())
		}
		g.isAsItWas(t)
	},
	"the sandbox sees and changes nothing of the live account but its users": func(t *testing.T, s *store.Store) {
		g := newTarget(t, s)
		reads := g.reads()
		delete(reads, "Users")
		delete(reads, "UserByUID")
		g.isHiddenFrom(t, g.Sandbox, reads)
		g.isClosedTo(t, g.Sandbox, g.writes())
		g.isAsItWas(t)
	},
	"another visitor of the account sees and changes nothing": func(t *testing.T, s *store.Store) {
		g := newTarget(t, s)
		other := g.NewTalk(t)
		g.isHiddenFrom(t, other.Visitor, g.reads())
		writes := g.writes()
		delete(writes, "CreateConversation") // which is how a visitor begins
		g.isClosedTo(t, other.Visitor, writes)
		got := g.conversation(t, g.Talk)
		equal(t, "the status", got.Status, models.StatusOpen)
		equal(t, "the messages", len(g.messages(t, g.Talk)), 1)
	},
	"a visitor without a conversation reaches none": func(t *testing.T, s *store.Store) {
		g := newTarget(t, s)
		nobody := models.Principal{Kind: models.KindVisitor, AccountID: g.Rows.Live.ID, SiteID: g.Site.ID}
		g.isHiddenFrom(t, nobody, g.reads())
		writes := g.writes()
		delete(writes, "CreateConversation")
		g.isClosedTo(t, nobody, writes)
		g.isAsItWas(t)
	},
	"the zero principal may do nothing": func(t *testing.T, s *store.Store) {
		g := newTarget(t, s)
		for _, who := range []models.Principal{{}, {Kind: models.KindUser}, {AccountID: g.Rows.Live.ID}} {
			for _, attempts := range []map[string]attempt{g.reads(), g.writes()} {
				for name, attempt := range attempts {
					err := g.Store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
						_, err := attempt(ctx, tx, who)
						return err
					})
					fails(t, name, err, models.ErrForbidden)
				}
			}
			_, err := s.Post(t.Context(), who, g.Says("intruder"))
			fails(t, "Store.Post", err, models.ErrForbidden)
		}
		g.isAsItWas(t)
	},
	"a post finds no conversation that is not the caller's": func(t *testing.T, s *store.Store) {
		g, stranger := newTarget(t, s), NewCompany(t, s)
		other := g.NewTalk(t)
		for what, who := range map[string]models.Principal{
			"a stranger": stranger.Owner, "the sandbox": g.Sandbox, "another visitor": other.Visitor,
			"a visitor of nothing": {Kind: models.KindVisitor, AccountID: g.Rows.Live.ID},
		} {
			_, err := s.Post(t.Context(), who, g.Says("intruder"))
			fails(t, what, err, models.ErrConversationNotFound)
		}
		g.isAsItWasBeside(t, 2)
	},
	"a row cannot refer to another account's": func(t *testing.T, s *store.Store) {
		g, stranger := newTarget(t, s), NewCompany(t, s)
		strangersTalk := stranger.NewTalk(t)
		for what, set := range map[string]func(*models.Conversation){
			"its contact":  func(row *models.Conversation) { row.ContactID = strangersTalk.Contact.ID },
			"its assignee": func(row *models.Conversation) { row.AssignedTo = &stranger.Owner.UserID },
			"its site":     func(row *models.Conversation) { row.SiteID = &stranger.Site.ID },
		} {
			row := g.Conversation
			set(&row)
			err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.UpdateConversation(ctx, g.Owner, &row, "contact_id", "assigned_to", "site_id")
			})
			conflicts(t, what, err)
		}
		e := g.Answers(stranger.Owner, "as somebody else")
		_, err := s.Post(t.Context(), g.Owner, e)
		conflicts(t, "a message's user", err)
		g.isAsItWas(t)
	},
}

// isAsItWasBeside is isAsItWas where the account has more conversations.
func (g target) isAsItWasBeside(t *testing.T, conversations int) {
	t.Helper()
	equal(t, "the messages", g.messages(t, g.Talk), []models.Message{g.message})
	equal(t, "the log", len(g.events(t)), 1)
	equal(t, "the conversations", len(g.list(t, chat.ConversationQuery{})), conversations)
}
