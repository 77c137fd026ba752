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

func (postgresSearch) listedWords() string {
	return "SELECT word FROM jsonb_array_elements_text(?::jsonb) AS word"
}

func (postgresSearch) listedEnds() string {
	return "SELECT v->>0 AS a, (v->>1)::bigint AS b FROM jsonb_array_elements(?::jsonb) v"
}

func (postgresSearch) listedPairs() string {
	return "SELECT (v->>0)::bigint AS a, (v->>1)::bigint AS b FROM jsonb_array_elements(?::jsonb) v"
}

// postings goes from word to word: the planner cannot know that they are few.
func (postgresSearch) postings(words, condition string) string {
	return "SELECT f.row_id FROM (" + words + " OFFSET 0) w CROSS JOIN LATERAL " +
		"(SELECT p.row_id FROM search_postings p WHERE " + condition + " OFFSET 0) f"
}

// weighed goes from term to term, like postings.
func (s postgresSearch) weighed() string {
	return "SELECT f.chunk_id, w.b AS worth, f.weight FROM (" + s.listedEnds() + " OFFSET 0) w CROSS JOIN LATERAL " +
		"(SELECT t.chunk_id, t.weight FROM article_terms t WHERE t.account_id = ? AND t.term = w.a OFFSET 0) f"
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

func (sqliteSearch) listedWords() string { return "SELECT value AS word FROM json_each(?)" }

func (sqliteSearch) listedEnds() string {
	return "SELECT value->>0 AS a, value->>1 AS b FROM json_each(?)"
}

func (s sqliteSearch) listedPairs() string { return s.listedEnds() }

// postings goes from word to word: a cross join keeps its order here.
func (sqliteSearch) postings(words, condition string) string {
	return "SELECT p.row_id FROM (" + words + ") w CROSS JOIN search_postings p WHERE " + condition
}

// weighed goes from term to term, like postings.
func (s sqliteSearch) weighed() string {
	return "SELECT t.chunk_id, w.b AS worth, t.weight FROM (" + s.listedEnds() + ") w CROSS JOIN article_terms t " +
		"WHERE t.account_id = ? AND t.term = w.a"
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

// fragment is a piece of SQL with its arguments.
type fragment struct {
	sql  string
	args []any
}

func (f *fragment) add(sql string, args ...any) {
	f.sql += sql
	f.args = append(f.args, args...)
}

func (f *fragment) join(other fragment) { f.add(other.sql, other.args...) }

// lookup finds rows of one kind that contain a text.
type lookup struct {
	queries
	account int64
	kind    models.SearchKind
	text    string
}

// tables are where the rows of each kind are.
var tables = map[models.SearchKind]string{
	models.SearchConversation: "conversations", models.SearchContact: "contacts", models.SearchArticle: "articles",
}

// exact is the condition that the row with the id in x.row_id really contains the text.
// Its queries give one value, and not rows to join: a planner that knows no figures yet
// would test every row of the table for each one in question.
func (l lookup) exact() fragment {
	n := l.needle(l.text)
	var f fragment
	switch l.kind {
	case models.SearchContact:
		f.add("(SELECT true FROM contacts c WHERE c.account_id = ? AND c.id = x.row_id AND ("+
			l.contains("("+fullName+")")+" OR "+l.contains("email")+" OR "+l.contains("phone")+") LIMIT 1)", l.account, n, n, n)
	case models.SearchArticle:
		f.add("(SELECT true FROM articles a WHERE a.account_id = ? AND a.id = x.row_id AND ("+
			l.contains("title")+" OR "+l.contains("content")+") LIMIT 1)", l.account, n, n)
	default:
		f.add("((SELECT true FROM messages m WHERE m.account_id = ? AND m.conversation_id = x.row_id"+
			" AND m.deleted_at IS NULL AND "+l.contains("m.content")+" LIMIT 1)", l.account, n)
		f.add(" OR (SELECT true FROM conversations c WHERE c.account_id = ? AND c.id = x.row_id AND "+
			l.contains("c.subject")+" LIMIT 1))", l.account, n)
	}
	return f
}

// indexed are the rows that the index names for one part of the text.
func (l lookup) indexed(part string) fragment {
	words := fragment{"SELECT DISTINCT word_id FROM search_suffixes WHERE account_id = ? AND suffix >= ? AND suffix < ?",
		[]any{l.account, part, part + "\U0010ffff"}}
	if word, whole := wholeWord(part); whole {
		words = fragment{"SELECT id AS word_id FROM search_words WHERE account_id = ? AND word = ?", []any{l.account, word}}
	}
	return fragment{
		l.postings(words.sql, "p.account_id = ? AND p.word_id = w.word_id AND p.kind = ?"),
		append(words.args, l.account, l.kind),
	}
}

// rows is the query for the ids of all rows that contain the text: those of the index,
// tested where it does not tell exactly, and those that it has yet to learn.
func (l lookup) rows() fragment {
	var f fragment
	exact := l.exact()
	parts, complete := probes(l.text)
	f.add("SELECT x.row_id FROM (")
	if len(parts) == 0 { // gaps alone, which the index does not know
		f.add("SELECT id AS row_id FROM "+tables[l.kind]+" WHERE account_id = ?", l.account)
	}
	for i, part := range parts {
		if i > 0 {
			f.add(" INTERSECT ")
		}
		f.join(l.indexed(part))
	}
	f.add(") AS x WHERE x.row_id NOT IN (SELECT row_id FROM search_tasks WHERE account_id = ? AND kind = ?)", l.account, l.kind)
	if !complete {
		f.add(" AND ")
		f.join(exact)
	}
	f.add(" UNION SELECT x.row_id FROM search_tasks x WHERE x.account_id = ? AND x.kind = ? AND ", l.account, l.kind)
	f.join(exact)
	if l.kind == models.SearchConversation {
		f.add(" UNION SELECT row_id FROM (SELECT (SELECT m.conversation_id FROM messages m WHERE m.id = t.row_id AND m.account_id = ?"+
			" AND m.deleted_at IS NULL AND "+l.contains("m.content")+") AS row_id FROM search_tasks t"+
			" WHERE t.account_id = ? AND t.kind = ?) AS posted WHERE row_id IS NOT NULL",
			l.account, l.needle(l.text), l.account, models.SearchMessage)
	}
	return f
}

// searchContacts keeps the contacts that contain the text in name, e-mail or phone.
func (q queries) searchContacts(db *gorm.DB, who models.Principal, text string) *gorm.DB {
	found := lookup{q, who.AccountID, models.SearchContact, text}.rows()
	return db.Where("id IN ("+found.sql+")", found.args...)
}

// searchConversations keeps the conversations that contain the text in the subject,
// the contact or any message.
func (q queries) searchConversations(db *gorm.DB, who models.Principal, text string) *gorm.DB {
	f := lookup{q, who.AccountID, models.SearchConversation, text}.rows()
	f.add(" UNION SELECT c.id FROM conversations c WHERE c.account_id = ? AND c.contact_id IN (", who.AccountID)
	f.join(lookup{q, who.AccountID, models.SearchContact, text}.rows())
	f.add(")")
	return db.Where("id IN ("+f.sql+")", f.args...)
}
