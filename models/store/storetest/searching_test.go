package storetest

import (
	"context"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

var searching = map[string]func(*testing.T, *store.Store){
	"conversations are found by subject, contact and any message": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		c.NewTalk(t)
		subject := "Broken kettle"
		c.change(t, k, []string{"subject"}, func(row *models.Conversation) { row.Subject = &subject })
		post(t, s, k.Visitor, k.Says("The handle came off"))
		post(t, s, c.Owner, k.Notes(c.Owner, "Refund granted"))
		for _, text := range []string{"KETTLE", "handle came", "refund", *k.Contact.Email, "n k"} {
			equal(t, text, c.list(t, chat.ConversationQuery{Search: text}), []models.UID{k.Conversation.UID})
		}
		equal(t, "a name that both have", len(c.list(t, chat.ConversationQuery{Search: "jane doe"})), 2)
		equal(t, "nothing", c.list(t, chat.ConversationQuery{Search: "teapot"}), []models.UID{})
	},
	"any script is found, in any case": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		for text, search := range map[string]string{
			"Größe ÄÖÜ": "äöü", "ПРИВЕТ, мир": "привет, МИР", "お問い合わせは東京": "東京", "مرحبا بالعالم": "بالعالم",
			"Ελλάδα": "ΕΛΛΆΔ", "naïve CAFÉ": "Café", "नमस्ते दुनिया": "दुनिया", "🙂🚀": "🚀", "Zażółć GĘŚLĄ": "gęślą",
			"ΟΔΟΣ ΕΡΜΟΥ": "οδος", "νόμος": "ΝΌΜΟΣ", "İZMİR": "izmir", "Diyarbakir": "DİYARBAKİR", "GROẞX": "oßx",
		} {
			k := c.NewTalk(t)
			post(t, s, k.Visitor, k.Says(text))
			equal(t, text, c.list(t, chat.ConversationQuery{Search: search}), []models.UID{k.Conversation.UID})
		}
	},
	"signs that mean something elsewhere are plain text": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says(`100% off_now \o/ it's "quoted" @you ?1 $2 (a|b)* :*&! -- ;`))
		for _, text := range []string{"%", "_", `\`, "'", `"`, "0% o", "f_n", `\o/`, "@you", "?1", "$2", "(a|b)*", ":*&!", "--", ";"} {
			equal(t, text, c.list(t, chat.ConversationQuery{Search: text}), []models.UID{k.Conversation.UID})
		}
		for _, text := range []string{"1%0", "o_f", "0_off", `\\`, "''", "%%", `\%`} {
			equal(t, text, c.list(t, chat.ConversationQuery{Search: text}), []models.UID{})
		}
	},
	"contacts are found by name, e-mail and phone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		phone, email, first, last := "+491701234567", "ü@example.org", "Jürgen", "Groß_mann"
		jurgen := models.Contact{
			UID: models.NewUID(), Phone: &phone, Email: &email, FirstName: &first, LastName: &last, CreatedAt: moment(), UpdatedAt: moment(),
		}
		anonymous := contactNamed("someone@example.com")
		anonymous.FirstName, anonymous.LastName = nil, nil
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			if _, err := tx.FindOrCreateContact(ctx, c.System, &jurgen); err != nil {
				return err
			}
			_, err := tx.FindOrCreateContact(ctx, c.System, &anonymous)
			return err
		})
		for search, want := range map[string]int64{
			"JÜRGEN groß": 1, "_": 1, "0124": 0, "17012": 1, "EXAMPLE.": 2, "Ü@": 1, "%": 0, "some": 1, "": 2,
		} {
			for range 2 {
				list, err := s.Contacts(t.Context(), c.Owner, chat.ContactQuery{Search: search, Page: hundred})
				must(t, err)
				equal(t, search, list.Total, want)
				Index(t, s)
			}
		}
	},
}
