package email

import (
	"regexp"
	"strings"
)

// An attribution introduces what is quoted. It says who wrote when, on one line or two,
// in the languages of the mail programs that people use most.
var attribution = regexp.MustCompile(`(?i)^\s*>?\s*(` +
	`on\s.{4,}\swrote:|am\s.{4,}\sschrieb.*:|le\s.{4,}\sa écrit\s*:|el\s.{4,}\sescribió:|il\s.{4,}\sha scritto:|` +
	`em\s.{4,}\sescreveu:|op\s.{4,}\sschreef.*:|den\s.{4,}\sskrev.*:|w dniu\s.{4,}\spisze:|.{4,}\sнаписал\(?а?\)?:|` +
	`.{4,}<[^<>\s]+@[^<>\s]+>\s*(wrote|schrieb|a écrit)?\s*:` + `)\s*$`)

// divider lines stand before a letter that is repeated whole.
var divider = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(original message|ursprüngliche nachricht|original-nachricht|message d'origine|mensaje original|messaggio originale|forwarded message|weitergeleitete nachricht)\s*-{2,}|_{20,})\s*$`)

// headLine begins the head of a letter as Outlook repeats it.
var headLine = regexp.MustCompile(`(?i)^\s*\*?(from|von|de|da|van|från|fra|od)\s*:\*?\s+\S`)

// headNext are lines that follow in it.
var headNext = regexp.MustCompile(`(?i)^\s*\*?(sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto|verzonden|aan|onderwerp)\s*:\*?\s+\S`)

// mobile are the signatures that telephones add by themselves.
var mobile = regexp.MustCompile(`(?i)^\s*(sent from my \S.{0,40}|von meinem \S.{0,40} gesendet|envoyé de mon \S.{0,40}|enviado desde mi \S.{0,40}|get outlook for (ios|android).*)\s*$`)

// maxSignature is how many lines a signature has at most: longer, it may be a letter.
const maxSignature = 12

// fold gives what is new in a letter: without what it quotes, and without the signature.
// It is certain when everything folded away is marked as quoted, or as a signature; what
// only looks like the repeated letter of somebody may have been written now.
func fold(text string) (fresh string, certain bool) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	end, certain := quoteAt(lines)
	lines = withoutQuotes(lines[:end])
	lines = lines[:signatureAt(lines)]
	return strings.TrimSpace(strings.Join(lines, "\n")), certain
}

// quoteAt is where the repeated letters begin that nothing new follows.
func quoteAt(lines []string) (at int, certain bool) {
	for i := range lines {
		if divider.MatchString(lines[i]) || isHead(lines[i:]) {
			return i, false
		}
		n := attributed(lines[i:])
		if n == 0 {
			continue
		}
		if onlyQuoted(lines[i+n:]) {
			return i, true
		}
		if !hasQuotes(lines[i+n:]) { // a program that does not mark what it repeats
			return i, false
		}
	}
	return len(lines), true
}

// attributed is how many lines an attribution takes up that they begin with.
func attributed(lines []string) int {
	if attribution.MatchString(lines[0]) {
		return 1
	}
	if len(lines) > 1 && strings.TrimSpace(lines[0]) != "" && attribution.MatchString(lines[0]+" "+strings.TrimSpace(lines[1])) &&
		!attribution.MatchString(lines[1]) {
		return 2
	}
	return 0
}

// isHead says whether the lines begin with the head of a letter.
func isHead(lines []string) bool {
	if !headLine.MatchString(lines[0]) {
		return false
	}
	following := 0
	for _, line := range lines[1:min(len(lines), 6)] {
		if headNext.MatchString(line) {
			following++
		}
	}
	return following >= 2
}

func isQuoted(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ">") }

func onlyQuoted(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && !isQuoted(line) {
			return false
		}
	}
	return true
}

func hasQuotes(lines []string) bool {
	for _, line := range lines {
		if isQuoted(line) {
			return true
		}
	}
	return false
}

// withoutQuotes leaves out quoted lines at the end. Between answers they stay: without
// them nobody knows what is answered.
func withoutQuotes(lines []string) []string {
	end := len(lines)
	for end > 0 && (strings.TrimSpace(lines[end-1]) == "" || isQuoted(lines[end-1])) {
		end--
	}
	if end > 0 && end < len(lines) && attribution.MatchString(lines[end-1]) {
		end--
	}
	return lines[:end]
}

// signatureAt is where the signature begins: after the line that RFC 3676 §4.3 sets for
// it, or with the one that a telephone adds.
func signatureAt(lines []string) int {
	for i := len(lines) - 1; i >= 0 && len(lines)-i <= maxSignature; i-- {
		if strings.TrimRight(lines[i], "\r") == "-- " || strings.TrimSpace(lines[i]) == "--" || mobile.MatchString(lines[i]) {
			return i
		}
	}
	return len(lines)
}
