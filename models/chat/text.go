package chat

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/models"
)

// The longest names and short texts, in code points.
const (
	maxNameLength     = 255
	maxClientIDLength = 255
	maxSubjectLength  = 500
	maxCommentLength  = 5_000
	maxLocaleLength   = 35 // RFC 5646 §4.4.1
	maxTitleLength    = 300
	maxAddressLength  = 2_048 // bytes: what browsers take
)

// isBlank says whether nothing of s can be seen.
func isBlank(s string) bool { return models.IsBlank(s) }

// cleanName takes out of a name what would let it disturb the text around it,
// controls and bidirectional marks, and trims it.
func cleanName(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isDisturbing(r) {
			return -1
		}
		return r
	}, s))
}

func isDisturbing(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// cleanLocale is a language tag, or nothing: what a browser says of its language is
// a convenience, and no reason to refuse a visitor.
func cleanLocale(s string) string {
	if len(s) > maxLocaleLength || strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return ""
	}
	return s
}

// cleanPage keeps of a page's addresses those that a person may follow, and of its
// title the beginning.
func cleanPage(p *models.WebPage) *models.WebPage {
	if p == nil {
		return nil
	}
	title := []rune(cleanName(p.Title))
	return &models.WebPage{
		URL: cleanAddress(p.URL), Title: string(title[:min(len(title), maxTitleLength)]), Referrer: cleanAddress(p.Referrer),
	}
}

func cleanAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || len(s) > maxAddressLength || strings.ContainsFunc(s, isDisturbing) {
		return ""
	}
	return s
}

// checkContent answers why a text cannot be a message, or nil.
func checkContent(content string, files int) error {
	if isBlank(content) && files == 0 {
		return models.ErrMessageRequired
	}
	if utf8.RuneCountInString(content) > models.MaxMessageLength {
		return models.ErrMessageTooLong
	}
	return checkText("content", content)
}

// checkText refuses what a database cannot keep: NUL and broken UTF-8.
func checkText(field, s string) error {
	if strings.ContainsRune(s, 0) {
		return models.Invalid(field, "The text must not contain NUL characters")
	}
	if !utf8.ValidString(s) {
		return models.Invalid(field, "The text must be valid UTF-8")
	}
	return nil
}

// checkShort bounds a one-line text.
func checkShort(field, s string, limit int) error {
	if utf8.RuneCountInString(s) > limit {
		return models.Invalid(field, "The value of "+field+" is too long")
	}
	return checkText(field, s)
}

// normalEmail is the address in lower case, or false when it is not a plain address
// with a domain that could receive mail.
func normalEmail(s string) (string, bool) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	dot := strings.LastIndexByte(domain, '.')
	if strings.ContainsFunc(s, isDisturbing) || strings.ContainsAny(local, " \"\t") || dot < 1 || dot == len(domain)-1 || strings.HasPrefix(domain, "[") {
		return "", false
	}
	return strings.ToLower(s), true
}

// pointer is nil for an empty string.
func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
