package main

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models"
)

// desk is an agent's socket.
type desk struct {
	*fws.Conn
	name string
}

// sit opens an agent's socket on a node and waits for its welcome.
func sit(t *testing.T, n *node, name, key string) desk {
	t.Helper()
	socket, answer, err := fws.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(n.base, "http")+"/v2/ws", nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	_ = answer.Body.Close()
	t.Cleanup(func() { _ = socket.Close() })
	if err := socket.WriteJSON(map[string]string{"type": "hello", "api_key": key}); err != nil {
		t.Fatal(err)
	}
	d := desk{socket, name}
	if err := d.next(t, "welcome", patienceOfTests); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// next reads frames until one of this type comes, or an error.
func (d desk) next(t *testing.T, kind string, within time.Duration) error {
	t.Helper()
	if err := d.SetReadDeadline(time.Now().Add(within)); err != nil {
		return err
	}
	for {
		var frame struct {
			Type string `json:"type"`
		}
		if err := d.ReadJSON(&frame); err != nil || frame.Type == kind {
			return err
		}
	}
}

// isClosed wants the server to close the socket as unauthorized in time.
func (d desk) isClosed(t *testing.T, within time.Duration) {
	t.Helper()
	began := time.Now()
	err := d.next(t, "nothing that is ever sent", within)
	var closed *fws.CloseError
	if !errors.As(err, &closed) || closed.Code != 4401 {
		t.Errorf("%s after %v: %v", d.name, time.Since(began), err)
	}
	t.Logf("%s: closed after %v", d.name, time.Since(began).Round(time.Millisecond))
}

// comesTooLate wants a node that may still remember the key to open no socket for it.
func comesTooLate(t *testing.T, n *node, key string) {
	t.Helper()
	socket, answer, err := fws.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(n.base, "http")+"/v2/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	t.Cleanup(func() { _ = socket.Close() })
	if err := socket.WriteJSON(map[string]string{"type": "hello", "api_key": key}); err != nil {
		t.Fatal(err)
	}
	var closed *fws.CloseError
	if err := (desk{socket, "late"}).next(t, "welcome", patienceOfTests); !errors.As(err, &closed) || closed.Code != 4401 {
		t.Errorf("a socket that comes too late: %v", err)
	}
}

// isOpen wants the socket to answer still.
func (d desk) isOpen(t *testing.T) {
	t.Helper()
	if err := d.WriteJSON(map[string]string{"type": "ping"}); err != nil {
		t.Errorf("%s: %v", d.name, err)
	}
	if err := d.next(t, "pong", patienceOfTests); err != nil {
		t.Errorf("%s: %v", d.name, err)
	}
}

// keyOf makes a key of a user of the node's only account.
func (n *node) keyOf(userID string) string {
	n.Helper()
	account, err := n.app.store.LiveAccount(n.Context(), nil)
	if err != nil {
		n.Fatal(err)
	}
	uid, err := models.ParseID(models.PrefixUser, userID)
	if err != nil {
		n.Fatal(err)
	}
	user, err := n.app.store.UserByUID(n.Context(), models.System(account.ID), uid)
	if err != nil {
		n.Fatal(err)
	}
	key, row := n.app.access.MintKey(models.KeyKindAgent, false)
	row.AccountID, row.UserID, row.Name, row.Scopes = account.ID, user.ID, "of a colleague", models.AllScopes()
	if err := n.app.store.CreateKey(n.Context(), &row); err != nil {
		n.Fatal(err)
	}
	return key
}

// teammate is a member of the team who has come in by an invitation.
type teammate struct{ id, key, cookies string }

// invite asks somebody into the team, who logs in and has a key.
func (n *node) invite(owner, name, role string) teammate {
	n.Helper()
	invited := n.call(http.MethodPost, "/v2/auth/invitations",
		fmt.Sprintf(`{"email":"%s@example.com","name":%q,"role":%q}`, name, name, role), "X-API-Key", owner)
	_, token, _ := strings.Cut(fmt.Sprint(invited.json("accept_url")), "#token=")
	in := n.call(http.MethodPost, "/v2/auth/invitations/accept", fmt.Sprintf(`{"token":%q,"password":"a much longer passphrase"}`, token))
	if in.StatusCode != http.StatusOK {
		n.Fatalf("%s: %d %s after %s", name, in.StatusCode, in.text, invited.text)
	}
	id := fmt.Sprint(invited.json("user.id"))
	return teammate{id, n.keyOf(id), cookieHeader(in.Response)}
}

// sitDown opens an agent's socket by a login session.
func (n *node) sitDown(name, cookies string) desk {
	n.Helper()
	socket, status := n.desk(n.base, cookies, "")
	if socket == nil {
		n.Fatalf("%s: %d", name, status)
	}
	n.hello(socket)
	return desk{socket, name}
}

func TestWhoLosesAKeyARoleOrTheJobIsOutOnEveryNode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		redis  bool
		within time.Duration
	}{"with Redis": {true, 5 * time.Second}, "without Redis": {false, 10 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := postgresConfig(t)
			if !c.redis {
				cfg.RedisURL = ""
			}
			first := start(t, cfg)
			cfg.Folder = filepath.Join(cfg.Folder, "second")
			outOnBoth(t, []*node{first, start(t, cfg)}, c.within)
		})
	}
}

