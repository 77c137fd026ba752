package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel/channeltest"
)

func metaLine(g *channeltest.Graph) chat.Line {
	return chat.Line{Values: map[string]string{
		"phone_number_id": g.NumberID, "account_id": g.AccountID, "access_token": g.Token, "app_secret": g.Secret, "verify_token": "our-word",
	}}
}

// same compares decoded JSON with how it is written.
func same(t *testing.T, got any, want string) {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(want), &decoded); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, decoded) {
		encoded, _ := json.Marshal(got)
		t.Errorf("got %s, want %s", encoded, want)
	}
}

func TestAWhatsAppMessageIsSentAsMetaWantsIt(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	w, line := NewWhatsApp(Options{BaseURL: g.URL}), metaLine(g)
	send := func(p chat.Parcel) map[string]any {
		id, err := w.Send(t.Context(), line, p)
		sent := g.Sent()
		if err != nil || id != g.ID(len(sent)) {
			t.Fatal(id, err)
		}
		return sent[len(sent)-1]
	}
	head := `"messaging_product":"whatsapp","recipient_type":"individual","to":"+14155550123","biz_opaque_callback_data":"ref1",`
	same(t, send(parcel("Hällo")), `{`+head+`"type":"text","text":{"preview_url":false,"body":"Hällo"}}`)

	picture := models.Attachment{Filename: "a.png", ContentType: "image/png", Size: 10}
	first := send(parcel("Look", picture))
	image, _ := first["image"].(map[string]any)
	if id := fmt.Sprint(image["id"]); g.Uploaded(id) != "bytes of a.png" || image["caption"] != "Look" || first["type"] != "image" {
		t.Errorf("sent %v", first)
	}
	report := models.Attachment{Filename: "résumé.pdf", ContentType: "application/pdf"}
	second := send(parcel("", report))
	document, _ := second["document"].(map[string]any)
	if document["filename"] != "résumé.pdf" || document["caption"] != nil || g.Uploaded(fmt.Sprint(document["id"])) != "bytes of résumé.pdf" {
		t.Errorf("sent %v", second)
	}

	template := func(content string) chat.Parcel {
		p := parcel(content)
		p.Message.MessageType = models.TypeTemplate
		return p
	}
	same(t, send(template("hello_world")), `{`+head+`"type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}`)
	line.Values["template_language"] = "de"
	same(t, send(template(`{"name":"order","parameters":["Jane","#7"]}`)), `{`+head+`"type":"template","template":{"name":"order",
		"language":{"code":"de"},"components":[{"type":"body","parameters":[{"type":"text","text":"Jane"},{"type":"text","text":"#7"}]}]}}`)
	same(t, send(template(`{"name":"order","language":"fr","parameters":{"b":"2","a":"1"},"components":[{"type":"header"}]}`)), `{`+head+
		`"type":"template","template":{"name":"order","language":{"code":"fr"},"components":[{"type":"header"},{"type":"body","parameters":[
		{"type":"text","parameter_name":"a","text":"1"},{"type":"text","parameter_name":"b","text":"2"}]}]}}`)
	with := template("hello_world")
	with.Message.Attachments = []models.Attachment{picture}
	if _, err := w.Divide(line, with.Outgoing); err == nil {
		t.Error("a template takes a file")
	}
	for _, wrong := range []string{"", "two words", `{"name":5}`, `{"language":"en"}`, `{"name":"a","parameters":[1]}`, `{`} {
		if _, err := w.Divide(line, template(wrong).Outgoing); err == nil {
			t.Errorf("the template %q is taken", wrong)
		}
	}
}

