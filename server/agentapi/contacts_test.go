package agentapi

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// john is the contact of the quickstart.
const john = `{"phone":"+1234567890","first_name":"John","last_name":"Doe","email":"John@Example.com","preferred_channel":"whatsapp"}`

// contact makes one and gives its id.
func (d *desk) contact(body string) string {
	d.Helper()
	id, _ := d.want(d.do(http.MethodPost, "/contact", body), 201).body["id"].(string)
	return id
}

// events are the types in the account's log.
func (d *desk) events() []models.Event {
	d.Helper()
	if _, err := d.store.Sequence(d.Context()); err != nil {
		d.Fatal(err)
	}
	who, err := d.access.Key(d.Context(), d.creds.LiveKey)
	if err != nil {
		d.Fatal(err)
	}
	log, err := d.chat.EventsAfter(d.Context(), who, 0, 1000)
	if err != nil {
		d.Fatal(err)
	}
	return log
}

func (d *desk) eventTypes() string {
	d.Helper()
	types := []string{}
	for _, e := range d.events() {
		types = append(types, string(e.Type))
	}
	return strings.Join(types, " ")
}

func TestAContactIsMadeAndFoundByIDNumberAndAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/contact", john), 201)
		for path, want := range map[string]any{
			"phone": "+1234567890", "email": "john@example.com", "first_name": "John", "last_name": "Doe",
			"full_name": "John Doe", "preferred_channel": "whatsapp", "status": "active", "last_contacted": nil,
		} {
			if made.field(path) != want {
				d.Errorf("%s is %v, want %v", path, made.field(path), want)
			}
		}
		id, _ := made.body["id"].(string)
		for _, name := range []string{id, "%2B1234567890", "+1234567890", "john@example.com", "john%40example.com", "JOHN@example.com"} {
			if got := d.want(d.do(http.MethodGet, "/contact/"+name, ""), 200); got.raw != made.raw {
				d.Errorf("%s: %s", name, got.raw)
			}
		}
		if got := d.eventTypes(); got != "contact.created" {
			d.Errorf("the log has %s", got)
		}
	})
}

func TestAContactNeedsANumberAnAddressOrAName(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, good := range []string{`{"first_name":"Ann"}`, `{"last_name":"漢字"}`, `{"phone":"+4917012345678"}`, `{"email":"a@b.example"}`} {
			d.want(d.do(http.MethodPost, "/contact", good), 201)
		}
		big := strings.Repeat("x", 17<<10)
		for _, c := range []struct{ body, field string }{
			{`{}`, ""}, {`{"first_name":"  ","email":null}`, ""}, {`{"first_name":"\u200b"}`, ""}, {`{"metadata":{"a":1}}`, ""},
			{`{"phone":"1234567890"}`, "phone"}, {`{"phone":"+0123456789"}`, "phone"}, {`{"phone":""}`, "phone"},
			{`{"phone":"+1 234 567"}`, "phone"}, {`{"phone":"+1234567890123456"}`, "phone"}, {`{"phone":7}`, "phone"},
			{`{"email":"nobody"}`, "email"}, {`{"email":"a@b"}`, "email"}, {`{"email":"Ann <a@b.example>"}`, "email"},
			{`{"first_name":"A\u0000"}`, "first_name"}, {`{"first_name":"` + strings.Repeat("é", 256) + `"}`, "first_name"},
			{`{"first_name":"A","preferred_channel":"pigeon"}`, "preferred_channel"},
			{`{"first_name":"A","status":"banned"}`, "status"}, {`{"first_name":"A","status":null}`, "status"},
			{`{"first_name":"A","metadata":[]}`, "metadata"}, {`{"first_name":"A","metadata":{"a":"` + big + `"}}`, "metadata"},
		} {
			a := d.do(http.MethodPost, "/contact", c.body)
			d.refused(a, 400, InvalidInput)
			if field, _ := a.field("details.field").(string); field != c.field {
				d.Errorf("%.60s blames %q, want %q", c.body, field, c.field)
			}
		}
		if total := d.do(http.MethodGet, "/contacts", "").field("pagination.total"); total != 4.0 {
			d.Errorf("%v contacts, want 4", total)
		}
	})
}

