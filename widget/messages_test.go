package widget_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestAMessageIsStoredAndTold(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		a := s.post(t, talk("token")+"/messages", fields{"message": "Second", "client_id": "c2"})
		a.want(t, "send", http.StatusCreated, "")
		list := s.messages(t, "token", "")
		if len(list) != 2 {
			t.Fatalf("%d messages", len(list))
		}
		told, stored := a.object(t), list[1]
		if told["status"] != "ok" || told["id"] != float64(stored.ID) || told["seq"] != float64(2) || told["timestamp"] != stored.Timestamp {
			t.Errorf("told %v, stored %+v", told, stored)
		}
		if stored.Seq != 2 || stored.Body != "Second" || stored.ClientID != "c2" || stored.Timestamp <= list[0].Timestamp {
			t.Errorf("stored %+v", stored)
		}
	})
}

func TestTheTeamsAnswersAreOutbound(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		s.answerAs(t, visitor, chat.Draft{Content: "Hello", ClientID: "the agent's own"})
		list := s.messages(t, "token", "")
		if m := list[1]; m.Direction != "outbound" || m.Author != s.owner.Name || m.Body != "Hello" || m.Status != "sent" || m.ClientID != "" {
			t.Errorf("the answer shows as %+v", m)
		}
	})
}

func TestMessagesThatCannotBeSent(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		send := func(body any) answer { return s.post(t, talk("token")+"/messages", body) }
		for _, blank := range []string{`{}`, `{"message":null}`, `{"message":""}`, `{"message":" \n\t"}`, `{"message":"\u200b\u2060"}`, `{"Message":"x"}`} {
			send(blank).want(t, blank, 422, notAMessage)
		}
		send(fields{"message": strings.Repeat("ü", 10_001)}).want(t, "too long", 422, longMessage)
		send(fields{"message": "x", "client_id": strings.Repeat("c", 256)}).want(t, "a long client_id", 422, "")
		send(`{"message":5}`).want(t, "a number", 400, "message must be a string or null")
		send(`{"message":"x","client_id":5}`).want(t, "a number", 400, "client_id must be a string or null")
		if got := len(s.messages(t, "token", "")); got != 1 {
			t.Errorf("refused messages were stored: %d", got)
		}
		send(fields{"message": strings.Repeat("😀", 10_000)}).want(t, "the longest", http.StatusCreated, "")
	})
}

func TestTwentyConcurrentRetriesStoreOneMessage(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		body := fields{"message": "Once", "client_id": "retry"}
		answers := together(20, func(int) answer { return s.post(t, talk("token")+"/messages", body) })
		for _, a := range answers {
			a.want(t, "a retry", http.StatusCreated, "")
			if string(a.body) != string(answers[0].body) {
				t.Errorf("retries are told %s and %s", a.body, answers[0].body)
			}
		}
		list := s.messages(t, "token", "")
		if len(list) != 2 || list[1].Seq != 2 {
			t.Fatalf("stored: %+v", list)
		}
		// A retry burns no number.
		s.post(t, talk("token")+"/messages", fields{"message": "Next"}).want(t, "next", http.StatusCreated, "")
		if list = s.messages(t, "token", ""); list[2].Seq != 3 {
			t.Errorf("the next message has seq %d", list[2].Seq)
		}
	})
}

func TestAClientIDIsTheConversationsOwn(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "one")
		s.start(t, "two")
		body := fields{"message": "Same", "client_id": "same"}
		first := s.post(t, talk("one")+"/messages", body).object(t)
		second := s.post(t, talk("two")+"/messages", body).object(t)
		if first["id"] == second["id"] {
			t.Error("a client_id reaches into another conversation")
		}
	})
}

// A poller asks with the last time it has seen while two others write as fast as
// they can: every message comes to it exactly once, in order.
func TestAPollerReadsEachMessageExactlyOnce(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		const each, writers = 30, 4
		written := make(chan struct{})
		go func() {
			defer close(written)
			together(writers, func(w int) bool {
				for i := range each {
					text := fmt.Sprintf("%d of %d", i, w)
					if w == 0 {
						s.answerAs(t, visitor, chat.Draft{Content: text})
					} else if a := s.post(t, talk("token")+"/messages", fields{"message": text}); a.status != http.StatusCreated {
						t.Errorf("send: %d %s", a.status, a.body)
					}
				}
				return true
			})
		}()
		seen, since := poll(t, s, written)
		if len(seen) != writers*each+1 {
			t.Errorf("the poller read %d messages, not %d", len(seen), writers*each+1)
		}
		for i, m := range seen {
			if m.Seq != int64(i+1) {
				t.Fatalf("place %d holds seq %d", i+1, m.Seq)
			}
		}
		if rest := s.messages(t, "token", "?since="+url.QueryEscape(since)); len(rest) != 0 {
			t.Errorf("%d messages come again", len(rest))
		}
	})
}

