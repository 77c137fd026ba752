package main

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// TestEveryOperationDoesWhatItsExampleShows sends each document's examples to a real
// server, about rows made for them, and holds the answers against the document.
func TestEveryOperationDoesWhatItsExampleShows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		w := openWorld(t, cfg, "off")
		live, _ := w.account()
		tried := 0
		for _, op := range w.ops {
			if op.calledWithKey() && (op.bodySchema() == nil || op.example() != nil) {
				live.tryExample(op)
				tried++
			}
		}
		if tried < 40 {
			t.Errorf("only %d operations have examples", tried)
		}
	})
}

// TestSecretsOfAnswersAreMarked keeps secrets out of the answers that are kept for
// idempotency keys: a property that sounds like one says whether it is.
func TestSecretsOfAnswersAreMarked(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "off")
	for _, op := range w.ops {
		if _, schema := op.success(); schema != nil && op.Method == http.MethodPost && op.calledWithKey() {
			for _, name := range unmarkedSecrets(schema, 0) {
				t.Errorf("%s answers %s: write x-secret: true in its schema if it is shown once, else false", op, name)
			}
		}
	}
}

func unmarkedSecrets(schema *openapi3.Schema, depth int) (found []string) {
	if depth > 6 {
		return nil
	}
	for _, part := range schema.AllOf {
		found = append(found, unmarkedSecrets(part.Value, depth+1)...)
	}
	if schema.Items != nil {
		found = append(found, unmarkedSecrets(schema.Items.Value, depth+1)...)
	}
	for name, property := range schema.Properties {
		_, marked := property.Value.Extensions["x-secret"].(bool)
		sounds := name == "key" || strings.Contains(name, "secret") || strings.Contains(name, "password") || strings.Contains(name, "token")
		if sounds && !marked {
			found = append(found, name)
		}
		found = append(found, unmarkedSecrets(property.Value, depth+1)...)
	}
	return found
}

// tryExample runs what comes before the operation, and the operation.
func (t *tenant) tryExample(op described) {
	t.Helper()
	r := t.row()
	if slices.ContainsFunc(op.slots, func(s slot) bool { return s.kind == "usr" }) {
		r.known["usr"] = t.make("usr") // who made the key must not be disabled
	}
	q := t.ready(op, r)
	before, _ := op.doc.Extensions["x-after"].([]any)
	for _, name := range before {
		t.must(t.send(t.ready(t.operation(op, name), r)))
	}
	if op.Path == "/ws" {
		q.headers = withUpgrade(q.headers)
	}
	answer := t.send(q)
	if want, _ := op.success(); answer.StatusCode != want {
		t.Errorf("%s answers its example with %d, not %d: %s", op, answer.StatusCode, want, answer.text)
	}
	t.holdAgainstDocument(op, answer)
}

// operation finds one by its name, on the same surface first.
func (w *world) operation(near described, name any) described {
	w.Helper()
	var found *described
	for _, op := range w.ops {
		if op.ID == name && (found == nil || op.spec == near.spec) {
			found = &op
		}
	}
	if found == nil {
		w.Fatalf("%s: x-after names %v, which is no operation", near, name)
	}
	return *found
}

// holdAgainstDocument fails when the answer is not one that the document promises.
func (w *world) holdAgainstDocument(op described, answer reply) {
	w.Helper()
	document := *op.spec.Document
	document.Servers = openapi3.Servers{{URL: op.spec.Prefix()}}
	router, err := gorillamux.NewRouter(&document)
	if err != nil {
		w.Fatal(err)
	}
	r := answer.Request.Clone(w.Context())
	r.URL.Host, r.URL.Scheme = "", ""
	route, parameters, err := router.FindRoute(r)
	if err != nil {
		w.Fatalf("%s: %v", op, err)
	}
	err = openapi3filter.ValidateResponse(w.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 answer.StatusCode, Header: answer.Header, Body: io.NopCloser(bytes.NewBufferString(answer.text)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			ExcludeResponseBody: !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json"),
		},
	})
	if err != nil {
		w.Errorf("%s: the answer is not what the document promises: %v\n%s", op, err, answer.text)
	}
}

// TestEveryAnswerToAKeyTellsItsLimitsAndItsName is about every operation with a key,
// whatever becomes of the call.
func TestEveryAnswerToAKeyTellsItsLimitsAndItsName(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		w := openWorld(t, cfg, "")
		live, _ := w.account()
		for _, op := range w.ops {
			if !op.calledWithKey() {
				continue
			}
			missing := request{op: op, path: map[string]string{}, headers: live.credentials(op)}
			broken := missing
			broken.raw = []byte(`{"broken`)
			for _, s := range op.slots {
				if s.place == "path" {
					missing.set(s, unknown(s.kind))
				}
			}
			for _, answer := range []reply{w.send(missing), w.send(broken)} {
				for _, header := range []string{"X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
					if answer.Header.Get(header) == "" {
						t.Errorf("%s answers %d without %s", op, answer.StatusCode, header)
					}
				}
			}
			missing.headers = nil
			if answer := w.send(missing); !strings.HasPrefix(answer.Header.Get("X-Request-Id"), "req_") || answer.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s answers nobody with %d and %v", op, answer.StatusCode, answer.Header)
			}
		}
	})
}

// TestADocumentThatLeavesAnIDOpenIsNoticed proves that the proofs cover what is added.
func TestADocumentThatLeavesAnIDOpenIsNoticed(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "off")
	for _, op := range w.ops {
		if op.ID != "assignConversation" {
			continue
		}
		assigned := op.bodySchema().Properties["assigned_to"].Value
		delete(assigned.Extensions, "x-id")
		delete(op.params[0].Value.Extensions, "x-id")
		slots, open := op.findSlots()
		problems := strings.Join(open, "\n")
		if len(slots) != 0 || !strings.Contains(problems, "assigned_to") || !strings.Contains(problems, "parameter id") {
			t.Errorf("the problems are %q, the slots %v", problems, slots)
		}
		return
	}
	t.Fatal("there is no assignConversation")
}
