package channel

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/channel/channeltest"
)

// whatsAppCall is a call about one number: inner is the inside of its value.
func whatsAppCall(g *channeltest.Graph, inner string) chat.HookRequest {
	return metaCall(g, `{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"123"},`+inner+`}}]}]}`)
}

// instagramCall is a call about one account: inner are its events.
func instagramCall(g *channeltest.Graph, inner string) chat.HookRequest {
	return metaCall(g, `{"entry":[{"id":"1784","messaging":[`+inner+`]}]}`)
}

// contents are what arrived: id and text of each message.
func contents(r chat.Report) []string {
	said := make([]string, 0, len(r.Arrivals))
	for _, a := range r.Arrivals {
		said = append(said, a.ExternalID+" "+a.Content)
	}
	return said
}

func TestAWhatsAppMessageThatHasNoTextIsToldOfAndNotLost(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	for rest, want := range map[string]string{
		`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{}"}}`: "interactive",
		`"type":"order","order":{"catalog_id":"1","product_items":[]}`:                               "order",
		`"type":"ephemeral"`:                       "ephemeral",
		`"type":"contacts","contacts":[]`:          "contacts",
		`"type":"text","text":{"body":" \n"}`:      "text",
		`"type":"button","button":{"payload":"x"}`: "button",
		`"type":"<script>alert(1)</script>"`:       "<script>alert(1)</script>",
		`"type":"image"`:                           "image",
		`"id":"m"`:                                 "",
	} {
		r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), whatsAppCall(g, `"messages":[{"from":"1631","id":"m",`+rest+`}]`))
		if err != nil || !slices.Equal(contents(r), []string{"m [A message of a kind that cannot be shown: " + want + "]"}) {
			t.Errorf("%s: %q, %v", rest, contents(r), err)
		}
	}
	long := strings.Repeat("x", 1000)
	r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), whatsAppCall(g, `"messages":[{"from":"1","id":"m","type":"`+long+`"}]`))
	if err != nil || len(r.Arrivals) != 1 || len(r.Arrivals[0].Content) > 400 {
		t.Errorf("a long type: %q, %v", contents(r), err)
	}
}

func TestAnInstagramMessageThatHasNoTextIsToldOfAndNotLost(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	for _, rest := range []string{
		`"message":{"mid":"m"}`, `"message":{"mid":"m","text":"","is_unsupported":true}`, `"message":{"mid":"m","attachments":[]}`, `"postback":{"mid":"m","payload":"x"}`,
	} {
		r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), instagramCall(g, `{"sender":{"id":"5"},`+rest+`}`))
		if err != nil || !slices.Equal(contents(r), []string{"m [A message of a kind that cannot be shown]"}) {
			t.Errorf("%s: %q, %v", rest, contents(r), err)
		}
	}
	voice := `{"sender":{"id":"5"},"message":{"mid":"m","attachments":[{"type":"audio","payload":{"url":"https://cdn/x"}}]}}`
	r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), instagramCall(g, voice))
	if err != nil || len(r.Arrivals) != 1 || r.Arrivals[0].Content != "" || len(r.Arrivals[0].Media) != 1 {
		t.Errorf("a file needs no words: %+v, %v", r, err)
	}
}

