package main

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"parley/models"
	"parley/models/access"
	"parley/server/agentapi"
	"parley/widget/surface"
)

// TestNoWrongCredentialGetsAnywhereWithAnyOperation tries every operation of every
// document, in every place that takes an id, with every credential that must not do.
func TestNoWrongCredentialGetsAnywhereWithAnyOperation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		m := newMatrix(t, cfg)
		before := m.db.settled(m.victim, m.sandbox)
		var tasks []func()
		for _, op := range m.closed() {
			tasks = append(tasks, func() {
				m.turnAway(op)
				m.keepForOwners(op)
				m.hide(op)
			})
		}
		atOnce(tasks)
		if line := difference(before, m.db.settled(m.victim, m.sandbox)); line != "" {
			t.Errorf("something changed for callers who must not: %s", line)
		}
		t.Logf("%d operations, %d attempts", len(tasks), m.attempts.Load())
		if m.attempts.Load() < int64(12*len(tasks)) {
			t.Errorf("only %d attempts", m.attempts.Load())
		}
	})
}

// matrix is the victim, and those who try.
type matrix struct {
	*world
	victim, sandbox, other *tenant
	// rows are the victim's, the same for all attempts, about an owner where they are about
	// a user; own are what foreigners fill the other places with.
	rows *row
	own  map[string]*row
	// secondSite is the key of another site of the victim; narrow lack one scope each, lower
	// and lowest are an admin's and an agent's credentials, dead are good no more.
	secondSite    string
	narrow        map[models.Scope]string
	lower, lowest colleague
	dead          map[string]map[string]string
	attempts      atomic.Int64
}

// colleague is somebody of the victim's team, with a key of every scope.
type colleague struct{ email, key, cookie string }

// ways are the headers of a colleague's key and browser.
func (c colleague) ways(role string) map[string]map[string]string {
	return map[string]map[string]string{role + "'s key": {"X-API-Key": c.key}, role + "'s login": {"Cookie": c.cookie}}
}

func newMatrix(t *testing.T, cfg Config) *matrix {
	t.Helper()
	m := &matrix{world: openWorld(t, cfg, "off"), own: map[string]*row{}, narrow: map[models.Scope]string{}}
	m.victim, m.sandbox = m.account()
	m.other, _ = m.account()
	m.rows = m.victim.row()
	m.rows.known["usr"] = m.victim.first(agentapi.Prefix + "/users?limit=1")
	m.makeRows()
	m.secondSite = "site_second" + newUID()
	m.db.copyRow("sites", m.victim.accountIs("account_id"), map[string]string{"uid": newUID(), "site_key": m.secondSite})
	m.lower, m.lowest = m.hire(models.RoleAdmin), m.hire(models.RoleAgent)
	m.makeKeys()
	m.endSessions()
	return m
}

// closed are the operations that need a credential.
func (m *matrix) closed() (ops []described) {
	for _, op := range m.ops {
		if op.Caller != surface.Anybody {
			ops = append(ops, op)
		}
	}
	return ops
}

// makeRows makes all that the attempts are about, so that they themselves make nothing.
func (m *matrix) makeRows() {
	m.Helper()
	for _, what := range []string{fromAnotherAccount, fromTheSandbox, fromAnotherSite, fromAnotherVisitor, fromAColleague} {
		m.own[what] = m.ownedBy(what).row()
	}
	for _, op := range m.closed() {
		for _, s := range op.slots {
			m.rows.id(s.kind)
			m.rows.another().id(s.kind)
			for _, own := range m.own {
				own.id(s.kind)
				own.another().id(s.kind)
			}
		}
	}
}