func TestWhatGoesInOneMessageDependsOnTheChannel(t *testing.T) {
	t.Parallel()
	picture := models.Attachment{ContentType: "image/png"}
	sound := models.Attachment{ContentType: "audio/ogg"}
	for what, c := range map[string]struct {
		carrier chat.Carrier
		text    string
		files   []models.Attachment
		want    string
	}{
		"a caption":              {&WhatsApp{}, "Look", []models.Attachment{picture}, "4+1"},
		"a voice has no caption": {&WhatsApp{}, "Listen", []models.Attachment{sound}, "6+0 0+1"},
		"too long for one":       {&WhatsApp{}, strings.Repeat("x", 1025), []models.Attachment{picture}, "1025+0 0+1"},
		"several files":          {&WhatsApp{}, "", []models.Attachment{picture, sound}, "0+1 0+1"},
		"a long text":            {&WhatsApp{}, strings.Repeat("x", 5000), nil, "4096+0 904+0"},
		"on Instagram":           {&Instagram{}, "Look", []models.Attachment{picture}, "4+0 0+1"},
		"bytes on Instagram":     {&Instagram{}, strings.Repeat("é", 600), nil, "1000+0 200+0"},
	} {
		pieces, err := c.carrier.Divide(chat.Line{}, parcel(c.text, c.files...).Outgoing)
		var got []string
		for _, p := range pieces {
			got = append(got, fmt.Sprintf("%d+%d", len(p.Text), len(p.Files)))
		}
		if strings.Join(got, " ") != c.want || err != nil {
			t.Errorf("%s: %v, %v, want %s", what, got, err, c.want)
		}
	}
	if _, err := (&Instagram{}).Divide(chat.Line{}, parcel("", models.Attachment{ContentType: "text/csv"}).Outgoing); err == nil {
		t.Error("Instagram takes a table")
	}
}

func TestAnInstagramMessageIsSentAsMetaWantsIt(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	i, line := NewInstagram(Options{BaseURL: g.URL}), metaLine(g)
	p := parcel("Hi")
	p.To = "526"
	if id, err := i.Send(t.Context(), line, p); err != nil || id != g.ID(1) {
		t.Fatal(id, err)
	}
	same(t, g.Sent()[0], `{"recipient":{"id":"526"},"message":{"text":"Hi"}}`)
	line.Values["human_agent"] = "yes"
	p.Text, p.Files = "", []models.Attachment{{Filename: "a.pdf", ContentType: "application/pdf"}}
	if _, err := i.Send(t.Context(), line, p); err != nil {
		t.Fatal(err)
	}
	same(t, g.Sent()[1], `{"recipient":{"id":"526"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT",
		"message":{"attachment":{"type":"file","payload":{"url":"https://chat.example.com/channels/files/a.pdf"}}}}`)
	g.Know("526", "Peter Chang")
	if name, err := i.Profile(t.Context(), line, "526"); err != nil || name != "Peter Chang" {
		t.Error(name, err)
	}
	if _, err := i.Profile(t.Context(), line, "527"); err == nil {
		t.Error("a stranger has a name")
	}
}

func TestMetaSaysWhyAndWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	line := metaLine(g)
	limited := g.Refusal(channeltest.GraphError{Status: 429, Code: 4, Message: "(#4) Application request limit reached"})
	limited.RetryAfter = "30"
	for _, carrier := range []chat.Carrier{NewWhatsApp(Options{BaseURL: g.URL}), NewInstagram(Options{BaseURL: g.URL})} {
		for _, c := range []struct {
			failure   channeltest.Failure
			reason    string
			temporary bool
			after     time.Duration
		}{
			{g.Refusal(channeltest.GraphError{Status: 400, Code: 131047, Message: "Re-engagement message"}), "More than 24 hours have passed since the customer last wrote; only a template may be sent now (error 131047)", false, 0},
			{g.Refusal(channeltest.GraphError{Status: 400, Code: 10, Subcode: 2534022, Message: "(#10) This message is sent outside of allowed window."}), "More than 24 hours have passed since the customer last wrote, so Instagram takes no answer (error 10)", false, 0},
			{g.Refusal(channeltest.GraphError{Status: 400, Code: 131026, Message: "(#131026) Message undeliverable", Details: "Receiver is incapable of receiving this message"}),
				"Meta: (#131026) Message undeliverable: Receiver is incapable of receiving this message (error 131026)", false, 0},
			{g.Refusal(channeltest.GraphError{Status: 400, Code: 130429, Message: "(#130429) Rate limit hit"}), "Meta: (#130429) Rate limit hit (error 130429)", true, 0},
			{g.Refusal(channeltest.GraphError{Status: 400, Code: 131056, Message: "(#131056) Pair rate limit hit"}), "Meta: (#131056) Pair rate limit hit (error 131056)", true, 6 * time.Second},
			{limited, "Meta: (#4) Application request limit reached (error 4)", true, 30 * time.Second},
			{channeltest.Failure{Status: 500, Body: `{"error":{"message":"oops","code":999}}`}, "Meta: oops (error 999)", true, 0},
			{channeltest.Failure{Status: 400, Body: `{"error":{"message":"later","code":999,"is_transient":true}}`}, "Meta: later (error 999)", true, 0},
			{channeltest.Failure{Status: 502, Body: "<html>"}, "Meta answered 502", true, 0},
			{channeltest.Failure{Status: 200, Body: "<html>"}, "Meta's answer makes no sense", false, 0},
		} {
			g.Fail(c.failure)
			_, err := carrier.Send(t.Context(), line, parcel("hello"))
			if told := refused(t, err); told.Reason != c.reason || told.Temporary != c.temporary || told.After != c.after {
				t.Errorf("got %+v, want %+v", told, c)
			}
		}
		if found, err := carrier.Test(t.Context(), line); err != nil || !strings.Contains(found, "xample") {
			t.Error(found, err)
		}
	}
	line.Values["access_token"] = "stale"
	_, err := NewWhatsApp(Options{BaseURL: g.URL}).Test(t.Context(), line)
	if told := refused(t, err); told.Temporary || !strings.Contains(told.Reason, "Session has expired (error 190)") {
		t.Errorf("got %+v", told)
	}
}

// metaCall is a call of Meta's, signed.
func metaCall(g *channeltest.Graph, body string) chat.HookRequest {
	signature := g.Sign(body)
	return chat.HookRequest{
		Hook: hookEvents, Method: http.MethodPost, Body: []byte(body),
		Header: func(name string) string { return map[string]string{"X-Hub-Signature-256": signature}[name] },
	}
}

