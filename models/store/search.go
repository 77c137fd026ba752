package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// likeEscapes makes %, _ and \ stand for themselves in LIKE.
var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// indexLock is the number of PostgreSQL's advisory lock that the one who indexes holds.
const indexLock = 0x7061726c65790002

// postgresSearch is what PostgreSQL's SQL has of its own for the search.
type postgresSearch struct{}

func (postgresSearch) contains(expression string) string {
	return fmt.Sprintf("folded(%s) LIKE folded(?)", expression)
}

func (postgresSearch) needle(text string) string { return "%" + likeEscapes.Replace(text) + "%" }

func (postgresSearch) claimIndex(db *gorm.DB) (mine bool, err error) {
	err = db.Raw("SELECT pg_try_advisory_xact_lock(?)", int64(indexLock)).Scan(&mine).Error
	return mine, err
}

func (postgresSearch) listedNumbers() string {
	return "SELECT v::bigint FROM jsonb_array_elements_text(?::jsonb) v"
}

func (postgresSearch) weighed() string {
	return "SELECT f.chunk_id, w.worth, f.weight FROM (SELECT v->>0 AS term, (v->>1)::bigint AS worth FROM " +
		"jsonb_array_elements(?::jsonb) v OFFSET 0) w CROSS JOIN LATERAL " +
		"(SELECT t.chunk_id, t.weight FROM article_terms t WHERE t.account_id = ? AND t.term = w.term OFFSET 0) f"
}

// sqliteSearch finds substrings by a function of ours: SQLite's own lower and LIKE
// know ASCII alone.
type sqliteSearch struct{}

func (sqliteSearch) contains(expression string) string {
	return fmt.Sprintf("instr(folded(%s), folded(?)) > 0", expression)
}

func (sqliteSearch) needle(text string) string { return text }

func (sqliteSearch) claimIndex(*gorm.DB) (bool, error) { return true, nil }

func (sqliteSearch) listedNumbers() string { return "SELECT value FROM json_each(?)" }

func (sqliteSearch) weighed() string { // a cross join keeps its order here
	return "SELECT t.chunk_id, w.worth, t.weight FROM (SELECT value->>0 AS term, value->>1 AS worth FROM json_each(?)) w " +
		"CROSS JOIN article_terms t WHERE t.account_id = ? AND t.term = w.term"
}

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
