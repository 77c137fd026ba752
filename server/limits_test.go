package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"
)

// socket opens a visitor socket and says hello; it gives the status of the upgrade
// and the code that the socket was closed with, if it was.
func (n *node) socket(query, hello string) (status, code int) {
	n.Helper()
	conn, answer, err := fws.DefaultDialer.DialContext(n.Context(), "ws"+strings.TrimPrefix(n.base, "http")+"/api/v1/chat/ws"+query, nil)
	if answer == nil {
		n.Fatal(err)
	}
	_ = answer.Body.Close()
	if err != nil {
		return answer.StatusCode, 0
	}
	defer func() { _ = conn.Close() }()
	if err := errors.Join(conn.SetReadDeadline(time.Now().Add(patienceOfTests)), conn.WriteMessage(fws.TextMessage, []byte(hello))); err != nil {
		n.Fatal(err)
	}
	_, _, err = conn.ReadMessage()
	var closed *fws.CloseError
	if errors.As(err, &closed) {
		return answer.StatusCode, closed.Code
	}
	return answer.StatusCode, 0
}

func TestSocketsCountForTheirSiteHoweverTheyNameIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.RateLimits = "chat.ws=4/h"
		n := start(t, cfg)
		keys := n.firstRun()
		inQuery, inHello := "?site_key="+keys.SiteKey, fmt.Sprintf(`{"type":"hello","site_key":%q,"visitor_token":"x"}`, keys.SiteKey)
		nowhere := `{"type":"hello","visitor_token":"x"}`
		for range 2 {
			if status, code := n.socket(inQuery, nowhere); status != http.StatusSwitchingProtocols || code != 4404 {
				t.Errorf("by query: %d, closed with %d", status, code)
			}
			if status, code := n.socket("", inHello); status != http.StatusSwitchingProtocols || code != 4404 {
				t.Errorf("by hello: %d, closed with %d", status, code)
			}
		}
		if status, _ := n.socket(inQuery, nowhere); status != http.StatusTooManyRequests {
			t.Errorf("the fifth, by query: %d", status)
		}
		if status, code := n.socket("", inHello); status != http.StatusSwitchingProtocols || code != 4429 {
			t.Errorf("the fifth, by hello: %d, closed with %d", status, code)
		}
		other := fmt.Sprintf(`{"type":"hello","site_key":%q,"visitor_token":"x"}`, keys.TestSiteKey)
		if status, code := n.socket("", other); status != http.StatusSwitchingProtocols || code != 4404 {
			t.Errorf("another site: %d, closed with %d", status, code)
		}
	})
}
