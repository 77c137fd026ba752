package mcp_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/models"
)

// total is how many messages a conversation has.
func (b *bench) total(id string) any {
	b.Helper()
	return b.call(b.client(b.Creds.LiveKey), "get_conversation", map[string]any{"conversation_id": id}).does().value("messages.pagination.total")
}

// with is the arguments with one more, or another one.
func with(arguments map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(arguments)
	changed[name] = value
	return changed
}

func TestACallWhoseAnswerGotLostIsMadeAgainWithItsKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id, other := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken"), b.begin(b.Creds.SiteKey, "John Roe", "Hello")
		s := b.client(b.Creds.LiveKey)
		reply := map[string]any{"conversation_id": id, "content": "We send a new one <soon> & for free.", "idempotency_key": "r1"}
		first := b.call(s, "reply_to_conversation", reply).does()
		for range 2 {
			if again := b.call(b.client(b.Creds.LiveKey), "reply_to_conversation", reply).does(); again.text != first.text {
				b.Errorf("%s and then %s", first.text, again.text)
			}
		}
		if b.total(id) != 2.0 {
			b.Errorf("there are %v messages", b.total(id))
		}
		for _, c := range []struct {
			tool      string
			arguments map[string]any
		}{
			{"reply_to_conversation", with(reply, "content", "Another text")},
			{"reply_to_conversation", with(reply, "conversation_id", other)},
			{"add_note", reply},
			{"reopen_conversation", map[string]any{"conversation_id": id, "idempotency_key": "r1"}},
		} {
			b.call(s, c.tool, c.arguments).says("This idempotency key was used for another request (idempotency_key)", "Another act needs another key")
		}
		b.call(s, "reply_to_conversation", with(reply, "idempotency_key", strings.Repeat("ä", 256))).says("idempotency_key")
		if b.total(id) != 2.0 || b.total(other) != 1.0 {
			b.Errorf("what was refused was done: %v and %v messages", b.total(id), b.total(other))
		}
		_, key := b.key(models.KeyKindAgent, models.ScopeConversationsWrite)
		b.call(b.client(key), "reply_to_conversation", reply).does()
		for _, none := range []any{"", "r2"} { // an empty one is none
			b.call(s, "reply_to_conversation", with(reply, "idempotency_key", none)).does()
		}
		b.call(s, "reply_to_conversation", with(reply, "idempotency_key", "")).does()
		if b.total(id) != 6.0 {
			b.Errorf("other keys do not act: %v messages", b.total(id))
		}
	})
}

func TestEveryToolThatWritesTakesAKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		s := b.client(b.Creds.LiveKey)
		acts := map[string]map[string]any{
			"reply_to_conversation": {"content": "Yes"}, "add_note": {"content": "Twice this week"}, "assign_conversation": {"assigned_to": "me"},
			"label_conversation": {"labels": []string{"lamps"}, "action": "add"}, "resolve_conversation": {"reason": "spam"}, "reopen_conversation": {},
		}
		if got := slices.Sorted(maps.Keys(acts)); !slices.Equal(got, writing) {
			b.Fatalf("%q are tried of %q", got, writing)
		}
		for _, tool := range writing {
			arguments := with(with(acts[tool], "conversation_id", id), "idempotency_key", tool)
			// What fails keeps no key.
			b.call(s, tool, with(arguments, "conversation_id", "conv_nonsense")).says("Conversation not found")
			first, before := b.call(s, tool, arguments).does(), b.total(id)
			if again := b.call(s, tool, arguments).does(); again.text != first.text || b.total(id) != before {
				b.Errorf("%s: %s and then %s, %v and then %v messages", tool, first.text, again.text, before, b.total(id))
			}
		}
	})
}

func TestTheSameCallManyTimesAtOnceActsOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		s := b.client(b.Creds.LiveKey)
		said := make([]string, 8)
		var calls sync.WaitGroup
		for i := range said {
			calls.Go(func() {
				said[i] = b.call(s, "reply_to_conversation", map[string]any{"conversation_id": id, "content": "Yes", "idempotency_key": "k"}).does().text
			})
		}
		calls.Wait()
		if slices.Sort(said); said[0] != said[len(said)-1] || b.total(id) != 2.0 {
			b.Errorf("%q, and %v messages", slices.Compact(said), b.total(id))
		}
	})
}

func TestAHeaderThatComesWithEveryCallIsNoKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		headers := map[string]string{"X-API-Key": b.Creds.LiveKey, "Idempotency-Key": "always"}
		for _, content := range []string{"One", "Two", "Two"} {
			body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"reply_to_conversation","arguments":{"conversation_id":"` + id + `","content":"` + content + `"}}}`
			if status, header, text := b.raw(http.MethodPost, body, headers); status != http.StatusOK || header.Get("Idempotent-Replayed") != "" || !strings.Contains(text, content) {
				b.Errorf("%s: %d %s", content, status, text)
			}
		}
		if b.total(id) != 4.0 {
			b.Errorf("there are %v messages", b.total(id))
		}
	})
}
