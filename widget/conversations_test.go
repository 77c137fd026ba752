package widget_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
)

const (
	incomplete   = "Name, email, message, and visitor_token are required"
	badEmail     = "Invalid email address"
	longMessage  = "Message is too long (maximum 10000 characters)"
	longToken    = "Visitor token is too long (maximum 255 characters)"
	taken        = "A conversation with this visitor token already exists"
	autoReply    = "Thanks for reaching out! We'll get back to you soon."
	notAMessage  = "Message is required"
	unknownToken = "Conversation not found"
)

func TestAConversationStartsWithItsFirstMessage(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		a := s.post(t, "/conversations", opening("token").with("name", "  Jane Doe ", "message", " Hi! "))
		a.want(t, "start", http.StatusCreated, "")
		answer := a.object(t)
		if answer["auto_reply"] != autoReply || len(answer) != 2 {
			t.Errorf("the answer is %v", answer)
		}
		// The automatic reply is not a message.
		list := s.messages(t, "token", "")
		if len(list) != 1 || list[0].Body != "Hi!" || list[0].Author != "Jane Doe" || list[0].Direction != "inbound" ||
			list[0].Seq != 1 || list[0].Status != "received" || list[0].Type != "text" || list[0].Attachments == nil {
			t.Errorf("the messages are %+v", list)
		}
		if got := s.messages(t, a.token(t), ""); len(got) != 1 || got[0].ID != list[0].ID {
			t.Error("the conversation token is not accepted where the visitor's is")
		}
		if a.token(t) == "token" {
			t.Error("the visitor token is answered")
		}
	})
}

func TestASiteWithoutAnAutoReplyAnswersNull(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) { site.AutoReply = nil }})
	a := s.post(t, "/conversations", opening("token"))
	a.want(t, "start", http.StatusCreated, "")
	if reply, there := a.object(t)["auto_reply"]; reply != nil || !there {
		t.Errorf("auto_reply is %v (there: %v)", reply, there)
	}
}

// Each opening breaks a rule and all that come after it.
func TestChecksOfAnOpeningComeInTheirOrder(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "taken")
		long, longest := strings.Repeat("é", 10_001), strings.Repeat("é", 256)
		worst := opening(longest).with("email", "nobody", "message", long)
		for _, c := range []struct {
			what     string
			body     fields
			status   int
			sentence string
		}{
			{"nothing", fields{}, 422, incomplete},
			{"no name", worst.with("name", nil), 422, incomplete},
			{"a blank name", worst.with("name", " \t\n"), 422, incomplete},
			{"an invisible name", worst.with("name", "\u200b\u2060"), 422, incomplete},
			{"an empty e-mail", worst.with("email", ""), 422, incomplete},
			{"a blank message", worst.with("message", "  "), 422, incomplete},
			{"an invisible message", worst.with("message", "\u200b\ufeff"), 422, incomplete},
			{"a blank token", worst.with("visitor_token", " "), 422, incomplete},
			{"an unknown name for the token", worst.with("visitor_token", nil, "Visitor_Token", "x"), 422, incomplete},
			{"a bad e-mail and all behind it", worst, 422, badEmail},
			{"a bad e-mail and a token that is taken", opening("taken").with("email", "a@b"), 422, badEmail},
			{"a long message and a long token", worst.with("email", "a@example.com"), 422, longMessage},
			{"a long message and a token that is taken", opening("taken").with("message", long), 422, longMessage},
			{"a long token", opening(longest), 422, longToken},
			{"a token that is taken", opening("taken"), 409, taken},
			{"the same, another person", opening("taken").with("email", "other@example.com", "client_id", "c"), 409, taken},
		} {
			s.post(t, "/conversations", c.body).want(t, c.what, c.status, c.sentence)
		}
		if conversations, messages, contacts := s.count(t); conversations != 1 || messages != 1 || contacts != 1 {
			t.Errorf("refused calls left something: %d conversations, %d messages, %d contacts", conversations, messages, contacts)
		}
		longEnough := opening(longest[:2*255]).with("message", long[:2*10_000])
		s.post(t, "/conversations", longEnough).want(t, "the longest of all", http.StatusCreated, "")
	})
}

func TestEmailAddresses(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	for _, email := range []string{
		"nobody", "@example.com", "a@", "a@b", "a b@example.com", "a@example.", "a@.com", "Jane <jane@example.com>", "a@example.com, b@example.com",
		"a@exa mple.com", "a@example.com\r\nBcc: b@example.com", "a@[127.0.0.1]", "\"a b\"@example.com", "a@@example.com", "a..@example.com",
		strings.Repeat("a", 250) + "@example.com",
	} {
		s.post(t, "/conversations", opening("t").with("email", email)).want(t, email, 422, badEmail)
	}
	for i, email := range []string{"a@example.com", " jane.doe+shop@mail.example.co.uk ", "JANE@EXAMPLE.COM", "o'brien@example.com"} {
		token := strings.Repeat("t", i+1)
		s.post(t, "/conversations", opening(token).with("email", email)).want(t, email, http.StatusCreated, "")
	}
}