func outOnBoth(t *testing.T, nodes []*node, within time.Duration) {
	t.Helper()
	n, owner := nodes[0], nodes[0].firstRun().LiveKey
	made := n.call(http.MethodPost, "/v2/keys", `{"name":"K","scopes":["conversations:read"]}`, "X-API-Key", owner)
	revoked := fmt.Sprint(made.json("key"))
	disabled, demoted := n.invite(owner, "sarah", "agent"), n.invite(owner, "john", "admin")
	var losing, staying []desk
	for i, node := range nodes {
		at := fmt.Sprintf(" on node %d", i)
		losing = append(losing, sit(t, node, "the revoked key"+at, revoked))
		for what, who := range map[string]teammate{"the disabled user's": disabled, "the demoted user's": demoted} {
			losing = append(losing, sit(t, node, what+" key"+at, who.key), node.sitDown(what+" session"+at, who.cookies))
		}
		staying = append(staying, sit(t, node, "the owner"+at, owner), node.sitDown("the owner's session"+at, node.logIn(n.firstRun())))
	}
	for _, act := range []struct{ method, path, body string }{
		{http.MethodDelete, "/v2/keys/" + fmt.Sprint(made.json("id")), ""},
		{http.MethodDelete, "/v2/users/" + disabled.id, ""},
		{http.MethodPatch, "/v2/users/" + demoted.id, `{"role":"agent"}`},
	} {
		if r := n.call(act.method, act.path, act.body, "X-API-Key", owner); r.StatusCode >= http.StatusMultipleChoices {
			t.Fatalf("%s: %d %s", act.path, r.StatusCode, r.text)
		}
	}
	deadline := time.Now().Add(within)
	for _, key := range []string{revoked, disabled.key} {
		comesTooLate(t, nodes[1], key)
	}
	for _, d := range losing {
		d.isClosed(t, time.Until(deadline))
	}
	for _, d := range staying {
		d.isOpen(t)
	}
	for i, node := range nodes {
		for _, c := range []struct {
			what, header, value string
			status              int
		}{
			{"the revoked key", "X-API-Key", revoked, http.StatusUnauthorized},
			{"the disabled user's key", "X-API-Key", disabled.key, http.StatusUnauthorized},
			{"the disabled user's session", "Cookie", disabled.cookies, http.StatusUnauthorized},
			{"the demoted user's session", "Cookie", demoted.cookies, http.StatusUnauthorized},
			{"the demoted user's key", "X-API-Key", demoted.key, http.StatusForbidden},
		} {
			node.await(c.what+" is refused", func() bool { return node.get("/v2/keys", c.header, c.value).StatusCode == c.status })
			if time.Now().After(deadline) {
				t.Errorf("%s was believed too long on node %d", c.what, i)
			}
		}
	}
}
