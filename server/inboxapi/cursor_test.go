package inboxapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/models"
	"parley/models/chat"
)

func TestReadingOnMissesNothingAndRepeatsNothingWhileConversationsMove(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		var all []models.Conversation
		for i := range 9 {
			all = append(all, b.begin(fmt.Sprint("Visitor ", i), "Hello"))
		}
		rapid.Check(t, func(r *rapid.T) {
			w := walk{Rapid: r, inbox: b, all: all, touched: map[string]bool{}, seen: map[string]bool{}}
			w.filter = rapid.SampledFrom([]string{"", "&q=hello", "&humanManaged=false"}).Draw(r, "filter")
			limit := rapid.IntRange(1, 5).Draw(r, "limit")
			cursor := ""
			for pages := 0; pages == 0 || cursor != ""; pages++ {
				if pages > len(all)+1 {
					r.Fatalf("the list has no end")
				}
				cursor = w.page(limit, cursor)
				for range rapid.IntRange(0, 3).Draw(r, "posts") {
					w.post()
				}
			}
			w.isWhole()
		})
	})
}

// walk reads a list to its end.
type walk struct {
	Rapid  *rapid.T
	inbox  *inbox
	all    []models.Conversation
	filter string
	// touched are conversations that something was said in, seen those that were listed.
	touched, seen map[string]bool
	last          string
}

// page reads a page and gives the cursor of the next.
func (w *walk) page(limit int, cursor string) string {
	path := fmt.Sprintf("?limit=%d%s", limit, w.filter)
	if cursor != "" {
		path = fmt.Sprintf("?limit=%d&cursor=%s", limit, cursor) // the filter is remembered
	}
	a := w.inbox.as(w.inbox.Creds.InboxKey, http.MethodGet, path, "")
	if a.status != http.StatusOK || len(a.rows()) > limit || a.next() != "" && len(a.rows()) < limit {
		w.Rapid.Fatalf("%s answers %d %s", path, a.status, a.raw)
	}
	for _, row := range a.rows() {
		id, at := fmt.Sprint(row["id"]), fmt.Sprint(row["lastMessageAt"])
		if w.seen[id] {
			w.Rapid.Fatalf("%s comes twice", id)
		}
		if w.last != "" && at > w.last {
			w.Rapid.Fatalf("%s is newer than what came before", id)
		}
		w.seen[id], w.last = true, at
	}
	return a.next()
}

// post says something in a conversation, or notes it: a note moves nothing.
func (w *walk) post() {
	c := rapid.SampledFrom(w.all).Draw(w.Rapid, "conversation")
	d := chat.Draft{Content: "Hello again", Internal: rapid.Bool().Draw(w.Rapid, "note")}
	who := w.inbox.owner
	if !d.Internal && rapid.Bool().Draw(w.Rapid, "by the visitor") {
		who = visitor(c)
	}
	if _, err := w.inbox.Chat.Post(w.inbox.Context(), who, c.UID, d); err != nil {
		w.Rapid.Fatal(err)
	}
	if !d.Internal {
		w.touched[c.UID.String()] = true
	}
}

// isWhole wants everything that nothing was said in to have been listed.
func (w *walk) isWhole() {
	for _, id := range uuids(w.all...) {
		if !w.touched[id] && !w.seen[id] {
			w.Rapid.Fatalf("%s is missing", id)
		}
	}
}

func TestACursorKeepsItsFiltersAndNoOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "A lamp")
		b.begin("Tom Berg", "A chair")
		b.begin("Ann Roe", "A lamp")
		first := b.want(b.get("?limit=1&status=open&q=lamp&humanManaged=false"), 200)
		cursor := "&cursor=" + first.next()
		for _, again := range []string{"?limit=5", "?status=open&q=lamp", "?humanManaged=false&q=+lamp+"} {
			a := b.want(b.get(again+cursor), 200)
			if got := a.ids(); !slices.Equal(got, uuids(c)) || a.next() != "" {
				t.Errorf("%s: %s", again, a.raw)
			}
		}
		for _, other := range []string{"status=closed", "q=chair", "humanManaged=true", "contactId=" + c.Contact.UID.String()} {
			b.refused(b.get("?"+other+cursor), 400, "Invalid cursor")
		}
	})
}