// poll reads with since until nothing is written any more and nothing is left.
func poll(t *testing.T, s *shop, written <-chan struct{}) (seen []message, since string) {
	t.Helper()
	since = "2000-01-01T00:00:00Z"
	for done := false; ; {
		list := s.messages(t, "token", "?limit=7&since="+url.QueryEscape(since))
		if len(list) > 0 {
			seen, since = append(seen, list...), list[len(list)-1].Timestamp
			continue
		}
		if done {
			return seen, since
		}
		select {
		case <-written:
			done = true
		default:
		}
	}
}

func TestAWindowOnTheMessages(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		for i := 2; i <= 5; i++ {
			s.post(t, talk("token")+"/messages", fields{"message": fmt.Sprint(i)}).want(t, "send", http.StatusCreated, "")
		}
		third := url.QueryEscape(s.messages(t, "token", "")[2].Timestamp)
		for query, want := range map[string]string{
			"": "1 2 3 4 5", "?after=0": "1 2 3 4 5", "?after=3": "4 5", "?after=5": "", "?after=9223372036854775807": "",
			"?limit=2": "1 2", "?limit=1000": "1 2 3 4 5", "?after=1&limit=2": "2 3", "?since=" + third: "4 5",
			"?since=" + third + "&limit=1": "4", "?since=" + third + "&after=4": "5", "?after=1&since=" + third: "4 5", "?unknown=x": "1 2 3 4 5",
		} {
			var got []string
			for _, m := range s.messages(t, "token", query) {
				got = append(got, fmt.Sprint(m.Seq))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, not %s", query, got, want)
			}
		}
		if a := s.get(t, talk("token")+"/messages?after=5"); string(a.body) != "[]" {
			t.Errorf("nothing is spelled %s", a.body)
		}
	})
}

func TestAnUnchangedListIsNotSentAgain(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		path := talk("token") + "/messages"
		etag := s.get(t, path).header.Get("ETag")
		if etag == "" || strings.HasPrefix(etag, "W/") {
			t.Fatalf("ETag %q", etag)
		}
		for _, tag := range []string{etag, "W/" + etag, `"x", ` + etag, "*"} {
			if a := s.get(t, path, "If-None-Match", tag); a.status != http.StatusNotModified || len(a.body) != 0 || a.header.Get("ETag") != etag {
				t.Errorf("If-None-Match %s: %d %s", tag, a.status, a.body)
			}
		}
		// A note is nothing to the visitor; an answer, and reading it, are.
		s.answerAs(t, visitor, chat.Draft{Content: "Difficult person", Internal: true})
		if a := s.get(t, path, "If-None-Match", etag); a.status != http.StatusNotModified {
			t.Errorf("a note changes the list: %d", a.status)
		}
		s.answerAs(t, visitor, chat.Draft{Content: "Hello"})
		changed := s.get(t, path, "If-None-Match", etag)
		if changed.status != http.StatusOK || changed.header.Get("ETag") == etag {
			t.Errorf("an answer changes nothing: %d", changed.status)
		}
		s.post(t, talk("token")+"/read", fields{"seq": 2}).want(t, "read", http.StatusOK, "")
		if a := s.get(t, path, "If-None-Match", changed.header.Get("ETag")); a.status != http.StatusOK {
			t.Errorf("reading changes nothing: %d", a.status)
		}
	})
}

func TestNotesNeverAppearNotEvenAsAGap(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		note := chat.Draft{Content: "SECRET note", Internal: true}
		s.answerAs(t, visitor, note)
		s.answerAs(t, visitor, chat.Draft{Content: "Hello"})
		s.answerAs(t, visitor, note)
		if _, err := s.chat.Resolve(t.Context(), s.owner, visitor.ConversationUID, chat.Resolution{Reason: models.ReasonSpam, Note: "SECRET reason"}); err != nil {
			t.Fatal(err)
		}
		sent := s.post(t, talk("token")+"/messages", fields{"message": "Thanks"})
		if seq := sent.object(t)["seq"]; seq != 3.0 {
			t.Errorf("after a note the next seq is %v", seq)
		}
		for _, query := range []string{"", "?after=1", "?since=2000-01-01T00:00:00Z", "?limit=1000"} {
			a := s.get(t, talk("token")+"/messages"+query)
			if strings.Contains(string(a.body), "SECRET") {
				t.Errorf("%s tells a note: %s", query, a.body)
			}
		}
		for i, m := range s.messages(t, "token", "") {
			if m.Seq != int64(i+1) {
				t.Errorf("place %d has seq %d", i+1, m.Seq)
			}
		}
	})
}

