package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/access"
	"parley/widget/surface"
)

// TestNoWrongCredentialGetsAnywhereWithAnyOperation tries every operation of every
// document, in every place that takes an id, with every credential that must not do.
func TestNoWrongCredentialGetsAnywhereWithAnyOperation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		m := newMatrix(t, cfg)
		for _, op := range m.ops {
			if op.Caller == surface.Anybody {
				continue // there is no credential to be wrong
			}
			before := m.db.settled(m.victim, m.sandbox)
			m.turnAway(op)
			m.hide(op)
			if line := difference(before, m.db.settled(m.victim, m.sandbox)); line != "" {
				t.Errorf("%s changed something for a caller who must not: %s", op, line)
			}
		}
		t.Logf("%d operations, %d attempts", len(m.ops), m.attempts)
		if m.attempts < 8*len(m.ops) {
			t.Errorf("only %d attempts", m.attempts)
		}
	})
}

// matrix is the victim, and those who try.
type matrix struct {
	*world
	victim, sandbox, other *tenant
	// rows are the victim's, the same for all attempts; own are what foreigners fill the
	// other places with.
	rows *row
	own  map[string]*row
	// secondSite is the key of another site of the victim; narrow lack one scope each, lowly
	// is an agent's, and dead are good no more.
	secondSite string
	narrow     map[models.Scope]string
	lowly      string
	dead       map[string]string
	attempts   int
}

func newMatrix(t *testing.T, cfg Config) *matrix {
	t.Helper()
	m := &matrix{world: openWorld(t, cfg, "off"), own: map[string]*row{}, narrow: map[models.Scope]string{}}
	m.victim, m.sandbox = m.account()
	m.other, _ = m.account()
	m.rows = m.victim.row()
	for _, op := range m.ops {
		for _, s := range op.slots {
			m.rows.id(s.kind)
			m.rows.another().id(s.kind)
			for _, what := range []string{fromAnotherAccount, fromTheSandbox, fromAnotherSite, fromAnotherVisitor} {
				m.ownRows(what).id(s.kind)
				m.ownRows(what).another().id(s.kind)
			}
		}
	}
	m.secondSite = "site_second" + newUID()
	m.db.copyRow("sites", m.victim.accountIs("account_id"), map[string]string{"uid": newUID(), "site_key": m.secondSite})
	m.makeKeys()
	return m
}

// makeKeys makes the victim's keys that are not enough.
func (m *matrix) makeKeys() {
	m.Helper()
	for _, scope := range models.AllScopes() {
		others := slices.DeleteFunc(models.AllScopes(), func(s models.Scope) bool { return s == scope })
		_, m.narrow[scope] = m.newKey(others)
	}
	revoked, revokedKey := m.newKey(models.AllScopes())
	m.db.run("UPDATE api_keys SET revoked_at = created_at WHERE uid = '" + revoked + "'")
	expired, expiredKey := m.newKey(models.AllScopes())
	m.db.run("UPDATE api_keys SET expires_at = created_at WHERE uid = '" + expired + "'")
	m.dead = map[string]string{"a revoked key": revokedKey, "an expired key": expiredKey}

	agent := newUID()
	m.db.copyRow("users", m.victim.accountIs("account_id"), map[string]string{"uid": agent, "email": agent + "@acme.example", "role": "agent"})
	m.db.run(fmt.Sprintf("INSERT INTO members (account_id, user_id) SELECT %d, id FROM users WHERE uid = '%s'", m.victim.accountID, agent))
	lowly, key := m.newKey(models.AllScopes())
	m.db.run("UPDATE api_keys SET user_id = (SELECT id FROM users WHERE uid = '" + agent + "') WHERE uid = '" + lowly + "'")
	m.lowly = key
}

func (m *matrix) newKey(scopes []models.Scope) (uid, key string) {
	m.Helper()
	id, key, err := m.app.access.CreateKey(m.Context(), access.NewKey{
		Account: &m.victim.uid, Name: "key", Kind: models.KeyKindAgent, Scopes: scopes,
	})
	if err != nil {
		m.Fatal(err)
	}
	return id.String(), key
}

