package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

var assisting = map[string]func(*testing.T, *store.Store){
	"assistants, sessions and chats of another account are unknown": func(t *testing.T, s *store.Store) {
		d, stranger := newStudy(t, s), NewCompany(t, s)
		for _, who := range []models.Principal{stranger.Owner, stranger.System, d.Sandbox} {
			for _, attempts := range []map[string]attempt{d.finds(), d.changes()} {
				isUnknownTo(t, s, who, attempts)
			}
			target{Company: d.Company}.isHiddenFrom(t, who, d.lists())
			for name, attempt := range d.creations(stranger.NewTalk(t)) {
				conflicts(t, name, attemptAs(t, s, who, attempt))
			}
		}
		d.isAsItWas(t)
	},
	"nobody, and no visitor, may do anything with assistants": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		k := d.NewTalk(t)
		for _, attempts := range []map[string]attempt{d.lists(), d.finds(), d.changes(), d.creations(k)} {
			isForbidden(t, s, d.Visitor, attempts)
		}
		isForbidden(t, s, d.Visitor, map[string]attempt{
			"CreateAssistant": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
				return tx.CreateAssistant(ctx, who, &models.Assistant{UID: models.NewUID(), CreatedAt: moment(), UpdatedAt: moment()})
			}),
		})
		d.isAsItWas(t)
	},
	"a change of an assistant or a session writes what may change": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		later := moment().Add(time.Minute)
		assistant, session := d.assistant, d.session
		draft := models.AssistantSettings{Name: "Grace"}
		assistant.UID, assistant.CreatedAt = models.NewUID(), later
		assistant.Name, assistant.Draft, assistant.Published, assistant.PublishedAt, assistant.UpdatedAt = "Grace", &draft, nil, nil, later
		session.UID, session.CreatedAt, session.ExpiresAt, session.Name = models.NewUID(), later, later, "Other"
		session.Status, session.UpdatedAt = models.SessionExpired, later
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.UpdateAssistant(ctx, d.Owner, &assistant))
			return tx.UpdateSession(ctx, d.Owner, &session)
		})
		assistant.UID, assistant.CreatedAt = d.assistant.UID, d.assistant.CreatedAt
		d.session.Status, d.session.UpdatedAt = models.SessionExpired, later
		got, err := s.AssistantByUID(t.Context(), d.Owner, d.assistant.UID)
		must(t, err)
		equal(t, "the assistant", got, assistant)
		left, err := s.AssistantSession(t.Context(), d.Owner, d.session.UID)
		must(t, err)
		equal(t, "the session", left, d.session)
	},
	"a retired assistant leaves its sites, and keeps what it said": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		at, other := moment(), d.newAssistant(t, moment())
		another := companyRows().LiveSite
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			d.Site.AssistantID, another.AssistantID = &d.assistant.ID, &other.ID
			must(t, tx.UpdateSite(ctx, d.Owner, &d.Site))
			must(t, tx.CreateSite(ctx, d.Owner, &another))
			return tx.RetireAssistant(ctx, d.Owner, d.assistant.ID, at)
		})
		isUnknownTo(t, s, d.Owner, map[string]attempt{
			"AssistantByUID": d.finds()["AssistantByUID"], "LockAssistant": d.finds()["LockAssistant"],
		})
		list, err := s.Assistants(t.Context(), d.Owner, hundred)
		must(t, err)
		equal(t, "the assistants", []any{len(list.Rows), list.Total, list.Rows[0].UID}, []any{1, int64(1), other.UID})
		got, err := s.AssistantByID(t.Context(), d.Owner, d.assistant.ID)
		must(t, err)
		equal(t, "when it went", got.DeletedAt, &at)
		for site, want := range map[models.UID]*int64{d.Site.UID: nil, another.UID: &other.ID} {
			found, err := s.SiteByUID(t.Context(), d.Owner, site)
			must(t, err)
			equal(t, "who answers on a site", found.AssistantID, want)
		}
		session, err := s.AssistantSession(t.Context(), d.Owner, d.session.UID)
		must(t, err)
		equal(t, "the session's assistant", session.AssistantUID, d.assistant.UID)
	},
	"a session has a conversation to itself": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		for what, set := range map[string]func(*models.Session){
			"the same conversation":   func(row *models.Session) { row.ConversationID = d.Conversation.ID },
			"the same uid":            func(row *models.Session) { row.UID = d.session.UID },
			"an unknown assistant":    func(row *models.Session) { row.AssistantID += 1000 },
			"an unknown conversation": func(row *models.Session) { row.ConversationID += 1000 },
		} {
			row := sessionOf(d.NewTalk(t), d.assistant, moment())
			set(&row)
			conflicts(t, what, try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateSession(ctx, d.Owner, &row) }))
		}
		d.isAsItWas(t)
	},
	"a deleted session is found by its integer id alone": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		at := moment()
		d.session.Status, d.session.DeletedAt, d.session.UpdatedAt = models.SessionDeleted, &at, at
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateSession(ctx, d.Owner, &d.session) })
		isUnknownTo(t, s, d.Owner, map[string]attempt{
			"AssistantSession": d.finds()["AssistantSession"], "LockSession": d.finds()["LockSession"],
		})
		list, err := s.AssistantSessions(t.Context(), d.Owner, hundred)
		must(t, err)
		equal(t, "the sessions", list.Total, 0)
		got, err := s.AssistantSessionByID(t.Context(), d.Owner, d.session.ID)
		must(t, err)
		equal(t, "the session", got, d.session)
	},
	"assistants, sessions and chats come newest first, page by page": func(t *testing.T, s *store.Store) {
		c, at := NewCompany(t, s), moment()
		var assistants, sessions, chats []models.UID
		var once models.Session
		for _, when := range []time.Time{at.Add(-time.Hour), at, at, at.Add(-2 * time.Hour)} {
			a := c.newAssistant(t, when)
			session := c.newSession(t, c.NewTalk(t), a, when)
			assistants, sessions = append(assistants, a.UID), append(sessions, session.UID)
			chats = append(chats, c.newChat(t, session, models.ChatActive, when).UID)
			once = sessionOf(c.NewTalk(t), a, when)
		}
		once.OneShot = true
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateSession(ctx, c.Owner, &once) })
		paged(t, "assistants", newestFirst(assistants), s.Assistants, c.Owner, func(a models.Assistant) models.UID { return a.UID })
		paged(t, "sessions", newestFirst(sessions), s.AssistantSessions, c.Owner, func(v models.Session) models.UID { return v.UID })
		paged(t, "chats", newestFirst(chats), s.Chats, c.Owner, func(v models.Chat) models.UID { return v.UID })
	},
	"what is undone leaves no assistant, session or chat": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		k := d.NewTalk(t)
		fails(t, "the transaction", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			a := models.Assistant{UID: models.NewUID(), Name: "Undone", CreatedAt: moment(), UpdatedAt: moment()}
			must(t, tx.CreateAssistant(ctx, d.Owner, &a))
			session := sessionOf(k, a, moment())
			must(t, tx.CreateSession(ctx, d.Owner, &session))
			row := chatOf(session, models.ChatActive, moment())
			must(t, tx.CreateChat(ctx, d.Owner, &row))
			must(t, tx.HideChats(ctx, d.Owner, d.session.ID, moment()))
			must(t, tx.HideMessages(ctx, d.Owner, d.Conversation.ID, chat.Span{First: 1, Last: 9}, moment()))
			must(t, tx.RetireAssistant(ctx, d.Owner, d.assistant.ID, moment()))
			return errUndone
		}), errUndone)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for name, count := range d.lists() {
				if name == "DropChat" || name == "HideChats" {
					continue
				}
				n, err := count(ctx, tx, d.Owner)
				must(t, err)
				equal(t, name, n, map[string]int{"Assistants": 2, "AssistantSessions": 2, "Chats": 2, "ChatSpans": 1}[name])
			}
			return nil
		})
		d.isAsItWas(t)
	},
	"an erased contact takes its sessions, chats and letters along, and nobody else's": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		other := d.NewTalk(t)
		session := d.newSession(t, other, d.assistant, moment())
		kept := d.newChat(t, session, models.ChatActive, moment())
		d.tell(t, d.Talk, "jane@example.com", moment())
		d.tell(t, other, "jane@example.com", moment())
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			return second(tx.EraseContact(ctx, d.Owner, d.Contact.ID))
		})
		finds := d.finds()
		for _, name := range []string{"AssistantByID", "AssistantByUID", "LockAssistant"} {
			must(t, attemptAs(t, s, d.Owner, finds[name]))
			delete(finds, name)
		}
		isUnknownTo(t, s, d.Owner, finds)
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			_, err := tx.LastNotice(ctx, d.Owner, d.Conversation.ID)
			fails(t, "the letter", err, models.ErrNotFound)
			n, err := tx.CountNotices(ctx, d.Owner, models.NoticeAnswer, "jane@example.com", moment().Add(-time.Hour))
			equal(t, "the letters that are left", n, 1)
			must(t, err)
			got, err := tx.Chat(ctx, d.Owner, kept.UID)
			equal(t, "the other's chat", got, kept)
			return err
		})
	},
}

// newestFirst is the order of four rows of which the second and the third are the newest
// and of one time, and the last is the oldest.
func newestFirst(made []models.UID) []models.UID {
	return []models.UID{made[2], made[1], made[0], made[3]}
}

// paged wants a list in this order, whole and in pages of three.
func paged[T any](
	t testing.TB, what string, want []models.UID,
	list func(context.Context, models.Principal, models.Page) (models.List[T], error), who models.Principal, uid func(T) models.UID,
) {
	t.Helper()
	for _, p := range []models.Page{hundred, {Limit: 3}, {Limit: 3, Offset: 3}, {Limit: 3, Offset: 9}} {
		got, err := list(t.Context(), who, p)
		must(t, err)
		found := []models.UID{}
		for _, row := range got.Rows {
			found = append(found, uid(row))
		}
		from := min(p.Offset, len(want))
		equal(t, what, found, want[from:min(from+p.Limit, len(want))])
		equal(t, "the total of "+what, got.Total, int64(len(want)))
	}
}