func TestAMessageReopens(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		acts := []func() error{
			func() error {
				_, err := s.chat.Resolve(t.Context(), s.owner, visitor.ConversationUID, chat.Resolution{Reason: models.ReasonIssueResolved})
				return err
			},
			func() error {
				_, err := s.chat.Archive(t.Context(), s.owner, visitor.ConversationUID)
				return err
			},
		}
		for last := range acts {
			for _, act := range acts[:last+1] {
				if err := act(); err != nil {
					t.Fatal(err)
				}
			}
			s.post(t, talk("token")+"/messages", fields{"message": "One more"}).want(t, "send", http.StatusCreated, "")
			c, err := s.chat.Conversation(t.Context(), s.owner, visitor.ConversationUID)
			if err != nil || c.Status != models.StatusOpen {
				t.Errorf("the conversation is %s (%v)", c.Status, err)
			}
		}
	})
}

// calls are all that can be done to one conversation.
func (s *shop) calls(t *testing.T, token string, headers ...string) map[string]answer {
	t.Helper()
	return map[string]answer{
		"messages": s.get(t, talk(token)+"/messages", headers...),
		"send":     s.post(t, talk(token)+"/messages", `{"message":"x"}`, headers...),
		"read":     s.post(t, talk(token)+"/read", `{"seq":1}`, headers...),
		"rating":   s.post(t, talk(token)+"/rating", `{"score":1}`, headers...),
		"file":     s.get(t, talk(token)+"/files/1/1", headers...),
	}
}

func TestAnUnknownTokenIsLikeAnotherSites(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		foreign := s.post(t, "/conversations", opening("other")).token(t)
		unknown := s.calls(t, "unknown")
		for what, a := range unknown {
			a.want(t, what, http.StatusNotFound, unknownToken)
		}
		for _, token := range []string{"token", foreign} {
			for what, a := range s.calls(t, token, "X-API-Key", s.creds.TestSiteKey) {
				if a.status != unknown[what].status || string(a.body) != string(unknown[what].body) || len(a.header) != len(unknown[what].header) {
					t.Errorf("%s with another site's token: %d %s", what, a.status, a.body)
				}
			}
		}
		forged := foreign[:len(foreign)-2] + "AA"
		s.get(t, talk(forged)+"/messages").want(t, "a forged conversation token", http.StatusNotFound, unknownToken)
	})
}

func TestAnyStringIsAVisitorToken(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		for _, token := range []string{
			"a", "a/b", "../../config", "..", ".", "a b", "a+b", "a%2Fb", "%", "%zz", "?x=1", "#f", "a;b", "a:b", "é", "日本語", "😀", `"'<>`, `\`,
			":visitor_token", "*", "messages", "null", "a,b", strings.Repeat("é", 255), strings.Repeat("😀", 255),
		} {
			s.post(t, "/conversations", opening(token).with("message", token)).want(t, token, http.StatusCreated, "")
			if list := s.messages(t, token, ""); len(list) != 1 || list[0].Body != token {
				t.Errorf("%q reads %+v", token, list)
			}
		}
		for _, path := range []string{"%zz", "%", "%00", "%ff", "%0a", strings.Repeat("x", 3000)} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/conversations/x/messages", nil)
			if err != nil {
				t.Fatal(err)
			}
			request.URL.Opaque = strings.Replace(request.URL.Path, "/x/", "/"+path+"/", 1)
			request.Header.Set("X-API-Key", s.creds.SiteKey)
			s.do(t, request).want(t, path, http.StatusNotFound, unknownToken)
		}
	})
}

func TestTextIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		for _, text := range []string{
			"<script>alert(1)</script>", "'; DROP TABLE messages; --", "{{7*7}} ${7*7} %s %d", "line\r\nbreak\ttab", "\u202eright to left",
			"[link](javascript:alert(1))", "  spaces around  ", "a\u2028b\u2029c", "e\u0301 combining", "👩‍👩‍👧", "a\x01\x7f", "__proto__",
		} {
			a := s.post(t, talk("token")+"/messages", fields{"message": text})
			a.want(t, text, http.StatusCreated, "")
			list := s.messages(t, "token", fmt.Sprint("?after=", a.number(t, "seq")-1))
			if len(list) != 1 || list[0].Body != text {
				encoded, err := json.Marshal(list)
				t.Errorf("%q became %s (%v)", text, encoded, err)
			}
		}
	})
}
