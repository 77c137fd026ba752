package demo

import (
	"bytes"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"parley/models"
	"parley/models/chat"
)

var now = time.Date(2026, 11, 28, 13, 30, 0, 0, time.UTC)

func options(count int, seed uint64) Options {
	o := Options{
		Conversations: count, Seed: seed, Now: now, SiteID: 7, LabelIDs: map[string]int64{}, Logged: 7 * 24 * time.Hour, Pictures: 20,
		Assistant: models.Assistant{ID: 9, Name: "Luna"}, Agents: []models.User{{ID: 1, Name: "Owner"}},
	}
	for i, l := range Labels() {
		o.LabelIDs[l.Name] = int64(i + 1)
	}
	for i, c := range Team() {
		o.Agents = append(o.Agents, models.User{ID: int64(i + 2), Name: c.Name, Email: c.Email})
	}
	return o
}

func all(o Options) (rows []chat.Filled, pictures []Picture) {
	s := New(o)
	for {
		some, drawn := s.Next(50)
		if len(some) == 0 {
			return rows, pictures
		}
		rows, pictures = append(rows, some...), append(pictures, drawn...)
	}
}

// told is what a data set says, without ids.
func told(o Options) string {
	rows, _ := all(o)
	var text strings.Builder
	for _, f := range rows {
		fmt.Fprintln(&text, f.Conversation.Channel, f.Conversation.Status, *f.Contact.FullName(), f.LabelIDs, f.Ratings != nil)
		for _, m := range f.Messages {
			fmt.Fprintln(&text, m.CreatedAt, m.AuthorKind, m.Author, m.Content)
		}
	}
	return text.String()
}

func TestTheSameSeedTellsTheSame(t *testing.T) {
	t.Parallel()
	first := told(options(300, 5))
	if told(options(300, 5)) != first {
		t.Error("the same seed makes two data sets")
	}
	if told(options(300, 6)) == first {
		t.Error("another seed makes the same data set")
	}
}

func TestEveryLanguageSpeaksOfEverythingInItsOwnScript(t *testing.T) {
	t.Parallel()
	scripts := map[string]*unicode.RangeTable{"ja": unicode.Hiragana, "ar": unicode.Arabic}
	for _, l := range library() {
		for _, list := range []string{"first", "last", "product", "city", "hi", "greet", "thanks", "photo", "good", "bad", "note"} {
			if len(l.lists[list]) < 3 {
				t.Errorf("%s has %d of %s", l.code, len(l.lists[list]), list)
			}
		}
		if len(l.families) != 8 {
			t.Errorf("%s has %d families", l.code, len(l.families))
		}
		for _, f := range l.families {
			for place, least := range map[string]int{"o": 3, "a": 2, "f": 2, "c": 2, "b": 1} {
				if len(f.said[place]) < least {
					t.Errorf("%s: %s has %d of %s", l.code, f.name, len(f.said[place]), place)
				}
			}
			if !slices.Contains([]models.Priority{models.PriorityLow, models.PriorityNormal, models.PriorityHigh, models.PriorityUrgent}, models.Priority(f.priority)) || !slices.ContainsFunc(Labels(), func(l Label) bool { return l.Name == f.label }) {
				t.Errorf("%s: %s has the priority %s and the label %s", l.code, f.name, f.priority, f.label)
			}
			for _, said := range f.said {
				for _, s := range said {
					if table := scripts[l.code]; table != nil && !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(table, r) }) {
						t.Errorf("%s: %q is in another script", l.code, s)
					}
				}
			}
		}
	}
}

func TestADataSetIsAYearOfEverything(t *testing.T) {
	t.Parallel()
	rows, pictures := all(options(2000, 1))
	seen := map[string]int{}
	months := map[string]bool{}
	for _, f := range rows {
		c := f.Conversation
		months[c.CreatedAt.Format("2006-01")] = true
		seen[string(c.Channel)]++
		seen[c.Locale]++
		seen[string(c.Status)]++
		seen["rated"] += len(f.Ratings)
		seen["labelled"] += min(1, len(f.LabelIDs))
		seen["logged"] += len(f.Events)
		if c.ReopenedAt != nil {
			seen["reopened"]++
		}
		if c.AssignedTo != nil {
			seen["assigned"]++
		}
		for _, m := range f.Messages {
			seen[string(m.AuthorKind)]++
			if m.Internal {
				seen["notes"]++
			}
		}
	}
	if len(rows) != 2000 || len(months) < 12 || len(pictures) < 10 || len(pictures) > 20 {
		t.Errorf("%d conversations in %d months, with %d pictures", len(rows), len(months), len(pictures))
	}
	for _, what := range []string{
		"chat", "email", "whatsapp", "instagram", "sms", "voice", "api", "en", "de", "es", "ja", "ar", "open", "closed", "archived",
		"rated", "labelled", "logged", "reopened", "assigned", "contact", "user", "assistant", "notes",
	} {
		if seen[what] < 10 {
			t.Errorf("there are %d of %s", seen[what], what)
		}
	}
	for _, p := range pictures {
		if _, err := png.Decode(bytes.NewReader(p.Content)); err != nil {
			t.Errorf("a picture is none: %v", err)
		}
	}
}

