package assistant

import (
	_ "embed"
	"strings"
)

//go:embed words/smalltalk.txt
var smallTalkWords string

//go:embed words/spoken.txt
var spokenWords string

// namedWords are words of one language, by their names in its file.
type namedWords map[string]string

// wordsBy reads a file of words: below each [language] lines of a name, a colon and words.
func wordsBy(file string) map[string]namedWords {
	all := map[string]namedWords{}
	language := ""
	for line := range strings.SplitSeq(file, "\n") {
		name, words, said := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "["):
			language = strings.Trim(line, "[]")
			all[language] = namedWords{}
		case said && language != "":
			all[language][name] = words
		}
	}
	return all
}
