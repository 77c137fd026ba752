package knowledge

import "unicode"

// Alike says whether two texts have so much in common that one may be the other after an
// edit: a quarter of the terms that stand in either. Numbers are none, since they mean the
// same in every language.
func Alike(a, b string) bool {
	ours, theirs := distinct(a), distinct(b)
	shared := 0
	for term := range ours {
		if theirs[term] {
			shared++
		}
	}
	return 4*shared >= len(ours)+len(theirs)-shared
}

// distinct are the terms of a text, each once.
func distinct(text string) map[string]bool {
	all := map[string]bool{}
	for _, term := range Terms(text) {
		for _, r := range term {
			if unicode.IsLetter(r) {
				all[term] = true
				break
			}
		}
	}
	return all
}