func TestWhatMetaSpellsInANewWayDoesNotHideTheRestOfTheCall(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	const first, last = `{"from":"1","id":"m1","type":"text","text":{"body":"One"}}`, `{"from":"2","id":"m3","type":"text","text":{"body":"Three"}}`
	for _, odd := range []string{
		`5`, `null`, `[]`, `{}`, `{"from":7,"id":"m2","type":"text","text":{"body":"x"}}`, `{"from":"9","id":{"new":"m2"},"type":"text","text":{"body":"x"}}`, `{"from":"9","type":"text"}`,
	} {
		r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), whatsAppCall(g, `"messages":[`+first+`,`+odd+`,`+last+`]`))
		if err != nil || !slices.Equal(contents(r), []string{"m1 One", "m3 Three"}) {
			t.Errorf("%s: %q, %v", odd, contents(r), err)
		}
	}
	r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), whatsAppCall(g,
		`"messages":[{"from":"1","id":"m1","type":"location","location":{"latitude":"48.2"}},`+last+`],"statuses":[{"id":"s1","status":"failed","errors":[{"code":"131047"}]}]`))
	if err != nil || len(r.Arrivals) != 2 || r.Arrivals[1].Content != "Three" || len(r.Receipts) != 1 || r.Receipts[0].Status != models.MessageFailed {
		t.Errorf("got %+v, %v", r, err)
	}
	for _, odd := range []string{`5`, `{"sender":"5","message":{"mid":"m2","text":"x"}}`, `{"sender":{"id":"5"},"message":{"mid":2,"text":"x"}}`, `{"message":{"mid":"m2"}}`} {
		r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), instagramCall(g,
			`{"sender":{"id":"5"},"message":{"mid":"m1","text":"One"}},`+odd+`,{"sender":{"id":"5"},"message":{"mid":"m3","text":"Three"}}`))
		if err != nil || !slices.Equal(contents(r), []string{"m1 One", "m3 Three"}) {
			t.Errorf("%s: %q, %v", odd, contents(r), err)
		}
	}
}

func TestOneCallBringsTheMessagesOfSeveralPeopleAndNumbers(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	change := func(number, from, name, id string) string {
		return fmt.Sprintf(`{"field":"messages","value":{"metadata":{"phone_number_id":%q},"contacts":[{"wa_id":%q,"profile":{"name":%q}}],
			"messages":[{"from":%q,"id":%q,"type":"text","text":{"body":"Hi"}},{"from":"404","id":"%s-b","type":"text","text":{"body":"Ho"}}]}}`, number, from, name, from, id, id)
	}
	body := `{"entry":[{"changes":[` + change("1", "11", "Ann", "a") + `,` + change("2", "22", `Bob"; DROP TABLE contacts; --`, "b") + `]},{"changes":[` + change("1", "33", "", "c") + `]}]}`
	r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), metaCall(g, body))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range r.Arrivals {
		got = append(got, strings.Join([]string{a.Through, a.From, a.Name, a.ExternalID}, "|"))
	}
	want := []string{"1|+11|Ann|a", "1|+404||a-b", `2|+22|Bob"; DROP TABLE contacts; --|b`, "2|+404||b-b", "1|+33||c", "1|+404||c-b"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMetaIsNotBelievedForASignatureOfAnotherKind(t *testing.T) {
	t.Parallel()
	g, stranger := channeltest.NewGraph(t), channeltest.NewGraph(t)
	stranger.Secret = "another-secret"
	const body = `{"entry":[{"id":"1784","messaging":[{"sender":{"id":"5"},"message":{"mid":"m","text":"x"}}]}]}`
	right := g.Sign(body)
	for _, carrier := range []chat.Carrier{&WhatsApp{}, &Instagram{}} {
		for what, signature := range map[string]string{
			"of another app": stranger.Sign(body), "of another body": g.Sign(body + " "), "without its kind": strings.TrimPrefix(right, "sha256="),
			"of half its length": right[:len(right)/2], "with more behind it": right + "00", "with blanks": right + " ", "twice": right + "," + right, "of nothing": "sha256=",
			"in another case of its kind": strings.Replace(right, "sha256", "SHA256", 1),
		} {
			call := metaCall(g, body)
			call.Header = func(string) string { return signature }
			if r, err := carrier.Receive(t.Context(), metaLine(g), call); !errors.Is(err, chat.ErrHookForged) || len(r.Arrivals) > 0 {
				t.Errorf("%T believes a signature %s: %+v, %v", carrier, what, r, err)
			}
		}
		if _, err := carrier.Receive(t.Context(), metaLine(g), metaCall(g, body)); err != nil {
			t.Errorf("%T does not believe the right one: %v", carrier, err)
		}
		bare := metaLine(g)
		bare.Values["app_secret"], bare.Values["verify_token"] = "", ""
		stranger.Secret = ""
		if _, err := carrier.Receive(t.Context(), bare, metaCall(stranger, body)); !errors.Is(err, chat.ErrHookForged) {
			t.Errorf("%T believes anybody when it has no secret: %v", carrier, err)
		}
		stranger.Secret = "another-secret"
		check := chat.HookRequest{Method: http.MethodGet, Query: url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {""}, "hub.challenge": {"1"}}}
		if r, err := carrier.Receive(t.Context(), bare, check); !errors.Is(err, chat.ErrHookForged) || r.Answer.Body != "" {
			t.Errorf("%T lets an empty word through: %+v, %v", carrier, r, err)
		}
	}
}