func TestMetaChecksOurAddressAndIsBelievedForItsSignature(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	line := metaLine(g)
	for _, carrier := range []chat.Carrier{&WhatsApp{}, &Instagram{}} {
		check := func(query string) (chat.Report, error) {
			values, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			return carrier.Receive(t.Context(), line, chat.HookRequest{Method: http.MethodGet, Query: values})
		}
		if r, err := check("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=our-word"); err != nil || r.Answer.Body != "1158201444" {
			t.Errorf("%+v, %v", r, err)
		}
		for _, query := range []string{"hub.mode=subscribe&hub.challenge=1&hub.verify_token=theirs", "hub.mode=unsubscribe&hub.verify_token=our-word", ""} {
			if r, err := check(query); !errors.Is(err, chat.ErrHookForged) || r.Answer.Body != "" {
				t.Errorf("%s: %+v, %v", query, r, err)
			}
		}
		good := metaCall(g, `{"object":"x","entry":[]}`)
		for what, change := range map[string]func(r *chat.HookRequest){
			"another body": func(r *chat.HookRequest) { r.Body = append(r.Body, ' ') },
			"no signature": func(r *chat.HookRequest) { r.Header = func(string) string { return "" } },
			"another hash": func(r *chat.HookRequest) { r.Header = func(string) string { return "sha1=" + strings.Repeat("0", 40) } },
			"no hex":       func(r *chat.HookRequest) { r.Header = func(string) string { return "sha256=zz" } },
		} {
			bad := good
			bad.Body = append([]byte{}, good.Body...)
			change(&bad)
			if _, err := carrier.Receive(t.Context(), line, bad); !errors.Is(err, chat.ErrHookForged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for body, ok := range map[string]bool{`{"entry":5}`: true, `{"entry":[{"changes":"x","messaging":{}}]}`: true, `{}`: true, `{`: false, ``: false} {
			r, err := carrier.Receive(t.Context(), line, metaCall(g, body))
			if (err == nil) != ok || len(r.Arrivals)+len(r.Receipts) != 0 || models.HasCode(err, models.CodeInternal) {
				t.Errorf("%s: %+v, %v", body, r, err)
			}
		}
	}
}

func TestWhatsAppEventsAreReadAsPublished(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	event := func(value string) string {
		return `{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
			"metadata":{"display_phone_number":"16505551111","phone_number_id":"123456123"},
			"contacts":[{"profile":{"name":"Kerry Fisher"},"wa_id":"16315551181"}],` + value + `}}]}]}`
	}
	message := func(kind, rest string) string {
		return event(`"messages":[{"from":"16315551181","id":"wamid.1","timestamp":"1504902988","type":"` + kind + `",` + rest + `}]`)
	}
	base := chat.Arrival{Through: "123456123", From: "+16315551181", Name: "Kerry Fisher", ExternalID: "wamid.1"}
	for body, want := range map[string]chat.Arrival{
		message("text", `"text":{"body":"this is a text message"}`):                                                                      {Content: "this is a text message"},
		message("button", `"button":{"text":"No","payload":"No-Button"}`):                                                                {Content: "No"},
		message("reaction", `"reaction":{"message_id":"wamid.0","emoji":"😀"}`):                                                           {Content: "😀"},
		message("location", `"location":{"latitude":48.2,"longitude":16.37,"name":"Dom"}`):                                               {Content: "Dom\n\nhttps://maps.google.com/?q=48.2,16.37"},
		message("contacts", `"contacts":[{"name":{"formatted_name":"Jane"},"phones":[{"phone":"+1"}]}]`):                                 {Content: "Jane +1"},
		message("interactive", `"interactive":{"type":"list_reply","list_reply":{"id":"1","title":"Later","description":"After noon"}}`): {Content: "Later\nAfter noon"},
		message("unsupported", `"errors":[{"code":131051,"title":"Unsupported message type"}]`):                                          {Content: "[A message of a kind that cannot be shown: unsupported]"},
		message("image", `"image":{"caption":"This is a caption","mime_type":"image/jpeg","sha256":"x","id":"MEDIA"}`): {
			Content: "This is a caption", Media: []chat.Media{{Ref: "MEDIA", Filename: "image.jpg", ContentType: "image/jpeg"}},
		},
		message("document", `"document":{"filename":"a.pdf","mime_type":"application/pdf","id":"DOC"}`): {
			Media: []chat.Media{{Ref: "DOC", Filename: "a.pdf", ContentType: "application/pdf"}},
		},
	} {
		want.Through, want.From, want.Name, want.ExternalID = base.Through, base.From, base.Name, base.ExternalID
		r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), metaCall(g, body))
		if err != nil || len(r.Arrivals) != 1 || !reflect.DeepEqual(r.Arrivals[0], want) {
			t.Errorf("got %+v, %v, want %+v", r.Arrivals, err, want)
		}
	}
	for _, body := range []string{
		message("system", `"system":{"type":"user_changed_number"}`), message("reaction", `"reaction":{"message_id":"wamid.0"}`),
		strings.Replace(message("text", `"text":{"body":"x"}`), `"field":"messages"`, `"field":"account_update"`, 1),
	} {
		if r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), metaCall(g, body)); err != nil || len(r.Arrivals) != 0 {
			t.Errorf("%s: %+v, %v", body, r, err)
		}
	}
	statuses := event(`"statuses":[
		{"id":"wamid.2","status":"sent","timestamp":"1","recipient_id":"16315551181","biz_opaque_callback_data":"ref1"},
		{"id":"wamid.2","status":"delivered"},{"id":"wamid.2","status":"read"},
		{"id":"wamid.3","status":"failed","errors":[{"code":131047,"title":"Re-engagement message","error_data":{"details":"24 hours"}}]},
		{"id":"wamid.4","status":"failed"}]`)
	r, err := (&WhatsApp{}).Receive(t.Context(), metaLine(g), metaCall(g, statuses))
	want := []chat.Receipt{
		{Through: "123456123", ExternalID: "wamid.2", Reference: "ref1", Status: models.MessageSent},
		{Through: "123456123", ExternalID: "wamid.2", Status: models.MessageDelivered},
		{Through: "123456123", ExternalID: "wamid.2", Status: models.MessageRead},
		{Through: "123456123", ExternalID: "wamid.3", Status: models.MessageFailed, Reason: "More than 24 hours have passed since the customer last wrote; only a template may be sent now (error 131047)"},
		{Through: "123456123", ExternalID: "wamid.4", Status: models.MessageFailed, Reason: "WhatsApp could not deliver it"},
	}
	if err != nil || !reflect.DeepEqual(r.Receipts, want) {
		t.Errorf("got %+v, %v", r.Receipts, err)
	}
}