func TestANumberAndAnAddressBelongToOneContact(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.contact(john)
		other := d.contact(`{"first_name":"Ann","email":"ann@example.com"}`)
		for _, c := range []struct{ method, path, body, field string }{
			{http.MethodPost, "/contact", `{"phone":"+1234567890"}`, "phone"},
			{http.MethodPost, "/contact", `{"email":"JOHN@EXAMPLE.COM"}`, "email"},
			{http.MethodPatch, "/contact/" + other, `{"phone":"+1234567890"}`, "phone"},
			{http.MethodPut, "/contact/" + other, `{"email":"john@example.com"}`, "email"},
		} {
			a := d.do(c.method, c.path, c.body)
			d.refused(a, 409, Conflict)
			if a.field("details.existing_id") != id || a.field("details.field") != c.field {
				d.Errorf("%s %s: %s", c.method, c.body, a.raw)
			}
		}
		// Another account, and the sandbox, know nobody of that name.
		d.want(d.as(d.newAccount().LiveKey, http.MethodPost, "/contact", john), 201)
		d.want(d.as(d.creds.TestKey, http.MethodPost, "/contact", john), 201)
	})
}

func TestTheSameContactMadeByManyAtOnceIsMadeOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		var made, refused atomic.Int32
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				switch a := d.do(http.MethodPost, "/contact", john); {
				case a.status == 201:
					made.Add(1)
				case a.status == 409 && a.field("details.existing_id") != nil:
					refused.Add(1)
				default:
					d.Errorf("status %d: %s", a.status, a.raw)
				}
			})
		}
		wg.Wait()
		if made.Load() != 1 || refused.Load() != 11 {
			d.Errorf("%d made, %d refused", made.Load(), refused.Load())
		}
	})
}

func TestAPatchChangesWhatItNamesAndNullClears(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/contact/" + d.contact(`{"phone":"+1234567890","email":"j@example.com","first_name":"John","metadata":{"tier":"gold","n":9007199254740993}}`)
		a := d.want(d.do(http.MethodPatch, at, `{"last_name":"Doe","phone":null}`), 200)
		if a.body["phone"] != nil || a.body["full_name"] != "John Doe" || a.body["email"] != "j@example.com" || a.field("metadata.tier") != "gold" {
			d.Errorf("patched: %s", a.raw)
		}
		if again := d.want(d.do(http.MethodPatch, at, `{"last_name":"Doe"}`), 200); again.raw != a.raw {
			d.Errorf("a patch that changes nothing changed %s to %s", a.raw, again.raw)
		}
		a = d.want(d.do(http.MethodPatch, at, `{"metadata":null,"preferred_channel":"sms","status":"inactive"}`), 200)
		if fmt.Sprint(a.body["metadata"]) != "map[]" || a.body["preferred_channel"] != "sms" || a.body["status"] != "inactive" {
			d.Errorf("patched: %s", a.raw)
		}
		d.refused(d.do(http.MethodPatch, at, `{"first_name":null,"last_name":null,"email":null}`), 400, InvalidInput)
		a = d.want(d.do(http.MethodPut, at, `{"first_name":"Jim"}`), 200)
		if a.body["email"] != nil || a.body["full_name"] != "Jim" || a.body["preferred_channel"] != nil || a.body["status"] != "inactive" {
			d.Errorf("replaced: %s", a.raw)
		}
		if got := d.eventTypes(); got != "contact.created"+strings.Repeat(" contact.updated", 3) {
			d.Errorf("the log has %s", got)
		}
		for _, e := range d.events()[1:] {
			if raw := fmt.Sprint(e.Detail); strings.Contains(raw, "example.com") || strings.Contains(raw, "+1234567890") || strings.Contains(raw, "John") {
				d.Errorf("the log keeps %s", raw)
			}
		}
	})
}

