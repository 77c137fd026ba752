package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/server/agentapi"
	"parley/widget/surface"
)

// TestNoBadInputMakesAnyOperationFail sends bad bodies, texts, ids, queries and
// credentials to every operation: none gets a 5xx, each refusal has the surface's
// shape, nothing is stored, and the next request works.
func TestNoBadInputMakesAnyOperationFail(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		s := besiege(t, cfg)
		for _, op := range s.ops {
			s.tryBodies(op)
			s.tryTypes(op)
			s.tryPaths(op)
			s.tryKeys(op)
		}
		before := s.db.settled(s.tenant)
		s.run()
		if line := difference(before, s.db.settled(s.tenant)); line != "" {
			t.Errorf("something of a refused request was stored: %s", line)
		}
		for _, op := range s.ops {
			s.tryQueries(op)
			s.tryTexts(op)
			s.tasks = append(s.tasks, s.stillAnswers)
		}
		s.run()
		t.Logf("%d inputs to %d operations", s.sent.Load(), len(s.ops))
		if s.sent.Load() < 1500 {
			t.Errorf("only %d inputs", s.sent.Load())
		}
		for name, all := range map[string]int{
			"bodies": len(badObjects), "ids": len(badIDs), "numbers": len(badNumbers), "choices": len(badChoices), "keys": len(badKeys), "texts": len(badTexts),
		} {
			if s.next[name] < all {
				t.Errorf("of %d %s only %d were sent", all, name, s.next[name])
			}
		}
	})
}

// siege is a tenant whose client sends nonsense.
type siege struct {
	*world
	tenant *tenant
	rows   *row
	// tasks are the attempts to come. Each operation gets the next few of each list of
	// inputs (few), so that together they get all, and time is not spent on more of the same.
	tasks []func()
	next  map[string]int
	sent  atomic.Int64
	// burdened are the surfaces that have had the heavy bodies.
	burdened map[*surface.Spec]bool
}

// besiege makes all that the attempts are about, so that they themselves make nothing.
func besiege(t *testing.T, cfg Config) *siege {
	t.Helper()
	s := &siege{world: openWorld(t, cfg, "off"), next: map[string]int{}, burdened: map[*surface.Spec]bool{}}
	s.tenant, _ = s.account()
	s.tenant.cookie()
	bystander, _ := s.account()
	s.rows = s.tenant.row()
	// Not the siege's own user: a good token would end the siege's login.
	s.rows.known["reset"] = bystander.resetToken()
	for _, op := range s.ops {
		for _, slot := range op.slots {
			s.rows.id(slot.kind)
			if slot.place == "body" {
				s.rows.another().id(slot.kind)
			}
		}
	}
	return s
}

// few are the next inputs of a list, from the start again after its end.
func few[T any](s *siege, name string, all []T, n int) []T {
	chosen := make([]T, 0, n)
	for range min(n, len(all)) {
		chosen = append(chosen, all[s.next[name]%len(all)])
		s.next[name]++
	}
	return chosen
}

// try puts an attempt off: a ready request of the operation, made bad.
func (s *siege) try(op described, spoil func(q *request), judge func(q request)) {
	s.tasks = append(s.tasks, func() {
		q := s.tenant.ready(op, s.rows)
		spoil(&q)
		judge(q)
	})
}

// run makes the attempts, and asks afterwards for what is there.
func (s *siege) run() {
	s.Helper()
	atOnce(s.tasks)
	s.tasks = nil
	s.stillAnswers()
}

// refused sends what must be refused with one of the statuses.
func (s *siege) refused(q request, what string, statuses ...int) reply {
	s.Helper()
	answer := s.survived(q, what)
	if !slices.Contains(statuses, answer.StatusCode) {
		s.Errorf("%s answers %.80q with %d, not %v: %.300s", q.op, what, answer.StatusCode, statuses, answer.text)
	}
	return answer
}

// longestValue keeps an address within a connection's buffer: what is longer is no
// request, and its connection is closed.
const longestValue = 1500

// survived sends what may be refused, in the surface's shape, but breaks nothing.
func (s *siege) survived(q request, what string) reply {
	s.Helper()
	s.sent.Add(1)
	answer := s.send(q)
	if answer.StatusCode >= 500 {
		s.Errorf("%s fails at %.80q: %d %.300s", q.op, what, answer.StatusCode, answer.text)
	}
	if answer.StatusCode >= 400 && !isSurfaceError(q.op.spec.Prefix(), answer) {
		s.Errorf("%s answers %.80q with %d in another shape: %.300s", q.op, what, answer.StatusCode, answer.text)
	}
	for _, inside := range []string{"invalid character", "Go value", "SQLSTATE", "panic", "gorm", ".go:"} {
		if strings.Contains(answer.text, inside) {
			s.Errorf("%s tells of its inside, %q: %.300s", q.op, inside, answer.text)
		}
	}
	return answer
}

