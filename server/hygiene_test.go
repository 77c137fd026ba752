package main

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// raw sends bytes as they are, and reads one answer.
func raw(t *testing.T, address, request string) (status int, body string) {
	t.Helper()
	conn := dial(t, address)
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%.60q: %v", request, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestRequestsThatAreBadAsSuchAreRefusedInASurfacesShape(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	long := strings.Repeat("x", 10_000)
	for name, c := range map[string]struct {
		request string
		status  int
		body    string
	}{
		"an unknown method":         {"FOO /v2/users HTTP/1.1\r\nHost: x\r\n\r\n", 405, `"error":"method_not_allowed"`},
		"another, for visitors":     {"FOO /api/v1/chat/config HTTP/1.1\r\nHost: x\r\n\r\n", 405, `{"error":"Method not allowed"}`},
		"both kinds of length":      {"POST /v2/users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, `"error":"invalid_input"`},
		"a head that is too large":  {"GET /v2/users HTTP/1.1\r\nHost: x\r\nX-Long: " + long + "\r\n\r\n", 400, `{"error":"The request header is too large`},
		"10 GB to be continued":     {"POST /v2/users HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10737418240\r\n\r\n", 417, ""},
		"10 GB that never come":     {"POST /v2/attachments HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10737418240\r\n\r\n", 400, `{"error":"The request did not arrive in time"}`},
		"a path that leads nowhere": {"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, `{"error":"Not found"}`},
		"the same in a browser":     {"GET /nowhere HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n", 404, "Not found\n"},
	} {
		status, body := raw(t, n.app.Addr().String(), c.request)
		if status != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func TestHeadsWithLongTokensAndCookiesFit(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	token := strings.Repeat("%F0%9F%98%80", 255)
	status, body := raw(t, n.app.Addr().String(), "GET /api/v1/chat/conversations/"+token+"/messages HTTP/1.1\r\nHost: x\r\nCookie: "+
		strings.Repeat("c", 3000)+"\r\nUser-Agent: "+strings.Repeat("u", 300)+"\r\n\r\n")
	if status != http.StatusUnauthorized {
		t.Errorf("%d %s", status, body)
	}
}