func TestAnUnknownContactIsNotFoundHoweverItIsNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		creds := d.newAccount()
		foreign, _ := d.want(d.as(creds.LiveKey, http.MethodPost, "/contact", john), 201).body["id"].(string)
		for _, name := range []string{
			foreign, "%2B1234567890", "john@example.com", "cnt_01h455vb4pex5vsknk084sn02q", "cnt_x", "conv_01h455vb4pex5vsknk084sn02q",
			"x", "%00", "a%00@example.com", "%ff", "'%20OR%201=1", "+1", "%2525", strings.Repeat("9", 500),
		} {
			for _, call := range []struct{ method, more, body string }{
				{http.MethodGet, "", ""}, {http.MethodPatch, "", `{"first_name":"x"}`}, {http.MethodPut, "", `{"first_name":"x"}`},
				{http.MethodDelete, "", ""}, {http.MethodGet, "/conversations", ""},
				{http.MethodPost, "/merge", `{"from":"` + foreign + `"}`},
				{http.MethodPost, "/message", `{"channel":"api","content":"hello"}`},
			} {
				a := d.do(call.method, "/contact/"+name+call.more, call.body)
				d.refused(a, 404, NotFound)
			}
		}
		d.want(d.as(creds.LiveKey, http.MethodGet, "/contact/"+foreign, ""), 200)
		if got := d.eventTypes(); got != "" {
			d.Errorf("something happened: %s", got)
		}
	})
}

func TestContactsAreSortedByWhatIsAsked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		ann, bob, eve := d.contact(`{"first_name":"Ann"}`), d.contact(`{"first_name":"Bob"}`), d.contact(`{"first_name":"Eve"}`)
		d.want(d.do(http.MethodPatch, "/contact/"+ann, `{"last_name":"Ames"}`), 200)
		d.want(d.do(http.MethodPost, "/contact/"+bob+"/message", `{"channel":"api","content":"hi"}`), 201)
		for sort, want := range map[string][]string{
			"": {eve, bob, ann}, "created_at:asc": {ann, bob, eve}, "updated_at:desc": {ann, eve, bob}, "updated_at:asc": {bob, eve, ann},
			"last_contacted:desc": {bob, eve, ann}, "last_contacted:asc": {bob, ann, eve},
		} {
			path := "/contacts"
			if sort != "" {
				path += "?sort=" + url.QueryEscape(sort)
			}
			if got := ids(d.want(d.do(http.MethodGet, path, ""), 200)); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", sort, got, want)
			}
		}
		d.refused(d.do(http.MethodGet, "/contacts?sort=name", ""), 400, InvalidInput)
	})
}

func TestABlockedContactMayNotWriteAndIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "Hello")
		list := d.want(d.do(http.MethodGet, "/conversations", ""), 200)
		conversation, contact := list.first(), fmt.Sprint(list.rows()[0]["contact_id"])
		d.want(d.do(http.MethodPatch, "/contact/"+contact, `{"status":"blocked"}`), 200)
		visitor := models.Principal{
			Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, ConversationUID: c.UID, Name: "Jane",
		}
		_, err := d.chat.Post(d.Context(), visitor, c.UID, chat.Draft{Content: "me again"})
		if e := models.AsError(err); e.Code != models.CodeForbidden || e.Message != chat.ErrBlocked.Message {
			d.Errorf("the visitor: %v", err)
		}
		for path, body := range map[string]string{
			"/conversation/" + conversation + "/message": `{"content":"hello?"}`,
			"/contact/" + contact + "/message":           `{"channel":"whatsapp","content":"hello?"}`,
			"/conversations/inbound":                     `{"channel":"email","contact":{"id":"` + contact + `"},"content":"me again"}`,
		} {
			d.refused(d.do(http.MethodPost, path, body), 409, Conflict)
		}
		d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/message", `{"content":"blocked for rudeness","internal":true}`), 201)
		d.want(d.do(http.MethodPatch, "/contact/"+contact, `{"status":"active"}`), 200)
		d.says(c, "sorry")
		if rows := d.do(http.MethodGet, "/conversation/"+conversation+"/messages", "").rows(); len(rows) != 3 {
			d.Errorf("%d messages, want the first, the note and the last", len(rows))
		}
	})
}

