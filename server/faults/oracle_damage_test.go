package faults

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sound is a run in which nothing went wrong: two conversations, ten writes each,
// one of them unknown but stored, one refused, two receivers.
func sound() (*ledger, map[string][]seen) {
	l, stored := newLedger(), map[string][]seen{}
	for _, c := range []string{"a", "b"} {
		for i := range 10 {
			id := fmt.Sprintf("%s%d", c, i)
			text := body("1", c, id)
			l.invoke(c, id, text)
			switch i {
			case 3:
				l.settle(id, refused, 0)
				continue
			case 5: // stays unknown
			default:
				l.settle(id, acknowledged, int64(len(stored[c])+1))
			}
			stored[c] = append(stored[c], seen{int64(len(stored[c]) + 1), text})
		}
		for _, name := range []string{"first", "second"} {
			for _, m := range stored[c] {
				l.receive(c, name, m)
			}
		}
	}
	return l, stored
}

func TestASoundLedgerIsNotBlamed(t *testing.T) {
	t.Parallel()
	if wrong := judge(sound()); len(wrong) > 0 {
		t.Errorf("blamed: %s", strings.Join(wrong, "\n"))
	}
}

func TestEveryDamageIsNoticed(t *testing.T) {
	t.Parallel()
	damages := map[string]func(l *ledger, stored map[string][]seen){
		"a stored message lost at the end": func(_ *ledger, s map[string][]seen) { s["a"] = s["a"][:8] },
		"a stored message lost in between": func(_ *ledger, s map[string][]seen) { s["a"] = slices.Delete(s["a"], 4, 5) },
		"two stored messages swapped": func(_ *ledger, s map[string][]seen) {
			s["a"][1].body, s["a"][2].body = s["a"][2].body, s["a"][1].body
		},
		"a stored message doubled": func(_ *ledger, s map[string][]seen) { s["b"] = append(s["b"], seen{10, s["b"][0].body}) },
		"a message in another conversation": func(_ *ledger, s map[string][]seen) {
			s["b"] = append(s["b"], seen{10, s["a"][0].body})
		},
		"a text that nobody wrote":    func(_ *ledger, s map[string][]seen) { s["b"] = append(s["b"], seen{10, "T1|Cb|ghost"}) },
		"a refused write stored":      func(_ *ledger, s map[string][]seen) { s["a"] = append(s["a"], seen{10, body("1", "a", "a3")}) },
		"another number acknowledged": func(l *ledger, _ map[string][]seen) { l.writes["a2"].seq = 7 },
		"a hole in the numbers": func(_ *ledger, s map[string][]seen) {
			for i := 4; i < len(s["a"]); i++ {
				s["a"][i].seq++
			}
		},
		"an acknowledgement out of order": func(l *ledger, _ map[string][]seen) {
			l.writes["a1"].begun = l.writes["a9"].ended + 1
		},
		"a receiver that missed one": func(l *ledger, _ map[string][]seen) {
			l.received["a"]["first"] = slices.Delete(l.received["a"]["first"], 2, 3)
		},
		"a receiver that missed the end": func(l *ledger, _ map[string][]seen) { l.received["a"]["first"] = l.received["a"]["first"][:8] },
		"a receiver that applied one twice": func(l *ledger, _ map[string][]seen) {
			l.received["b"]["second"] = slices.Insert(l.received["b"]["second"], 3, l.received["b"]["second"][3])
		},
		"a receiver with two swapped": func(l *ledger, _ map[string][]seen) {
			got := l.received["b"]["second"]
			got[1], got[2] = got[2], got[1]
		},
		"a receiver with a foreign text": func(l *ledger, _ map[string][]seen) {
			l.received["b"]["second"][4].body = l.received["a"]["first"][4].body
		},
	}
	for name, damage := range damages {
		l, stored := sound()
		damage(l, stored)
		if len(judge(l, stored)) == 0 {
			t.Errorf("not noticed: %s", name)
		}
	}
}
