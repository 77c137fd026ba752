package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// indexFinds says whether the index would name a text for a needle, as the SQL does.
func indexFinds(text, needle string) (found, exact bool) {
	set := map[string]bool{}
	words(set, text)
	parts, exact := probes(needle)
	for _, part := range parts {
		if !uses(set, part) {
			return false, exact
		}
	}
	return true, exact
}

func uses(set map[string]bool, part string) bool {
	if word, whole := wholeWord(part); whole {
		return set[word]
	}
	for w := range set {
		if slices.ContainsFunc(suffixes(w), func(s string) bool { return strings.HasPrefix(s, part) }) {
			return true
		}
	}
	return false
}

func TestTheIndexNamesEveryTextWithTheNeedleAndWhereItIsExactNoOther(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	signs := []rune("aaabbcd  \t\n.,%_'\"\\ÄßİΣς退款東京ですสวัสดีمرحبا🙂")
	draw := func(length int) string {
		text := make([]rune, length)
		for i := range text {
			text[i] = signs[random.IntN(len(signs))]
		}
		return string(text)
	}
	hits := 0
	for range 20_000 {
		text := draw(random.IntN(120))
		if random.IntN(4) == 0 { // one long word
			text = strings.Join(strings.Fields(text), "")
		}
		needle := draw(1 + random.IntN(4))
		if n := []rune(text); len(n) > 3 && random.IntN(2) == 0 { // a part of the text
			from := random.IntN(len(n) - 2)
			needle = string(n[from : from+1+random.IntN(len(n)-from-1)])
		}
		contains := strings.Contains(fold(text), fold(needle))
		found, exact := indexFinds(text, needle)
		if contains && !found {
			t.Fatalf("%q contains %q, but the index does not name it", text, needle)
		}
		if exact && found && !contains {
			t.Fatalf("%q does not contain %q, but the index says so", text, needle)
		}
		if found {
			hits++
		}
	}
	if hits < 5_000 {
		t.Errorf("only %d of the needles were found at all", hits)
	}
}

func TestWordsAreCutWhereScriptsNeedIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Hello  World": {"hello", "world"}, "退款": {"退款"}, "请退款": {"请退", "退款"}, "款": {"款"},
		"iPhone手机壳": {"iphone", "手机", "机壳"}, "100%_x": {"100%_x"},
		strings.Repeat("ab", 20): {strings.Repeat("ab", 12), strings.Repeat("ab", 16)}, "": {},
	} {
		set := map[string]bool{}
		words(set, text)
		got := []string{}
		for w := range set {
			if !strings.HasPrefix(w, letter) && !strings.HasPrefix(w, joint) {
				got = append(got, w)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestALongNeedleAsksForAFewPartsAlone(t *testing.T) {
	t.Parallel()
	parts, exact := probes(strings.Repeat("many different words ", 500))
	if len(parts) > maxProbes || exact {
		t.Errorf("%d parts, exact %t", len(parts), exact)
	}
}
