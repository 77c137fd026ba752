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

// postgresSearch finds substrings by LIKE, which a trigram index can serve. The
// collation lowers every script, whatever the database's own locale.
type postgresSearch struct{}

func (postgresSearch) contains(expression string) string {
	return fmt.Sprintf(`lower((%s) COLLATE "und-x-icu") LIKE lower(? COLLATE "und-x-icu")`, expression)
}

func (postgresSearch) needle(text string) string { return "%" + likeEscapes.Replace(text) + "%" }

// sqliteSearch finds substrings by a function of ours: SQLite's own lower and LIKE
// know ASCII alone.
type sqliteSearch struct{}

func (sqliteSearch) contains(expression string) string {
	return fmt.Sprintf("instr(folded(%s), ?) > 0", expression)
}

func (sqliteSearch) needle(text string) string { return strings.ToLower(text) }

// folded is that function: the lower case of a text, in any script.
func folded(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	return strings.ToLower(text), nil
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
