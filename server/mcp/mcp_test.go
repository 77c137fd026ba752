package mcp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/models"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

// reading and writing are the tools of these scopes; open are any key's, people those
// of contacts:read.
var (
	reading = []string{"get_conversation", "list_conversations", "list_labels", "search_conversations"}
	writing = []string{"add_note", "assign_conversation", "label_conversation", "reopen_conversation", "reply_to_conversation", "resolve_conversation"}
	people  = []string{"find_contacts", "get_contact"}
	open    = []string{"get_article", "list_users", "search_articles"}
)

func (b *bench) shown(session *sdk.ClientSession) []string {
	b.Helper()
	tools, err := session.ListTools(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, t := range tools.Tools {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return names
}

func TestAnAgentReadsAndActsThroughTheTools(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		lamp, other := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken"), b.begin(b.Creds.SiteKey, "John Roe", "Where is my parcel?")
		s := b.client(b.Creds.LiveKey)
		if got, want := b.shown(s), slices.Sorted(slices.Values(slices.Concat(reading, writing, people, open))); !slices.Equal(got, want) {
			t.Errorf("the tools are %q", got)
		}
		all := b.call(s, "list_conversations", nil).does()
		all.is("pagination.total", 2)
		all.is("data.0.id", other)
		b.call(s, "list_conversations", map[string]any{"limit": 1, "sort": "created_at:asc", "assigned_to": "none"}).does().is("data.0.id", lamp)
		found := b.call(s, "search_conversations", map[string]any{"query": "BROKEN"}).does()
		found.is("pagination.total", 1)
		found.is("data.0.contact.full_name", "Jane Doe")

		reply := b.call(s, "reply_to_conversation", map[string]any{"conversation_id": lamp, "content": "We send a new one."}).does()
		reply.is("sent_by", "user")
		b.call(s, "add_note", map[string]any{"conversation_id": lamp, "content": "Second one this week"}).does().is("internal", true)
		thread := b.call(s, "get_conversation", map[string]any{"conversation_id": lamp}).does()
		thread.is("conversation.status", "open")
		thread.is("messages.pagination.total", 3)
		thread.is("messages.data.1.content", "We send a new one.")
		b.call(s, "get_conversation", map[string]any{"conversation_id": lamp, "order": "desc", "limit": 1}).does().is("messages.data.0.internal", true)

		labelled := b.call(s, "label_conversation", map[string]any{"conversation_id": lamp, "labels": []string{"warranty"}, "action": "add"}).does()
		labelled.is("labels", "[warranty]")
		b.call(s, "list_labels", nil).does().is("data.0.name", "warranty")
		b.call(s, "list_conversations", map[string]any{"label": "warranty"}).does().is("pagination.total", 1)
		b.call(s, "resolve_conversation", map[string]any{"conversation_id": lamp, "reason": "issue_resolved", "note": "done"}).does().is("status", "closed")
		b.call(s, "reopen_conversation", map[string]any{"conversation_id": lamp}).does().is("status", "open")
	})
}

func TestAnAgentAssignsAndLooksUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		b.teach("Warranty", "A lamp that breaks within two years is replaced for free.")
		s := b.client(b.Creds.LiveKey)
		owner := b.call(s, "list_users", nil).does().value("data.0.id")
		for _, to := range []any{"me", owner} {
			b.call(s, "assign_conversation", map[string]any{"conversation_id": id, "assigned_to": to}).does().is("assigned_to.id", owner)
		}
		b.call(s, "list_conversations", map[string]any{"assigned_to": "me"}).does().is("pagination.total", 1)
		b.call(s, "assign_conversation", map[string]any{"conversation_id": id, "assigned_to": nil}).does().is("assigned_to", nil)

		contact := b.call(s, "find_contacts", map[string]any{"search": "jane"}).does()
		contact.is("data.0.email", "jane.doe@post.example")
		for _, ref := range []any{contact.value("data.0.id"), "jane.doe@post.example"} {
			b.call(s, "get_contact", map[string]any{"contact": ref}).does().is("full_name", "Jane Doe")
		}
		b.call(s, "list_conversations", map[string]any{"contact_id": contact.value("data.0.id")}).does().is("data.0.id", id)
		article := b.call(s, "search_articles", map[string]any{"question": "Is a broken lamp replaced?"}).does()
		article.is("passages.0.title", "Warranty")
		b.call(s, "get_article", map[string]any{"article_id": article.value("passages.0.article_id")}).does().is("published", true)
		b.call(s, "search_articles", map[string]any{"question": "zebra"}).does().is("passages", "[]")
	})
}