// hire takes somebody into the victim's team.
func (m *matrix) hire(role models.Role) colleague {
	m.Helper()
	email := m.victim.colleague(role)
	uid, key := m.newKey(models.AllScopes())
	m.db.run("UPDATE api_keys SET user_id = (SELECT id FROM users WHERE email = '" + email + "') WHERE uid = '" + uid + "'")
	return colleague{email: email, key: key, cookie: m.enter(email)}
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
	_, inboxKey, err := m.app.access.CreateKey(m.Context(), access.NewKey{
		Account: &m.victim.uid, Name: "key", Kind: models.KeyKindInbox, Scopes: models.AllScopes(),
	})
	if err != nil {
		m.Fatal(err)
	}
	m.dead = map[string]map[string]string{
		"a revoked key": {"X-API-Key": revokedKey}, "an expired key": {"X-API-Key": expiredKey}, "an inbox key": {"X-API-Key": inboxKey},
	}
}

// endSessions logs people in whose cookies are worth nothing any more.
func (m *matrix) endSessions() {
	m.Helper()
	expired := m.enter(m.victim.colleague(models.RoleOwner))
	m.db.run("UPDATE login_sessions SET expires_at = created_at WHERE id = (SELECT max(id) FROM login_sessions)")
	over := m.enter(m.victim.email)
	m.must(m.call(http.MethodPost, agentapi.Prefix+"/auth/logout", "", "Cookie", over))
	disabled := m.hire(models.RoleAdmin)
	m.db.run("UPDATE users SET disabled_at = created_at WHERE email = '" + disabled.email + "'")
	for what, headers := range disabled.ways("a disabled user") {
		m.dead[what] = headers
	}
	m.dead["an expired login"], m.dead["an ended login"] = map[string]string{"Cookie": expired}, map[string]string{"Cookie": over}
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

// stranger holds no fitting credential, and is told so with a status.
type stranger struct {
	headers map[string]string
	status  int
}

// turnAway has callers who hold no fitting credential ask for the victim's own rows.
func (m *matrix) turnAway(op described) {
	m.Helper()
	strangers := map[string]stranger{
		"nobody":         {nil, 401},
		"an unknown key": {map[string]string{"X-API-Key": "sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaa"}, 401},
	}
	switch op.Caller {
	case surface.KeyHolder:
		maps.Copy(strangers, m.outsiders())
		maps.Copy(strangers, m.underlings(op))
		if op.inbox() {
			delete(strangers, "an inbox key")
		}
		if op.keysAlone() {
			for what, s := range strangers {
				if s.headers["Cookie"] != "" {
					strangers[what] = stranger{s.headers, 401}
				}
			}
		}
	case surface.LoggedIn:
		maps.Copy(strangers, m.outsiders())
		strangers["a key"] = stranger{map[string]string{"X-API-Key": m.victim.key}, 401}
	default:
		strangers["an API key"] = stranger{map[string]string{"X-API-Key": m.victim.key}, 401}
		strangers["an API key as site key"] = stranger{map[string]string{"X-Site-Key": m.victim.key}, 401}
		strangers["a login"] = stranger{m.victim.loggedIn(), 401}
	}
	visitors := op.Caller == surface.SiteHolder || op.Caller == surface.Visitor
	if op.Method != http.MethodGet && !visitors && !op.keysAlone() {
		headers := m.victim.loggedIn()
		headers["Origin"] = "https://evil.example"
		strangers["another site's page"] = stranger{headers, 403}
	}
	for what, s := range strangers {
		m.refused(op, what, m.victim.ready(op, m.rows), s)
	}
}

func (m *matrix) refused(op described, what string, q request, s stranger) {
	m.Helper()
	q.headers = s.headers
	if answer := m.attempt(q); answer.StatusCode != s.status || !isSurfaceError(op.spec.Prefix(), answer) {
		m.Errorf("%s, asked by %s, answers %d %s; want %d", op, what, answer.StatusCode, answer.text, s.status)
	}
}

// outsiders hold what opens nothing of the Agent surface.
func (m *matrix) outsiders() map[string]stranger {
	all := map[string]stranger{
		"a site key":                   {map[string]string{"X-API-Key": m.victim.siteKey}, 401},
		"a site key in its own header": {map[string]string{"X-Site-Key": m.victim.siteKey}, 401},
	}
	for what, headers := range m.dead {
		all[what] = stranger{headers, 401}
	}
	return all
}

// underlings are of the victim's account, but may not do this.
func (m *matrix) underlings(op described) map[string]stranger {
	all := map[string]stranger{}
	if op.Scope == "" {
		return all
	}
	all["a key without the scope"] = stranger{map[string]string{"Authorization": "Bearer " + m.narrow[op.Scope]}, 403}
	if !slices.Contains(models.RoleAgent.Scopes(), op.Scope) {
		for what, headers := range m.lowest.ways("an agent") {
			all[what] = stranger{headers, 403}
		}
	}
	return all
}

// keepForOwners has others of the team try what owners alone may do.
func (m *matrix) keepForOwners(op described) {
	m.Helper()
	body, only := op.doc.Extensions["x-owners"].(map[string]any)
	if !only {
		return
	}
	ways := m.lower.ways("an admin")
	maps.Copy(ways, m.lowest.ways("an agent"))
	for what, headers := range ways {
		q := m.victim.ready(op, m.rows)
		for name, value := range body {
			q.body = put(q.body, name, value)
		}
		m.refused(op, what, q, stranger{headers, 403})
	}
}

// hide has callers with good credentials of their own name the victim's rows, one
// place at a time: each must look as if it did not exist.
func (m *matrix) hide(op described) {
	m.Helper()
	for _, s := range op.slots {
		for what, headers := range m.foreigners(op, s) {
			own, _, _ := strings.Cut(what, ", ")
			filler := m.own[own]
			named, missing := filler.t.ready(op, filler), filler.t.ready(op, filler)
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

// Who the foreigners are. What follows a comma is how they come.
const (
	fromAnotherAccount = "another account"
	fromTheSandbox     = "the sandbox"
	fromAnotherSite    = "another site of the account"
	fromAnotherVisitor = "another visitor"
	fromAColleague     = "a colleague"
	byLogin            = ", logged in"
)

// ofUsers are the kinds of row that belong to a user, of the account and its sandbox.
var ofUsers = []string{"usr", "invited", "ses", "setup", "code"}

func (m *matrix) foreigners(op described, s slot) map[string]map[string]string {
	all := map[string]map[string]string{fromAnotherAccount: m.other.credentials(op)}
	shared := slices.Contains(ofUsers, s.kind)
	if !shared {
		all[fromTheSandbox] = m.sandbox.credentials(op)
	}
	switch {
	case op.Caller == surface.LoggedIn && shared:
		all[fromAColleague] = map[string]string{"Cookie": m.lowest.cookie}
	case op.keysAlone(): // logins are nobody there
	case op.calledWithKey():
		all[fromAnotherAccount+byLogin] = m.other.loggedIn()
		if !shared {
			all[fromTheSandbox+byLogin] = m.sandbox.loggedIn()
		}
	case s.kind == "token":
		all[fromAnotherSite] = map[string]string{"X-Site-Key": m.secondSite}
	case !op.calledWithKey() && s.kind != "art": // articles are for all visitors
		all[fromAnotherVisitor] = m.victim.credentials(op)
	}
	return all
}

// ownedBy is whose rows a foreigner fills the other places with.
func (m *matrix) ownedBy(what string) *tenant {
	return map[string]*tenant{
		fromAnotherAccount: m.other, fromTheSandbox: m.sandbox, fromAnotherSite: m.other, fromAnotherVisitor: m.victim,
		fromAColleague: m.victim,
	}[what]
}

// blurred is an answer without what differs between any two of them, and without the
// id that was asked for.
func blurred(text, id string) string {
	text = regexp.MustCompile(`"(request_id|timestamp)":"[^"]*"`).ReplaceAllString(text, "")
	return strings.ReplaceAll(text, id, "ID")
}

func (m *matrix) attempt(q request) reply {
	m.Helper()
	m.attempts.Add(1)
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
