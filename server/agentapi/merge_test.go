package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestMergingMovesEverythingAndLeavesOneContact(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		into := d.contact(`{"first_name":"John","phone":"+1234567890","metadata":{"tier":"gold"}}`)
		from := d.contact(`{"first_name":"Johnny","phone":"+1234567891","email":"john@example.com","metadata":{"tier":"lead","age":7}}`)
		write := func(contact, channel string) string {
			a := d.want(d.do(http.MethodPost, "/contact/"+contact+"/message", `{"channel":"`+channel+`","content":"hi"}`), 201)
			return fmt.Sprint(a.body["conversation_id"])
		}
		kept, rival, moved, sms := write(into, "whatsapp"), write(from, "whatsapp"), write(from, "email"), write(from, "sms")
		before := len(d.events())
		a := d.want(d.do(http.MethodPost, "/contact/"+into+"/merge", `{"from":"`+from+`"}`), 200)
		if a.body["id"] != into || a.body["phone"] != "+1234567890" || a.body["email"] != "john@example.com" || a.body["full_name"] != "John" ||
			a.field("metadata.tier") != "gold" || a.field("metadata.age") != 7.0 {
			d.Errorf("merged: %s", a.raw)
		}
		if !strings.Contains(a.raw, `"merged_from":[{"id":"`+from+`","phone":"+1234567891"}]`) {
			d.Errorf("the other number is lost: %s", a.raw)
		}
		d.refused(d.do(http.MethodGet, "/contact/"+from, ""), 404, NotFound)
		for id, want := range map[string]string{kept: "open", rival: "closed", moved: "open", sms: "open"} {
			c := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
			if c.body["contact_id"] != into || c.body["status"] != want {
				d.Errorf("a conversation after the merge: %s", c.raw)
			}
		}
		if got := ids(d.do(http.MethodGet, "/contact/"+into+"/conversations", "")); len(got) != 4 {
			d.Errorf("%d conversations moved, want 4", len(got))
		}
		types := strings.Fields(d.eventTypes())[before:]
		if fmt.Sprint(types) != "[conversation.resolved contact.deleted contact.updated]" {
			d.Errorf("the log has %v", types)
		}
	})
}

func TestAMergeThatMakesNoSenseChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		into := d.contact(john)
		foreign, _ := d.want(d.as(d.newAccount().LiveKey, http.MethodPost, "/contact", john), 201).body["id"].(string)
		for _, from := range []string{into, foreign, "cnt_x", "cnt_01h455vb4pex5vsknk084sn02q", "john@example.com", ""} {
			a := d.do(http.MethodPost, "/contact/"+into+"/merge", `{"from":"`+from+`"}`)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != "from" {
				d.Errorf("%s blames %v", from, a.field("details.field"))
			}
		}
		if got := d.eventTypes(); got != "contact.created" {
			d.Errorf("something happened: %s", got)
		}
	})
}

func TestContactsMergedIntoEachOtherAtOnceLeaveOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		a, b := d.contact(`{"first_name":"A"}`), d.contact(`{"first_name":"B"}`)
		var merged atomic.Int32
		var wg sync.WaitGroup
		for i := range 8 {
			into, from := a, b
			if i%2 == 0 {
				into, from = b, a
			}
			wg.Go(func() {
				switch got := d.do(http.MethodPost, "/contact/"+into+"/merge", `{"from":"`+from+`"}`); got.status {
				case 200:
					merged.Add(1)
				case 400, 404:
				default:
					d.Errorf("status %d: %s", got.status, got.raw)
				}
			})
		}
		wg.Wait()
		if total := d.do(http.MethodGet, "/contacts", "").field("pagination.total"); total != 1.0 || merged.Load() != 1 {
			d.Errorf("%v contacts after %d merges", total, merged.Load())
		}
	})
}
