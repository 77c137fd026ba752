package models

import "unicode"

// IsBlank says whether nothing of s can be seen: white space, controls and
// zero-width characters alone.
func IsBlank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !unicode.Is(unicode.C, r) && !isInvisible(r) {
			return false
		}
	}
	return true
}

// isInvisible knows the blanks that Unicode does not call white space: the Hangul
// fillers and the braille blank.
func isInvisible(r rune) bool {
	return r == 'ᅟ' || r == 'ᅠ' || r == 'ㅤ' || r == 'ﾠ' || r == '⠀'
}
