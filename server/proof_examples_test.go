package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"parley/server/oidc/oidctest"
)

// TestEveryOperationDoesWhatItsExampleShows sends each document's examples to a real
// server, about rows made for them, and holds the answers against the document.
func TestEveryOperationDoesWhatItsExampleShows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		provider := oidctest.Start(t)
		cfg.OIDCIssuer, cfg.OIDCClientID, cfg.OIDCSecret = provider.URL, "parley", "sesame"
		cfg = withModel(t, cfg, "I'd be happy to help with your TechFlow account! What specific issue are you experiencing?")
		w := openWorld(t, cfg, "off")
		live, _ := w.account()
		for _, op := range w.ops {
			if op.needsMail() {
				continue
			}
			one := live
			if op.inbox() && op.ID == "listConversations" {
				one, _ = w.account() // one page shows all
			}
			if slices.Contains([]string{"changePassword", "confirmReset", "confirmTotp", "endSession", "logOut"}, op.ID) {
				one, _ = w.account() // after these the old way to log in leads nowhere
			}
			one.tryExample(op)
		}
	})
}

// TestWhatNeedsMailDoesWhatItsExampleShows is the same for what is refused without a mail
// server. With one, links are not answered but sent, which others need.
func TestWhatNeedsMailDoesWhatItsExampleShows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SMTPURL, cfg.MailFrom = "smtp://127.0.0.1:9", "chat@example.com" // where nobody is: letters wait
		w := openWorld(t, cfg, "off")
		live, _ := w.account()
		tried := 0
		for _, op := range w.ops {
			if op.needsMail() {
				live.tryExample(op)
				tried++
			}
		}
		if tried == 0 {
			t.Error("nothing needs mail")
		}
	})
}

// needsMail says whether the operation is refused without a mail server.
func (d described) needsMail() bool { return d.ID == "sendTranscript" }

// TestEveryOperationIsDescribed wants of each operation what a reader needs.
func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "off")
	for _, op := range w.ops {
		if op.doc.Summary == "" || op.doc.Description == "" {
			t.Errorf("%s has no summary or no description", op)
		}
		if schema := op.bodySchema(); schema != nil {
			if example := op.example(); example == nil {
				t.Errorf("%s has no example of its body: write example: in its schema or beside it", op)
			} else if err := schema.VisitJSON(example); err != nil {
				t.Errorf("%s: the example of its body does not fit its schema: %v", op, err)
			}
		}
		for _, p := range op.params {
			if p.Value.Example == nil {
				t.Errorf("%s: the %s parameter %s has no example", op, p.Value.In, p.Value.Name)
			} else if err := p.Value.Schema.Value.VisitJSON(deepCopy(p.Value.Example)); err != nil {
				t.Errorf("%s: the example of %s does not fit its schema: %v", op, p.Value.Name, err)
			}
		}
		answerIsDescribed(t, op)
	}
}

func answerIsDescribed(t *testing.T, op described) {
	t.Helper()
	status, schema := op.success()
	if status == 0 {
		t.Errorf("%s does not say how it answers when all goes well", op)
	}
	if schema == nil {
		return
	}
	if example, known := op.answer(); !known {
		t.Errorf("%s has no example of its answer: write example: in the schema of its %d", op, status)
	} else if err := schema.VisitJSON(example); err != nil {
		t.Errorf("%s: the example of its answer does not fit its schema: %v", op, err)
	}
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

// tryExample runs what comes before the operation, and the operation: as it is shown,
// and once more with all that its address may ask.
func (t *tenant) tryExample(op described) {
	t.Helper()
	r := t.row()
	q := t.ready(op, r)
	before, _ := op.doc.Extensions["x-after"].([]any)
	for _, name := range before {
		t.must(t.send(t.ready(t.operation(op, name), r)))
	}
	if op.Path == "/ws" {
		q.headers = withUpgrade(q.headers)
	}
	if op.ID == "listEvents" {
		t.db.settled(t)
	}
	t.answersAsShown(q)
	if q.ask(r); len(q.query) > 0 {
		t.answersAsPromised(q)
	}
}

// answersAsShown wants an answer like the one that the document shows.
func (t *tenant) answersAsShown(q request) {
	t.Helper()
	answer := t.answersAsPromised(q)
	example, shown := q.op.answer()
	if !shown {
		return
	}
	_, schema := q.op.success()
	var given any
	if err := json.Unmarshal([]byte(answer.text), &given); err != nil {
		t.Errorf("%s: %v", q.op, err)
	}
	if what := unlike(schema, example, given, "the answer"); what != "" {
		t.Errorf("%s: %s, unlike what the document shows:\n%s", q.op, what, answer.text)
	}
	own, _ := q.op.doc.Extensions["x-answer"].(map[string]any)
	for name, value := range own {
		property := schema.Properties[name].Value
		if (len(property.Enum) > 0 || value == nil) && answer.json(name) != value {
			t.Errorf("%s: %s is %v, not %v", q.op, name, answer.json(name), value)
		}
	}
}

// answersAsPromised wants an answer that the document allows, with its first status.
func (t *tenant) answersAsPromised(q request) reply {
	t.Helper()
	answer := t.send(q)
	if want, _ := q.op.success(); answer.StatusCode != want {
		t.Errorf("%s answers its example %s with %d, not %d: %s", q.op, q.target(), answer.StatusCode, want, answer.text)
	}
	t.holdAgainstDocument(q.op, answer)
	return answer
}

// unlike says in what an answer has another form than the example: other names, or
// other types under them. What a row may be without is null in one of them.
func unlike(schema *openapi3.Schema, shown, given any, at string) string {
	for len(schema.AllOf) == 1 && len(schema.Properties) == 0 {
		schema = schema.AllOf[0].Value
	}
	switch shown := shown.(type) {
	case nil:
		return ""
	case map[string]any:
		object, is := given.(map[string]any)
		if !is || len(schema.Properties) == 0 {
			return "" // null, or an object of any names
		}
		return unlikeObject(schema, shown, object, at)
	case []any:
		list, is := given.([]any)
		switch {
		case is && len(list) > 0 && len(shown) > 0:
			return unlike(schema.Items.Value, shown[0], list[0], at+".0")
		case len(shown) > 0 && (at == "the answer" || strings.HasSuffix(at, ".data")):
			return at + " is empty"
		}
		return ""
	default:
		if given != nil && fmt.Sprintf("%T", shown) != fmt.Sprintf("%T", given) {
			return fmt.Sprintf("%s is %v", at, given)
		}
		return ""
	}
}

func unlikeObject(schema *openapi3.Schema, shown, given map[string]any, at string) string {
	for name, property := range schema.Properties {
		left, expected := shown[name]
		right, there := given[name]
		if expected != there {
			return fmt.Sprintf("%s.%s is there: %t", at, name, there)
		}
		if what := unlike(property.Value, left, right, at+"."+name); what != "" {
			return what
		}
	}
	return ""
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
