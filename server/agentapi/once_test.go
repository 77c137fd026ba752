package agentapi

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/models"
	"parley/widget/surface"
)

// once makes a POST under an idempotency key.
func (d *desk) once(apiKey, key, path, body string) answer {
	d.Helper()
	return d.send(http.MethodPost, path, body, map[string]string{"X-API-Key": apiKey, surface.HeaderIdempotencyKey: key})
}

// said are the contents of a conversation's messages.
func (d *desk) said(id string) []string {
	d.Helper()
	var all []string
	for _, row := range d.want(d.do(http.MethodGet, "/conversation/"+id+"/messages", ""), 200).rows() {
		text, _ := row["content"].(string)
		all = append(all, text)
	}
	return all
}

func TestTwentyPostsWithOneKeyAreOneMessage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		var replays atomic.Int64
		var bodies sync.Map
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				a := d.once(d.creds.LiveKey, "order-1", "/conversation/"+id+"/message", `{"content":"Once"}`)
				if a.status != 201 {
					d.Errorf("status %d: %s", a.status, a.raw)
				}
				if a.header.Get(surface.HeaderIdempotentReplayed) == "true" {
					replays.Add(1)
				}
				bodies.Store(a.raw, true)
			})
		}
		all.Wait()
		different := 0
		bodies.Range(func(any, any) bool { different++; return true })
		if said := d.said(id); len(said) != 2 || said[1] != "Once" || replays.Load() != 19 || different != 1 {
			d.Errorf("said %q, %d replays, %d different answers", said, replays.Load(), different)
		}
	})
}

func TestAKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		another := d.start(d.creds.SiteKey, "John Roe", "Hello")
		at := "/conversation/" + id + "/message"
		first := d.want(d.once(d.creds.LiveKey, "k", at, `{"content":"a", "internal":true}`), 201)
		again := d.want(d.once(d.creds.LiveKey, "k", at, `{"internal":true,"content":"a"}`), 201)
		if first.raw != again.raw || again.header.Get("Content-Type") != first.header.Get("Content-Type") ||
			again.header.Get(surface.HeaderIdempotentReplayed) != "true" || first.header.Get(surface.HeaderIdempotentReplayed) != "" {
			d.Errorf("first %s, again %s", first.raw, again.raw)
		}
		for path, body := range map[string]string{
			at:                                      `{"content":"b","internal":true}`,
			at + "?x=1":                             `{"content":"a","internal":true}`,
			"/conversation/" + another + "/message": `{"content":"a","internal":true}`,
			"/conversation/" + id + "/reopen":       "",
		} {
			a := d.once(d.creds.LiveKey, "k", path, body)
			d.refused(a, 422, Unprocessable)
			if a.field("details.field") != surface.HeaderIdempotencyKey {
				d.Errorf("%s: %s", path, a.raw)
			}
		}
		d.want(d.once(d.key(models.AllScopes()...), "k", at, `{"content":"b"}`), 201) // another holder
		if said := d.said(id); len(said) != 3 {
			d.Errorf("said %q", said)
		}
	})
}

func TestAKeyOfAnotherAccountRunsOnItsOwn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		other := d.newAccount()
		ours, sandbox := d.start(d.creds.SiteKey, "Jane Doe", "Hello"), d.start(d.creds.TestSiteKey, "Jane Doe", "Hello")
		theirs := d.start(other.SiteKey, "Jane Doe", "Hello")
		for key, id := range map[string]string{d.creds.LiveKey: ours, d.creds.TestKey: sandbox, other.LiveKey: theirs} {
			if a := d.once(key, "k", "/conversation/"+id+"/reopen", ""); a.status != 200 || a.body["id"] != id ||
				a.header.Get(surface.HeaderIdempotentReplayed) != "" {
				d.Errorf("%s: %v %s", id, a.header, a.raw)
			}
		}
		d.refused(d.once(other.LiveKey, "k", "/conversation/"+ours+"/reopen", ""), 422, Unprocessable)
		d.refused(d.once(other.LiveKey, "k2", "/conversation/"+ours+"/reopen", ""), 404, NotFound)
	})
}

func TestARefusedRequestLeavesItsKeyForABetterOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		at := "/conversation/" + id
		d.refused(d.once(d.creds.LiveKey, "k", at+"/message", `{"content":""}`), 400, InvalidInput)
		d.refused(d.once(d.creds.LiveKey, "k", at+"/assign",
			`{"assigned_to":"`+models.FormatID(models.PrefixUser, models.NewUID())+`"}`), 400, InvalidInput)
		d.refused(d.once(d.creds.LiveKey, "k", at+"/archive", ""), 409, Conflict)
		d.want(d.once(d.creds.LiveKey, "k", at+"/message", `{"content":"better"}`), 201)
		if said := d.said(id); len(said) != 2 || said[1] != "better" {
			d.Errorf("said %q", said)
		}
	})
}

func TestAKeyHasAtMost255CharactersAndThereIsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		at := "/conversation/" + id + "/read"
		for _, bad := range []string{strings.Repeat("k", 256), strings.Repeat("é", 256), "\xff\xfe"} {
			a := d.once(d.creds.LiveKey, bad, at, "")
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != surface.HeaderIdempotencyKey {
				d.Errorf("%q: %s", bad, a.raw)
			}
		}
		for _, good := range []string{strings.Repeat("é", 255), "'; DROP TABLE idempotency_keys; --", "%", "k"} {
			d.want(d.once(d.creds.LiveKey, good, at, ""), 200)
			if a := d.want(d.once(d.creds.LiveKey, good, at, ""), 200); a.header.Get(surface.HeaderIdempotentReplayed) != "true" {
				d.Errorf("%q was not honoured", good)
			}
		}
		// A key on what is no POST has no meaning, and does no harm.
		a := d.send(http.MethodGet, "/conversation/"+id, "", map[string]string{
			"X-API-Key": d.creds.LiveKey, surface.HeaderIdempotencyKey: "k",
		})
		d.want(a, 200)
	})
}

func TestEveryPostThatAKeyHolderMakesHonoursItsKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for call, body := range calls() {
			method, path, _ := strings.Cut(call, " ")
			if method != http.MethodPost || path == "/archive" {
				continue
			}
			at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello") + path
			first := d.once(d.creds.LiveKey, path, at, body)
			second := d.once(d.creds.LiveKey, path, at, body)
			if first.status >= 300 || second.raw != first.raw || second.header.Get(surface.HeaderIdempotentReplayed) != "true" {
				d.Errorf("%s: first %s, then %s", call, first.raw, second.raw)
			}
		}
	})
}
