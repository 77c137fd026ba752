package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/models"
)

func TestOnlyAddressesThatCouldReceiveMailAreAccepted(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"jane@example.com":              "jane@example.com",
		"Jane.Doe+shop@Example.COM":     "jane.doe+shop@example.com",
		"o'brien@sub.example.co.uk":     "o'brien@sub.example.co.uk",
		"jörg@exämple.de":               "jörg@exämple.de",
		"a@b.co":                        "a@b.co",
		"1234567890@numbers.example.io": "1234567890@numbers.example.io",
	}
	for in, want := range good {
		if got, ok := normalEmail(in); !ok || got != want {
			t.Errorf("normalEmail(%q) = %q, %v", in, got, ok)
		}
	}
	bad := []string{
		"", "jane", "jane@", "@example.com", "jane@example", "jane@.com", "jane@example.", "jane doe@example.com",
		"Jane <jane@example.com>", "jane@example.com, joe@example.com", `"jane doe"@example.com`, "jane@[127.0.0.1]",
		"jane@@example.com", "jane@exam ple.com", "jane@example.com\n", "jane@example.com\x00",
		strings.Repeat("a", 250) + "@example.com",
	}
	for _, in := range bad {
		if got, ok := normalEmail(in); ok {
			t.Errorf("normalEmail(%q) accepted %q", in, got)
		}
	}
}

func TestTextThatCannotBeSeenIsBlank(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", " ", "\t\n\r", "\u200b\u200c\u200d", "\ufeff", "\u2060 \u00ad", "ㅤ", "⠀", "\u202e"} {
		if !isBlank(s) {
			t.Errorf("isBlank(%q) = false", s)
		}
	}
	for _, s := range []string{"a", "0", "👩‍👩‍👧", "你好", ".", "\u200bx"} {
		if isBlank(s) {
			t.Errorf("isBlank(%q) = true", s)
		}
	}
}

func TestNamesLoseWhatDisturbsTheTextAroundThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Jane Doe ":         "Jane Doe",
		"Jane\u202eeoD":       "JaneeoD",
		"Ja\nne\x00\x07":      "Jane",
		"\u2066Jane\u2069":    "Jane",
		"محمد علي":            "محمد علي",
		"<b>Jane</b>":         "<b>Jane</b>",
		"Zo\u00eb 👩‍💻":        "Zo\u00eb 👩‍💻",
		"\u200fJane\u061cDoe": "JaneDoe",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("cleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFilenamesAreOnlyNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"photo.png":                 "photo.png",
		"../../etc/passwd":          "passwd",
		`C:\Users\me\report.pdf`:    "report.pdf",
		"":                          "file",
		"..":                        "file",
		"/":                         "file",
		"a\r\nSet-Cookie: x.txt":    "aSet-Cookie: x.txt",
		"invoice\u202efdp.exe":      "invoicefdp.exe",
		"bad\xff.txt":               "bad.txt",
		"Zeugnis für Zoë (2).pdf":   "Zeugnis für Zoë (2).pdf",
		".htaccess":                 "htaccess",
		"CON":                       "CON",
		"name with \"quotes\".txt":  "name with \"quotes\".txt",
		strings.Repeat("ü", 300):    strings.Repeat("ü", 100),
		strings.Repeat("a/", 50000): "a",
	} {
		if got := cleanFilename(in); got != want {
			t.Errorf("cleanFilename(%.40q) = %q, want %q", in, got, want)
		}
	}
}

func TestAMessageHasAtMostTenThousandCodePoints(t *testing.T) {
	t.Parallel()
	if err := checkContent(strings.Repeat("漢", 10_000), 0); err != nil {
		t.Errorf("10,000 code points: %v", err)
	}
	if err := checkContent(strings.Repeat("a", 10_001), 0); !errors.Is(err, models.ErrMessageTooLong) {
		t.Errorf("10,001 code points: %v", err)
	}
	if err := checkContent(" \n", 0); !errors.Is(err, models.ErrMessageRequired) {
		t.Errorf("blank: %v", err)
	}
	if err := checkContent("", 1); err != nil {
		t.Errorf("a file without a text: %v", err)
	}
	for _, s := range []string{"a\x00b", "a\xffb"} {
		if err := checkContent(s, 0); !models.HasCode(err, models.CodeInvalid) {
			t.Errorf("checkContent(%q) = %v", s, err)
		}
	}
}

func FuzzNamesStayCleanAndValid(f *testing.F) {
	f.Add("Jane\u202e", "../a\\b\x00c")
	f.Fuzz(func(t *testing.T, name, filename string) {
		if got := cleanFilename(filename); got == "" || strings.ContainsAny(got, "/\\\x00\r\n") || len(got) > 200 || !utf8.ValidString(got) {
			t.Errorf("cleanFilename(%q) = %q", filename, got)
		}
		if got := cleanName(name); strings.ContainsAny(got, "\u202e\u2066\x00\n") {
			t.Errorf("cleanName(%q) = %q", name, got)
		}
	})
}