func TestAFileThatMetaRefusesIsAskedForAgainOnlyIfThatMayHelp(t *testing.T) {
	t.Parallel()
	for status, temporary := range map[int]bool{401: false, 403: false, 404: true, 408: true, 410: false, 429: true, 500: true, 503: true, 204: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(status)
		}))
		_, err := NewInstagram(Options{BaseURL: server.URL}).Fetch(t.Context(), chat.Line{}, chat.Media{Ref: server.URL + "/x"})
		server.Close()
		if told := refused(t, err); told.Temporary != temporary || told.After != 9*time.Second || told.Reason != fmt.Sprintf("The file was refused (%d)", status) {
			t.Errorf("%d: %+v", status, told)
		}
	}
	g := channeltest.NewGraph(t)
	_, err := NewWhatsApp(Options{BaseURL: g.URL}).Fetch(t.Context(), metaLine(g), chat.Media{Ref: "GONE"})
	if told := refused(t, err); told.Temporary || !strings.Contains(told.Reason, "does not exist") {
		t.Errorf("an unknown file: %+v", told)
	}
	turns := 0
	var loop *httptest.Server
	loop = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		turns++
		http.Redirect(w, r, loop.URL, http.StatusFound)
	}))
	t.Cleanup(loop.Close)
	if _, err := NewInstagram(Options{BaseURL: loop.URL}).Fetch(t.Context(), chat.Line{}, chat.Media{Ref: loop.URL}); err == nil || turns > maxRedirects+1 {
		t.Errorf("followed a file %d times, %v", turns, err)
	}
}

func TestAFileThatIsTooLargeToBeShownGoesAsADocument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind string
		size int64
		want string
	}{
		{"image/png", imageBytes, "image"}, {"image/png", imageBytes + 1, "document"}, {"video/mp4", mediaBytes, "video"}, {"video/mp4", mediaBytes + 1, "document"},
		{"audio/ogg", 1, "audio"}, {"audio/ogg", mediaBytes + 1, "document"}, {"image/svg+xml", 1, "document"}, {"IMAGE/PNG", 1, "document"}, {"", 1, "document"},
	} {
		if got := mediaOf(models.Attachment{ContentType: c.kind, Size: c.size}); got != c.want {
			t.Errorf("%s of %d bytes goes as %s, want %s", c.kind, c.size, got, c.want)
		}
	}
}

