package agentapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

func TestASiteIsMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/sites", `{"name":"Shop"}`), 201)
		secret, _ := made.body["identity_secret"].(string)
		siteKey, _ := made.body["site_key"].(string)
		if !strings.HasPrefix(secret, "ids_") || !strings.HasPrefix(siteKey, "pk_live_") || made.body["greeting"] != "Hi there! How can we help?" ||
			made.body["snippet"] != `<script src="https://chat.example.com/widget.js" data-site-key="`+siteKey+`" async></script>` {
			d.Errorf("made: %s", made.raw)
		}
		at := "/sites/" + fmt.Sprint(made.body["id"])
		change := `{"name":"Boutique","greeting":"","auto_reply":null,"locale":"pt-BR","survey":false,"identity_required":true,
			"allowed_origins":["https://WWW.Example.com:443/","https://*.example.com","https://www.example.com","http://localhost:3000"],
			"theme":{"color":"#AABBCC"},
			"prechat":{"fields":[{"name":"order_number","label":"Order","type":"text","required":true}]},
			"office_hours":{"enabled":true,"time_zone":"Europe/Vienna","days":[{"weekday":1,"opens":"09:00","closes":"24:00"}],
				"holidays":["2026-12-25","2026-01-06","2026-12-25"]}}`
		changed := d.want(d.do(http.MethodPatch, at, change), 200)
		for path, want := range map[string]any{
			"name": "Boutique", "greeting": "", "auto_reply": nil, "locale": "pt-BR", "survey": false, "identity_required": true,
			"theme": "map[color:#aabbcc position:right]", "site_key": siteKey, "assistant": nil,
			"allowed_origins":       "[https://www.example.com https://*.example.com http://localhost:3000]",
			"office_hours.holidays": "[2026-01-06 2026-12-25]", "office_hours.time_zone": "Europe/Vienna",
			"prechat.fields": "[map[label:Order name:order_number required:true type:text]]",
		} {
			if got := changed.field(path); fmt.Sprint(got) != fmt.Sprint(want) {
				d.Errorf("%s is %v, want %v", path, got, want)
			}
		}
		if got := d.want(d.do(http.MethodGet, at, ""), 200); got.raw != changed.raw || strings.Contains(got.raw, "ids_") {
			d.Errorf("changed %s, got %s", changed.raw, got.raw)
		}
		if back := d.want(d.do(http.MethodPatch, at, `{"auto_reply":"Soon."}`), 200); back.body["auto_reply"] != "Soon." || back.body["name"] != "Boutique" {
			d.Errorf("one field: %s", back.raw)
		}
		list := d.want(d.do(http.MethodGet, "/sites?limit=1&offset=1", ""), 200)
		if list.first() != made.body["id"] || list.field("pagination.total") != 2.0 || strings.Contains(list.raw, "ids_") {
			d.Errorf("the sites are %s", list.raw)
		}
		d.want(d.do(http.MethodDelete, at, ""), 204)
		d.refused(d.do(http.MethodDelete, at, ""), 404, NotFound)
		d.refused(d.do(http.MethodGet, at, ""), 404, NotFound)
	})
}

func TestASiteWithConversationsStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		conversation := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		at := "/sites/" + d.do(http.MethodGet, "/sites", "").first()
		d.refused(d.do(http.MethodDelete, at, ""), 409, Conflict)
		d.want(d.do(http.MethodGet, at, ""), 200)
		d.want(d.do(http.MethodGet, "/conversation/"+conversation, ""), 200)
	})
}

func TestANewIdentitySecretReplacesTheOneBefore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/sites", `{"name":"Shop"}`), 201)
		at, siteKey := "/sites/"+fmt.Sprint(made.body["id"]), fmt.Sprint(made.body["site_key"])
		first := fmt.Sprint(made.body["identity_secret"])
		rotated := d.want(d.do(http.MethodPost, at+"/rotate-identity-secret", ""), 200)
		second := fmt.Sprint(rotated.body["identity_secret"])
		if first == second || rotated.body["site_key"] != siteKey {
			d.Errorf("rotated: %s", rotated.raw)
		}
		site, err := d.access.Site(d.Context(), siteKey)
		if err != nil {
			d.Fatal(err)
		}
		for secret, want := range map[string]bool{first: false, second: true} {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte("user-1"))
			if got := d.access.VerifyIdentity(site, "user-1", hex.EncodeToString(mac.Sum(nil))); got != want {
				d.Errorf("signed with %.8s…: %v, want %v", secret, got, want)
			}
		}
	})
}

