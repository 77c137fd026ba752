// Package mcp is the Model Context Protocol surface, /mcp: tools with which AI agents
// read conversations and act in them, through the one service like everybody else. The
// protocol itself is the official library's; openapi.yaml beside it is the closed table
// of its one route.
package mcp

import (
	"context"
	_ "embed" // for the document
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

// Prefix is where the surface lies.
const Prefix = "/mcp"

//go:embed openapi.yaml
var document []byte

// errInboxKey refuses keys that are for scripts which read and answer people.
var errInboxKey = models.Fail(models.CodeUnauthorized, "This key opens the inbox alone; give one that begins with sk_")

// Options are what the surface stands on.
type Options struct {
	Chat    *chat.Service
	Access  *access.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
	// Version is what clients are told of the program.
	Version string
}

// Mount registers the surface on app, and says what its document holds. It fails when
// routes and document differ.
func Mount(ctx context.Context, app fiber.Router, o Options) (*surface.Spec, error) {
	spec, err := surface.Load(ctx, document, "")
	if err != nil {
		return nil, fmt.Errorf("mcp: %w", err)
	}
	all, err := (&desk{o.Chat}).tools()
	if err != nil {
		return nil, fmt.Errorf("mcp: %w", err)
	}
	gate := surface.Gate{Access: o.Access, Limiter: o.Limiter, Rules: o.Rules}
	guard := func(c *fiber.Ctx, op surface.Operation) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		if err := gate.Check(c, op); err != nil {
			return err
		}
		if surface.Principal(c.UserContext()).KeyKind == models.KeyKindInbox {
			return errInboxKey
		}
		return nil
	}
	router := spec.Router(app, surface.Options{Guard: guard})
	router.Post(Prefix, newEndpoint(all, o.Version).answer)
	if err := router.Close(); err != nil {
		return nil, fmt.Errorf("mcp: %w", err)
	}
	return spec, nil
}

// endpoint answers the protocol's messages.
type endpoint struct {
	scopes  map[string]models.Scope // of each tool
	known   []models.Scope
	servers map[string]*sdk.Server // by which of the known scopes a key has
	handler http.Handler
}

// newEndpoint builds a server for every set of scopes, so that a key is shown the tools
// that it may call.
func newEndpoint(all []tool, version string) *endpoint {
	e := &endpoint{scopes: map[string]models.Scope{}, servers: map[string]*sdk.Server{}}
	for _, t := range all {
		e.scopes[t.name] = t.scope
		if t.scope != "" && !containsScope(e.known, t.scope) {
			e.known = append(e.known, t.scope)
		}
	}
	for set := range 1 << len(e.known) {
		who := models.Principal{}
		for i, scope := range e.known {
			if set&(1<<i) != 0 {
				who.Scopes = append(who.Scopes, scope)
			}
		}
		server := sdk.NewServer(&sdk.Implementation{Name: "parley", Title: "Parley", Version: version}, &sdk.ServerOptions{
			Instructions: instructions, Capabilities: &sdk.ServerCapabilities{Tools: &sdk.ToolCapabilities{}}, PageSize: len(all) + 1,
		})
		for _, t := range all {
			if t.scope == "" || containsScope(who.Scopes, t.scope) {
				t.install(server)
			}
		}
		e.servers[e.signature(func(s models.Scope) bool { return containsScope(who.Scopes, s) })] = server
	}
	e.handler = sdk.NewStreamableHTTPHandler(func(r *http.Request) *sdk.Server {
		return e.servers[e.signature(surface.Principal(r.Context()).May)]
	}, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: slog.New(slog.DiscardHandler),
		// A key stands before every call, which no page of somebody else's has.
		DisableLocalhostProtection: true,
	})
	return e
}

func containsScope(scopes []models.Scope, wanted models.Scope) bool {
	for _, s := range scopes {
		if s == wanted {
			return true
		}
	}
	return false
}

// signature spells which of the known scopes somebody has.
func (e *endpoint) signature(has func(models.Scope) bool) string {
	var names []string
	for _, scope := range e.known {
		if has(scope) {
			names = append(names, string(scope))
		}
	}
	return strings.Join(names, " ")
}

// answer hands the message to the library. It has been judged as any JSON body; it is
// spelled anew, so that what was judged is what is read.
func (e *endpoint) answer(c *fiber.Ctx) error {
	message := surface.Body(c)
	if err := e.permit(c, message); err != nil {
		return err
	}
	raw, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("spell a message anew: %w", err)
	}
	c.Request().SetBody(raw)
	// The answer is JSON whatever a client likes best, so none has to say that it would
	// take a stream as well.
	c.Request().Header.Set(fiber.HeaderAccept, "application/json, text/event-stream")
	ctx := c.UserContext()
	err = adaptor.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.handler.ServeHTTP(w, r.WithContext(ctx))
	}))(c)
	if err != nil {
		return err
	}
	return refusal(c)
}

// permit refuses a tool that the key lacks the scope for, as any call is refused.
func (e *endpoint) permit(c *fiber.Ctx, message map[string]any) error {
	parameters, _ := message["params"].(map[string]any)
	name, _ := parameters["name"].(string)
	scope := e.scopes[name]
	if message["method"] != "tools/call" || scope == "" || surface.Principal(c.UserContext()).May(scope) {
		return nil
	}
	c.Set(fiber.HeaderWWWAuthenticate, `Bearer error="insufficient_scope", scope="`+string(scope)+`"`)
	return models.Fail(models.CodeForbidden, "The tool "+name+" needs the permission "+string(scope)).
		With(surface.DetailScope, string(scope))
}

// refusal spells what the library refuses in plain text as everything else.
func refusal(c *fiber.Ctx) error {
	response := c.Response()
	status := response.StatusCode()
	if status < http.StatusBadRequest || strings.HasPrefix(string(response.Header.ContentType()), fiber.MIMEApplicationJSON) {
		return nil
	}
	said := strings.TrimSpace(string(response.Body()))
	if status >= http.StatusInternalServerError {
		return models.ErrInternal.Because(fmt.Errorf("mcp: %d %s", status, said))
	}
	return models.Invalid("", said)
}

// codes of JSON-RPC for what is refused before a message is looked at.
const (
	codeInvalid = -32600
	codeRefused = -32000
	codeOurs    = -32603
)

// WriteError answers in the surface's error shape, which is JSON-RPC's.
func WriteError(c *fiber.Ctx, e *models.Error) error {
	status := surface.Status(e.Code)
	code := codeRefused
	switch {
	case e.Code == models.CodeInvalid:
		code = codeInvalid
	case status == http.StatusInternalServerError:
		code = codeOurs
	}
	if e.Code == models.CodeUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	details := map[string]any{"status": status, "request_id": surface.RequestID(c.UserContext())}
	for name, value := range e.Details {
		details[name] = value
	}
	if e.Field != "" {
		details["field"] = e.Field
	}
	return c.Status(status).JSON(fiber.Map{
		"jsonrpc": "2.0", "id": nil, "error": fiber.Map{"code": code, "message": e.Message, "data": details},
	})
}