func TestARetryOfAStartIsNoConflict(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		body := opening("token").with("client_id", "first")
		one := s.post(t, "/conversations", body)
		one.want(t, "start", http.StatusCreated, "")
		two := s.post(t, "/conversations", body.with("message", "Hi again"))
		two.want(t, "the same client_id", http.StatusCreated, "")
		if string(one.body) != string(two.body) {
			t.Errorf("the retry answers %s, not %s", two.body, one.body)
		}
		s.post(t, "/conversations", body.with("client_id", "second")).want(t, "another client_id", http.StatusConflict, taken)
		s.post(t, "/conversations", body.with("client_id", nil)).want(t, "no client_id", http.StatusConflict, taken)
		if list := s.messages(t, "token", ""); len(list) != 1 || list[0].Body != "Hi, I need help." || list[0].ClientID != "first" {
			t.Errorf("the retry stored something: %+v", list)
		}
	})
}

func TestATokenStaysTakenWhateverBecomesOfItsConversation(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		if _, err := s.chat.Resolve(t.Context(), s.owner, visitor.ConversationUID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
			t.Fatal(err)
		}
		s.post(t, "/conversations", opening("token")).want(t, "closed", http.StatusConflict, taken)
		if _, err := s.chat.Archive(t.Context(), s.owner, visitor.ConversationUID); err != nil {
			t.Fatal(err)
		}
		s.post(t, "/conversations", opening("token")).want(t, "archived", http.StatusConflict, taken)
		// The sandbox is another site: there the token is free.
		s.post(t, "/conversations", opening("token"), "X-API-Key", s.creds.TestSiteKey).want(t, "another site", http.StatusCreated, "")
	})
}

func TestSixteenRacingStartsMakeOneConversation(t *testing.T) {
	t.Parallel()
	for name, clientID := range map[string]any{"as strangers": nil, "as one client": "one"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, setting{}, func(t *testing.T, s *shop) {
				statuses := together(16, func(int) int {
					return s.post(t, "/conversations", opening("token").with("client_id", clientID)).status
				})
				created := 0
				for _, status := range statuses {
					if status == http.StatusCreated {
						created++
					} else if status != http.StatusConflict {
						t.Errorf("status %d", status)
					}
				}
				if want := map[bool]int{true: 1, false: 16}[clientID == nil]; created != want {
					t.Errorf("%d calls were told of success, not %d", created, want)
				}
				if conversations, messages, contacts := s.count(t); conversations != 1 || messages != 1 || contacts != 1 {
					t.Errorf("%d conversations, %d messages, %d contacts", conversations, messages, contacts)
				}
			})
		})
	}
}

// together runs n calls at once and gives their results.
func together[T any](n int, call func(i int) T) []T {
	results := make([]T, n)
	var ready, done sync.WaitGroup
	ready.Add(1)
	for i := range n {
		done.Go(func() {
			ready.Wait()
			results[i] = call(i)
		})
	}
	ready.Done()
	done.Wait()
	return results
}

// What a visitor types proves nothing.
func TestAKnownEmailChangesAndRevealsNothing(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "first")
		a := s.post(t, "/conversations", opening("second").with("name", "Mallory", "email", "JANE@example.com"))
		a.want(t, "the same address", http.StatusCreated, "")
		people, err := s.chat.Contacts(t.Context(), s.owner, chat.ContactQuery{Page: models.Page{Limit: 10}})
		if err != nil {
			t.Fatal(err)
		}
		if len(people.Rows) != 1 || *people.Rows[0].FullName() != "Jane Doe" {
			t.Errorf("the contacts are %+v", people.Rows)
		}
		list := s.messages(t, "second", "")
		if len(list) != 1 || list[0].Author != "Mallory" {
			t.Errorf("the second conversation shows %+v", list)
		}
		if strings.Contains(string(a.body), "Jane") {
			t.Errorf("the answer tells of the contact: %s", a.body)
		}
	})
}