// turnAway has callers who hold no fitting credential ask for the victim's own rows.
func (m *matrix) turnAway(op described) {
	m.Helper()
	type stranger struct {
		headers map[string]string
		status  int
	}
	strangers := map[string]stranger{
		"nobody":         {nil, 401},
		"an unknown key": {map[string]string{"X-API-Key": "sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaa"}, 401},
	}
	if op.calledWithKey() {
		strangers["a site key"] = stranger{map[string]string{"X-API-Key": m.victim.siteKey}, 401}
		strangers["a site key in its own header"] = stranger{map[string]string{"X-Site-Key": m.victim.siteKey}, 401}
		for what, key := range m.dead {
			strangers[what] = stranger{map[string]string{"X-API-Key": key}, 401}
		}
		if op.Scope != "" {
			strangers["a key without the scope"] = stranger{map[string]string{"Authorization": "Bearer " + m.narrow[op.Scope]}, 403}
		}
		if op.Scope != "" && !slices.Contains(models.RoleAgent.Scopes(), op.Scope) {
			strangers["an agent's key"] = stranger{map[string]string{"X-API-Key": m.lowly}, 403}
		}
	} else {
		strangers["an API key"] = stranger{map[string]string{"X-API-Key": m.victim.key}, 401}
		strangers["an API key as site key"] = stranger{map[string]string{"X-Site-Key": m.victim.key}, 401}
	}
	for what, s := range strangers {
		q := m.victim.ready(op, m.rows)
		q.headers = s.headers
		if answer := m.attempt(q); answer.StatusCode != s.status || !isSurfaceError(op.spec.Prefix(), answer) {
			m.Errorf("%s, asked by %s, answers %d %s; want %d", op, what, answer.StatusCode, answer.text, s.status)
		}
	}
}

// hide has callers with good credentials of their own name the victim's rows, one
// place at a time: each must look as if it did not exist.
func (m *matrix) hide(op described) {
	m.Helper()
	for _, s := range op.slots {
		for what, headers := range m.foreigners(op, s) {
			own := m.ownRows(what)
			named, missing := own.t.ready(op, own), own.t.ready(op, own)
			theirs, nobodys := m.rows.id(s.kind), unknown(s.kind)
			named.set(s, theirs)
			missing.set(s, nobodys)
			named.headers, missing.headers = headers, headers
			got, want := m.attempt(named), m.attempt(missing)
			if !slices.Contains([]int{400, 403, 404}, want.StatusCode) {
				m.Errorf("%s answers %d to an unknown %s in the %s: %s", op, want.StatusCode, s.name, s.place, want.text)
			}
			if got.StatusCode != want.StatusCode || blurred(got.text, theirs) != blurred(want.text, nobodys) {
				m.Errorf("%s, asked by %s for a foreign %s in the %s, answers\n%d %s\nbut of an unknown one\n%d %s",
					op, what, s.name, s.place, got.StatusCode, got.text, want.StatusCode, want.text)
			}
		}
	}
}

// Who the foreigners are.
const (
	fromAnotherAccount = "another account"
	fromTheSandbox     = "the sandbox"
	fromAnotherSite    = "another site of the account"
	fromAnotherVisitor = "another visitor"
)

func (m *matrix) foreigners(op described, s slot) map[string]map[string]string {
	all := map[string]map[string]string{fromAnotherAccount: m.other.credentials(op)}
	if s.kind != "usr" { // users are shared with the sandbox
		all[fromTheSandbox] = m.sandbox.credentials(op)
	}
	if !op.calledWithKey() {
		if s.kind == "token" {
			all[fromAnotherSite] = map[string]string{"X-Site-Key": m.secondSite}
		} else {
			all[fromAnotherVisitor] = m.victim.credentials(op)
		}
	}
	return all
}

// ownRows are what a foreigner fills the other places with.
func (m *matrix) ownRows(what string) *row {
	m.Helper()
	tenants := map[string]*tenant{
		fromAnotherAccount: m.other, fromTheSandbox: m.sandbox, fromAnotherSite: m.other, fromAnotherVisitor: m.victim,
	}
	if m.own[what] == nil {
		m.own[what] = tenants[what].row()
	}
	return m.own[what]
}

// blurred is an answer without what differs between any two of them, and without the
// id that was asked for.
func blurred(text, id string) string {
	text = regexp.MustCompile(`"(request_id|timestamp)":"[^"]*"`).ReplaceAllString(text, "")
	return strings.ReplaceAll(text, id, "ID")
}

func (m *matrix) attempt(q request) reply {
	m.Helper()
	m.attempts++
	if q.op.Path == "/ws" {
		q.headers = withUpgrade(q.headers)
	}
	return m.send(q)
}

// withUpgrade asks for a socket.
func withUpgrade(headers map[string]string) map[string]string {
	all := map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	}
	for name, value := range headers {
		all[name] = value
	}
	return all
}
