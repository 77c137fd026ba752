package agentapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/models"
)

func TestCannedRepliesAreKeptAndUsed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/canned", `{"shortcut":"/Thanks","content":"Thank you for writing!"}`), 201)
		id := fmt.Sprint(made.body["id"])
		if made.body["shortcut"] != "thanks" || made.body["content"] != "Thank you for writing!" {
			d.Errorf("made: %s", made.raw)
		}
		hello := fmt.Sprint(d.want(d.do(http.MethodPost, "/canned", `{"shortcut":"hello","content":"Hi!"}`), 201).body["id"])
		for query, want := range map[string][]string{
			"": {hello, id}, "?search=WRITING": {id}, "?search=hell": {hello}, "?search=%25": {}, "?limit=1": {hello}, "?limit=1&offset=1": {id},
		} {
			if got := ids(d.want(d.do(http.MethodGet, "/canned"+query, ""), 200)); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello") + "/message"
		for _, name := range []string{id, "thanks", "/THANKS"} {
			if a := d.want(d.do(http.MethodPost, at, `{"canned":"`+name+`"}`), 201); a.body["content"] != "Thank you for writing!" {
				d.Errorf("%s: %s", name, a.raw)
			}
		}
		changed := d.want(d.do(http.MethodPatch, "/canned/"+id, `{"content":"Thanks!"}`), 200)
		if got := d.want(d.do(http.MethodGet, "/canned/"+id, ""), 200); got.raw != changed.raw || got.body["content"] != "Thanks!" || got.body["shortcut"] != "thanks" {
			d.Errorf("changed: %s", got.raw)
		}
		d.want(d.do(http.MethodDelete, "/canned/"+id, ""), 204)
		d.refused(d.do(http.MethodDelete, "/canned/"+id, ""), 404, NotFound)
		a := d.do(http.MethodPost, at, `{"canned":"thanks"}`)
		d.refused(a, 400, InvalidInput)
		if a.field("details.field") != "canned" {
			d.Errorf("a deleted one blames %v", a.field("details.field"))
		}
	})
}

func TestAShortcutIsOneReplysAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		d.want(d.do(http.MethodPost, "/canned", `{"shortcut":"thanks","content":"x"}`), 201)
		other := fmt.Sprint(d.want(d.do(http.MethodPost, "/canned", `{"shortcut":"hello","content":"x"}`), 201).body["id"])
		for _, a := range []answer{
			d.do(http.MethodPost, "/canned", `{"shortcut":"THANKS","content":"y"}`),
			d.do(http.MethodPatch, "/canned/"+other, `{"shortcut":"/thanks"}`),
		} {
			d.refused(a, 409, Conflict)
			if a.field("details.field") != "shortcut" {
				d.Errorf("blames %v", a.field("details.field"))
			}
		}
		stranger := d.newAccount()
		d.want(d.as(stranger.LiveKey, http.MethodPost, "/canned", `{"shortcut":"thanks","content":"x"}`), 201)
		for body, field := range map[string]string{
			`{}`: "content", `{"shortcut":"x"}`: "content", `{"content":"x"}`: "shortcut", `{"shortcut":"","content":"x"}`: "shortcut",
			`{"shortcut":"/","content":"x"}`: "shortcut", `{"shortcut":"a b","content":"x"}`: "shortcut",
			`{"shortcut":"a\u0000","content":"x"}`: "shortcut", `{"shortcut":"` + strings.Repeat("x", 51) + `","content":"x"}`: "shortcut",
			`{"shortcut":"x","content":" "}`: "content", `{"shortcut":"x","content":"` + strings.Repeat("x", 10_001) + `"}`: "content",
		} {
			a := d.do(http.MethodPost, "/canned", body)
			d.refused(a, 400, InvalidInput)
			if got := a.field("details.field"); got != field && body != `{}` {
				d.Errorf("%.40s blames %v, want %s", body, got, field)
			}
		}
		for _, id := range []string{"can_x", "x", "can_01h455vb4pex5vsknk084sn02q"} {
			d.refused(d.do(http.MethodGet, "/canned/"+id, ""), 404, NotFound)
			d.refused(d.do(http.MethodPatch, "/canned/"+id, `{"content":"x"}`), 404, NotFound)
			d.refused(d.do(http.MethodDelete, "/canned/"+id, ""), 404, NotFound)
		}
		d.refused(d.as(stranger.LiveKey, http.MethodGet, "/canned/"+other, ""), 404, NotFound)
		d.refused(d.as(d.key(models.ScopeConversationsRead), http.MethodPost, "/canned", `{"shortcut":"a","content":"x"}`), 403, Forbidden)
	})
}

