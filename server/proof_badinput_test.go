package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	if inputs := len(badObjects) + len(heavyObjects) + len(badTexts) + len(badIDs) + len(badNumbers) + len(badChoices) + len(badKeys); inputs < 200 {
		t.Fatalf("only %d inputs", inputs)
	}
	onBoth(t, func(t *testing.T, cfg Config) {
		s := &siege{world: openWorld(t, cfg, "off"), burdened: map[*surface.Spec]bool{}}
		s.tenant, _ = s.account()
		s.rows = s.tenant.row()
		// Not the first user, as elsewhere: that one made the key that the siege uses, and
		// some of what comes is good enough to disable somebody.
		s.rows.known["usr"], s.rows.another().known["usr"] = s.tenant.make("usr"), s.tenant.make("usr")
		for _, op := range s.ops {
			for _, slot := range op.slots {
				s.rows.id(slot.kind)
				s.rows.another().id(slot.kind)
			}
		}
		for _, op := range s.ops {
			if op.Caller == surface.LoggedIn {
				continue // none of the siege's callers is let in there, whatever the body says
			}
			s.tryBodies(op)
			s.tryTypes(op)
			s.tryPaths(op)
			s.tryQueries(op)
			s.tryKeys(op)
			s.stillAnswers()
		}
		s.tryTexts()
		t.Logf("%d inputs to %d operations", s.sent, len(s.ops))
		if s.sent < 300 {
			t.Errorf("only %d inputs", s.sent)
		}
	})
}

// siege is a tenant whose client sends nonsense.
type siege struct {
	*world
	tenant *tenant
	rows   *row
	sent   int
	// burdened are the surfaces that have had the heavy bodies.
	burdened map[*surface.Spec]bool
}

// harmless runs attempts that must leave everything as it is.
func (s *siege) harmless(op described, attempts func()) {
	s.Helper()
	before := s.db.settled(s.tenant)
	attempts()
	if line := difference(before, s.db.settled(s.tenant)); line != "" {
		s.Errorf("%s stored something of a refused request: %s", op, line)
	}
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
	s.sent++
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
	s.harmless(op, func() {
		bodies := badObjects
		if !s.burdened[op.spec] {
			s.burdened[op.spec] = true
			bodies = slices.Concat(badObjects, heavyObjects)
		}
		for _, body := range bodies {
			q := s.tenant.ready(op, s.rows)
			q.raw = []byte(body)
			s.refused(q, body, 400, 413)
		}
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin1", "json"} {
			q := s.tenant.ready(op, s.rows)
			q.headers["Content-Type"] = contentType
			s.refused(q, contentType, 415)
		}
		for _, encoding := range []string{"gzip", "br", "identity", "deflate, gzip"} {
			q := s.tenant.ready(op, s.rows)
			q.headers["Content-Encoding"] = encoding
			s.refused(q, encoding, 415)
		}
	})
}

// tryTypes gives every field of a body every wrong type.
func (s *siege) tryTypes(op described) {
	s.Helper()
	schema := op.bodySchema()
	if schema == nil {
		return
	}
	s.harmless(op, func() {
		for name, property := range schema.Properties {
			kinds := property.Value.Type.Slice()
			if len(kinds) != 1 {
				continue
			}
			wrong := wrongTypes[kinds[0]]
			if !property.Value.PermitsNull() {
				wrong = append(slices.Clone(wrong), nil)
			}
			for _, value := range wrong {
				q := s.tenant.ready(op, s.rows)
				q.body = put(q.body, name, value)
				answer := s.refused(q, fmt.Sprintf("%s: %#v", name, value), 400)
				if field, _ := answer.json("details.field").(string); op.spec.Prefix() == agentapi.Prefix && field != name {
					s.Errorf("%s blames %q for a wrong %s: %s", op, field, name, answer.text)
				}
				if sentence, _ := answer.json("error").(string); op.inbox() && !strings.HasPrefix(sentence, name+" ") {
					s.Errorf("%s does not blame %s: %s", op, name, answer.text)
				}
			}
		}
	})
}

// tryPaths puts nonsense where the path names a row.
func (s *siege) tryPaths(op described) {
	s.Helper()
	s.harmless(op, func() {
		for _, p := range op.params {
			if p.Value.In != openapi3.ParameterInPath {
				continue
			}
			for _, id := range badIDs {
				q := s.tenant.ready(op, s.rows)
				q.path[p.Value.Name] = id
				s.refused(q, id, 404)
			}
		}
	})
}

// tryQueries gives every query parameter nonsense, and twice.
func (s *siege) tryQueries(op described) {
	s.Helper()
	for _, p := range op.params {
		if p.Value.In != openapi3.ParameterInQuery || op.Path == "/ws" {
			continue
		}
		schema := p.Value.Schema.Value
		inputs := badTexts
		switch {
		case schema.Type.Includes(openapi3.TypeInteger):
			inputs = badNumbers
		case len(schema.Enum) > 0 || idName.MatchString(p.Value.Name):
			inputs = badChoices
		}
		if op.Caller != surface.KeyHolder && p.Value.Name == "site_key" {
			continue
		}
		ask := func(value string, refused bool) {
			q := s.tenant.ready(op, s.rows)
			q.query.Set(p.Value.Name, value)
			what := p.Value.Name + "=" + value
			if refused {
				s.refused(q, what, 400, 422)
				return
			}
			s.survived(q, what)
			q.query = url.Values{p.Value.Name: {value, value}}
			s.survived(q, what+" twice")
		}
		for _, value := range inputs {
			for len(url.QueryEscape(value)) > longestValue {
				value = string([]rune(value)[:len([]rune(value))/2])
			}
			ask(value, op.calledWithKey() && len(schema.Enum) > 0)
		}
	}
}

// tryKeys sends credentials that are none.
func (s *siege) tryKeys(op described) {
	s.Helper()
	if op.Caller == surface.Anybody {
		return
	}
	s.harmless(op, func() {
		for _, headers := range badKeys {
			q := s.tenant.ready(op, s.rows)
			q.headers = maps.Clone(headers)
			s.refused(q, fmt.Sprint(headers), 401)
		}
	})
}

// tryTexts puts every bad text into every text of every body: it is stored as it is
// or refused, and what was stored can be read.
func (s *siege) tryTexts() {
	s.Helper()
	for _, op := range s.ops {
		schema := op.bodySchema()
		if schema == nil {
			continue
		}
		for name, property := range schema.Properties {
			if !property.Value.Type.Is(openapi3.TypeString) || len(property.Value.Enum) > 0 {
				continue
			}
			for _, text := range badTexts {
				q := s.tenant.ready(op, s.rows)
				q.body = put(q.body, name, text)
				s.survived(q, name+": "+text)
			}
		}
		s.stillAnswers()
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
