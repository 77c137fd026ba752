package channeltest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Graph is Meta's Graph API with one WhatsApp number and one Instagram account.
type Graph struct {
	URL, Token, Secret  string
	NumberID, AccountID string

	mu       sync.Mutex
	sent     []map[string]any
	uploads  map[string]string
	media    map[string]string
	profiles map[string]string
	failures []Failure
}

// NewGraph starts one.
func NewGraph(t testing.TB) *Graph {
	t.Helper()
	g := &Graph{
		Token: "EAAGtoken", Secret: "0123456789abcdef0123456789abcdef", NumberID: "106540352242922", AccountID: "17841405822304914",
		uploads: map[string]string{}, media: map[string]string{}, profiles: map[string]string{},
	}
	server := httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

// Sent are the bodies of the messages that were taken.
func (g *Graph) Sent() []map[string]any {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.sent)
}

// Uploaded is the content of a file that was uploaded.
func (g *Graph) Uploaded(id string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.uploads[id]
}

// Fail refuses the next messages.
func (g *Graph) Fail(failures ...Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failures = append(g.failures, failures...)
}

// Keep has a file to be fetched, by its id, or at an address of its own.
func (g *Graph) Keep(id, content string) (address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.media[id] = content
	return g.URL + "/lookaside/" + id
}

// Know gives a person a name.
func (g *Graph) Know(id, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.profiles[id] = name
}

// GraphError is an error of Meta's Graph API, with the status of the answer.
type GraphError struct {
	Status, Code, Subcode int
	Message, Details      string
}

// Refusal is an error in Meta's shape.
func (g *Graph) Refusal(e GraphError) Failure {
	body, _ := json.Marshal(map[string]any{"error": map[string]any{ // strings and numbers encode
		"message": e.Message, "type": "OAuthException", "code": e.Code, "error_subcode": e.Subcode, "fbtrace_id": "Az8or2yhqkZfEZ",
		"error_data": map[string]any{"messaging_product": "whatsapp", "details": e.Details},
	}})
	return Failure{Status: e.Status, Body: string(body)}
}

