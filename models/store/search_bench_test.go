package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// The sizes of the benchmark: one large account among others, which have as many
// messages again, or a tenth of that.
const (
	largeTalks    = 20_000
	talkMessages  = 10
	otherAccounts = 50
	manyTalks     = largeTalks / otherAccounts
	fewTalks      = manyTalks / 10
	// rounds is how often each side is asked at least.
	rounds = 20
)

// hall is a database with the large account and others.
type hall struct {
	storetest.Company
	url  string
	bulk storetest.Bulk
}

// BenchmarkSearch measures searches and lists of conversations in an account with
// 200,000 messages among others with as many again: the least and the median time of
// each, the same where the others have a tenth of that, the ratio of the least ones,
// and how many times a bare count of the account's conversations it takes.
func BenchmarkSearch(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(database, func(b *testing.B) {
			few, many := openHall(b, database, fewTalks), openHall(b, database, manyTalks)
			for _, n := range needlesByKind {
				b.Run("search="+n.kind, func(b *testing.B) {
					duel(b, few, many, list(chat.ConversationQuery{Search: n.text}))
				})
				b.Run("everywhere="+n.kind, func(b *testing.B) { duel(b, few, many, everywhere(n.text)) })
			}
			for _, l := range lists(few) {
				b.Run("list="+l.name, func(b *testing.B) { duel(b, few, many, list(l.query)) })
			}
			b.Run("first-search-of-a-node", func(b *testing.B) { duel(b, few, many, newcomer(true)) })
			b.Run("first-search-at-once", func(b *testing.B) { duel(b, few, many, newcomer(false)) })
			b.Run("baseline=LIKE", func(b *testing.B) { duel(b, few, many, scanAll) })
			b.Run("baseline=primary-key", func(b *testing.B) { duel(b, few, many, readOne) })
		})
	}
}

// needlesByKind are the searches: how many conversations a text is in, and of how many
// signs it is, must not matter much.
var needlesByKind = []struct{ kind, text string }{
	{"rare", "zanzibar"}, {"common", "order"}, {"absent", "quetzalcoatl"}, {"phrase", "my order"}, {"common-phrase", "the is"},
	{"across-words", "r is my o"}, {"letter", "e"}, {"letter-pair", "er"}, {"chinese-1", "款"}, {"chinese-2", "退款"},
	{"chinese-3", "我退款"}, {"common-chinese", "的"}, {"percent", "%"}, {"underscore", "_"}, {"email", "customer77@"}, {"everybody", "example.com"},
}

// filtered is a list with a name.
type filtered struct {
	name  string
	query chat.ConversationQuery
}

// lists are the filters and orders of the list. The accounts of both halls differ in
// their ids alone.
func lists(h hall) []filtered {
	return []filtered{
		{"all", chat.ConversationQuery{}}, {"oldest-message", chat.ConversationQuery{Sort: chat.SortLastMessageAsc}},
		{"newest", chat.ConversationQuery{Sort: chat.SortCreatedDesc}}, {"oldest", chat.ConversationQuery{Sort: chat.SortCreatedAsc}},
		{"open", chat.ConversationQuery{Status: models.StatusOpen}}, {"channel", chat.ConversationQuery{Channel: models.ChannelEmail}},
		{"absent-channel", chat.ConversationQuery{Channel: models.ChannelVoice}},
		{"priority", chat.ConversationQuery{Priority: models.PriorityHigh, Sort: chat.SortCreatedAsc}},
		{"unassigned", chat.ConversationQuery{Unassigned: true}}, {"mine", chat.ConversationQuery{AssignedTo: &h.Owner.UserUID}},
		{"contact", chat.ConversationQuery{Contact: &models.UID{}}}, {"label", chat.ConversationQuery{Label: "billing"}},
		{"unused-label", chat.ConversationQuery{Label: "nobody"}},
		{"deep", chat.ConversationQuery{Page: models.Page{Offset: largeTalks / 2}}},
		{"deepest", chat.ConversationQuery{Sort: chat.SortCreatedDesc, Page: models.Page{Offset: largeTalks - 20}}},
		{"combined", chat.ConversationQuery{
			Status: models.StatusClosed, Channel: models.ChannelChat, Label: "billing", Unassigned: true, Sort: chat.SortLastMessageAsc,
		}},
		{"searched", chat.ConversationQuery{Search: "order", Status: models.StatusOpen, Label: "billing"}},
	}
}

// call asks a hall for something once, and says how long that took.
type call func(b *testing.B, h hall) time.Duration

// took measures one call.
func took(b *testing.B, ask func() error) time.Duration {
	b.Helper()
	begin := time.Now()
	err := ask()
	end := time.Since(begin)
	if err != nil {
		b.Fatal(err)
	}
	return end
}

// list asks for a page of conversations.
func list(q chat.ConversationQuery) call {
	q.Page.Limit = 20
	return func(b *testing.B, h hall) time.Duration {
		b.Helper()
		q := q
		if q.AssignedTo != nil {
			q.AssignedTo = &h.Owner.UserUID
		}
		if q.Contact != nil {
			q.Contact = h.someone(b)
		}
		return took(b, func() error { _, err := h.Store.Conversations(b.Context(), h.Owner, q); return err })
	}
}

// someone is a contact of the account.
func (h hall) someone(b *testing.B) *models.UID {
	b.Helper()
	list, err := h.Store.Contacts(b.Context(), h.Owner, chat.ContactQuery{Page: models.Page{Limit: 1}})
	if err != nil {
		b.Fatal(err)
	}
	return &list.Rows[0].UID
}

