package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// The sizes of the benchmark: one large account among others.
const (
	largeTalks    = 20_000
	largeMessages = 10
	otherAccounts = 50
	otherTalks    = 400
	otherMessages = 5
)

// BenchmarkSearch measures searches and lists in an account with 200,000 messages that
// is not alone, and the same search by reading every message.
func BenchmarkSearch(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(database, func(b *testing.B) {
			url := storetest.URL(b, database)
			s, err := store.Open(b.Context(), store.Options{URL: url})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			bulk := storetest.OpenBulk(b, url)
			large := populate(b, s, bulk)
			for _, text := range []struct{ name, text string }{
				{"rare", "zanzibar"}, {"common", "order"}, {"phrase", "my order"}, {"chinese", "退款"}, {"letter", "e"},
				{"pair", "er"}, {"missing", "quetzalcoatl"}, {"email", "customer77@"}, {"name", "jane"},
			} {
				b.Run("search="+text.name, func(b *testing.B) {
					measure(b, large, chat.ConversationQuery{Search: text.text})
				})
			}
			for name, q := range lists() {
				b.Run("list="+name, func(b *testing.B) { measure(b, large, q) })
			}
			b.Run("everywhere", func(b *testing.B) {
				for b.Loop() {
					_, err := s.Search(b.Context(), large.Owner, chat.SearchQuery{Text: "order", Limit: 10, Kinds: []models.SearchKind{
						models.SearchConversation, models.SearchMessage, models.SearchContact, models.SearchArticle,
					}})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("baseline=LIKE", func(b *testing.B) { scanAll(b, bulk, large) })
		})
	}
}

// lists are the filters and orders of the list.
func lists() map[string]chat.ConversationQuery {
	return map[string]chat.ConversationQuery{
		"all": {}, "open": {Status: models.StatusOpen}, "oldest": {Sort: chat.SortCreatedAsc},
		"channel": {Channel: models.ChannelChat}, "priority": {Priority: models.PriorityHigh},
		"unassigned": {Unassigned: true}, "label": {Label: "billing"}, "deep": {Page: models.Page{Offset: largeTalks / 2}},
		"combined": {Status: models.StatusClosed, Channel: models.ChannelChat, Label: "billing", Sort: chat.SortLastMessageAsc},
	}
}

func measure(b *testing.B, c storetest.Company, q chat.ConversationQuery) {
	b.Helper()
	q.Page.Limit = 20
	var total int64
	for b.Loop() {
		list, err := c.Store.Conversations(b.Context(), c.Owner, q)
		if err != nil {
			b.Fatal(err)
		}
		total = list.Total
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
	b.ReportMetric(float64(total), "hits")
}

// populate makes the accounts, and waits until all is indexed.
func populate(b *testing.B, s *store.Store, bulk storetest.Bulk) storetest.Company {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var large storetest.Company
	for i := range otherAccounts + 1 {
		c, talks, messages := storetest.NewCompany(b, s), otherTalks, otherMessages
		if i == otherAccounts/2 {
			large, talks, messages = c, largeTalks, largeMessages
		}
		bulk.Talks(b, c, talks, func(int) []string { return chatter(random, messages) })
	}
	begin := time.Now()
	storetest.Index(b, s)
	b.Logf("indexed in %s", time.Since(begin))
	bulk.Analyze(b)
	return large
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

// scan is the search without an index.
func scanAll(b *testing.B, bulk storetest.Bulk, c storetest.Company) {
	b.Helper()
	for b.Loop() {
		bulk.Run(b, "SELECT count(DISTINCT conversation_id) FROM messages WHERE account_id = ? AND lower(content) LIKE ?",
			c.Rows.Live.ID, "%zanzibar%")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
}