// Sign is the X-Hub-Signature-256 of a body.
func (g *Graph) Sign(body string) string {
	mac := hmac.New(sha256.New, []byte(g.Secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (g *Graph) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	path := strings.Trim(r.URL.Path, "/")
	if id, isFile := strings.CutPrefix(path, "lookaside/"); isFile {
		_, _ = w.Write([]byte(g.media[id])) // the test sees what did not come
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+g.Token {
		answer(w, g.Refusal(GraphError{Status: http.StatusUnauthorized, Code: 190, Subcode: 463, Message: "Error validating access token: Session has expired"}))
		return
	}
	switch {
	case r.Method == http.MethodPost && path == g.NumberID+"/messages":
		g.send(w, r, whatsAppMistake, func(n int) any {
			return map[string]any{
				"messaging_product": "whatsapp", "contacts": []any{map[string]any{"input": "+14155550123", "wa_id": "14155550123"}},
				"messages": []any{map[string]any{"id": g.ID(n), "message_status": "accepted"}},
			}
		})
	case r.Method == http.MethodPost && path == g.AccountID+"/messages":
		g.send(w, r, instagramMistake, func(n int) any {
			return map[string]any{"recipient_id": "526", "message_id": g.ID(n)}
		})
	case r.Method == http.MethodPost && path == g.NumberID+"/media":
		g.upload(w, r)
	case r.Method == http.MethodGet:
		g.read(w, path)
	default:
		answer(w, g.Refusal(GraphError{Status: http.StatusBadRequest, Code: 100, Subcode: 33, Message: "Unsupported post request. Object with ID '" + path + "' does not exist"}))
	}
}

// ID is Meta's id of the n-th message, the first being 1.
func (g *Graph) ID(n int) string { return fmt.Sprintf("wamid.%04d", n) }

func (g *Graph) send(w http.ResponseWriter, r *http.Request, mistake func(map[string]any) string, taken func(n int) any) {
	if len(g.failures) > 0 {
		answer(w, g.failures[0])
		g.failures = g.failures[1:]
		return
	}
	var body map[string]any
	if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&body) != nil {
		answer(w, g.Refusal(GraphError{Status: http.StatusBadRequest, Code: 100, Message: "(#100) Param body must be JSON"}))
		return
	}
	if wrong := mistake(body); wrong != "" {
		answer(w, g.Refusal(GraphError{Status: http.StatusBadRequest, Code: 100, Message: "(#100) Invalid parameter", Details: wrong}))
		return
	}
	g.sent = append(g.sent, body)
	writeJSON(w, http.StatusOK, taken(len(g.sent)))
}

// dig finds what lies at a path of a decoded body.
func dig(body any, path ...string) any {
	for _, name := range path {
		object, _ := body.(map[string]any)
		body = object[name]
	}
	return body
}

func whatsAppMistake(body map[string]any) string {
	kind, _ := body["type"].(string)
	text, _ := dig(body, "text", "body").(string)
	switch {
	case body["messaging_product"] != "whatsapp":
		return "messaging_product must be whatsapp"
	case body["to"] == "":
		return "The parameter to is required"
	case kind == "text" && (text == "" || len([]rune(text)) > 4096):
		return "text.body must have 1 to 4096 characters"
	case kind == "template" && (dig(body, "template", "name") == nil || dig(body, "template", "language", "code") == nil):
		return "template.name and template.language.code are required"
	case kind != "text" && kind != "template" && dig(body, kind, "id") == nil:
		return kind + ".id is required"
	}
	return ""
}

func instagramMistake(body map[string]any) string {
	text, hasText := dig(body, "message", "text").(string)
	address, _ := dig(body, "message", "attachment", "payload", "url").(string)
	switch {
	case dig(body, "recipient", "id") == nil:
		return "recipient.id is required"
	case hasText && len(text) > 1000:
		return "Length of param message[text] must be less than or equal to 1000"
	case !hasText && !strings.HasPrefix(address, "http"):
		return "message.attachment.payload.url is required"
	}
	return ""
}

func (g *Graph) upload(w http.ResponseWriter, r *http.Request) {
	file, header, err := r.FormFile("file")
	if err != nil || r.FormValue("messaging_product") != "whatsapp" || r.FormValue("type") != header.Header.Get("Content-Type") {
		answer(w, g.Refusal(GraphError{Status: http.StatusBadRequest, Code: 100, Message: "(#100) The parameter file is required"}))
		return
	}
	content, _ := io.ReadAll(file) // from memory
	id := fmt.Sprint(4490709327384033 + len(g.uploads))
	g.uploads[id] = string(content)
	writeJSON(w, http.StatusOK, map[string]any{"id": id})
}

func (g *Graph) read(w http.ResponseWriter, path string) {
	name, known := g.profiles[path]
	_, isFile := g.media[path]
	switch {
	case path == g.NumberID:
		writeJSON(w, http.StatusOK, map[string]any{"verified_name": "Example Shop", "display_phone_number": "+1 415-555-0100", "id": path})
	case path == g.AccountID:
		writeJSON(w, http.StatusOK, map[string]any{"username": "example.shop", "id": path})
	case isFile:
		writeJSON(w, http.StatusOK, map[string]any{
			"messaging_product": "whatsapp", "url": g.URL + "/lookaside/" + path, "mime_type": "text/plain", "file_size": 5, "id": path,
		})
	case known:
		writeJSON(w, http.StatusOK, map[string]any{"name": name, "username": strings.ToLower(name), "id": path})
	default:
		answer(w, g.Refusal(GraphError{Status: http.StatusBadRequest, Code: 100, Subcode: 33, Message: "Unsupported get request. Object with ID '" + path + "' does not exist"}))
	}
}