func TestTemplatesAreForWhatsAppAlone(t *testing.T) {
	t.Parallel()
	template := parcel("hello_world")
	template.Message.MessageType = models.TypeTemplate
	for _, c := range []struct {
		carrier chat.Carrier
		want    string
	}{{&Instagram{}, "There are no templates on Instagram; send the text itself"}, {&Twilio{}, "There are no templates on SMS; send the text itself"}} {
		_, err := c.carrier.Divide(chat.Line{}, template.Outgoing)
		if told := refused(t, err); told.Reason != c.want || told.Temporary {
			t.Errorf("%T: %+v", c.carrier, told)
		}
	}
	for content, want := range map[string]string{
		"two words": "The content of a template must name it", `{"parameters":["a"]}`: "The content of a template must name it",
		`{"name":"a","parameters":"b"}`:        "The parameters of a template must be a list of texts, or texts by name",
		`{"name":"a","parameters":{"b":1}}`:    "The parameters of a template must be a list of texts, or texts by name",
		`{"name":"a","components":{}}`:         `The content of a template must be its name, or {"name","language","parameters"}`,
		`{"name":"a","parameters":["b"]} more`: `The content of a template must be its name, or {"name","language","parameters"}`,
	} {
		_, err := readTemplate(content, "")
		if told := refused(t, err); told.Reason != want || told.Temporary {
			t.Errorf("%s: %+v", content, told)
		}
	}
	got, err := readTemplate(` {"name":"a","language":"","parameters":["{{1}} \" <b>"]} `, "pt_BR")
	if err != nil || fmt.Sprint(got["language"]) != "map[code:pt_BR]" || !strings.Contains(fmt.Sprint(got["components"]), `{{1}} " <b>`) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOddFormsOfTwilioAreReadForWhatTheySay(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	for count, files := range map[string]int{"": 0, "-1": 0, "x": 0, "1e3": 0, "1": 1, "99999999": twilioFiles, "99999999999999999999": twilioFiles} {
		form := p.fake.Message("+14155550123", "See")
		form.Set("NumMedia", count)
		r, err := p.Receive(t.Context(), p.line, p.call(hookMessages, "", form))
		if err != nil || len(r.Arrivals) != 1 || len(r.Arrivals[0].Media) != files {
			t.Errorf("NumMedia=%s: %+v, %v", count, r, err)
		}
	}
	for _, c := range []struct{ status, told, code, reason string }{
		{"canceled", "", "", "Twilio could not deliver it"},
		{"failed", "Blocked <b>", "30004", "Twilio could not deliver it: Blocked <b> (error 30004)"},
		{"undelivered", "", "30007", "Twilio could not deliver it: the carrier took it for spam (error 30007)"},
		{"partially_delivered", "", "", ""},
	} {
		form := p.fake.Status("SM1", c.status, c.code)
		form.Set("ErrorMessage", c.told)
		r, err := p.Receive(t.Context(), p.line, p.call(hookStatus, "", form))
		want := models.MessageFailed
		if c.reason == "" {
			want = models.MessageSent
		}
		if err != nil || len(r.Receipts) != 1 || r.Receipts[0].Reason != c.reason || r.Receipts[0].Status != want {
			t.Errorf("%s: %+v, %v", c.status, r, err)
		}
	}
	form := p.fake.Status("SM1", "delivered", "")
	call := p.call(hookStatus, "part=ref1", form)
	call.URL = strings.Replace(call.URL, "ref1", "ref2", 1)
	if _, err := p.Receive(t.Context(), p.line, call); !errors.Is(err, chat.ErrHookForged) {
		t.Errorf("another part: %v", err)
	}
}

func TestWhatIsNoCallOfAProviderIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		x := newExchange(t, s, ratelimit.Defaults())
		form := x.twilio.Message("+14155550123", "Hello")
		for what, c := range map[string]struct {
			method, address, signature, body string
			want                             int
		}{
			"no signature":     {http.MethodPost, x.hook, "", form.Encode(), http.StatusForbidden},
			"another":          {http.MethodPost, x.hook, x.twilio.Sign(x.hook+"?a=1", form), form.Encode(), http.StatusForbidden},
			"no form":          {http.MethodPost, x.hook, x.twilio.Sign(x.hook, nil), "a=%zz", http.StatusBadRequest},
			"a GET":            {http.MethodGet, x.hook, "", "", http.StatusMethodNotAllowed},
			"a PUT":            {http.MethodPut, x.hook, "", "", http.StatusMethodNotAllowed},
			"a bad query":      {http.MethodPost, x.hook + "?a=%zz", "", "", http.StatusBadRequest},
			"no such hook":     {http.MethodPost, x.hook + "x", "", "", http.StatusNotFound},
			"no such account":  {http.MethodPost, strings.Replace(x.hook, "/chn_", "/chn_0", 1), "", "", http.StatusNotFound},
			"a kind of others": {http.MethodPost, strings.Replace(x.hook, "/sms/", "/whatsapp/", 1), "", "", http.StatusNotFound},
		} {
			r := httptest.NewRequestWithContext(t.Context(), c.method, "https://chat.example.com/", strings.NewReader(c.body))
			r.Header.Set("X-Twilio-Signature", c.signature)
			path, query, _ := strings.Cut(strings.TrimPrefix(c.address, "https://chat.example.com"), "?")
			r.URL.Path, r.URL.RawQuery = path, query
			if got := x.send(r).StatusCode; got != c.want {
				t.Errorf("%s: %d, want %d", what, got, c.want)
			}
		}
		if got := x.total(); got != 0 {
			t.Errorf("%d messages came in", got)
		}
		if got := x.text("Hello").StatusCode; got != http.StatusOK || x.total() != 1 {
			t.Errorf("a true call: %d, %d messages", got, x.total())
		}
	})
}
