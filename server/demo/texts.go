// Package demo makes up a believable data set of a shop's conversations: a year of them,
// in five languages and on all channels. The same seed makes the same conversations. It
// writes nothing anywhere.
package demo

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed texts/*.txt
var texts embed.FS

// Languages are those that the data set speaks, with how often in a hundred.
var languages = []struct {
	code  string
	often int
}{{"en", 40}, {"de", 22}, {"es", 16}, {"ja", 13}, {"ar", 9}}

// language is what people say in one language.
type language struct {
	code string
	// lists are the words and sentences of no family, by their name in the file.
	lists    map[string][]string
	families []family
}

// family is a kind of dialogue: what it is about, how it opens, and how it goes on.
type family struct {
	name, label, priority, subject string
	// said are the sentences by who says them when: o opens, b is the assistant's answer,
	// a the agent's, f asks on, and c answers that.
	said map[string][]string
}

// library are the languages, read once.
var library = sync.OnceValue(func() []language {
	all := make([]language, 0, len(languages))
	for _, l := range languages {
		raw, err := texts.ReadFile("texts/" + l.code + ".txt")
		if err != nil {
			panic(err) // it is embedded
		}
		read, err := parse(l.code, string(raw))
		if err != nil {
			panic(err)
		}
		all = append(all, read)
	}
	return all
})

// parse reads a file: lists as "name: a; b", and families as a line of name, label,
// priority and subject, followed by the sentences, each with the letter of its place.
func parse(code, text string) (language, error) {
	l := language{code: code, lists: map[string][]string{}}
	for number, line := range strings.Split(text, "\n") {
		name, rest, found := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case name == "":
		case !found:
			return l, fmt.Errorf("demo: %s.txt, line %d says nothing", code, number+1)
		case name == "family":
			words := strings.SplitN(rest, " ", 4)
			if len(words) < 4 {
				return l, fmt.Errorf("demo: %s.txt, line %d is no family", code, number+1)
			}
			l.families = append(l.families, family{words[0], words[1], words[2], words[3], map[string][]string{}})
		case len(name) == 1 && len(l.families) > 0:
			said := l.families[len(l.families)-1].said
			said[name] = append(said[name], rest)
		default:
			l.lists[name] = strings.Split(rest, "; ")
		}
	}
	return l, nil
}

// Article is an article of the shop's knowledge base.
type Article struct {
	Source, Title, Content, Language, Label string
}

// Articles are the shop's, in all languages.
func Articles() []Article {
	var all []Article
	for _, l := range library() {
		for _, f := range l.families {
			all = append(all, Article{
				Source: Source + f.name + "-" + l.code, Title: f.subject, Content: strings.Join(f.said["b"], "\n\n"), Language: l.code, Label: f.label,
			})
		}
	}
	return all
}

// Source is how the sources of the articles begin, which tells who made them.
const Source = "demo/"

// Label is a label of the shop's.
type Label struct{ Name, Color string }

// Labels are the labels that conversations get.
func Labels() []Label {
	return []Label{
		{"account", "#7048e8"}, {"advice", "#0ca678"}, {"billing", "#f08c00"}, {"bug", "#e03131"}, {"orders", "#1971c2"},
		{"returns", "#c2255c"}, {"shipping", "#1098ad"}, {vip, "#fab005"},
	}
}

const vip = "vip"

// Colleague is somebody of the team.
type Colleague struct{ Name, Email string }

// Team is who answers besides the owner.
func Team() []Colleague {
	return []Colleague{
		{"Sarah Johnson", "sarah.johnson@demo.example"}, {"Jonas Weber", "jonas.weber@demo.example"}, {"Lucía Navarro", "lucia.navarro@demo.example"},
		{"佐藤 美咲", "misaki.sato@demo.example"}, {"ليلى حداد", "layla.haddad@demo.example"},
	}
}

// Canned is a canned reply.
type Canned struct{ Shortcut, Content string }

// CannedReplies are texts that the team has at hand.
func CannedReplies() []Canned {
	var all []Canned
	for _, l := range library() {
		for _, f := range l.families[:5] {
			all = append(all, Canned{f.name + "-" + l.code, f.said["b"][0]})
		}
	}
	return all
}