func TestACursorWorksAfterItsConversationIsGone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		oldest, gone := b.begin("Mara Lind", "Hello"), b.begin("Tom Berg", "Hello")
		first := b.want(b.get("?limit=1"), 200)
		if !slices.Equal(first.ids(), uuids(gone)) {
			t.Fatalf("the list is %s", first.raw)
		}
		if err := b.Chat.EraseContact(t.Context(), b.owner, chat.ContactRef{UID: &gone.Contact.UID}); err != nil {
			t.Fatal(err)
		}
		if rest := b.want(b.get("?cursor="+first.next()), 200); !slices.Equal(rest.ids(), uuids(oldest)) {
			t.Errorf("the rest is %s", rest.raw)
		}
	})
}

func TestWhatIsNoCursorOfThisAccountIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		b.begin("Mara Lind", "Hello")
		b.begin("Tom Berg", "Hello")
		good := b.want(b.get("?limit=1"), 200).next()
		sealed, err := b.Access.Seal([]byte("2026-01-01T00:00:00Z flow"))
		if err != nil {
			t.Fatal(err)
		}
		foreign, err := cursors{b.Access}.write(b.holder(b.NewAccount().InboxKey), filters{}, chat.InboxPlace{LastMessageAt: time.Now(), ID: 1})
		if err != nil {
			t.Fatal(err)
		}
		other := "A" // than what it begins with
		if good[:1] == other {
			other = "B"
		}
		for _, bad := range []string{
			"x", " ", "0", "null", good + "A", good[:len(good)-1], other + good[1:], good + "=", good + "\n", strings.ToUpper(good),
			base64.RawURLEncoding.EncodeToString([]byte(`{"micros":1,"id":1}`)), base64.RawURLEncoding.EncodeToString(sealed), foreign,
			"eyJsYXN0SWQiOiJhYWJiY2NkZC0", "\x00", "\xff", strings.Repeat("A", 3000),
		} {
			b.refused(b.get("?cursor="+url.QueryEscape(bad)), 400, "Invalid cursor")
		}
		b.want(b.get("?cursor="+good), 200)
		b.refused(b.as(b.key(true), http.MethodGet, "?cursor="+good, ""), 400, "Invalid cursor") // of the sandbox
		if strings.Contains(good, "micros") || strings.Contains(good, "eyJ") {
			t.Errorf("the cursor %s can be read", good)
		}
	})
}

// plain is a sealer that hides nothing, so that a decoder can be tried.
type plain struct{}

func (plain) Seal(text []byte) ([]byte, error) { return text, nil }
func (plain) Open(text []byte) ([]byte, error) {
	if len(text) == 0 {
		return nil, errors.New("nothing is sealed")
	}
	return text, nil
}

func FuzzACursorIsReadAsItWasWrittenOrRefused(f *testing.F) {
	who := models.Principal{Kind: models.KindKey, AccountID: 7}
	good, err := cursors{plain{}}.write(who, filters{Status: models.InboxOpen, Search: "a \"lamp\""}, chat.InboxPlace{LastMessageAt: time.UnixMicro(5), ID: 9})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		good, good + "A", "", "x", "=", base64.RawURLEncoding.EncodeToString([]byte(cursorMark)),
		base64.RawURLEncoding.EncodeToString([]byte(cursorMark + `{"account":7,"micros":-1,"id":1,"filters":{"contact":"x"}}`)),
		base64.RawURLEncoding.EncodeToString([]byte(cursorMark + `{"account":7,"id":1e99}`)),
		base64.RawURLEncoding.EncodeToString([]byte(cursorMark + `{"account":8,"id":1}`)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := cursors{plain{}}.read(who, text)
		if err != nil {
			if !errors.Is(err, errCursor) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if read.Account != who.AccountID || read.ID <= 0 {
			t.Errorf("%q is read as %+v", text, read)
		}
		written, err := cursors{plain{}}.write(who, read.Filters, read.place())
		if err != nil {
			t.Fatal(err)
		}
		again, err := cursors{plain{}}.read(who, written)
		if first, second := spelled(t, read), spelled(t, again); err != nil || first != second {
			t.Errorf("%s became %s, %v", first, second, err)
		}
	})
}

func spelled(t *testing.T, b bookmark) string {
	t.Helper()
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