func TestOptionalPartsOfAnOpeningAreKept(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		body := opening("token").with(
			"page", fields{"url": "https://shop.example.com/cart", "title": "Cart", "referrer": nil},
			"locale", "de-AT", "subject", "Order", "custom", fields{"plan": "pro", "seats": 3, "tags": []string{"a"}},
			"client_id", nil, "identity", nil, "unknown", []any{1, nil})
		s.post(t, "/conversations", body).want(t, "start", http.StatusCreated, "")
		visitor, err := s.access.Visitor(t.Context(), s.site, "token")
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.chat.Conversation(t.Context(), s.owner, visitor.ConversationUID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Page == nil || c.Page.URL != "https://shop.example.com/cart" || c.Page.Title != "Cart" || c.Locale != "de-AT" ||
			c.Subject == nil || *c.Subject != "Order" || c.Custom["plan"] != "pro" || c.Custom["seats"] != 3.0 || c.Verified {
			t.Errorf("the conversation is %+v", c)
		}
	})
}

func TestASignedIdentityIsVerified(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) { site.IdentityRequired = true }})
	secret, err := s.access.Open(s.site.IdentitySecret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("user-7"))
	hash := hex.EncodeToString(mac.Sum(nil))
	signed := fields{"id": "user-7", "hash": hash}
	s.post(t, "/conversations", opening("a")).want(t, "no identity", http.StatusUnauthorized, "Please sign in to chat")
	for what, identity := range map[string]fields{
		"another id": signed.with("id", "user-8"), "no hash": signed.with("hash", nil), "no id": signed.with("id", nil),
		"an upper-case hash": signed.with("hash", strings.ToUpper(hash)), "nothing": {},
	} {
		s.post(t, "/conversations", opening("a").with("identity", identity)).want(t, what, http.StatusUnauthorized, "Identity could not be verified")
	}
	s.post(t, "/conversations", opening("a").with("identity", signed)).want(t, "signed", http.StatusCreated, "")
	if config := s.get(t, "/config").object(t); config["identity_required"] != true {
		t.Error("the widget is not told that an identity is required")
	}
}

func TestReadMarksGoForwardAlone(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		answered := s.answerAs(t, visitor, chat.Draft{Content: "Hello"})
		for _, c := range []struct{ seq, want float64 }{{0, 0}, {1, 1}, {0, 1}, {2, 2}, {1, 2}, {99, 2}, {9e15, 2}} {
			a := s.post(t, talk("token")+"/read", fields{"seq": c.seq})
			a.want(t, "read", http.StatusOK, "")
			if got := a.object(t)["seq"]; got != c.want {
				t.Errorf("after seq %v the mark is %v, not %v", c.seq, got, c.want)
			}
		}
		if list := s.messages(t, "token", ""); list[1].ID != answered.ID || list[1].Status != "read" {
			t.Errorf("the read answer shows as %+v", list[1])
		}
		s.post(t, talk("token")+"/read", `{}`).want(t, "no seq", 422, "Seq is required")
		s.post(t, talk("token")+"/read", `{"seq":null}`).want(t, "null", 422, "Seq is required")
		s.post(t, talk("token")+"/read", `{"seq":-1}`).want(t, "negative", 422, "")
		s.post(t, talk("token")+"/read", `{"seq":"1"}`).want(t, "a string", 400, "seq must be a whole number or null")
		s.post(t, talk("token")+"/read", `{"seq":9223372036854775808}`).want(t, "too large", 400, "seq must be a whole number or null")
	})
}

func TestEachResolveIsRatedOnce(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		rate := func(body string) answer { return s.post(t, talk("token")+"/rating", body) }
		rate(`{"score":5}`).want(t, "nothing resolved", http.StatusConflict, "")
		for range 2 {
			if _, err := s.chat.Resolve(t.Context(), s.owner, visitor.ConversationUID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{`{}`, `{"score":null}`, `{"score":0}`, `{"score":6}`, `{"score":-1}`} {
				rate(bad).want(t, bad, 422, "")
			}
			for _, bad := range []string{`{"score":"5"}`, `{"score":4.5}`, `{"score":[5]}`, `{"score":99999999999}`} {
				rate(bad).want(t, bad, 400, "score must be a whole number or null")
			}
			rate(`{"score":5,"comment":"`+strings.Repeat("x", 5001)+`"}`).want(t, "a long comment", 422, "")
			rate(`{"score":5,"comment":"Great"}`).want(t, "rating", http.StatusCreated, "")
			rate(`{"score":1}`).want(t, "again", http.StatusConflict, "")
			s.post(t, talk("token")+"/messages", fields{"message": "One more thing"}).want(t, "reopen", 201, "")
		}
		statuses := together(8, func(int) int { return rate(`{"score":3}`).status })
		for _, status := range statuses {
			if status != http.StatusConflict {
				t.Errorf("a third rating of two resolves: %d", status)
			}
		}
	})
}