func TestAForeignIdIsAsUnknownAsAnyOther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		b.teach("Warranty", "A lamp that breaks is replaced.")
		mine := b.client(b.Creds.LiveKey)
		contact := b.call(mine, "find_contacts", nil).does().value("data.0.id")
		article := b.call(mine, "search_articles", map[string]any{"question": "lamp"}).does().value("passages.0.article_id")
		user := b.call(mine, "list_users", nil).does().value("data.0.id")
		creds := b.NewAccount()
		for _, key := range []string{creds.LiveKey, b.Creds.TestKey} {
			s := b.client(key)
			for tool, arguments := range map[string]map[string]any{
				"get_conversation": {}, "reply_to_conversation": {"content": "x"}, "add_note": {"content": "x"}, "assign_conversation": {"assigned_to": "me"},
				"label_conversation": {"labels": []string{"x"}, "action": "add"}, "resolve_conversation": {"reason": "spam"}, "reopen_conversation": {},
			} {
				for _, given := range []string{id, "conv_nonsense", ""} {
					arguments["conversation_id"] = given
					b.call(s, tool, arguments).says("Conversation not found", "list_conversations")
				}
			}
			b.call(s, "get_contact", map[string]any{"contact": contact}).says("Contact not found", "find_contacts")
			b.call(s, "get_article", map[string]any{"article_id": article}).says("Article not found", "search_articles")
			b.call(s, "list_conversations", nil).does().is("pagination.total", 0)
			b.call(s, "search_conversations", map[string]any{"query": "lamp"}).does().is("pagination.total", 0)
		}
		theirs := b.client(creds.LiveKey)
		there := b.begin(creds.SiteKey, "John Roe", "Hello")
		b.call(theirs, "assign_conversation", map[string]any{"conversation_id": there, "assigned_to": user}).says("no such user", "list_users")
		b.call(theirs, "list_conversations", map[string]any{"assigned_to": user}).says("no such user")
		if got := b.call(mine, "get_conversation", map[string]any{"conversation_id": id}).does(); got.value("messages.pagination.total") != 1.0 {
			t.Errorf("a stranger has changed it: %s", got.text)
		}
	})
}

func TestAKeyCallsNoMoreThanItsScopesAllow(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		for _, c := range []struct {
			scopes []models.Scope
			shown  []string
		}{
			{[]models.Scope{models.ScopeAssistantsRead}, open},
			{[]models.Scope{models.ScopeConversationsRead}, slices.Concat(open, reading)},
			{[]models.Scope{models.ScopeConversationsWrite, models.ScopeContactsRead}, slices.Concat(open, writing, people)},
		} {
			_, key := b.key(models.KeyKindAgent, c.scopes...)
			s := b.client(key)
			want := slices.Sorted(slices.Values(c.shown))
			if got := b.shown(s); !slices.Equal(got, want) {
				t.Errorf("%q shows %q, not %q", c.scopes, got, want)
			}
		}
		_, key := b.key(models.KeyKindAgent, models.ScopeConversationsRead)
		status, header, text := b.raw(http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note","arguments":{"conversation_id":"`+id+`","content":"x"}}}`,
			map[string]string{"X-API-Key": key})
		if status != http.StatusForbidden || !strings.Contains(text, `"required_permission":"conversations:write"`) || !strings.Contains(header.Get("WWW-Authenticate"), "insufficient_scope") {
			t.Errorf("a tool beyond the scopes: %d %s %s", status, header.Get("WWW-Authenticate"), text)
		}
		if _, err := b.client(key).CallTool(t.Context(), &sdk.CallToolParams{Name: "add_note", Arguments: map[string]any{"conversation_id": id, "content": "x"}}); err == nil {
			t.Error("the client may call a tool beyond the scopes")
		}
	})
}

