package surface

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/models"
	"parley/ratelimit"
)

// Caller says whom an operation is for.
type Caller string

// The callers an operation can be for, as x-principal spells them: anybody, the
// holder of a site key, a visitor with a token, the holder of an API key or of a login
// session, the holder of a login session alone.
const (
	Anybody    Caller = "none"
	SiteHolder Caller = "site"
	Visitor    Caller = "visitor"
	KeyHolder  Caller = "key"
	LoggedIn   Caller = "session"
)

// Operation is one entry of the route table.
type Operation struct {
	// ID is the operationId.
	ID     string
	Method string
	// Path is as Fiber spells it, without the surface's prefix: /messages/:id.
	Path string
	// Caller, Scope and Limits are x-principal, x-scope ("" for none) and x-limit.
	Caller Caller
	Scope  models.Scope
	Limits []string

	parameters map[string]string // name to place: path, query or header
	declared   []*openapi3.Parameter
	body       *openapi3.RequestBody
	responses  *openapi3.Responses
	// callsOutside is x-idempotency: claim. Such a call may take long, and ends when its
	// caller hangs up.
	callsOutside bool
}

// Spec is an OpenAPI document read as a closed route table: a route that is not in
// it cannot be registered, and one that is must be.
type Spec struct {
	// Document is the document itself, for the reference pages and contract tests.
	Document *openapi3.T

	prefix     string
	operations map[route]*Operation
}

type route struct{ method, path string }

// none is how a document says that there is deliberately nothing.
const none = "none"

// Load reads an OpenAPI document whose paths are relative to the prefix. It fails
// when the document is invalid, and when an operation does not say, in x-principal,
// x-scope and x-limit, whom it is for, what they need, and how often.
func Load(ctx context.Context, document []byte, prefix string) (*Spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document of %s: %w", prefix, err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("the OpenAPI document of %s is invalid: %w", prefix, err)
	}
	spec := &Spec{Document: doc, prefix: prefix, operations: map[route]*Operation{}}
	var problems []error
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			op, err := newOperation(method, path, item, o)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s %s%s: %w", method, prefix, path, err))
				continue
			}
			spec.operations[route{method, op.Path}] = op
		}
	}
	return spec, errors.Join(problems...)
}

// Prefix is where the surface lies.
func (s *Spec) Prefix() string { return s.prefix }

// Operations lists the table, sorted by path and method.
func (s *Spec) Operations() []Operation {
	list := make([]Operation, 0, len(s.operations))
	for _, op := range s.operations {
		list = append(list, *op)
	}
	slices.SortFunc(list, func(a, b Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return list
}

func newOperation(method, path string, item *openapi3.PathItem, o *openapi3.Operation) (*Operation, error) {
	op := &Operation{ID: o.OperationID, Method: method, Path: fiberPath(path), parameters: map[string]string{}}
	for _, list := range []openapi3.Parameters{item.Parameters, o.Parameters} {
		for _, p := range list {
			op.parameters[p.Value.Name] = p.Value.In
			op.declared = append(op.declared, p.Value)
		}
	}
	if o.RequestBody != nil {
		op.body = o.RequestBody.Value
	}
	op.responses = o.Responses
	var problems [5]error
	if op.ID == "" {
		problems[0] = errors.New("operationId is missing")
	}
	op.Caller, problems[1] = readCaller(o.Extensions)
	op.Scope, problems[2] = readScope(o.Extensions, op.Caller)
	op.Limits, problems[3] = readLimits(o.Extensions)
	op.callsOutside, problems[4] = readIdempotency(o.Extensions)
	return op, errors.Join(problems[:]...)
}

func readCaller(extensions map[string]any) (Caller, error) {
	name, _ := extensions["x-principal"].(string)
	caller := Caller(name)
	if !slices.Contains([]Caller{Anybody, SiteHolder, Visitor, KeyHolder, LoggedIn}, caller) {
		return "", fmt.Errorf("x-principal is %q: write none, site, visitor, key or session", name)
	}
	return caller, nil
}

func readScope(extensions map[string]any, caller Caller) (models.Scope, error) {
	name, _ := extensions["x-scope"].(string)
	switch scope := models.Scope(name); {
	case name == none:
		return "", nil
	case !slices.Contains(models.AllScopes(), scope):
		return "", fmt.Errorf("x-scope is %q: write none or one of the scopes", name)
	case caller != KeyHolder:
		return "", fmt.Errorf("x-scope %s needs x-principal key", name)
	default:
		return scope, nil
	}
}

// readIdempotency says whether an idempotency key is claimed before the act, because
// the act calls outside and cannot be one transaction.
func readIdempotency(extensions map[string]any) (bool, error) {
	switch name := extensions["x-idempotency"]; name {
	case nil:
		return false, nil
	case "claim":
		return true, nil
	default:
		return false, fmt.Errorf("x-idempotency is %q: write claim or leave it out", name)
	}
}

func readLimits(extensions map[string]any) ([]string, error) {
	var names []any
	switch v := extensions["x-limit"].(type) {
	case string:
		if v == none {
			return nil, nil
		}
		names = []any{v}
	case []any:
		names = v
	}
	if len(names) == 0 {
		return nil, errors.New("x-limit is missing: write none or names of limits")
	}
	known := ratelimit.Defaults()
	limits := make([]string, 0, len(names))
	for _, n := range names {
		name, _ := n.(string)
		if _, ok := known[name]; !ok {
			return nil, fmt.Errorf("x-limit names %q, which is no limit", name)
		}
		limits = append(limits, name)
	}
	return limits, nil
}

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

// fiberPath spells /a/{b} as /a/:b.
func fiberPath(path string) string { return pathParameter.ReplaceAllString(path, ":$1") }