func TestASiteOfTheSandboxIsOfTheSandboxAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.as(d.creds.TestKey, http.MethodPost, "/sites", `{"name":"Trial"}`), 201)
		if !strings.HasPrefix(fmt.Sprint(made.body["site_key"]), "pk_test_") {
			d.Errorf("made: %s", made.raw)
		}
		at := "/sites/" + fmt.Sprint(made.body["id"])
		d.want(d.as(d.creds.TestKey, http.MethodGet, at, ""), 200)
		for method, body := range map[string]string{"GET": "", "PATCH": `{"name":"X"}`, "DELETE": ""} {
			d.refused(d.do(method, at, body), 404, NotFound)
		}
	})
}

// withRows runs a test on both databases with a second way in, for rows that nothing
// makes through the API yet.
func withRows(t *testing.T, test func(d *desk, rows *sql.DB)) {
	t.Helper()
	for database, driver := range map[string]string{storetest.SQLite: "sqlite", storetest.Postgres: "pgx"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			url := storetest.URL(t, database)
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			rows, err := sql.Open(driver, strings.TrimPrefix(url, "sqlite://"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = rows.Close() })
			test(setup(t, s, ratelimit.Defaults()), rows)
		})
	}
}

// newAssistant puts an assistant into the account of a key, and gives its id.
func (d *desk) newAssistant(rows *sql.DB, key string) string {
	d.Helper()
	who, err := d.access.Key(d.Context(), key)
	if err != nil {
		d.Fatal(err)
	}
	uid := models.NewUID()
	_, err = rows.ExecContext(d.Context(), `INSERT INTO assistants (uid, account_id, name, published, created_at, updated_at)
		VALUES ($1, $2, 'Ada', '{"name":"Ada"}', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')`, uid.String(), who.AccountID)
	if err != nil {
		d.Fatal(err)
	}
	return models.FormatID(models.PrefixAssistant, uid)
}

func TestASiteHasAnAssistantOfItsAccountOrNone(t *testing.T) {
	t.Parallel()
	withRows(t, func(d *desk, rows *sql.DB) {
		at := "/sites/" + d.do(http.MethodGet, "/sites", "").first()
		mine := d.newAssistant(rows, d.creds.LiveKey)
		set := d.want(d.do(http.MethodPatch, at, `{"assistant":"`+mine+`"}`), 200)
		if set.body["assistant"] != mine {
			d.Errorf("set: %s", set.raw)
		}
		list := d.do(http.MethodGet, "/sites", "")
		if rows := list.rows(); len(rows) != 1 || rows[0]["assistant"] != mine {
			d.Errorf("listed: %s", list.raw)
		}
		for _, id := range []string{
			d.newAssistant(rows, d.creds.TestKey), models.FormatID(models.PrefixAssistant, models.NewUID()), "asst_", "usr_x", "",
		} {
			a := d.do(http.MethodPatch, at, `{"assistant":"`+id+`"}`)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != "assistant" {
				d.Errorf("%q blames %v", id, a.field("details.field"))
			}
		}
		if kept := d.do(http.MethodPatch, at, `{"survey":true}`); kept.body["assistant"] != mine {
			d.Errorf("kept: %s", kept.raw)
		}
		if none := d.want(d.do(http.MethodPatch, at, `{"assistant":null}`), 200); none.body["assistant"] != nil {
			d.Errorf("none: %s", none.raw)
		}
	})
}

