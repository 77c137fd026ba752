package storetest

import (
	"context"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// deskTarget is a target with a canned reply and a label that attempts aim at.
type deskTarget struct {
	target
	reply   models.CannedReply
	tag     models.Label
	contact models.Contact
}

func newDeskTarget(t testing.TB, s *store.Store) deskTarget {
	t.Helper()
	g := deskTarget{target: newTarget(t, s)}
	g.contact = g.Company.contact(t, g.Contact.UID)
	now := moment()
	g.reply = models.CannedReply{UID: models.NewUID(), Shortcut: "thanks", Content: "Thank you!", CreatedAt: now, UpdatedAt: now}
	g.tag = models.Label{UID: models.NewUID(), Name: "Urgent", CreatedAt: now}
	Do(t, s, func(ctx context.Context, tx chat.Tx) error {
		if err := tx.CreateCannedReply(ctx, g.Owner, &g.reply); err != nil {
			return err
		}
		return tx.CreateLabel(ctx, g.Owner, &g.tag)
	})
	return g
}

// deskReads are the methods that show contacts, files, canned replies and labels.
func (g deskTarget) deskReads() map[string]attempt {
	thread := chat.ThreadQuery{ContactID: g.Contact.ID, Channel: models.ChannelChat, Any: true}
	return map[string]attempt{
		"Contact": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Contact(ctx, who, chat.ContactRef{Email: *g.Contact.Email})
			return 1, err
		},
		"LockContact": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.LockContact(ctx, who, chat.ContactRef{UID: &g.Contact.UID})
			return 1, err
		},
		"Dossier": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Dossier(ctx, who, chat.ContactRef{UID: &g.Contact.UID})
			return 1, err
		},
		"LatestConversation": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.LatestConversation(ctx, who, thread)
			return 1, err
		},
		"MessageByExternalID": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.MessageByExternalID(ctx, who, thread, "secret")
			return 1, err
		},
		"RivalConversations": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			rivals, err := tx.RivalConversations(ctx, who, g.Contact.ID, g.Contact.ID)
			return len(rivals), err
		},
		"AttachmentByUID": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.AttachmentByUID(ctx, who, g.waiting.UID)
			return 1, err
		},
		"CannedReplies": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.CannedReplies(ctx, who, "", hundred)
			return len(list.Rows) + int(list.Total), err
		},
		"CannedReply": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.CannedReply(ctx, who, chat.CannedRef{Shortcut: "thanks"})
			return 1, err
		},
		"Labels": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Labels(ctx, who, hundred)
			return len(list.Rows) + int(list.Total), err
		},
		"Label": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Label(ctx, who, g.tag.UID)
			return 1, err
		},
		"FailMessage": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, failed, err := tx.FailMessage(ctx, who, g.message.UID, "intruder")
			if failed {
				return 1, err
			}
			return 0, err
		},
	}
}

// deskWrites are the methods that change them.
func (g deskTarget) deskWrites() map[string]attempt {
	return map[string]attempt{
		"UpdateContact": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := g.contact
			row.Status = models.ContactBlocked
			return 0, tx.UpdateContact(ctx, who, &row)
		},
		"AbsorbContact": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.AbsorbContact(ctx, who, g.Contact.ID, g.Contact.ID)
		},
		"EraseContact": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			keys, err := tx.EraseContact(ctx, who, g.Contact.ID)
			return len(keys), err
		},
		"UpdateCannedReply": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := g.reply
			row.Content = "intruder"
			return 0, tx.UpdateCannedReply(ctx, who, &row)
		},
		"DeleteCannedReply": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.DeleteCannedReply(ctx, who, g.reply.UID)
		},
		"UpdateLabel": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := g.tag
			row.Name = "intruder"
			return 0, tx.UpdateLabel(ctx, who, &row)
		},
		"DeleteLabel": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.DeleteLabel(ctx, who, g.tag.UID)
		},
	}
}

// isUntouched wants that nobody changed anything.
func (g deskTarget) isUntouched(t *testing.T) {
	t.Helper()
	g.isAsItWas(t)
	equal(t, "the contact", g.Company.contact(t, g.Contact.UID), g.contact)
	reply, err := g.Store.CannedReply(t.Context(), g.Owner, chat.CannedRef{UID: &g.reply.UID})
	must(t, err)
	equal(t, "the reply", reply, g.reply)
	tag, err := g.Store.Label(t.Context(), g.Owner, g.tag.UID)
	must(t, err)
	equal(t, "the label", tag, g.tag)
}

var desks = map[string]func(*testing.T, *store.Store){
	"another account finds and changes nothing at the desk": func(t *testing.T, s *store.Store) {
		g, stranger := newDeskTarget(t, s), NewCompany(t, s)
		for _, who := range []models.Principal{stranger.Owner, stranger.System, g.Sandbox} {
			g.isHiddenFrom(t, who, g.deskReads())
			g.isClosedTo(t, who, g.deskWrites())
		}
		g.isUntouched(t)
	},
	"a visitor and nobody find and change nothing at the desk": func(t *testing.T, s *store.Store) {
		g := newDeskTarget(t, s)
		for _, who := range []models.Principal{g.Visitor, {}, {Kind: models.KindUser}, {AccountID: g.Rows.Live.ID}} {
			for _, attempts := range []map[string]attempt{g.deskReads(), g.deskWrites()} {
				for name, attempt := range attempts {
					err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
						_, err := attempt(ctx, tx, who)
						return err
					})
					fails(t, name, err, models.ErrForbidden)
				}
			}
		}
		g.isUntouched(t)
	},
	"a contact is absorbed by one of its own account alone": func(t *testing.T, s *store.Store) {
		g, stranger := newDeskTarget(t, s), NewCompany(t, s)
		other := stranger.NewTalk(t)
		err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.AbsorbContact(ctx, g.Owner, g.Contact.ID, other.Contact.ID)
		})
		conflicts(t, "a stranger's contact", err)
		g.isUntouched(t)
	},
	"the owner may do all of it": func(t *testing.T, s *store.Store) {
		g := newDeskTarget(t, s)
		for name, attempt := range g.deskReads() {
			if name == "MessageByExternalID" || name == "RivalConversations" {
				continue // nothing of the kind is there
			}
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				shown, err := attempt(ctx, tx, g.Owner)
				if shown == 0 {
					t.Errorf("%s shows nothing", name)
				}
				return err
			})
		}
		for _, name := range []string{
			"UpdateContact", "UpdateCannedReply", "DeleteCannedReply", "UpdateLabel", "DeleteLabel", "EraseContact",
		} {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				_, err := g.deskWrites()[name](ctx, tx, g.Owner)
				return err
			})
		}
	},
	"a shortcut and a label are taken once in an account": func(t *testing.T, s *store.Store) {
		g, other := newDeskTarget(t, s), NewCompany(t, s)
		reply := func(who models.Principal) error {
			row := models.CannedReply{UID: models.NewUID(), Shortcut: "thanks", Content: "x", CreatedAt: moment(), UpdatedAt: moment()}
			return try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateCannedReply(ctx, who, &row) })
		}
		tag := func(who models.Principal) error {
			row := models.Label{UID: models.NewUID(), Name: "URGENT", CreatedAt: moment()}
			return try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateLabel(ctx, who, &row) })
		}
		conflicts(t, "the shortcut", reply(g.Owner))
		conflicts(t, "the label", tag(g.Owner))
		must(t, reply(other.Owner))
		must(t, tag(other.Owner))
	},
}
