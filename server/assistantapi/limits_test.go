package assistantapi_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestLimitsAreSetOneByOneAndNullIsTheDefaultAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		path := "/api/assistants/" + b.assistant
		expect := func(what string, turns, visitor, month, cost any) {
			b.Helper()
			a := b.get(path).want(200)
			for field, want := range map[string]any{"turnsPerConversation": turns, "perVisitorPerDay": visitor, "perMonth": month, "costPerMonth": cost} {
				if got := a.value("limits." + field); got != want {
					b.Errorf("%s: %s is %v, want %v", what, field, got, want)
				}
			}
		}
		expect("at first", 30.0, 100.0, nil, nil)
		b.call(http.MethodPatch, path, `{"limits":{"turnsPerConversation":5,"perMonth":1000,"costPerMonth":2.5}}`).want(200)
		expect("set", 5.0, 100.0, 1000.0, 2.5)
		b.call(http.MethodPatch, path, `{"limits":{"turnsPerConversation":null,"costPerMonth":null}}`).want(200)
		expect("some taken back", 30.0, 100.0, 1000.0, nil)
		b.call(http.MethodPatch, path, `{"name":"Other"}`).want(200)
		expect("left out", 30.0, 100.0, 1000.0, nil)
		for _, bad := range []string{
			`{"limits":{"perMonth":-1}}`, `{"limits":{"costPerMonth":-0.5}}`, `{"limits":{"turnsPerConversation":1.5}}`, `{"limits":{"perVisitorPerDay":"many"}}`, `{"limits":5}`,
			`{"limits":{"perMonth":99999999999}}`, `{"limits":{"costPerMonth":1e300}}`,
		} {
			b.call(http.MethodPatch, path, bad).want(400)
		}
		expect("after bad ones", 30.0, 100.0, 1000.0, nil)
		b.call(http.MethodPatch, path, `{"limits":{"costPerMonth":2.5}}`).want(200)
		for _, free := range []answer{
			b.call(http.MethodPatch, path, `{"price":{"input":0,"output":0}}`), b.post("/api/assistants", `{"name":"Free","limits":{"costPerMonth":1}}`),
		} {
			if !strings.Contains(free.want(400).text("message"), "set a price first") {
				b.Errorf("a cap without a price: %s", free.body)
			}
		}
		expect("the price stays", 30.0, 100.0, 1000.0, 2.5)
		made := b.post("/api/assistants", `{"name":"Frugal","limits":{"perVisitorPerDay":0}}`).want(201)
		if made.value("limits.perVisitorPerDay") != 0.0 {
			b.Errorf("a new one has %v", made.value("limits"))
		}
	})
}
