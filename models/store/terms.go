package store

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// The index knows words of at most windowLength code points; a longer run of signs is
// cut into windows that overlap, so that any probeLength of them lie in one window.
const (
	windowLength = 32
	probeLength  = windowLength / 2
)

// letter marks the word that stands for a single sign. It is found by itself, since
// nearly every word of a language contains its commonest letters.
const letter = "\x01"

// joint marks the word that stands for the place between two runs: the two signs on
// either side. Without it a phrase of common words could only be found by reading.
const joint = "\x02"

// run is a piece of text without a gap. Scripts that write no spaces are dense: their
// runs are sentences, and are indexed by pairs of signs.
type run struct {
	signs []rune
	dense bool
	// follows says that a gap, and no other run, lies before it.
	follows bool
}

// dense are the scripts without spaces.
var dense = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// runs cuts a folded text at its gaps and where dense script begins or ends.
func runs(text string) []run {
	var all []run
	gap := true
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = true
			continue
		}
		packed := r >= 0x0e00 && unicode.IsOneOf(dense, r)
		if gap || all[len(all)-1].dense != packed {
			all = append(all, run{dense: packed, follows: gap && len(all) > 0})
		}
		gap = false
		last := &all[len(all)-1]
		last.signs = append(last.signs, r)
	}
	return all
}

// words adds to a set what the index is to know of a text.
func words(set map[string]bool, text string) {
	all := runs(fold(text))
	joints(set, all)
	for _, r := range all {
		for _, sign := range r.signs {
			set[letter+string(sign)] = true
		}
		for _, w := range r.words() {
			set[w] = true
		}
	}
}

// joints adds the places between runs that are long enough on both sides.
func joints(set map[string]bool, all []run) {
	for i := 1; i < len(all); i++ {
		before, after := all[i-1].signs, all[i].signs
		if all[i].follows && len(before) > 1 && len(after) > 1 {
			set[joint+string(before[len(before)-2:])+" "+string(after[:2])] = true
		}
	}
}

func (r run) words() []string {
	length, step := windowLength, probeLength
	if r.dense {
		length, step = 2, 1
	}
	var all []string
	for from := 0; ; from += step {
		if from+length >= len(r.signs) {
			return append(all, string(r.signs[from:]))
		}
		all = append(all, string(r.signs[from:from+length]))
	}
}

// suffixes are the ends of a word by which parts of it are found. Single signs have
// words of their own.
func suffixes(word string) []string {
	signs := []rune(word)
	if len(signs) < 2 || strings.HasPrefix(word, letter) || strings.HasPrefix(word, joint) {
		return nil
	}
	all := make([]string, 0, len(signs)-1)
	for i := range len(signs) - 1 {
		all = append(all, string(signs[i:]))
	}
	return all
}

// maxProbes is how many parts of a searched text the index is asked for; the exact
// test does the rest.
const maxProbes = 8

// probes are parts of a searched text that every text with it contains, each within a
// word of the index. They are exact when there is nothing else to the text.
func probes(text string) (parts []string, exact bool) {
	all := runs(fold(text))
	set := map[string]bool{}
	for _, r := range all {
		for _, p := range r.probes() {
			set[p] = true
		}
	}
	joints(set, all)
	parts = slices.Sorted(maps.Keys(set))
	// Long parts are rarer.
	slices.SortStableFunc(parts, func(a, b string) int { return len(b) - len(a) })
	exact = len(all) == 1 && len(parts) == 1 && parts[0] == fold(text)
	return parts[:min(len(parts), maxProbes)], exact
}

func (r run) probes() []string {
	length, step := probeLength, probeLength
	if r.dense {
		length, step = 2, 1
	}
	var all []string
	for from := 0; from == 0 || from+length <= len(r.signs); from += step {
		all = append(all, string(r.signs[from:min(from+length, len(r.signs))]))
	}
	return all
}

// wholeWord is the word of the index that a part can only be as a whole.
func wholeWord(part string) (word string, whole bool) {
	if strings.HasPrefix(part, joint) {
		return part, true
	}
	return letter + part, len([]rune(part)) == 1
}
