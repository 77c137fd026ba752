package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"modernc.org/sqlite"

	"parley/models"
)

// likeEscapes makes %, _ and \ stand for themselves in LIKE.
var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// postgresSearch finds substrings by LIKE, which a trigram index can serve.
type postgresSearch struct{}

func (postgresSearch) contains(expression string) string {
	return fmt.Sprintf("folded(%s) LIKE folded(?)", expression)
}

func (postgresSearch) needle(text string) string { return "%" + likeEscapes.Replace(text) + "%" }

// sqliteSearch finds substrings by a function of ours: SQLite's own lower and LIKE
// know ASCII alone.
type sqliteSearch struct{}

func (sqliteSearch) contains(expression string) string {
	return fmt.Sprintf("instr(folded(%s), folded(?)) > 0", expression)
}

func (sqliteSearch) needle(text string) string { return text }

// disagreements are where lower case in ICU differs from Go's: the sigma at the end of
// a word, and the dot that is left of a Turkish I.
var disagreements = strings.NewReplacer("\u03c2", "\u03c3", "i\u0307", "i")

// fold is the form in which texts are searched and labels compared.
func fold(text string) string { return disagreements.Replace(strings.ToLower(text)) }

// folded is fold as a function of SQLite; PostgreSQL's schema has one of that name.
func folded(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	return fold(text), nil
}

// fullName joins a contact's names as people write them.
const fullName = `coalesce(first_name, '') || ' ' || coalesce(last_name, '')`

// searchContacts keeps the contacts that contain the text in name, e-mail or phone.
func (q queries) searchContacts(db *gorm.DB, text string) *gorm.DB {
	n := q.needle(text)
	return db.Where("("+q.contains(fullName)+" OR "+q.contains("email")+" OR "+q.contains("phone")+")", n, n, n)
}

// searchConversations keeps the conversations that contain the text in the subject,
// the contact or any message.
func (q queries) searchConversations(db *gorm.DB, who models.Principal, text string) *gorm.DB {
	fresh := db.Session(&gorm.Session{NewDB: true})
	contacts := q.searchContacts(fresh.Model(&models.Contact{}).Where("account_id = ?", who.AccountID), text)
	messages := fresh.Model(&models.Message{}).Where("account_id = ? AND deleted_at IS NULL", who.AccountID).
		Where(q.contains("content"), q.needle(text))
	return db.Where("("+q.contains("subject")+" OR contact_id IN (?) OR id IN (?))",
		q.needle(text), contacts.Select("id"), messages.Select("conversation_id"))
}
