package email

import (
	"strings"
	"testing"
)

func TestWhatIsNewInALetterIsFound(t *testing.T) {
	t.Parallel()
	for what, try := range map[string]struct {
		text, fresh string
		unsure      bool
	}{
		"nothing quoted":       {"Hello\n\nWhere is it?", "Hello\n\nWhere is it?", false},
		"a quote":              {"Yes.\n\nOn Fri, 20 Nov 2026, Sarah <s@x.example> wrote:\n> Is it?\n>\n> Sarah", "Yes.", false},
		"on two lines":         {"Yes.\n\nOn Fri, 20 Nov 2026 at 10:00, Sarah via The Shop\n<s@x.example> wrote:\n\n> Is it?", "Yes.", false},
		"German":               {"Ja.\n\nAm 20.11.2026 um 10:00 schrieb Sarah:\n> Ist es da?", "Ja.", false},
		"French":               {"Oui.\n\nLe ven. 20 nov. 2026 à 10:00, Sarah <s@x.example> a écrit :\n> Là ?", "Oui.", false},
		"a quote without name": {"Yes.\n\n> Is it?", "Yes.", false},
		"answers in between":   {"On Friday, Sarah wrote:\n> Is it there?\nYes.\n> All of it?\nNo.", "On Friday, Sarah wrote:\n> Is it there?\nYes.\n> All of it?\nNo.", false},
		"Outlook":              {"Yes.\n\nFrom: Sarah <s@x.example>\nSent: Friday\nTo: Jane\nSubject: It\n\nIs it?", "Yes.", true},
		"a divider":            {"Yes.\n\n-----Original Message-----\nIs it?", "Yes.", true},
		"an unmarked quote":    {"Yes.\n\nOn Fri, 20 Nov 2026, Sarah <s@x.example> wrote:\n\nIs it?", "Yes.", true},
		"a signature":          {"Hello\n\n-- \nJane\nAcme", "Hello", false},
		"a telephone":          {"Hello\n\nSent from my iPhone", "Hello", false},
		"signature and quote":  {"Yes\n-- \nJane\n\nOn Friday, 20 Nov, Sarah wrote:\n> Is it?", "Yes", false},
		"a long one":           {"Hello\n-- \n" + strings.Repeat("text\n", 30) + "end", "Hello\n-- \n" + strings.Repeat("text\n", 30) + "end", false},
		"a From in a sentence": {"From: me\nwith love", "From: me\nwith love", false},
		"only a quote":         {"> Is it?", "", false},
		"nothing":              {"", "", false},
	} {
		fresh, certain := fold(try.text)
		if fresh != try.fresh || certain == try.unsure {
			t.Errorf("%s: %q, certain %v", what, fresh, certain)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Yes.\n\nOn Fri, Sarah <s@x.example> wrote:\n> Is it?")
	f.Add("From: a\nTo: b\nDate: c\n\n-- \n")
	f.Fuzz(func(t *testing.T, text string) {
		fresh, _ := fold(text)
		if len(fresh) > len(text) || fresh != strings.TrimSpace(fresh) {
			t.Errorf("%q became %q", text, fresh)
		}
	})
}