// everywhere asks for the newest rows of every kind.
func everywhere(text string) call {
	q := chat.SearchQuery{Text: text, Limit: 10, Kinds: []models.SearchKind{
		models.SearchConversation, models.SearchMessage, models.SearchContact, models.SearchArticle,
	}}
	return func(b *testing.B, h hall) time.Duration {
		b.Helper()
		return took(b, func() error { _, err := h.Store.Search(b.Context(), h.Owner, q); return err })
	}
}

// newcomer is the first search on a node: after somebody has looked at the list and the
// texts were read ahead, or at once.
func newcomer(ahead bool) call {
	return func(b *testing.B, h hall) time.Duration {
		b.Helper()
		s, err := store.Open(b.Context(), store.Options{URL: h.url})
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.RunReadingAhead(ctx) }()
		h.Store = s
		if ahead {
			list(chat.ConversationQuery{})(b, h)
			for s.Shelved(h.Rows.Live.ID, models.SearchContact) == 0 {
				<-time.After(time.Millisecond)
			}
		}
		stop()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		return list(chat.ConversationQuery{Search: "order"})(b, h)
	}
}

// scanAll is the search without an index.
func scanAll(b *testing.B, h hall) time.Duration {
	b.Helper()
	return h.bare(b, "SELECT count(DISTINCT conversation_id) FROM messages WHERE account_id = ? AND lower(content) LIKE '%zanzibar%'")
}

// readOne is the least that a database can be asked for.
func readOne(b *testing.B, h hall) time.Duration {
	b.Helper()
	return h.bare(b, "SELECT message_count FROM conversations WHERE id = ? * 1000000 + 7")
}

// countAll is what lists and searches are compared with.
func countAll(b *testing.B, h hall) time.Duration {
	b.Helper()
	return h.bare(b, "SELECT count(*) FROM conversations WHERE account_id = ?")
}

// bare asks for a number of the account, past the store.
func (h hall) bare(b *testing.B, query string) time.Duration {
	b.Helper()
	return took(b, func() error { _, err := h.bulk.Number(b, query, h.Rows.Live.ID); return err })
}

// duel asks both halls, in turn, so that whatever else the machine does hits both.
func duel(b *testing.B, few, many hall, ask call) {
	b.Helper()
	var times [3][]float64
	for b.Loop() {
		for range rounds {
			for i, took := range []time.Duration{ask(b, many), ask(b, few), countAll(b, many)} {
				times[i] = append(times[i], float64(took.Microseconds())/1000)
			}
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	median := len(times[0]) / 2
	b.ReportMetric(times[0][0], "min-ms")
	b.ReportMetric(times[0][median], "median-ms")
	b.ReportMetric(times[1][0], "min-ms-of-few")
	b.ReportMetric(times[1][median], "median-ms-of-few")
	b.ReportMetric(times[0][0]/times[1][0], "x-by-10x-others")
	b.ReportMetric(times[0][0]/times[2][0], "x-of-bare-count")
	b.ReportMetric(0, "ns/op")
}

// openHall makes the accounts, and waits until all is indexed. The large one comes in
// the middle.
func openHall(b *testing.B, database string, otherTalks int) hall {
	b.Helper()
	h := hall{url: storetest.URL(b, database)}
	s, err := store.Open(b.Context(), store.Options{URL: h.url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	h.bulk = storetest.OpenBulk(b, h.url)
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Now()
	for i := range otherAccounts + 1 {
		c, talks := storetest.NewCompany(b, s), otherTalks
		if i == otherAccounts/2 {
			h.Company, talks = c, largeTalks
		}
		h.bulk.Talks(b, c, talks, func(int) []string { return chatter(random, talkMessages) })
	}
	written := time.Now()
	storetest.Index(b, s)
	b.Logf("%d messages in other accounts: written in %s, indexed in %s", otherAccounts*otherTalks*talkMessages, written.Sub(begin), time.Since(written))
	h.bulk.Analyze(b)
	return h
}

// vocabulary is made up, the common words first, as in a language.
var vocabulary = func() []string {
	syllables := []string{"ka", "ro", "min", "ter", "sol", "vi", "pan", "der", "lu", "est", "qua", "ing", "bo", "ch", "fre"}
	random := rand.New(rand.NewPCG(3, 4))
	words := []string{"my", "order", "the", "is", "please"}
	for len(words) < 20_000 {
		var w strings.Builder
		for range 1 + random.IntN(4) {
			w.WriteString(syllables[random.IntN(len(syllables))])
		}
		words = append(words, w.String())
	}
	return words
}()

const hanzi = "我你的是了不在有这个人们来到时大地为子中说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动"

// chatter is what is said in a conversation.
func chatter(random *rand.Rand, messages int) []string {
	zipf := rand.NewZipf(random, 1.3, 8, uint64(len(vocabulary)-1))
	signs := []rune(hanzi)
	texts := make([]string, messages)
	for i := range texts {
		var text strings.Builder
		for range 4 + random.IntN(16) {
			text.WriteString(vocabulary[zipf.Uint64()] + " ")
		}
		if random.IntN(10) == 0 {
			for range 12 {
				text.WriteRune(signs[random.IntN(len(signs))])
			}
		}
		if random.IntN(200) == 0 {
			text.WriteString("请给我退款")
		}
		if random.IntN(20_000) == 0 {
			text.WriteString(" Zanzibar")
		}
		fmt.Fprintf(&text, " #%d", random.IntN(1_000_000))
		texts[i] = text.String()
	}
	return texts
}
