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

// made posts what must be made and gives a field of it.
func (n *node) made(key, path, body, field string) string {
	n.Helper()
	r := n.call(http.MethodPost, path, body, "X-API-Key", key)
	if r.StatusCode != http.StatusCreated {
		n.Fatalf("%s: %d %s", path, r.StatusCode, r.text)
	}
	return fmt.Sprint(r.json(field))
}

func TestARevokedKeyAndADisabledUserAreOutOnEveryNode(t *testing.T) {
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
	user := n.made(owner, "/v2/users", `{"name":"Sarah","email":"sarah@example.com","role":"agent"}`, "id")
	made := n.call(http.MethodPost, "/v2/keys", `{"name":"K","scopes":["conversations:read"]}`, "X-API-Key", owner)
	revoked, disabled := fmt.Sprint(made.json("key")), n.keyOf(user)
	var losing, staying []desk
	for i, node := range nodes {
		losing = append(losing,
			sit(t, node, fmt.Sprintf("the revoked key on node %d", i), revoked),
			sit(t, node, fmt.Sprintf("the disabled user on node %d", i), disabled))
		staying = append(staying, sit(t, node, fmt.Sprintf("the owner on node %d", i), owner))
	}
	for _, path := range []string{"/v2/keys/" + fmt.Sprint(made.json("id")), "/v2/users/" + user} {
		if r := n.call(http.MethodDelete, path, "", "X-API-Key", owner); r.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %d %s", path, r.StatusCode, r.text)
		}
	}
	deadline := time.Now().Add(within)
	for _, key := range []string{revoked, disabled} {
		comesTooLate(t, nodes[1], key)
	}
	for _, d := range losing {
		d.isClosed(t, time.Until(deadline))
	}
	for _, d := range staying {
		d.isOpen(t)
	}
	for i, node := range nodes {
		for what, key := range map[string]string{"the revoked key": revoked, "the disabled user's key": disabled} {
			node.await(what+" is refused", func() bool { return node.get("/v2/me", "X-API-Key", key).StatusCode == http.StatusUnauthorized })
			if time.Now().After(deadline) {
				t.Errorf("%s was believed too long on node %d", what, i)
			}
		}
	}
}
