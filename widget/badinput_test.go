package widget_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// badBodies are what no call may take, with the status they get.
var badBodies = []struct {
	body   string
	status int
}{
	{"", 400}, {" ", 400}, {"\x00", 400}, {"{", 400}, {"}", 400}, {"{}}", 400}, {"{}{}", 400}, {"{} {}", 400}, {"{}x", 400}, {"[]", 400}, {"[{}]", 400},
	{"null", 400}, {"true", 400}, {"false", 400}, {"0", 400}, {"-", 400}, {`"text"`, 400}, {"'text'", 400}, {"undefined", 400}, {"NaN", 400},
	{"\ufeff{}", 400}, {"// c\n{}", 400}, {"<message/>", 400}, {"message=x", 400}, {"a: b", 400}, {`{"message"}`, 400}, {`{"message":}`, 400},
	{`{"message":"x"`, 400}, {`{"message":"x`, 400}, {`{"message":"x",}`, 400}, {`{"message":"x" "y"}`, 400}, {`{message:"x"}`, 400}, {`{'message':'x'}`, 400},
	{"{\"message\":\"a\nb\"}", 400}, {`{"message":"\q"}`, 400}, {`{"message":"\u00"}`, 400}, {"{\"message\":\"\xff\"}", 400}, {"{\"message\":\"\xc0\xaf\"}", 400},
	{"{\"message\":\"\xed\xa0\x80\"}", 400}, {"{\"message\":\"\xf4\x90\x80\x80\"}", 400}, {`{"message":"\ud800"}`, 400}, {`{"message":"\udfff\ud800"}`, 400},
	{`{"message":"a\u0000b"}`, 400}, {`{"client_id":"\u0000"}`, 400}, {`{"x":"\u0000"}`, 400}, {`{"x\u0000":1}`, 400}, {`{"x":{"y":["\u0000"]}}`, 400},
	{`{"message":"x","message":"y"}`, 400}, {`{"x":1,"x":1}`, 400}, {`{"x":{"y":1,"y":1}}`, 400}, {`{"x":1e400}`, 400}, {`{"x":[-1e400]}`, 400}, {`{"x":01}`, 400},
	{`{"x":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, 400}, {`{"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, 400},
	{strings.Repeat(`{"x":`, 33) + "1" + strings.Repeat("}", 33), 400}, {strings.Repeat("[", 1<<20-1), 400},
	{`{"message":5}`, 400}, {`{"message":true}`, 400}, {`{"message":{}}`, 400}, {`{"message":[]}`, 400}, {`{"message":["x"]}`, 400}, {`{"client_id":5}`, 400},
	{`{"client_id":{"$ne":1}}`, 400}, {`{"message":"` + strings.Repeat("x", 1<<20) + `"}`, 413}, {strings.Repeat(" ", 1<<20+1), 413},
}

func TestBadBodiesAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		if len(badBodies) < 60 {
			t.Fatalf("only %d bad bodies", len(badBodies))
		}
		for _, path := range []string{"/conversations", talk("token") + "/messages"} {
			for _, c := range badBodies {
				a := s.post(t, path, c.body)
				if a.status != c.status || a.sentence(t) == "" || !utf8.Valid(a.body) {
					t.Errorf("%s %.60q: %d %.100s, not %d", path, c.body, a.status, a.body, c.status)
				}
				if strings.Contains(string(a.body), "Go value") || strings.Contains(string(a.body), "invalid character") {
					t.Errorf("%.60q tells of the inside: %s", c.body, a.body)
				}
			}
		}
		if conversations, messages, contacts := s.count(t); conversations != 1 || messages != 1 || contacts != 1 {
			t.Errorf("bad bodies left something: %d conversations, %d messages, %d contacts", conversations, messages, contacts)
		}
		s.post(t, talk("token")+"/messages", `{"message":"still there"}`).want(t, "the next request", http.StatusCreated, "")
	})
}

func TestWrongTypesNameTheirField(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	wrong := map[string]string{
		"5": "a string", "true": "a string", "{}": "a string", "[]": "a string", "1.5": "a string",
	}
	for _, field := range []string{"name", "email", "message", "visitor_token", "client_id", "locale", "subject"} {
		for value, want := range wrong {
			body := fmt.Sprintf(`{"%s":%s}`, field, value)
			s.post(t, "/conversations", body).want(t, body, http.StatusBadRequest, field+" must be "+want+" or null")
		}
	}
	for body, sentence := range map[string]string{
		`{"page":"https://x"}`:       "page must be an object or null",
		`{"page":{"url":5}}`:         "page.url must be a string or null",
		`{"page":{"title":[]}}`:      "page.title must be a string or null",
		`{"custom":[]}`:              "custom must be an object or null",
		`{"custom":"x"}`:             "custom must be an object or null",
		`{"identity":"x"}`:           "identity must be an object or null",
		`{"identity":{"id":7}}`:      "identity.id must be a string or null",
		`{"identity":{"hash":null}}`: incomplete, // null is as good as nothing
	} {
		status := http.StatusBadRequest
		if sentence == incomplete {
			status = http.StatusUnprocessableEntity
		}
		s.post(t, "/conversations", body).want(t, body, status, sentence)
	}
}

func TestUnknownFieldsAndNullsAreIgnored(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.post(t, "/conversations", opening("token").with("NAME", 5, "__proto__", fields{"admin": true}, "constructor", []int{1}, "account_id", 7, "status", "closed")).
		want(t, "unknown fields", http.StatusCreated, "")
	s.post(t, talk("token")+"/messages", `{"message":"x","client_id":null,"internal":true,"direction":"outbound","author":"Admin","id":1,"seq":99}`).
		want(t, "fields of an answer", http.StatusCreated, "")
	m := s.messages(t, "token", "?after=1")[0]
	if m.Direction != "inbound" || m.Author != "Jane Doe" || m.Seq != 2 {
		t.Errorf("the visitor chose more than the text: %+v", m)
	}
}

func TestOtherMediaTypesAndEncodings(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	for _, contentType := range []string{
		"", "text/plain", "text/json", "application/x-www-form-urlencoded", "application/xml", "application/jsonp", "application/vnd.api+json",
		"application/json; charset=utf-16", "application/octet-stream", "multipart/mixed; boundary=x", "application/json,application/json", "x", "/",
	} {
		const sentence = "Send the body with Content-Type: application/json"
		for path, more := range map[string]string{
			"/conversations": "", talk("token") + "/messages": " or multipart/form-data", talk("token") + "/read": "", talk("token") + "/rating": "",
		} {
			s.post(t, path, `{"message":"x","seq":1}`, "Content-Type", contentType).want(t, contentType, http.StatusUnsupportedMediaType, sentence+more)
		}
	}
	for _, encoding := range []string{"gzip", "br", "deflate", "zstd", "identity", "gzip, br", "x"} {
		s.post(t, talk("token")+"/messages", `{"message":"x"}`, "Content-Encoding", encoding).want(t, encoding, http.StatusUnsupportedMediaType, "")
	}
	s.post(t, "/conversations", "x", "Content-Type", "multipart/form-data; boundary=x").want(t, "a form where none is taken", http.StatusUnsupportedMediaType, "")
	s.post(t, talk("token")+"/messages", `{"message":"x"}`, "Content-Type", `APPLICATION/JSON ; Charset="utf-8"`).want(t, "JSON, spelled otherwise", http.StatusCreated, "")
}
