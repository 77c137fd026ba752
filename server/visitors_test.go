package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"parley/models"
	"parley/server/outbound"
	"parley/server/push/pushtest"
)

// settings of a site's widget, as far as these tests look.
type visitorConfig struct {
	Transcript bool
	Push       struct {
		PublicKey string `json:"public_key"`
	}
}

// visits begins a conversation on the first site.
func (n *node) visits(siteKey, token string) {
	n.Helper()
	answer := n.call(http.MethodPost, "/api/v1/chat/conversations",
		`{"name":"Jane","email":"jane@acme.example","message":"Where is it?","visitor_token":"`+token+`"}`,
		"Content-Type", "application/json", "X-Site-Key", siteKey)
	if answer.StatusCode != http.StatusCreated {
		n.Fatalf("%d %s", answer.StatusCode, answer.text)
	}
}

// answers has the team write to the only conversation.
func (n *node) answers(key, text string) {
	n.Helper()
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal([]byte(n.get("/v2/conversations", "X-API-Key", key).text), &list); err != nil || len(list.Data) != 1 {
		n.Fatalf("%+v, %v", list, err)
	}
	answer := n.call(http.MethodPost, "/v2/conversation/"+list.Data[0].ID+"/message", `{"content":"`+text+`"}`,
		"Content-Type", "application/json", "X-API-Key", key)
	if answer.StatusCode != http.StatusCreated {
		n.Fatalf("%d %s", answer.StatusCode, answer.text)
	}
}

func TestAVisitorWhoLeftIsToldByThePushServiceAndThenNoMore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		b := pushtest.Start(t, true)
		allow, err := outbound.ParseAllow("127.0.0.0/8")
		if err != nil {
			t.Fatal(err)
		}
		cfg.Pushes = &outbound.Options{Allow: allow, TLS: b.TLS()}
		n := start(t, cfg)
		creds := n.firstRun()
		var config visitorConfig
		if err := json.Unmarshal([]byte(n.get("/api/v1/chat/config", "X-Site-Key", creds.SiteKey).text), &config); err != nil || len(config.Push.PublicKey) != 87 {
			t.Fatalf("config %+v, %v", config, err)
		}
		n.visits(creds.SiteKey, "token-one")
		target := b.Target()
		subscription := `{"endpoint":"` + target.Endpoint + `","keys":{"p256dh":"` + target.P256DH + `","auth":"` + target.Auth + `"}}`
		for body, status := range map[string]int{
			subscription: http.StatusOK, strings.Replace(subscription, "127.0.0.1", "169.254.169.254", 1): http.StatusUnprocessableEntity,
			`{}`: http.StatusUnprocessableEntity, `{"endpoint":5}`: http.StatusBadRequest, `[]`: http.StatusBadRequest,
		} {
			if got := n.call(http.MethodPut, "/api/v1/chat/conversations/token-one/push", body, "Content-Type", "application/json", "X-Site-Key", creds.SiteKey); got.StatusCode != status {
				t.Errorf("%s: %d %s", body, got.StatusCode, got.text)
			}
		}
		n.answers(creds.LiveKey, "It is on its way")
		d := <-b.Got
		got := b.Read(d)
		for _, part := range []string{`"title":"`, `"body":"It is on its way"`, `/widget?site_key=` + creds.SiteKey + `#conversation=`, `"tag":"parley-conv_`} {
			if !strings.Contains(got, part) {
				t.Errorf("the browser reads %s, without %s", got, part)
			}
		}
		if !strings.Contains(d.Header.Get("Authorization"), "k="+config.Push.PublicKey) {
			t.Errorf("signed with %s", d.Header.Get("Authorization"))
		}
		b.Status.Store(http.StatusGone)
		n.answers(creds.LiveKey, "And here it is")
		<-b.Got
		raw := openRaw(t, cfg.DatabaseURL)
		n.await("the browser is forgotten", func() bool {
			return len(raw.rows("SELECT id FROM push_subscriptions")) == 0
		})
	})
}

func TestWhatIsOpenedToWebhooksStaysClosedToVisitors(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.OutboundAllow = "127.0.0.0/8,::1"
	n, inside, inTheClear := start(t, cfg), pushtest.Start(t, true), pushtest.Start(t, false)
	creds := n.firstRun()
	n.visits(creds.SiteKey, "token-one")
	for _, target := range []models.PushTarget{inside.Target(), inTheClear.Target()} {
		got := n.call(http.MethodPut, "/api/v1/chat/conversations/token-one/push",
			`{"endpoint":"`+target.Endpoint+`","keys":{"p256dh":"`+target.P256DH+`","auth":"`+target.Auth+`"}}`,
			"Content-Type", "application/json", "X-Site-Key", creds.SiteKey)
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.text, "The endpoint must be") {
			t.Errorf("%s: %d %s", target.Endpoint, got.StatusCode, got.text)
		}
	}
}

func TestATranscriptGoesToTheConversationsAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		p := openPostroom(t, cfg)
		creds := p.firstRun()
		p.visits(creds.SiteKey, "token-one")
		p.answers(creds.LiveKey, "It is on its way")
		ask := func() reply {
			return p.call(http.MethodPost, "/api/v1/chat/conversations/token-one/transcript", `{}`, "Content-Type", "application/json", "X-Site-Key", creds.SiteKey)
		}
		for range 3 {
			if got := ask(); got.StatusCode != http.StatusAccepted {
				t.Errorf("%d %s", got.StatusCode, got.text)
			}
		}
		if got := ask(); got.StatusCode != http.StatusTooManyRequests || !strings.Contains(got.text, `"retry_after":`) {
			t.Errorf("the fourth: %d %s", got.StatusCode, got.text)
		}
		if letter := p.letterTo("jane@acme.example", "It is on its way"); !strings.Contains(letter, "You: Where is it?") {
			t.Errorf("the letter is %s", letter)
		}
	})
}

// counted is how many rows each table has.
func counted(raw *rawDatabase) map[string]string {
	raw.Helper()
	list := `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
	if raw.lite {
		list = `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	counts := map[string]string{}
	for _, table := range raw.rows(list) {
		counts[table["name"]] = raw.rows(`SELECT count(*) AS n FROM "` + table["name"] + `"`)[0]["n"]
	}
	return counts
}

// The browser's half of it, which of these are asked for, is shown in talk.test.mjs.
func TestWhoOnlyLooksLeavesNoRow(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		creds, raw := n.firstRun(), openRaw(t, cfg.DatabaseURL)
		before := counted(raw)
		if before["push_keys"] != "1" || before["conversations"] != "0" || len(before) < 20 {
			t.Fatalf("at the start: %v", before)
		}
		for range 2 {
			for _, path := range []string{
				"/demo", "/widget.js", "/widget?site_key=" + creds.SiteKey, "/api/v1/chat/config", "/api/v1/chat/articles",
				"/api/v1/chat/articles?q=vase", "/api/v1/chat/conversations/nobody/messages",
			} {
				if got := n.get(path, "X-Site-Key", creds.SiteKey); got.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s: %d", path, got.StatusCode)
				}
			}
		}
		if after := counted(raw); !maps.Equal(before, after) {
			t.Errorf("rows before %v\nand after %v", before, after)
		}
	})
}
