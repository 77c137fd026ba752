package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parley/server/mail/mailtest"
)

// postroom is a node whose letters go to a relay, with an address that customers write to.
type postroom struct {
	*node
	relay *mailtest.Relay
	key   string
	hook  string
}

func openPostroom(t *testing.T, cfg Config) *postroom {
	t.Helper()
	p := &postroom{relay: mailtest.Start(t, mailtest.Options{})}
	cfg.PublicURL, cfg.SMTPURL, cfg.MailFrom = publicURL, "smtp://"+p.relay.Address, "The Shop <chat@shop.example>"
	p.node = start(t, cfg)
	p.key = p.firstRun().LiveKey
	var made struct {
		Hooks []struct{ Name, URL string }
	}
	p.decode(p.call(http.MethodPost, "/v2/channels", `{"kind":"email","name":"The Shop","settings":{
		"address":"support@shop.example","inbound_secret":"a-secret-of-the-webhook"}}`,
		"Content-Type", "application/json", "X-API-Key", p.key), &made)
	if len(made.Hooks) != 1 {
		t.Fatalf("made %+v", made)
	}
	p.hook = strings.TrimPrefix(made.Hooks[0].URL, publicURL)
	return p
}

func (p *postroom) decode(r reply, into any) {
	p.Helper()
	if err := json.Unmarshal([]byte(r.text), into); err != nil {
		p.Fatalf("%s: %v", r.text, err)
	}
}

// brings lets a mail service bring a letter.
func (p *postroom) brings(letter, secret string) reply {
	p.Helper()
	return p.call(http.MethodPost, p.hook, strings.ReplaceAll(letter, "\n", "\r\n"), "Content-Type", "message/rfc822",
		"Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("mail:"+secret)))
}

// letterTo waits for a letter to somebody.
func (p *postroom) letterTo(address, holding string) string {
	p.Helper()
	var found string
	p.await("a letter to "+address, func() bool {
		for _, l := range p.relay.Letters() {
			if strings.Contains(l.To, "<"+address+">") && strings.Contains(l.Text, holding) {
				found = l.Text
			}
		}
		return found != ""
	})
	return found
}

func TestCustomersAndTeamWriteEachOtherLetters(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		p := openPostroom(t, cfg)
		letter := "From: Jane Doe <jane@acme.example>\nTo: support@shop.example\nSubject: My order\nMessage-ID: <one@acme.example>\n\nWhere is it?\n"
		if got := p.brings(letter, "a-guess-at-the-secret"); got.StatusCode != http.StatusForbidden {
			t.Fatalf("a wrong secret: %d %s", got.StatusCode, got.text)
		}
		for range 2 {
			if got := p.brings(letter, "a-secret-of-the-webhook"); got.StatusCode != http.StatusOK {
				t.Fatalf("brought: %d %s", got.StatusCode, got.text)
			}
		}
		var list struct {
			Data []struct {
				ID, Channel, Subject string
				MessageCount         int `json:"message_count"`
			}
		}
		p.decode(p.get("/v2/conversations", "X-API-Key", p.key), &list)
		if len(list.Data) != 1 || list.Data[0].Channel != "email" || list.Data[0].Subject != "My order" || list.Data[0].MessageCount != 1 {
			t.Fatalf("conversations %+v", list.Data)
		}
		got := p.call(http.MethodPost, "/v2/conversation/"+list.Data[0].ID+"/message", `{"content":"On its way."}`,
			"Content-Type", "application/json", "X-API-Key", p.key)
		if got.StatusCode != http.StatusCreated {
			t.Fatalf("answered: %d %s", got.StatusCode, got.text)
		}
		sent := p.letterTo("jane@acme.example", "On its way.")
		if !strings.Contains(sent, "In-Reply-To: <one@acme.example>") || !strings.Contains(sent, "Subject: Re: My order") ||
			!strings.Contains(sent, "<support@shop.example>") {
			t.Errorf("the letter is %s", sent)
		}
		if got := p.call(http.MethodPost, p.hook, strings.Repeat("x", 46<<20), "Content-Type", "message/rfc822"); got.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("too large: %d %s", got.StatusCode, got.text)
		}
	})
}