func TestSettingsThatMakeNoSenseAreRefusedAndTheFieldNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/sites/" + d.do(http.MethodGet, "/sites", "").first()
		before := d.do(http.MethodGet, at, "").raw
		hours := func(rest string) string { return `{"office_hours":{"enabled":true,"time_zone":"UTC",` + rest + `}}` }
		asks := func(fields string) string { return `{"prechat":{"fields":[` + fields + `]}}` }
		for body, field := range map[string]string{
			`{"name":""}`:   "name",
			`{"name":null}`: "name",
			`{"greeting":"` + strings.Repeat("x", 1001) + `"}`:                 "greeting",
			`{"greeting":"a\u0000b"}`:                                          "greeting",
			`{"auto_reply":" "}`:                                               "auto_reply",
			`{"auto_reply":"` + strings.Repeat("x", 10001) + `"}`:              "auto_reply",
			`{"auto_reply":5}`:                                                 "auto_reply",
			`{"theme":{"color":"blue"}}`:                                       "theme.color",
			`{"theme":{"color":"#12345"}}`:                                     "theme.color",
			`{"theme":{"color":"red;}body{"}}`:                                 "theme.color",
			`{"theme":{"position":"top"}}`:                                     "theme.position",
			`{"locale":"german!"}`:                                             "locale",
			`{"allowed_origins":null}`:                                         "allowed_origins",
			`{"allowed_origins":["*"]}`:                                        "allowed_origins.0",
			`{"allowed_origins":["https://ok.example","x"]}`:                   "allowed_origins.1",
			`{"allowed_origins":[7]}`:                                          "allowed_origins.0",
			asks(`{"name":"Order","label":"O","type":"text","required":true}`): "prechat.fields.0.name",
			asks(`{"name":"o","label":" ","type":"text","required":true}`):     "prechat.fields.0.label",
			asks(`{"name":"o","label":"O","type":"file","required":true}`):     "prechat.fields.0.type",
			asks(`{"name":"o","label":"O","type":"text","required":true},{"name":"o","label":"O","type":"text","required":true}`): "prechat.fields.1.name",
			asks(`{"name":"o","label":"O","type":"text"}`):                     "prechat.fields.0.required",
			`{"office_hours":{"enabled":true,"days":[]}}`:                      "office_hours.time_zone",
			`{"office_hours":{"enabled":true,"time_zone":"CEST+1","days":[]}}`: "office_hours.time_zone",
			hours(`"days":[{"weekday":7,"opens":"09:00","closes":"10:00"}]`):   "office_hours.days.0.weekday",
			hours(`"days":[{"weekday":1,"opens":"9:00","closes":"10:00"}]`):    "office_hours.days.0.opens",
			hours(`"days":[{"weekday":1,"opens":"09:00","closes":"25:00"}]`):   "office_hours.days.0.closes",
			hours(`"days":[{"weekday":1,"opens":"10:00","closes":"09:00"}]`):   "office_hours.days.0.closes",
			hours(`"days":[],"holidays":["2026-02-30"]`):                       "office_hours.holidays.0",
			hours(`"days":[],"holidays":["25.12.2026"]`):                       "office_hours.holidays.0",
			`{"survey":"yes"}`:           "survey",
			`{"identity_required":null}`: "identity_required",
		} {
			a := d.do(http.MethodPatch, at, body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%.90s blames %v, want %s", body, a.field("details.field"), field)
			}
		}
		if after := d.do(http.MethodGet, at, "").raw; after != before {
			d.Errorf("%s became %s", before, after)
		}
		a := d.do(http.MethodPost, "/sites", `{"greeting":"Hi"}`)
		d.refused(a, 400, InvalidInput)
		if a.field("details.field") != "name" {
			d.Errorf("no name: %s", a.raw)
		}
	})
}

func TestChangesOfOneSiteAtOnceAllSurvive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/sites/" + d.do(http.MethodGet, "/sites", "").first()
		changes := map[string]string{
			"name": `"Boutique"`, "greeting": `"Hello"`, "auto_reply": `"Soon"`, "locale": `"de"`, "survey": "false",
			"identity_required": "true", "allowed_origins": `["https://a.example"]`, "theme": `{"position":"left"}`,
		}
		var wait sync.WaitGroup
		for field, value := range changes {
			wait.Go(func() {
				if a := d.do(http.MethodPatch, at, fmt.Sprintf(`{%q:%s}`, field, value)); a.status != 200 {
					d.Errorf("%s: %s", field, a.raw)
				}
			})
		}
		wait.Wait()
		got := d.do(http.MethodGet, at, "")
		for path, want := range map[string]any{
			"name": "Boutique", "greeting": "Hello", "auto_reply": "Soon", "locale": "de", "survey": false, "identity_required": true,
			"allowed_origins": "[https://a.example]", "theme.position": "left", "theme.color": "#2563eb",
		} {
			if fmt.Sprint(got.field(path)) != fmt.Sprint(want) {
				d.Errorf("%s is %v, want %v", path, got.field(path), want)
			}
		}
	})
}
