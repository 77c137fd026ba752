package surface

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// Guard decides whether a call may go on: it checks the credential and the limits
// of the operation, notes the principal in c's user context, and returns nil; or it
// returns why not, and neither the body is read nor the handler called.
type Guard func(c *fiber.Ctx, op Operation) error

// Options say how a surface stands in front of its handlers.
type Options struct {
	// Guard comes first, on every route. It must be there.
	Guard Guard
	// Preflight, if there is one, answers OPTIONS on every path, unguarded.
	Preflight fiber.Handler
	// UploadBytes bounds a whole multipart body; zero means 1 MiB, as for JSON.
	UploadBytes int64
	// UploadRefusal is what a longer multipart body gets; nil means a general sentence.
	UploadRefusal error
	// Keeper, if there is one, makes POST requests honour Idempotency-Key.
	Keeper Keeper
	// QueryCode is the code of a query parameter or header that cannot be bound, for a
	// surface that says no more of it than its name; "" means CodeInvalid, with a sentence
	// that says what would have been right.
	QueryCode models.Code
}

// Router registers the routes of one document, each behind its guard. It is a
// fiber.Router, so that generated code can fill it, but takes nothing that is not
// in the table: mistakes are collected and told by Close, which opens the routes.
type Router struct {
	fiber.Router
	spec     *Spec
	options  Options
	handlers map[route]fiber.Handler
	problems []error
}

// Router starts the registration of the document's routes under its prefix.
func (s *Spec) Router(app fiber.Router, o Options) *Router {
	r := &Router{Router: app.Group(s.prefix), spec: s, options: o, handlers: map[route]fiber.Handler{}}
	if o.Guard == nil {
		r.problems = append(r.problems, errors.New("a surface needs a guard"))
	}
	return r
}

// Close ends the registration and opens the routes. It answers preflights, and every
// other method of the table's paths with 405 and Allow, and fails unless exactly the
// table has been registered.
func (r *Router) Close() error {
	allowed := map[string][]string{}
	for key, op := range r.spec.operations {
		if r.handlers[key] == nil {
			r.problems = append(r.problems, fmt.Errorf("%s %s%s (%s) has no handler", op.Method, r.spec.prefix, op.Path, op.ID))
			continue
		}
		allowed[key.path] = append(allowed[key.path], key.method)
	}
	for _, path := range slices.SortedFunc(maps.Keys(allowed), moreSpecific) {
		r.open(path, allowed[path])
	}
	return errors.Join(r.problems...)
}

// moreSpecific puts /a/new before /a/:id: the first path that fits a request gets it,
// with all of its methods.
func moreSpecific(a, b string) int {
	const last = "\xff" // sorts after every sign of a path
	return strings.Compare(strings.ReplaceAll(a, "/:", "/"+last), strings.ReplaceAll(b, "/:", "/"+last))
}

// open lets requests to one path in.
func (r *Router) open(path string, methods []string) {
	for _, method := range methods {
		key := route{method, path}
		guarded := r.guarded(*r.spec.operations[key], r.handlers[key])
		if method == http.MethodGet {
			r.Router.Get(path, guarded) // and HEAD
		} else {
			r.Router.Add(method, path, guarded)
		}
	}
	if r.options.Preflight != nil {
		r.Router.Options(path, r.options.Preflight)
	}
	r.Router.All(path, refuseMethod(methods))
}

// refuseMethod answers 405 with what would have been allowed.
func refuseMethod(methods []string) fiber.Handler {
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	allow := strings.Join(methods, ", ")
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, allow)
		return ErrMethod.With("allow", methods)
	}
}

// add notes one route of the table.
func (r *Router) add(method, path string, handlers []fiber.Handler) fiber.Router {
	key := route{method, path}
	switch {
	case r.spec.operations[key] == nil:
		r.refuse(method, path)
	case len(handlers) != 1:
		r.problems = append(r.problems, fmt.Errorf("%s %s%s: one handler is wanted, not %d", method, r.spec.prefix, path, len(handlers)))
	default:
		r.handlers[key] = handlers[0]
	}
	return r
}

func (r *Router) refuse(method, path string) fiber.Router {
	r.problems = append(r.problems, fmt.Errorf("%s %s%s is not in the OpenAPI document", method, r.spec.prefix, path))
	return r
}

