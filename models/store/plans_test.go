package store_test

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// The account of these tests is a small part of its database, so that to read a whole
// table would never be the best plan.
const (
	ownTalks     = 150
	foreignTalks = 2000
)

// large are the tables that hold the rows of all accounts, many of them.
var large = []string{"conversations", "messages", "contacts", "conversation_labels", "search_packs"}

// crowded is an account among others, with what the store asks of the database.
type crowded struct {
	storetest.Company
	heard []store.Statement
	// indexed is the same database, where PostgreSQL reads no table whole if there is
	// another way.
	indexed *store.Store
}

func openCrowded(t *testing.T, database string) *crowded {
	t.Helper()
	url := storetest.URL(t, database)
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, bulk := &crowded{indexed: s}, storetest.OpenBulk(t, url)
	for i, talks := range []int{foreignTalks, ownTalks, foreignTalks} {
		company := storetest.NewCompany(t, s)
		if i == 1 {
			c.Company = company
		}
		bulk.Talks(t, company, talks, func(int) []string { return []string{"Where is my order?", "On its way to you"} })
	}
	storetest.Index(t, s)
	bulk.Analyze(t)
	if database == storetest.Postgres {
		if c.indexed, err = store.Open(t.Context(), store.Options{URL: url + "&enable_seqscan=off"}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.indexed.Close() })
	}
	if err := s.Listen(func(q store.Statement) { c.heard = append(c.heard, q) }); err != nil {
		t.Fatal(err)
	}
	return c
}

// calls are the lists and the searches, each with all its filters and orders.
func (c *crowded) calls() map[string]func(context.Context) error {
	all := map[string]func(context.Context) error{}
	page := models.Page{Limit: 20, Offset: 30}
	list := func(name string, q chat.ConversationQuery) {
		for _, sort := range []chat.ConversationSort{
			chat.SortLastMessageDesc, chat.SortLastMessageAsc, chat.SortCreatedDesc, chat.SortCreatedAsc,
		} {
			q.Sort, q.Page = sort, page
			all[name+" by "+string(sort)] = func(ctx context.Context) error {
				_, err := c.Store.Conversations(ctx, c.Owner, q)
				return err
			}
		}
	}
	for _, l := range lists(hall{Company: c.Company}) {
		if l.query.Contact == nil {
			list("list="+l.name, l.query)
		}
	}
	list("mentions", chat.ConversationQuery{Mentioned: true})
	list("site", chat.ConversationQuery{Site: &c.Site.UID, Status: models.StatusOpen})
	all["counts"] = func(ctx context.Context) error {
		_, err := c.Store.ConversationCounts(ctx, c.Owner)
		return err
	}
	for _, text := range []string{"order", "absent", "e", "er", "款", "%"} {
		list("search="+text, chat.ConversationQuery{Search: text})
		all["everywhere="+text] = func(ctx context.Context) error {
			_, err := c.Store.Search(ctx, c.Owner, chat.SearchQuery{Text: text, Limit: 10, Kinds: []models.SearchKind{
				models.SearchConversation, models.SearchMessage, models.SearchContact, models.SearchArticle,
			}})
			return err
		}
		all["contacts="+text] = func(ctx context.Context) error {
			_, err := c.Store.Contacts(ctx, c.Owner, chat.ContactQuery{Search: text, Page: page})
			return err
		}
	}
	return all
}

// asked are the statements of one call.
func (c *crowded) asked(t *testing.T, call func(context.Context) error) []store.Statement {
	t.Helper()
	c.heard = nil
	if err := call(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(c.heard) == 0 {
		t.Fatal("nothing was heard")
	}
	return slices.Clone(c.heard)
}

func TestListsAndSearchesReadNoOtherAccountInSQLite(t *testing.T) {
	t.Parallel()
	c := openCrowded(t, storetest.SQLite)
	searched, covered := 0, 0
	for name, call := range c.calls() {
		for _, q := range c.asked(t, call) {
			lines, err := c.Store.Explain(t.Context(), "EXPLAIN QUERY PLAN", q)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, q.SQL, err)
			}
			for _, line := range lines {
				if strays(line) {
					t.Errorf("%s reads rows of others: %s\n%s", name, line, q.SQL)
				}
				if strings.HasPrefix(line, "SEARCH") {
					searched++
				}
				if strings.HasPrefix(line, "SEARCH conversations USING COVERING INDEX") {
					covered++
				}
			}
		}
	}
	if searched < 300 || covered < 60 {
		t.Errorf("only %d plans use an index, and %d of them a covering one", searched, covered)
	}
}

// through is a step that looks a table up by an index; it names the first column.
var through = regexp.MustCompile(`^(SCAN|SEARCH) (\w+)(?: .*\((\w+)[=<>])?`)

// strays says whether a step of SQLite's reads a large table other than by the account
// or by a key.
func strays(step string) bool {
	m := through.FindStringSubmatch(step)
	if m == nil || !slices.Contains(large, m[2]) {
		return false
	}
	return m[1] == "SCAN" || !slices.Contains([]string{"account_id", "rowid", "id", "uid", "conversation_id"}, m[3])
}

func TestCountsGoFromOpenConversationsToTheirLabelsInSQLite(t *testing.T) {
	t.Parallel()
	c := openCrowded(t, storetest.SQLite)
	var steps []string
	for _, q := range c.asked(t, c.calls()["counts"]) {
		if !strings.Contains(q.SQL, "conversation_labels") {
			continue
		}
		lines, err := c.Store.Explain(t.Context(), "EXPLAIN QUERY PLAN", q)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if m := through.FindStringSubmatch(line); m != nil {
				steps = append(steps, m[2]+" by "+m[3])
			}
		}
	}
	if want := []string{"c by account_id", "cl by conversation_id", "l by rowid"}; !slices.Equal(steps, want) {
		t.Errorf("joined %q, want %q", steps, want)
	}
}

// node is a step of a plan of PostgreSQL's.
type node struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Again   float64 `json:"Rows Removed by Index Recheck"`
	Plans   []node  `json:"Plans"`
}

// each calls fn with every step.
func (n node) each(fn func(node)) {
	fn(n)
	for _, under := range n.Plans {
		under.each(fn)
	}
}

func TestListsAndSearchesReadNoOtherAccountInPostgreSQL(t *testing.T) {
	t.Parallel()
	c := openCrowded(t, storetest.Postgres)
	steps := 0
	for name, call := range c.calls() {
		for _, q := range c.asked(t, call) {
			c.explain(t, q).each(func(n node) {
				if !slices.Contains(large, n.Table) {
					return
				}
				steps++
				// There are two messages to a conversation.
				if read := (n.Rows + n.Removed + n.Again) * n.Loops; n.Type == "Seq Scan" || read > 2*ownTalks {
					t.Errorf("%s reads %g rows of %s by a %s\n%s", name, read, n.Table, n.Type, q.SQL)
				}
			})
		}
	}
	if steps < 300 {
		t.Errorf("only %d steps were looked at", steps)
	}
}

// explain runs a query and gives its plan. The few packs of this database fit one page,
// which is best read whole; of many, an account's alone must be.
func (c *crowded) explain(t *testing.T, q store.Statement) node {
	t.Helper()
	s := c.Store
	if strings.Contains(q.SQL, "search_packs") {
		s = c.indexed
	}
	lines, err := s.Explain(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON)", q)
	if err != nil {
		t.Fatalf("%s: %v", q.SQL, err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(strings.Join(lines, "")), &plans); err != nil || len(plans) != 1 {
		t.Fatalf("%s: %d plans, %v", q.SQL, len(plans), err)
	}
	return plans[0].Plan
}