func TestPicturesAreWhereSomebodyLooksAndWhereTheyAreSpokenOf(t *testing.T) {
	t.Parallel()
	var spoken []string
	for _, l := range library() {
		spoken = append(spoken, l.lists["photo"]...)
	}
	for _, most := range []int{0, 5, 20} {
		o := options(2000, 1)
		o.Pictures = most
		rows, pictures := all(o)
		shown, newest := 0, 0
		for i, f := range rows {
			for _, m := range f.Messages {
				if slices.Contains(spoken, m.Content) != (len(m.Attachments) == 1) {
					t.Errorf("%q has %d pictures", m.Content, len(m.Attachments))
				}
				shown += len(m.Attachments)
				if i >= len(rows)-100 {
					newest += len(m.Attachments)
				}
			}
		}
		if shown != len(pictures) || shown > most || most > 0 && newest == 0 {
			t.Errorf("%d pictures, and %d are shown, %d in the newest conversations; at most %d", len(pictures), shown, newest, most)
		}
	}
}

func TestConversationsGoOnInTimeAndSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	rows, _ := all(options(1500, 3))
	last := time.Time{}
	addresses := map[string]*models.Contact{}
	for _, f := range rows {
		if f.Conversation.CreatedAt.Before(last) || f.Conversation.CreatedAt.Before(now.AddDate(0, 0, -Days)) {
			t.Fatalf("a conversation begins at %v, after one at %v", f.Conversation.CreatedAt, last)
		}
		last = f.Conversation.CreatedAt
		at := last.Add(-time.Microsecond)
		for _, m := range f.Messages {
			if !m.CreatedAt.After(at) || m.CreatedAt.After(now) {
				t.Errorf("a message comes at %v, after one at %v", m.CreatedAt, at)
			}
			at = m.CreatedAt
			if strings.ContainsAny(m.Content, "{}") || strings.TrimSpace(m.Content) == "" || m.Author == "" {
				t.Errorf("%s says %q", m.Author, m.Content)
			}
		}
		if (f.Conversation.Status == models.StatusOpen) != (f.Conversation.ClosedAt == nil) {
			t.Errorf("%s and closed at %v", f.Conversation.Status, f.Conversation.ClosedAt)
		}
		for _, address := range []*string{f.Contact.Email, f.Contact.Phone} {
			if address == nil {
				continue
			}
			if c := addresses[*address]; c != nil && c != f.Contact {
				t.Errorf("two contacts have %s", *address)
			}
			addresses[*address] = f.Contact
			if !strings.HasSuffix(*address, "@demo.example") && !strings.HasPrefix(*address, "+999") {
				t.Errorf("%s may be somebody's", *address)
			}
		}
		for _, e := range f.Events {
			if now.Sub(e.CreatedAt) > 7*24*time.Hour {
				t.Errorf("the log tells of %v", e.CreatedAt)
			}
		}
	}
}

func TestABrokenFileIsTold(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"nothing here", "family: delivery shipping\n", "family: x"} {
		if _, err := parse("xx", text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestArticlesAndRepliesAreOfEveryLanguage(t *testing.T) {
	t.Parallel()
	sources := map[string]bool{}
	for _, a := range Articles() {
		sources[a.Source] = true
		if a.Title == "" || a.Content == "" || !strings.HasPrefix(a.Source, Source) {
			t.Errorf("an article is %+v", a)
		}
	}
	if len(sources) != 40 || len(CannedReplies()) != 25 || len(Team()) != 5 {
		t.Errorf("%d articles, %d replies, %d colleagues", len(sources), len(CannedReplies()), len(Team()))
	}
}