func TestLabelsAreMadeRenamedColouredAndTakenAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/labels", `{"name":" Urgent ","color":"#D93025"}`), 201)
		id := fmt.Sprint(made.body["id"])
		if made.body["name"] != "Urgent" || made.body["color"] != "#d93025" {
			d.Errorf("made: %s", made.raw)
		}
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		a := d.want(d.do(http.MethodPost, at+"/label", `{"labels":["urgent","billing"],"action":"add"}`), 200)
		if fmt.Sprint(a.body["labels"]) != "[Urgent billing]" {
			d.Errorf("the label was not found by its name: %s", a.raw)
		}
		list := d.want(d.do(http.MethodGet, "/labels", ""), 200)
		if rows := list.rows(); len(rows) != 2 || rows[0]["name"] != "billing" || rows[1]["id"] != id || rows[0]["color"] != nil {
			d.Errorf("the labels are %s", list.raw)
		}
		changed := d.want(d.do(http.MethodPatch, "/labels/"+id, `{"name":"Now","color":null}`), 200)
		if changed.body["name"] != "Now" || changed.body["color"] != nil {
			d.Errorf("changed: %s", changed.raw)
		}
		if a := d.do(http.MethodGet, at, ""); fmt.Sprint(a.body["labels"]) != "[Now billing]" {
			d.Errorf("the conversation shows %s", a.raw)
		}
		if got := d.want(d.do(http.MethodGet, "/labels/"+id, ""), 200); got.raw != changed.raw {
			d.Errorf("found: %s", got.raw)
		}
		d.want(d.do(http.MethodDelete, "/labels/"+id, ""), 204)
		if a := d.do(http.MethodGet, at, ""); fmt.Sprint(a.body["labels"]) != "[billing]" {
			d.Errorf("the conversation shows %s", a.raw)
		}
		d.refused(d.do(http.MethodGet, "/labels/"+id, ""), 404, NotFound)
	})
}

func TestALabelThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		d.want(d.do(http.MethodPost, "/labels", `{"name":"ÄRGER"}`), 201)
		other := fmt.Sprint(d.want(d.do(http.MethodPost, "/labels", `{"name":"vip"}`), 201).body["id"])
		for _, a := range []answer{
			d.do(http.MethodPost, "/labels", `{"name":"ärger"}`), d.do(http.MethodPatch, "/labels/"+other, `{"name":"Ärger"}`),
		} {
			d.refused(a, 409, Conflict)
			if a.field("details.field") != "name" {
				d.Errorf("blames %v", a.field("details.field"))
			}
		}
		for body, field := range map[string]string{
			`{}`: "name", `{"name":""}`: "name", `{"name":"  "}`: "name", `{"name":null}`: "name", `{"name":"a\u0000"}`: "name",
			`{"name":"` + strings.Repeat("x", 101) + `"}`: "name", `{"name":"a","color":"red"}`: "color", `{"name":"a","color":"#ff00"}`: "color",
			`{"name":"a","color":"#gggggg"}`: "color", `{"name":"a","color":5}`: "color",
		} {
			a := d.do(http.MethodPost, "/labels", body)
			d.refused(a, 400, InvalidInput)
			if got := a.field("details.field"); got != field {
				d.Errorf("%.40s blames %v, want %s", body, got, field)
			}
		}
		stranger := d.newAccount()
		for _, call := range []struct{ method, body string }{{http.MethodGet, ""}, {http.MethodPatch, `{"name":"x"}`}, {http.MethodDelete, ""}} {
			d.refused(d.as(stranger.LiveKey, call.method, "/labels/"+other, call.body), 404, NotFound)
			d.refused(d.do(call.method, "/labels/lbl_x", call.body), 404, NotFound)
		}
		if total := d.do(http.MethodGet, "/labels", "").field("pagination.total"); total != 2.0 {
			d.Errorf("%v labels, want 2", total)
		}
		d.refused(d.as(d.key(models.ScopeConversationsRead), http.MethodDelete, "/labels/"+other, ""), 403, Forbidden)
	})
}

func TestNamesOfAnyScriptHaveOneOrderOnBothDatabases(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, name := range []string{"zebra", "Ärger", "apfel", "Éclair", "日本", "a-b", "a_b", "ab", "Zoo", "ß"} {
			d.want(d.do(http.MethodPost, "/labels", `{"name":"`+name+`"}`), 201)
			d.want(d.do(http.MethodPost, "/canned", `{"shortcut":"`+name+`","content":"x"}`), 201)
		}
		for list, want := range map[string]string{
			"/labels": "a-b a_b ab apfel zebra Zoo ß Ärger Éclair 日本", "/canned": "a-b a_b ab apfel zebra zoo ß ärger éclair 日本",
		} {
			names := []string{}
			for _, row := range d.want(d.do(http.MethodGet, list, ""), 200).rows() {
				names = append(names, fmt.Sprint(cmp.Or(row["name"], row["shortcut"])))
			}
			if got := strings.Join(names, " "); got != want {
				d.Errorf("%s is %s, want %s", list, got, want)
			}
		}
	})
}
