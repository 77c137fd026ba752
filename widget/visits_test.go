package widget_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// secret is the site's identity secret.
func (s *shop) secret(t *testing.T) []byte {
	t.Helper()
	secret, err := s.access.Open(s.site.IdentitySecret)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// identity is one that the site signed.
func (s *shop) identity(t *testing.T, id string) fields {
	t.Helper()
	mac := hmac.New(sha256.New, s.secret(t))
	mac.Write([]byte(id))
	return fields{"id": id, "hash": hex.EncodeToString(mac.Sum(nil))}
}

// token is the same as a token that ends at a time.
func (s *shop) token(t *testing.T, id string, ends time.Time) fields {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"sub":%q,"exp":%d,"name":"Jane Roe"}`, id, ends.Unix()))
	mac := hmac.New(sha256.New, s.secret(t))
	mac.Write([]byte(text))
	return fields{"token": text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))}
}

// identified is the answer of identify.
type identified struct {
	Contact       struct{ ID, Name string }
	Conversations []struct {
		Token   string `json:"conversation_token"`
		Status  string
		At      string `json:"last_message_at"`
		Preview string `json:"last_message_preview"`
		Unread  int
	}
}

func (a answer) identified(t *testing.T) (i identified) {
	t.Helper()
	a.want(t, "identify", http.StatusOK, "")
	if err := json.Unmarshal(a.body, &i); err != nil {
		t.Fatal(err)
	}
	return i
}

func TestASignedIdentityFindsItsHistoryOnAnotherDevice(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "phone")
		phone := s.post(t, "/identify", fields{"identity": s.identity(t, "user-7"), "visitor_tokens": []any{" phone ", "of nobody"}}).identified(t)
		s.answerAs(t, visitor, chat.Draft{Content: strings.Repeat("ä", 200)})
		laptop := s.post(t, "/identify", fields{"identity": s.token(t, "user-7", time.Now().Add(time.Hour))}).identified(t)
		if phone.Contact.ID != laptop.Contact.ID || !strings.HasPrefix(phone.Contact.ID, "cnt_") || len(laptop.Conversations) != 1 {
			t.Fatalf("phone %+v, laptop %+v", phone, laptop)
		}
		c := laptop.Conversations[0]
		if c.Status != "open" || c.Unread != 1 || c.Preview != strings.Repeat("ä", 120)+"…" || c.Token == "" || !strings.HasSuffix(c.At, "Z") {
			t.Errorf("listed: %+v", c)
		}
		if got := s.messages(t, c.Token, ""); len(got) != 2 {
			t.Errorf("read with the conversation token: %+v", got)
		}
		s.post(t, talk(c.Token)+"/messages", fields{"message": "From the laptop"}).want(t, "written with it", http.StatusCreated, "")
		s.post(t, talk(c.Token)+"/read", fields{"seq": 3}).want(t, "read", http.StatusOK, "")
		again := s.post(t, "/identify", fields{"identity": s.identity(t, "user-7"), "visitor_tokens": []any{c.Token}}).identified(t)
		if len(again.Conversations) != 1 || again.Conversations[0].Unread != 0 || again.Conversations[0].Preview != "From the laptop" {
			t.Errorf("later: %+v", again)
		}
		other := s.post(t, "/identify", fields{"identity": s.identity(t, "user-8"), "visitor_tokens": []any{"phone", c.Token}}).identified(t)
		if len(other.Conversations) != 0 || other.Contact.ID == phone.Contact.ID {
			t.Errorf("the next user of the phone: %+v", other)
		}
	})
}

func TestAnIdentityThatIsNotSignedIsTurnedAway(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	const sentence = "Identity could not be verified"
	for what, identity := range map[string]any{
		"none": nil, "empty": fields{}, "a wrong hash": s.identity(t, "a").with("hash", strings.Repeat("0", 64)),
		"expired": s.token(t, "a", time.Now().Add(-2*time.Minute)), "no token": fields{"token": "x"},
	} {
		body := fields{"identity": identity, "email": "jane@example.com", "name": "Jane"}
		s.post(t, "/identify", body).want(t, what, http.StatusUnauthorized, sentence)
	}
	good := fields{"identity": s.identity(t, "a")}
	s.post(t, "/identify", good.with("visitor_tokens", strings.Split(strings.Repeat("x,", 20), ","))).
		want(t, "21 tokens", http.StatusUnprocessableEntity, "A device holds at most 20 visitor tokens")
	s.post(t, "/identify", good.with("email", "nobody")).want(t, "no address", http.StatusUnprocessableEntity, "Invalid email address")
	s.post(t, "/identify", fields{"identity": s.identity(t, strings.Repeat("x", 300))}).want(t, "a long id", http.StatusUnprocessableEntity, "")
	s.post(t, "/identify", good.with("visitor_tokens", "x")).want(t, "a text", http.StatusBadRequest, "")
	s.post(t, "/identify", good, "X-API-Key", "").want(t, "no site key", http.StatusUnauthorized, "Invalid API key")
	if _, _, contacts := s.count(t); contacts != 0 {
		t.Errorf("%d contacts were left behind", contacts)
	}
}

func TestIdentifyingIsCountedForEachAddress(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.identify=2/m"})
	for range 2 {
		s.post(t, "/identify", fields{}).want(t, "a try", http.StatusUnauthorized, "")
	}
	a := s.post(t, "/identify", fields{"identity": s.identity(t, "a")})
	a.want(t, "one too many", http.StatusTooManyRequests, "")
	if seconds := a.number(t, "retry_after"); seconds < 1 || seconds > 60 || a.header.Get("Retry-After") != fmt.Sprint(seconds) {
		t.Errorf("retry after %d, %s", seconds, a.header.Get("Retry-After"))
	}
	s.post(t, "/identify", fields{"identity": s.identity(t, "a")}, "X-Test-Address", "192.0.2.9").want(t, "another address", http.StatusOK, "")
}

func TestTheFormIsAskedForByItsLabels(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) {
		site.Prechat.Fields = []models.PrechatField{{Name: "order", Label: "Order number", Kind: "text", Required: true},
			{Name: "topic", Label: "Topic", Kind: "select", Options: []string{"Sales", "Help"}}}
	}})
	s.post(t, "/conversations", opening("a")).want(t, "no order", http.StatusUnprocessableEntity, "Order number is required")
	s.post(t, "/conversations", opening("a").with("custom", fields{"order": "1", "topic": "x"})).
		want(t, "no such topic", http.StatusUnprocessableEntity, "Topic must be one of Sales, Help")
	s.post(t, "/conversations", opening("a").with("custom", fields{"order": "1", "topic": "Help"})).want(t, "answered", http.StatusCreated, "")
	var config struct{ Prechat models.Prechat }
	if err := json.Unmarshal(s.get(t, "/config").body, &config); err != nil {
		t.Fatal(err)
	}
	if form := config.Prechat.Fields; len(form) != 2 || fmt.Sprint(form[1].Options) != "[Sales Help]" {
		t.Errorf("the form is %v", form)
	}
}

func TestWhatAVisitorMayAskOfTheOwnConversation(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	visitor := s.start(t, "a")
	s.post(t, talk("a")+"/page", fields{"url": "https://shop.example.com/", "title": "Shop"}).want(t, "a page", http.StatusOK, "")
	s.post(t, talk("a")+"/page", fields{"url": "nowhere"}).want(t, "no page", http.StatusUnprocessableEntity, "")
	c, err := s.chat.Conversation(t.Context(), s.owner, visitor.ConversationUID)
	if err != nil || c.Page == nil || c.Page.URL != "https://shop.example.com/" {
		t.Errorf("the page is %+v, %v", c.Page, err)
	}
	s.post(t, talk("a")+"/transcript", fields{}).want(t, "without mail", http.StatusConflict, "Transcripts cannot be sent from here")
	subscription := `{"endpoint":"https://push.example.com/1","keys":{"p256dh":"x","auth":"y"}}`
	s.send(t, http.MethodPut, talk("a")+"/push", strings.NewReader(subscription)).want(t, "without pushes", http.StatusConflict, "Notifications cannot be sent from here")
	s.send(t, http.MethodDelete, talk("a")+"/push", strings.NewReader(subscription)).want(t, "the end of it", http.StatusOK, "")
	for _, path := range []string{"/page", "/transcript"} {
		s.post(t, talk("of nobody")+path, fields{"url": "https://shop.example.com/"}).want(t, path, http.StatusNotFound, "Conversation not found")
	}
	s.send(t, http.MethodPut, talk("of nobody")+"/push", strings.NewReader(subscription)).want(t, "push", http.StatusNotFound, "Conversation not found")
	preflight := s.send(t, http.MethodOptions, talk("a")+"/push", nil, "Origin", "https://shop.example.com")
	if allowed := preflight.header.Get("Access-Control-Allow-Methods"); !strings.Contains(allowed, "PUT") || !strings.Contains(allowed, "DELETE") {
		t.Errorf("a page may send %s", allowed)
	}
}

func TestTheWidgetIsToldWhoIsThereAndWhenItOpens(t *testing.T) {
	t.Parallel()
	each(t, setting{site: func(site *models.Site) {
		site.Theme.Mode = "dark"
		site.OfficeHours = models.OfficeHours{Enabled: true, TimeZone: "Europe/Oslo", Days: []models.OfficeDay{{Weekday: 1, Opens: "09:00", Closes: "17:00"}}}
	}}, func(t *testing.T, s *shop) {
		picture := "https://shop.example.com/sarah.jpg"
		if _, err := s.chat.UpdateSelf(t.Context(), s.owner, chat.UserChange{Avatar: models.Give(&picture)}); err != nil {
			t.Fatal(err)
		}
		s.agents.desk = []models.UID{models.NewUID(), s.owner.UserUID}
		closed := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
		s.at.Store(&closed)
		config := s.get(t, "/config").object(t)
		hours, _ := config["office_hours"].(map[string]any)
		team, _ := config["team"].([]any)
		theme, _ := config["theme"].(map[string]any)
		if hours["open"] != false || hours["next_open"] != "2026-11-30T08:00:00.000000Z" || theme["mode"] != "dark" ||
			config["transcript"] != false || config["push"] != nil || config["articles"] != false || config["assistant"] != nil {
			t.Errorf("closed: %v", config)
		}
		if len(team) != 1 || !strings.Contains(fmt.Sprint(team[0]), "avatar:"+picture) {
			t.Errorf("the team is %v", team)
		}
		open := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
		s.at.Store(&open)
		hours, _ = s.get(t, "/config").object(t)["office_hours"].(map[string]any)
		if hours["open"] != true || hours["next_open"] != nil {
			t.Errorf("open: %v", hours)
		}
		visitor := s.start(t, "a")
		owner, err := s.access.Key(t.Context(), s.creds.LiveKey)
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.chat.Post(t.Context(), owner, visitor.ConversationUID, chat.Draft{Content: "Hi"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.get(t, talk("a")+"/messages"); !strings.Contains(string(got.body), `"avatar":"`+picture+`"`) {
			t.Errorf("messages %s (%v)", got.body, m.UserAvatar)
		}
	})
}