// guarded puts everything that comes before the handler in front of it.
func (r *Router) guarded(op Operation, handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := within(c, Deadline, func() error { return r.options.Guard(c, op) })
		if err != nil {
			return err
		}
		if err := op.checkParameters(c, r.options.QueryCode); err != nil {
			return err
		}
		body, err := op.readBody(c, r.options)
		if err != nil {
			return err
		}
		defer body.discard()
		act := func() error { return op.bindingError(r.once(c, op, handler), r.options.QueryCode) }
		if op.callsOutside {
			return within(c, OutsideDeadline, func() error { return attended(c, act) })
		}
		return within(c, Deadline, act)
	}
}

// within runs act with a deadline of its own on the user context: reading a long
// body lies between the guard and the handler and counts for neither.
func within(c *fiber.Ctx, deadline time.Duration, act func() error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), deadline)
	defer cancel()
	c.SetUserContext(ctx)
	return act()
}

// bindingError says in our own words what the generated code says in its library's
// when a parameter cannot be bound. A path that cannot be bound leads nowhere.
func (op Operation) bindingError(err error, code models.Code) error {
	var f *fiber.Error
	if !errors.As(err, &f) || f.Code != http.StatusBadRequest {
		return err
	}
	about, _, _ := strings.Cut(f.Message, ":")
	for _, word := range strings.FieldsFunc(about, func(r rune) bool { return r == ' ' || r == ',' }) {
		switch op.parameters[word] {
		case "path":
			return models.ErrNotFound
		case "query", "header":
			return unbound(word, code)
		}
	}
	if strings.Contains(about, "query string") {
		return models.Invalid("", "Invalid query string")
	}
	return errNotJSON
}

// Get registers a GET route, and with it HEAD.
func (r *Router) Get(path string, h ...fiber.Handler) fiber.Router {
	return r.add(http.MethodGet, path, h)
}

// Post registers a POST route.
func (r *Router) Post(path string, h ...fiber.Handler) fiber.Router {
	return r.add(http.MethodPost, path, h)
}

// Put registers a PUT route.
func (r *Router) Put(path string, h ...fiber.Handler) fiber.Router {
	return r.add(http.MethodPut, path, h)
}

// Patch registers a PATCH route.
func (r *Router) Patch(path string, h ...fiber.Handler) fiber.Router {
	return r.add(http.MethodPatch, path, h)
}

// Delete registers a DELETE route.
func (r *Router) Delete(path string, h ...fiber.Handler) fiber.Router {
	return r.add(http.MethodDelete, path, h)
}

// The other ways to register would go round the table, so all of them are refused.

// Use is refused.
func (r *Router) Use(...any) fiber.Router { return r.refuse("Use", "") }

// Head is refused: HEAD comes with GET.
func (r *Router) Head(path string, _ ...fiber.Handler) fiber.Router { return r.refuse("HEAD", path) }

// Connect is refused.
func (r *Router) Connect(path string, _ ...fiber.Handler) fiber.Router {
	return r.refuse("CONNECT", path)
}

// Options is refused.
func (r *Router) Options(path string, _ ...fiber.Handler) fiber.Router {
	return r.refuse("OPTIONS", path)
}

// Trace is refused.
func (r *Router) Trace(path string, _ ...fiber.Handler) fiber.Router { return r.refuse("TRACE", path) }

// Add is refused.
func (r *Router) Add(method, path string, _ ...fiber.Handler) fiber.Router {
	return r.refuse(method, path)
}

// Static is refused.
func (r *Router) Static(prefix, _ string, _ ...fiber.Static) fiber.Router {
	return r.refuse("Static", prefix)
}

// All is refused.
func (r *Router) All(path string, _ ...fiber.Handler) fiber.Router { return r.refuse("All", path) }

// Group is refused.
func (r *Router) Group(prefix string, _ ...fiber.Handler) fiber.Router {
	return r.refuse("Group", prefix)
}

// Route is refused.
func (r *Router) Route(prefix string, _ func(fiber.Router), _ ...string) fiber.Router {
	return r.refuse("Route", prefix)
}

// Mount is refused.
func (r *Router) Mount(prefix string, _ *fiber.App) fiber.Router { return r.refuse("Mount", prefix) }
