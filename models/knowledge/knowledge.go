// Package knowledge is what the knowledge base does with texts, without a database:
// cutting articles into chunks, telling the terms by which they are found, and reading
// files of articles.
package knowledge

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// ChunkLength is how many code points of an article a chunk has at most: what a person
// reads as one answer.
const ChunkLength = 1200

// Chunk is a part of an article under one of its headings.
type Chunk struct {
	// Heading are the headings it stands under, the outermost first, joined by " › ".
	Heading string
	Content string
}

var (
	headingLine = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$`)
	fenceLine   = regexp.MustCompile("^ {0,3}(```|~~~)")
)

// Split cuts Markdown into chunks: at its headings, and where a section is longer than
// ChunkLength between paragraphs, sentences or, failing these, words. A section without
// a text of its own makes no chunk; a text without anything makes none.
func Split(markdown string) []Chunk {
	s := splitter{}
	fenced := false
	for line := range strings.Lines(strings.ReplaceAll(markdown, "\r\n", "\n")) {
		if fenceLine.MatchString(line) {
			fenced = !fenced
		}
		if h := headingLine.FindStringSubmatch(strings.TrimRight(line, "\n")); h != nil && !fenced {
			s.flush()
			s.enter(len(h[1]), Plain(h[2]))
			continue
		}
		s.text.WriteString(line)
	}
	s.flush()
	return s.chunks
}

// splitter holds what Split is at.
type splitter struct {
	chunks []Chunk
	// path are the open headings with their levels.
	path   []string
	levels []int
	text   strings.Builder
}

func (s *splitter) enter(level int, heading string) {
	for len(s.levels) > 0 && s.levels[len(s.levels)-1] >= level {
		s.levels, s.path = s.levels[:len(s.levels)-1], s.path[:len(s.path)-1]
	}
	s.levels, s.path = append(s.levels, level), append(s.path, heading)
}

// flush makes chunks of what was read under the open headings.
func (s *splitter) flush() {
	heading := strings.Join(s.path, " › ")
	for _, part := range pack(strings.TrimSpace(s.text.String())) {
		s.chunks = append(s.chunks, Chunk{Heading: heading, Content: part})
	}
	s.text.Reset()
}

// pack puts paragraphs together to parts of at most ChunkLength.
func pack(text string) []string {
	var parts []string
	now := ""
	for _, paragraph := range strings.Split(text, "\n\n") {
		for _, piece := range fit(strings.Trim(paragraph, "\n")) {
			switch {
			case strings.TrimSpace(piece) == "":
			case now != "" && length(now)+2+length(piece) <= ChunkLength:
				now += "\n\n" + piece
			default:
				if now != "" {
					parts = append(parts, now)
				}
				now = piece
			}
		}
	}
	if now != "" {
		parts = append(parts, now)
	}
	return parts
}

// fit cuts a paragraph into pieces of at most ChunkLength, after sentences if it can.
func fit(paragraph string) []string {
	var pieces []string
	for length(paragraph) > ChunkLength {
		head := cut(paragraph, ChunkLength)
		at := lastEnd(head)
		pieces = append(pieces, strings.TrimSpace(head[:at]))
		paragraph = strings.TrimSpace(paragraph[at:])
	}
	return append(pieces, paragraph)
}

// sentenceEnd is where a sentence ends; packed scripts put no space behind it.
var sentenceEnd = regexp.MustCompile(`[.!?؟…]["'”’)\]]*(?:\s+|$)|[。！？]|\n`)

// lastEnd is the place after the last sentence in the second half of a text, else after
// its last word, else its end.
func lastEnd(text string) int {
	ends := sentenceEnd.FindAllStringIndex(text, -1)
	if len(ends) > 0 && ends[len(ends)-1][1] > len(text)/2 {
		return ends[len(ends)-1][1]
	}
	if at := strings.LastIndexAny(text, " \n\t"); at > len(text)/2 {
		return at
	}
	return len(text)
}

// Sentences cuts a text into its sentences and lines.
func Sentences(text string) []string {
	var all []string
	from := 0
	for _, end := range sentenceEnd.FindAllStringIndex(text, -1) {
		if s := strings.TrimSpace(text[from:end[1]]); s != "" {
			all = append(all, s)
		}
		from = end[1]
	}
	if s := strings.TrimSpace(text[from:]); s != "" {
		all = append(all, s)
	}
	return all
}

var (
	imageMark = regexp.MustCompile(`!\[([^\]\n]*)\]\([^)\s]*(?:\s+"[^"\n]*")?\)`)
	// linkMark has the text and the address of a link, or an address that stands alone.
	linkMark = regexp.MustCompile(`\[([^\]\n]+)\]\(([^)\s]*)(?:\s+"[^"\n]*")?\)|<(?:mailto:)?(https?://[^<>\s]+|[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+)>`)
	tagMark  = regexp.MustCompile(`<!--[\s\S]*?-->|</?[a-zA-Z][^<>\n]*>`)
	emphasis = regexp.MustCompile("\\*\\*|__|`+")
	lineMark = regexp.MustCompile(`(?m)^[ \t]*(?:>[ \t]?|#{1,6}[ \t]+|(?:[-*_][ \t]*){3,}$)`)
)

// Plain is Markdown without its marks: links are their text, pictures and HTML go, lists
// stay lists, and code is what it is.
func Plain(markdown string) string {
	return unmark(markdown, false)
}

// Quote is Markdown as an answer quotes it: without its marks, but with its links and the
// fences around its code.
func Quote(markdown string) string {
	return unmark(markdown, true)
}

// unmark goes from fence to fence.
func unmark(markdown string, quotes bool) string {
	var text, prose strings.Builder
	fenced := false
	flush := func() {
		text.WriteString(unmarkProse(prose.String(), quotes))
		prose.Reset()
	}
	for line := range strings.Lines(markdown) {
		fence := fenceLine.MatchString(line)
		switch {
		case fence:
			flush()
			fenced = !fenced
			if quotes {
				text.WriteString(line)
			}
		case fenced:
			text.WriteString(line)
		default:
			prose.WriteString(line)
		}
	}
	flush()
	return strings.TrimSpace(text.String())
}

// held stands for an address while the marks around it go.
const held = "\ue000"

func unmarkProse(markdown string, quotes bool) string {
	markdown = imageMark.ReplaceAllString(strings.ReplaceAll(markdown, held, ""), "")
	var addresses []string
	markdown = linkMark.ReplaceAllStringFunc(markdown, func(link string) string {
		parts := linkMark.FindStringSubmatch(link)
		shown, address := linkShown(parts[1], parts[2], quotes)
		if parts[3] != "" {
			shown, address = held, parts[3]
		}
		if address != "" {
			addresses = append(addresses, address)
		}
		return shown
	})
	for _, mark := range []*regexp.Regexp{tagMark, lineMark, emphasis} {
		markdown = mark.ReplaceAllString(markdown, "")
	}
	for _, address := range addresses {
		markdown = strings.Replace(markdown, held, address, 1)
	}
	return markdown
}

// linkShown is what becomes of a link: where it is quoted, one to a page stays one, and
// of others people read the address, which is held.
func linkShown(text, target string, quotes bool) (shown, address string) {
	scheme, rest, _ := strings.Cut(target, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case !quotes:
	case scheme == "https", scheme == "http":
		return "[" + text + "](" + held + ")", target
	case (scheme == "mailto" || scheme == "tel") && rest != "" && rest != text:
		return text + " (" + held + ")", rest
	}
	return text, ""
}

func length(s string) int { return utf8.RuneCountInString(s) }