func (s *siege) tryBodies(op described) {
	s.Helper()
	if op.media() == nil {
		return
	}
	bodies := few(s, "bodies", badObjects, 6)
	if !s.burdened[op.spec] {
		s.burdened[op.spec] = true
		bodies = slices.Concat(badObjects, heavyObjects)
	}
	for _, body := range bodies {
		s.try(op, func(q *request) { q.raw = []byte(body) }, func(q request) { s.refused(q, body, 400, 413) })
	}
	for name, values := range map[string][]string{"Content-Type": badMedia, "Content-Encoding": badEncodings} {
		for _, value := range few(s, name, values, 2) {
			s.try(op, func(q *request) { q.headers[name] = value }, func(q request) { s.refused(q, value, 415) })
		}
	}
}

// tryTypes gives every field of a body wrong types.
func (s *siege) tryTypes(op described) {
	s.Helper()
	schema := op.bodySchema()
	if schema == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name].Value
		kinds := property.Type.Slice()
		if len(kinds) != 1 {
			continue
		}
		wrong := few(s, "not "+kinds[0], wrongTypes[kinds[0]], 3)
		if !property.PermitsNull() {
			wrong = append(wrong, nil)
		}
		for _, value := range wrong {
			s.try(op, func(q *request) { q.body = put(q.body, name, value) }, func(q request) {
				answer := s.refused(q, fmt.Sprintf("%s: %#v", name, value), 400)
				if field, _ := answer.json("details.field").(string); op.spec.Prefix() == agentapi.Prefix && field != name {
					s.Errorf("%s blames %q for a wrong %s: %s", op, field, name, answer.text)
				}
				if sentence, _ := answer.json("error").(string); op.inbox() && !strings.HasPrefix(sentence, name+" ") {
					s.Errorf("%s does not blame %s: %s", op, name, answer.text)
				}
			})
		}
	}
}

// tryPaths puts nonsense where the path names a row.
func (s *siege) tryPaths(op described) {
	s.Helper()
	for _, p := range op.params {
		if p.Value.In != openapi3.ParameterInPath {
			continue
		}
		for _, id := range few(s, "ids", badIDs, 6) {
			s.try(op, func(q *request) { q.path[p.Value.Name] = id }, func(q request) { s.refused(q, id, 404) })
		}
	}
}

// tryQueries gives every query parameter nonsense, and twice.
func (s *siege) tryQueries(op described) {
	s.Helper()
	for _, p := range op.params {
		if p.Value.In != openapi3.ParameterInQuery || op.Path == "/ws" {
			continue
		}
		name, schema := p.Value.Name, p.Value.Schema.Value
		list, inputs := "texts", badTexts
		switch {
		case schema.Type.Includes(openapi3.TypeInteger):
			list, inputs = "numbers", badNumbers
		case len(schema.Enum) > 0 || idName.MatchString(name):
			list, inputs = "choices", badChoices
		}
		for _, value := range few(s, list, inputs, 4) {
			for len(url.QueryEscape(value)) > longestValue {
				value = string([]rune(value)[:len([]rune(value))/2])
			}
			s.ask(op, name, value, op.calledWithKey() && len(schema.Enum) > 0)
		}
	}
}

// ask puts a question off, and the same asked twice in one address.
func (s *siege) ask(op described, name, value string, wrong bool) {
	what := name + "=" + value
	once := func(q *request) { q.query.Set(name, value) }
	if wrong {
		s.try(op, once, func(q request) { s.refused(q, what, 400, 422) })
		return
	}
	s.try(op, once, func(q request) { s.survived(q, what) })
	s.try(op, func(q *request) { q.query = url.Values{name: {value, value}} }, func(q request) { s.survived(q, what+" twice") })
}

// tryKeys sends credentials that are none.
func (s *siege) tryKeys(op described) {
	s.Helper()
	if op.Caller == surface.Anybody {
		return
	}
	for _, headers := range few(s, "keys", badKeys, 5) {
		s.try(op, func(q *request) { q.headers = maps.Clone(headers) }, func(q request) { s.refused(q, fmt.Sprint(headers), 401) })
	}
}

// tryTexts puts bad texts into every text of a body: they are stored as they are or
// refused, and what was stored can be read.
func (s *siege) tryTexts(op described) {
	s.Helper()
	schema := op.bodySchema()
	if schema == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name].Value
		if !property.Type.Is(openapi3.TypeString) || len(property.Enum) > 0 {
			continue
		}
		for _, text := range few(s, "texts", badTexts, 6) {
			s.try(op, func(q *request) { q.body = put(q.body, name, text) }, func(q request) { s.survived(q, name+": "+text) })
		}
	}
}

// stillAnswers makes the calls that read what is there.
func (s *siege) stillAnswers() {
	s.Helper()
	for _, path := range []string{"/conversations?limit=100", "/conversation/" + s.rows.id("conv") + "/messages?limit=100"} {
		answer := s.get(agentapi.Prefix+path, "X-API-Key", s.tenant.key)
		if answer.StatusCode != http.StatusOK || !json.Valid([]byte(answer.text)) {
			s.Fatalf("the next request, %s, answers %d %.300s", path, answer.StatusCode, answer.text)
		}
	}
}