func TestInstagramEventsAreReadAsPublished(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	event := func(rest string) string {
		return `{"object":"instagram","entry":[{"id":"1784","time":1569262486134,"messaging":[{"sender":{"id":"526"},"recipient":{"id":"1784"},
			"timestamp":1569262485349,` + rest + `}]}]}`
	}
	for body, want := range map[string]chat.Arrival{
		event(`"message":{"mid":"m1","text":"Hello"}`):                       {Content: "Hello"},
		event(`"postback":{"mid":"m1","title":"Get started","payload":"X"}`): {Content: "Get started"},
		event(`"message":{"mid":"m1","is_unsupported":true}`):                {Content: "[A message of a kind that cannot be shown]"},
		event(`"message":{"mid":"m1","attachments":[{"type":"image","payload":{"url":"https://cdn/x"}},{"type":"share","payload":{"url":"https://instagram.com/p/1"}}]}`): {
			Content: "https://instagram.com/p/1", Media: []chat.Media{{Ref: "https://cdn/x", Filename: "image"}},
		},
		event(`"message":{"mid":"m1","text":"Nice","attachments":[{"type":"template"}]}`): {Content: "Nice\n[An attachment that cannot be shown: template]"},
	} {
		want.Through, want.From, want.ExternalID = "1784", "526", "m1"
		r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), metaCall(g, body))
		if err != nil || len(r.Arrivals) != 1 || !reflect.DeepEqual(r.Arrivals[0], want) {
			t.Errorf("got %+v, %v, want %+v", r.Arrivals, err, want)
		}
	}
	r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), metaCall(g, event(`"read":{"mid":"m2"}`)))
	if err != nil || len(r.Receipts) != 1 || r.Receipts[0] != (chat.Receipt{Through: "1784", ExternalID: "m2", Status: models.MessageRead}) {
		t.Errorf("got %+v, %v", r, err)
	}
	for _, rest := range []string{
		`"message":{"mid":"m1","text":"ours","is_echo":true}`, `"message":{"mid":"m1","is_deleted":true}`, `"reaction":{"mid":"m1","action":"react"}`,
	} {
		if r, err := (&Instagram{}).Receive(t.Context(), metaLine(g), metaCall(g, event(rest))); err != nil || len(r.Arrivals)+len(r.Receipts) != 0 {
			t.Errorf("%s: %+v, %v", rest, r, err)
		}
	}
}

func TestFilesOfMetaAreFetched(t *testing.T) {
	t.Parallel()
	g := channeltest.NewGraph(t)
	address := g.Keep("MEDIA", "hello")
	for what, c := range map[string]struct {
		fetcher chat.Fetcher
		ref     string
	}{
		"WhatsApp tells where": {NewWhatsApp(Options{BaseURL: g.URL}), "MEDIA"},
		"Instagram told":       {NewInstagram(Options{BaseURL: g.URL}), address},
	} {
		body, err := c.fetcher.Fetch(t.Context(), metaLine(g), chat.Media{Ref: c.ref})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		content, err := io.ReadAll(body)
		if err = errors.Join(err, body.Close()); err != nil || string(content) != "hello" {
			t.Errorf("%s: %q, %v", what, content, err)
		}
	}
	for _, private := range []string{"https://127.0.0.1:1/x", "https://10.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest", "http://example.com/x", "file:///etc/passwd", "::"} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if _, err := NewInstagram(Options{BaseURL: g.URL}).Fetch(ctx, metaLine(g), chat.Media{Ref: private}); err == nil {
			t.Errorf("%s was fetched", private)
		}
		cancel()
	}
}