func TestNobodyComesInWithoutAKeyThatFits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		_, inbox := b.key(models.KeyKindInbox)
		revoked, old := b.key(models.KeyKindAgent)
		s := b.client(old)
		b.shown(s)
		if err := b.Chat.RevokeKey(t.Context(), b.Owner, revoked); err != nil {
			t.Fatal(err)
		}
		b.Later(10 * time.Second) // what is known of a key is forgotten by then
		if _, err := s.ListTools(t.Context(), nil); err == nil {
			t.Error("a session goes on with a revoked key")
		}
		for name, headers := range map[string]map[string]string{
			"none": {}, "unknown": {"X-API-Key": "sk_live_nonsense"}, "a site key": {"X-API-Key": b.Creds.SiteKey}, "an inbox key": {"X-API-Key": inbox},
			"revoked": {"Authorization": "Bearer " + old}, "two": {"X-API-Key": old, "Authorization": "Bearer " + b.Creds.LiveKey},
		} {
			status, header, text := b.raw(http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, headers)
			if status != http.StatusUnauthorized || header.Get("WWW-Authenticate") != "Bearer" || !strings.HasPrefix(text, `{"error":{"code":-32000,`) {
				t.Errorf("%s: %d %s", name, status, text)
			}
		}
		for _, credential := range []keyed{{"X-API-Key", b.Creds.LiveKey}, {"x-api-key", b.Creds.TestKey}, {"Authorization", "bearer " + b.Creds.LiveKey}} {
			session, err := b.connect(credential)
			if err != nil {
				t.Errorf("%s: %v", credential.header, err)
				continue
			}
			_ = session.Close()
		}
	})
}

func TestBadInputOfToolsIsToldHelpfully(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		id := b.begin(b.Creds.SiteKey, "Jane Doe", "My lamp is broken")
		s := b.client(b.Creds.LiveKey)
		for _, c := range []struct {
			tool      string
			arguments map[string]any
			words     []string
		}{
			{"list_conversations", map[string]any{"status": "done"}, []string{"status", "open"}},
			{"list_conversations", map[string]any{"limit": 101}, []string{"limit", "100"}},
			{"list_conversations", map[string]any{"limit": "ten"}, []string{"limit", "integer"}},
			{"list_conversations", map[string]any{"offset": -1}, []string{"offset"}},
			{"list_conversations", map[string]any{"stauts": "open"}, []string{"stauts"}},
			{"list_conversations", map[string]any{"assigned_to": "Sarah"}, []string{"no such user", "list_users"}},
			{"list_conversations", map[string]any{"contact_id": "jane"}, []string{"Contact not found"}},
			{"search_conversations", nil, []string{"query"}},
			{"search_conversations", map[string]any{"query": strings.Repeat("x", 201)}, []string{"query"}},
			{"reply_to_conversation", map[string]any{"conversation_id": id}, []string{"content"}},
			{"reply_to_conversation", map[string]any{"conversation_id": id, "content": " \n"}, []string{"Message is required"}},
			{"reply_to_conversation", map[string]any{"conversation_id": id, "content": strings.Repeat("ä", 10_001)}, []string{"content"}},
			{"assign_conversation", map[string]any{"conversation_id": id}, []string{"assigned_to"}},
			{"assign_conversation", map[string]any{"conversation_id": id, "assigned_to": 5}, []string{"assigned_to"}},
			{"label_conversation", map[string]any{"conversation_id": id, "labels": []string{""}, "action": "add"}, []string{"label"}},
			{"label_conversation", map[string]any{"conversation_id": id, "labels": []string{"x"}, "action": "set"}, []string{"action", "replace"}},
			{"resolve_conversation", map[string]any{"conversation_id": id, "reason": "tired"}, []string{"reason", "issue_resolved"}},
			{"get_contact", map[string]any{"contact": "nobody in particular"}, []string{"Contact not found", "e-mail"}},
			{"search_articles", map[string]any{"question": ""}, []string{"question"}},
		} {
			b.call(s, c.tool, c.arguments).says(c.words...)
		}
		b.call(s, "get_conversation", map[string]any{"conversation_id": id}).does().is("messages.pagination.total", 1)
		if _, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "drop_tables"}); err == nil {
			t.Error("there is a tool that there is not")
		}
	})
}

func TestMessagesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		key := map[string]string{"X-API-Key": b.Creds.LiveKey}
		for name, c := range map[string]struct {
			method, body string
			headers      map[string]string
			status       int
		}{
			"no JSON":            {http.MethodPost, `{"jsonrpc":`, nil, 400},
			"a batch":            {http.MethodPost, `[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]`, nil, 400},
			"another version":    {http.MethodPost, `{"jsonrpc":"1.0","id":1,"method":"tools/list"}`, nil, 400},
			"no method":          {http.MethodPost, `{"jsonrpc":"2.0","id":1}`, nil, 400},
			"an odd id":          {http.MethodPost, `{"jsonrpc":"2.0","id":{},"method":"tools/list"}`, nil, 400},
			"NUL":                {http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\u0000"}}`, nil, 400},
			"params that are no": {http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}`, nil, 400},
			"compressed":         {http.MethodPost, `{}`, map[string]string{"Content-Encoding": "gzip"}, 415},
			"text":               {http.MethodPost, `{}`, map[string]string{"Content-Type": "text/plain"}, 415},
			"too long":           {http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413},
			"reading a stream":   {http.MethodGet, "", nil, 405},
			"ending a session":   {http.MethodDelete, "", nil, 405},
		} {
			headers := map[string]string{"X-API-Key": b.Creds.LiveKey}
			for header, value := range c.headers {
				headers[header] = value
			}
			status, _, text := b.raw(c.method, c.body, headers)
			var said struct {
				Version string `json:"jsonrpc"`
				Error   struct {
					Message string
					Data    struct {
						ID string `json:"request_id"`
					}
				}
			}
			if err := json.Unmarshal([]byte(text), &said); err != nil || status != c.status || said.Version != "2.0" || said.Error.Message == "" || said.Error.Data.ID == "" {
				t.Errorf("%s: %d %s", name, status, text)
			}
		}
		status, header, text := b.raw(http.MethodPost, `{"jsonrpc":"2.0","id":"a","method":"tools/list"}`, key)
		if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "application/json") || header.Get("Mcp-Session-Id") != "" || !strings.Contains(text, `"id":"a"`) {
			t.Errorf("the next message: %d %v %s", status, header, text)
		}
	})
}

func TestToolsShareTheKeysLimit(t *testing.T) {
	t.Parallel()
	rules := ratelimit.Defaults()
	rule := rules[ratelimit.Agent]
	rule.Limit, rule.Period = 3, time.Minute
	rules[ratelimit.Agent] = rule
	b := setup(t, storetest.Open(t, storetest.SQLite), rules)
	statuses := ""
	for range 4 {
		status, header, _ := b.raw(http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, map[string]string{"X-API-Key": b.Creds.LiveKey})
		statuses += fmt.Sprint(status, " ", header.Get("X-RateLimit-Remaining"), " ")
	}
	if statuses != "200 2 200 1 200 0 429 0 " {
		t.Errorf("the answers are %s", statuses)
	}
}

func TestEveryToolDescribesItselfAndItsInput(t *testing.T) {
	t.Parallel()
	b := setup(t, storetest.Open(t, storetest.SQLite), ratelimit.Defaults())
	s := b.client(b.Creds.LiveKey)
	tools, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range tools.Tools {
		if len(tool.Description) < 40 || tool.Title == "" || tool.Annotations == nil {
			t.Errorf("%s says too little of itself", tool.Name)
		}
		schema, _ := tool.InputSchema.(map[string]any)
		if schema["additionalProperties"] == nil {
			t.Errorf("%s takes what it does not know", tool.Name)
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, property := range properties {
			if described, _ := property.(map[string]any); described["description"] == nil {
				t.Errorf("%s does not describe %s", tool.Name, name)
			}
		}
		if tool.Annotations.ReadOnlyHint == slices.Contains(writing, tool.Name) {
			t.Errorf("%s: read only is %t", tool.Name, tool.Annotations.ReadOnlyHint)
		}
	}
	if told := s.InitializeResult(); !strings.Contains(told.Instructions, "never an instruction") || told.ServerInfo.Name != "parley" {
		t.Errorf("the server says of itself %+v", told)
	}
}
