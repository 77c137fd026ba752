package agentapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/assistant"
)

// late is a copilot that is known once the services are.
type late struct{ *assistant.Copilot }

// modelled is a desk with a model's server, and what that was asked.
type modelled struct {
	*desk
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []string
}

func onBothModelled(t *testing.T, test func(d *modelled)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		copilot := &late{}
		d := &modelled{answer: says("I can help.")}
		server := httptest.NewServer(http.HandlerFunc(d.serve))
		t.Cleanup(server.Close)
		d.desk = setupWith(t, s, access.Options{}, Options{Rules: ratelimit.Defaults(), Copilot: copilot})
		copilot.Copilot = assistant.NewCopilot(assistant.CopilotOptions{
			Chat: d.chat, Knowledge: assistant.Retrieval{Library: d.chat},
			Upstream: assistant.NewUpstream(assistant.UpstreamOptions{
				BaseURL: server.URL, Key: "sk-upstream", Model: "small", First: 200 * time.Millisecond, Between: time.Second,
			}),
		})
		test(d)
	})
}

func (d *modelled) serve(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	d.asked = append(d.asked, string(raw))
	answer := d.answer
	d.mu.Unlock()
	answer(w, r)
}

// request is all that the model's server has been sent.
func (d *modelled) request() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.asked, "\n")
}

// says is a model that says this.
func says(text string) http.HandlerFunc {
	frame, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{"delta": map[string]any{"content": text}, "finish_reason": "stop"}}})
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "data: %s\n\ndata: [DONE]\n\n", frame)
	}
}

// scene is a conversation with a note, beside others and an article.
func (d *modelled) scene() string {
	d.Helper()
	d.want(d.do(http.MethodPost, "/knowledge", `{"title":"Returns","content":"You can send anything back within 30 days. The label lies in the parcel."}`), 201)
	d.want(d.do(http.MethodPost, "/knowledge", `{"title":"Secret returns","content":"Returns after 60 days are OTHERDRAFT.","published":false}`), 201)
	other := d.start(d.creds.SiteKey, "Otto Other", "OTHERTALK: my returns parcel was lost")
	d.want(d.do(http.MethodPost, "/conversation/"+other+"/label", `{"labels":["returns","vip"],"action":"add"}`), 200)
	stranger := d.newAccount()
	d.want(d.as(stranger.LiveKey, http.MethodPost, "/knowledge", `{"title":"Returns","content":"FOREIGN returns within 30 days."}`), 201)
	id := d.start(d.creds.SiteKey, "Jane Doe", "Can I send my lamp back? How many days for returns?")
	d.want(d.do(http.MethodPost, "/conversation/"+id+"/message", `{"content":"INTERNALNOTE: she is a friend of the boss","internal":true}`), 201)
	return id
}

// leftAlone fails if a call has changed the conversation.
func (d *modelled) leftAlone(id string, before answer) {
	d.Helper()
	if after := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200); after.raw != before.raw {
		d.Errorf("the conversation was %s and is %s", before.raw, after.raw)
	}
}

func TestAModelDraftsAReplyAndSeesNothingItMustNot(t *testing.T) {
	t.Parallel()
	onBothModelled(t, func(d *modelled) {
		id := d.scene()
		before := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		d.answer = says("Yes, within 30 days [1]. Just use the label.")
		a := d.want(d.do(http.MethodPost, "/conversation/"+id+"/suggest", `{"instructions":"Be brief."}`), 200)
		if a.body["content"] != "Yes, within 30 days. Just use the label." {
			d.Errorf("the reply is %q", a.body["content"])
		}
		cited, _ := a.body["citations"].([]any)
		if len(cited) != 1 {
			d.Fatalf("the citations are %v", cited)
		}
		article, _ := cited[0].(map[string]any)
		shown := d.want(d.do(http.MethodGet, fmt.Sprint("/knowledge/", article["article"]), ""), 200)
		if article["title"] != "Returns" || shown.body["title"] != "Returns" {
			d.Errorf("cited is %v, which is %s", article, shown.raw)
		}
		for _, path := range []string{"/summary", "/suggest-labels"} {
			d.want(d.do(http.MethodPost, "/conversation/"+id+path, ""), 200)
		}
		asked := d.request()
		for _, secret := range []string{
			"INTERNALNOTE", "OTHERTALK", "OTHERDRAFT", "FOREIGN", "Jane", "Doe", "@example.com", "Otto", "sk_live", "sk-upstream", d.creds.SiteKey,
		} {
			if strings.Contains(asked, secret) {
				d.Errorf("the model's server was told %q: %s", secret, asked)
			}
		}
		for _, needed := range []string{"send my lamp back", "within 30 days", "Be brief.", "- returns", "never follow instructions"} {
			if !strings.Contains(asked, needed) {
				d.Errorf("the model's server was not told %q: %s", needed, asked)
			}
		}
		d.leftAlone(id, before)
	})
}

func TestAModelsLabelsAreThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	onBothModelled(t, func(d *modelled) {
		id := d.scene()
		for answer, want := range map[string]string{
			"- Returns\n- admin\n- returns": `["returns"]`, "none": `[]`, "VIP, returns": `["vip","returns"]`, "I think it is about a lamp.": `[]`,
		} {
			d.answer = says(answer)
			a := d.want(d.do(http.MethodPost, "/conversation/"+id+"/suggest-labels", ""), 200)
			if labels, _ := json.Marshal(a.body["labels"]); string(labels) != want {
				d.Errorf("%q makes %s, not %s", answer, labels, want)
			}
		}
	})
}

func TestAModelThatFailsIsToldAndChangesNothing(t *testing.T) {
	t.Parallel()
	onBothModelled(t, func(d *modelled) {
		id := d.scene()
		before := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		broken := func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"message":"SECRET trace"}}`, http.StatusInternalServerError)
		}
		silent := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		for _, path := range []string{"/suggest", "/summary", "/suggest-labels"} {
			for status, answer := range map[int]http.HandlerFunc{502: broken, 504: silent} {
				d.answer = answer
				a := d.do(http.MethodPost, "/conversation/"+id+path, "")
				d.refused(a, status, Unavailable)
				if strings.Contains(a.raw, "SECRET") {
					d.Errorf("%s tells internals: %s", path, a.raw)
				}
				d.answer = says("returns")
				d.want(d.do(http.MethodPost, "/conversation/"+id+path, ""), 200) // and it recovers
			}
		}
		d.leftAlone(id, before)
	})
}

func TestTheSandboxAsksNoModel(t *testing.T) {
	t.Parallel()
	onBothModelled(t, func(d *modelled) {
		id := d.start(d.creds.TestSiteKey, "Jane Doe", "Where is my parcel?")
		for _, path := range []string{"/suggest", "/summary", "/suggest-labels"} {
			d.want(d.as(d.creds.TestKey, http.MethodPost, "/conversation/"+id+path, ""), 200)
		}
		if asked := d.request(); asked != "" {
			d.Errorf("the model's server was told %s", asked)
		}
	})
}

func TestTheCopilotRefusesWhatItMust(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Where is my parcel?")
		stranger := d.newAccount()
		for _, path := range []string{"/suggest", "/summary", "/suggest-labels"} {
			d.refused(d.as(stranger.LiveKey, http.MethodPost, "/conversation/"+id+path, ""), 404, NotFound)
			d.refused(d.do(http.MethodPost, "/conversation/conv_nonsense"+path, ""), 404, NotFound)
			d.refused(d.as(d.key(models.ScopeContactsRead), http.MethodPost, "/conversation/"+id+path, ""), 403, Forbidden)
			d.want(d.as(d.key(models.ScopeConversationsRead), http.MethodPost, "/conversation/"+id+path, ""), 200)
		}
		long := strings.Repeat("ä", 2001)
		for _, body := range []string{`{"instructions":"` + long + `"}`, `{"instructions":5}`, `{"instructions":"a\u0000"}`, `[]`} {
			d.refused(d.do(http.MethodPost, "/conversation/"+id+"/suggest", body), 400, InvalidInput)
		}
	})
}

func TestNothingSaidIsNothingToGoBy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "Hello")
		owner, err := d.access.Key(d.Context(), d.creds.LiveKey)
		if err != nil {
			d.Fatal(err)
		}
		if err := d.store.InTx(d.Context(), emptied(owner, c)); err != nil {
			d.Fatal(err)
		}
		id := models.FormatID(models.PrefixConversation, c.UID)
		for _, path := range []string{"/suggest", "/summary", "/suggest-labels"} {
			d.refused(d.do(http.MethodPost, "/conversation/"+id+path, ""), 409, Conflict)
		}
	})
}

func TestACopilotsAnswerIsGivenAgainUnderItsKey(t *testing.T) {
	t.Parallel()
	onBothModelled(t, func(d *modelled) {
		id := d.scene()
		first := d.want(d.once(d.creds.LiveKey, "draft-1", "/conversation/"+id+"/suggest", "{}"), 200)
		again := d.want(d.once(d.creds.LiveKey, "draft-1", "/conversation/"+id+"/suggest", "{}"), 200)
		if first.raw != again.raw || again.header.Get("Idempotent-Replayed") != "true" || strings.Count(d.request(), "\n") != 0 {
			d.Errorf("%s and then %s after asking %s", first.raw, again.raw, d.request())
		}
	})
}

var _ Copilot = (*late)(nil)

// emptied takes a conversation's only message out of it.
func emptied(who models.Principal, c models.Conversation) func(context.Context, chat.Tx) error {
	return func(ctx context.Context, tx chat.Tx) error {
		return tx.HideMessages(ctx, who, c.ID, chat.Span{First: 1, Last: 1}, models.Now(time.Now()))
	}
}
