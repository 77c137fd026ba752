package handoff

import (
	"strings"
	"time"

	"parley/models"
	"parley/models/knowledge"
)

// News is what there is to tell a visitor whose assistant steps back.
type News struct {
	// Locale is the visitor's language where it is known, Said what he wrote last, and Site
	// the language of the site: the first that is one of the widget's counts.
	Locale, Said, Site string
	Reason             models.HandoffReason
	// Hours say when the team is there, at Now.
	Hours models.OfficeHours
	Now   time.Time
	// Lead is what the assistant said itself, in place of the reason.
	Lead string
	// Mail says that the answer will reach the visitor by e-mail as well.
	Mail bool
}

// texts are what a visitor is told, in one language.
type texts struct {
	// asked, unknown and limit begin, by the reason; pass follows. soon and away go on: away
	// is for outside of the office hours, before the time when they begin, and later where
	// nobody knows that time. mail ends.
	asked, unknown, limit, pass, soon, away, later, mail string
	// days begin with Sunday.
	days [7]string
}

// Languages lists the languages of the widget.
func Languages() []string {
	return []string{
		"en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da", "fi", "tr", "uk", "ru", "ar", "he", "ja", "ko", "zh",
	}
}

// Text is what the visitor is told: why, and when a person will answer.
func (n News) Text() string {
	language := n.language()
	t, gap := told[language], " "
	if language == "ja" || language == "zh" { // a full stop is as wide as one
		gap = ""
	}
	first := t.unknown
	switch n.Reason {
	case models.HandoffAsked, models.HandoffAgent:
		first = t.asked
	case models.HandoffTurns, models.HandoffBudget:
		first = t.limit
	case models.HandoffNoAnswer:
	}
	if n.Lead != "" {
		first = n.Lead + "\n\n"
	} else {
		first += gap
	}
	said := []string{first + t.pass}
	switch opens := n.Hours.NextOpen(n.Now); {
	case !n.Hours.Enabled || n.Hours.OpenAt(n.Now):
		return strings.Join(append(said, t.soon), gap)
	case opens != nil:
		here := n.Hours.Here(*opens)
		said = append(said, t.away+" "+t.days[here.Weekday()]+", "+here.Format("2006-01-02 15:04")+" ("+n.Hours.TimeZone+").")
	default:
		said = append(said, t.later)
	}
	if n.Mail {
		said = append(said, t.mail)
	}
	return strings.Join(said, gap)
}

func (n News) language() string {
	for _, tag := range []string{n.Locale, knowledge.Language(n.Said), n.Site} {
		base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
		if base == "iw" { // what Java calls Hebrew
			base = "he"
		}
		if _, known := told[base]; known {
			return base
		}
	}
	return "en"
}