func TestAContactsConversationsAreListed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.contact(john)
		d.start(d.creds.SiteKey, "Somebody Else", "Hello")
		var open []string
		for _, channel := range []string{"whatsapp", "sms", "api"} {
			a := d.want(d.do(http.MethodPost, "/contact/"+id+"/message", `{"channel":"`+channel+`","content":"hi"}`), 201)
			open = append([]string{fmt.Sprint(a.body["conversation_id"])}, open...)
		}
		d.want(d.do(http.MethodPost, "/conversation/"+open[0]+"/resolve", `{"resolution_reason":"spam"}`), 200)
		for query, want := range map[string][]string{
			"": open, "?status=open": open[1:], "?status=closed": open[:1], "?status=all": open, "?status=archived": {}, "?limit=1&offset=1": open[1:2],
		} {
			for _, name := range []string{id, "%2B1234567890"} {
				if got := ids(d.want(d.do(http.MethodGet, "/contact/"+name+"/conversations"+query, ""), 200)); !slices.Equal(got, want) {
					d.Errorf("%s: %v, want %v", query, got, want)
				}
			}
		}
		d.refused(d.do(http.MethodGet, "/contact/"+id+"/conversations?status=lost", ""), 400, InvalidInput)
	})
}

func TestAContactIsChangedOnlyWithTheScope(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/contact/" + d.contact(john)
		reader := d.key(models.ScopeContactsRead, models.ScopeConversationsRead, models.ScopeConversationsWrite)
		d.want(d.as(reader, http.MethodGet, at, ""), 200)
		for call, body := range map[[2]string]string{
			{http.MethodPost, "/contact"}: john, {http.MethodPatch, at}: `{}`, {http.MethodPut, at}: john, {http.MethodDelete, at}: "",
			{http.MethodPost, at + "/merge"}: `{"from":"x"}`, {http.MethodPost, at + "/message"}: `{"channel":"api","content":"x"}`,
		} {
			a := d.as(reader, call[0], call[1], body)
			d.refused(a, 403, Forbidden)
			if a.field("details.required_permission") != "contacts:write" {
				d.Errorf("%v: %s", call, a.raw)
			}
		}
		writer := d.key(models.ScopeContactsWrite)
		d.want(d.as(writer, http.MethodPost, at+"/message", `{"channel":"api","content":"x"}`), 201)
		d.refused(d.as(writer, http.MethodGet, at, ""), 403, Forbidden)
		if names := slices.Sorted(maps.Keys(d.do(http.MethodGet, at, "").body)); len(names) != 13 {
			d.Errorf("a contact has %v", names)
		}
	})
}

func TestAReplyIsAContactOfTheTeamAndANoteIsNone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		contacted := func() any {
			contacts := d.want(d.do(http.MethodGet, "/contacts?search=jane", ""), 200).rows()
			if len(contacts) != 1 {
				d.Fatalf("the contacts are %v", contacts)
			}
			return contacts[0]["last_contacted"]
		}
		d.want(d.do(http.MethodPost, at+"/message", `{"content":"psst","internal":true}`), 201)
		if got := contacted(); got != nil {
			d.Errorf("a note contacts at %v", got)
		}
		sent := d.want(d.do(http.MethodPost, at+"/message", `{"content":"Hi Jane"}`), 201)
		if got := contacted(); got == nil || got != sent.body["sent_at"] {
			d.Errorf("contacted at %v by %s", got, sent.raw)
		}
	})
}
