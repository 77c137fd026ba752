package knowledge

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Draft is an article as a file has it.
type Draft struct {
	// Source is what tells it from the others, so that reading the file again means the
	// same article. Former are what it may have been told by when it was imported before.
	Source string
	Former []string
	// Named says that whoever made the file gave the source: it is the same article,
	// whatever else has changed.
	Named bool
	// File is what the file is called, for who has to mend it.
	File      string
	Title     string
	Content   string
	Language  string
	Tags      []string
	Published bool
}

// Why a file holds no articles. Their texts are for the person who made the file.
var (
	ErrFormat = errors.New("the file must be Markdown (.md, .markdown, .txt) or CSV (.csv)")
	ErrText   = errors.New("the file must be UTF-8 text without NUL characters")
)

// IsFile says whether Read knows what to do with a file of this name.
func IsFile(name string) bool { return formatOf(name) != "" }

// formatOf is markdown or csv, by the name's end.
func formatOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".txt":
		return "markdown"
	case ".csv":
		return "csv"
	}
	return ""
}

// Read takes articles out of a file: one out of Markdown, and one out of each row of a
// CSV. Name is the file's, with slashes. Nothing is ever unpacked.
func Read(name string, file []byte) ([]Draft, error) {
	format := formatOf(name)
	if format == "" {
		return nil, ErrFormat
	}
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !utf8.Valid(file) || bytes.IndexByte(file, 0) >= 0 {
		return nil, ErrText
	}
	text := strings.ReplaceAll(string(file), "\r\n", "\n")
	if format == "csv" {
		return readCSV(name, text)
	}
	return []Draft{readMarkdown(name, text)}, nil
}

// readMarkdown takes the source from the file's name alone: what front matter says of one
// is where a text was taken from, in most folders the same for all. It takes
// the title from the front matter, else from a heading at the top, else from the name.
func readMarkdown(name, text string) Draft {
	d := Draft{File: name, Published: true}
	text = d.readFrontMatter(text)
	if d.Source != "" {
		d.Former = []string{d.Source} // which it was told by once
	}
	d.Source = name
	body := strings.TrimSpace(text)
	first, rest, _ := strings.Cut(body, "\n")
	if h := headingLine.FindStringSubmatch(first); h != nil && len(h[1]) == 1 {
		if d.Title == "" {
			d.Title = Plain(h[2])
		}
		if strings.TrimSpace(rest) != "" {
			body = strings.TrimSpace(rest)
		}
	}
	if d.Title == "" {
		base := path.Base(name)
		d.Title = strings.TrimSpace(strings.NewReplacer("-", " ", "_", " ").Replace(strings.TrimSuffix(base, path.Ext(base))))
	}
	d.Content = body
	return d
}

// readFrontMatter reads "key: value" lines between two lines of dashes, and gives what
// follows them. A key without a value may have a list below it, which only tags are.
func (d *Draft) readFrontMatter(text string) string {
	inside, opened := strings.CutPrefix(text, "---\n")
	if !opened {
		return text
	}
	head, rest, closed := strings.Cut("\n"+inside, "\n---\n")
	if !closed {
		return text
	}
	listed := ""
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		if item, isItem := strings.CutPrefix(line, "-"); isItem {
			if tag := unquoted(item); listed == "tags" && tag != "" {
				d.Tags = append(d.Tags, tag)
			}
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue // between the points of a list, too
		}
		key, value, _ := strings.Cut(line, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), unquoted(value)
		d.set(key, value)
		if listed = key; value != "" {
			listed = ""
		}
	}
	return rest
}

// unquoted is a value without what may stand around it.
func unquoted(value string) string { return strings.Trim(strings.TrimSpace(value), `"'`) }

// set takes one value of front matter or of a row; others mean nothing here.
func (d *Draft) set(key, value string) {
	switch key {
	case "title":
		d.Title = value
	case "content":
		d.Content = value
	case "language", "lang":
		d.Language = value
	case "source":
		d.Source = value
	case "tags":
		d.Tags = splitTags(value)
	case "published":
		d.Published = value == "" || isYes(value)
	case "draft":
		d.Published = !isYes(value)
	}
}

func isYes(value string) bool {
	return slices.Contains([]string{"true", "yes", "1"}, strings.ToLower(value))
}

// splitTags reads "a, b", "[a, b]" and "a; b".
func splitTags(value string) []string {
	var tags []string
	for tag := range strings.FieldsFuncSeq(strings.Trim(value, "[]"), func(r rune) bool { return r == ',' || r == ';' }) {
		if tag = unquoted(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// readCSV reads a table whose first row names the columns: title and content, and where
// wanted language, tags, published and source. Without a source the title is it.
func readCSV(name, text string) ([]Draft, error) {
	r := csv.NewReader(strings.NewReader(text))
	first, _, _ := strings.Cut(text, "\n")
	if strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	names, err := r.Read()
	if err != nil {
		return nil, tableError(err)
	}
	for i := range names {
		names[i] = strings.ToLower(strings.TrimSpace(names[i]))
	}
	if !slices.Contains(names, "title") || !slices.Contains(names, "content") {
		return nil, errors.New("the first row of the CSV must name its columns, title and content among them")
	}
	var drafts []Draft
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return drafts, nil
		}
		if err != nil {
			return nil, tableError(err)
		}
		d := Draft{File: name, Published: true}
		for i, column := range names {
			d.set(column, strings.TrimSpace(row[i]))
		}
		if d.Named = d.Source != ""; !d.Named {
			d.Source = d.Title
		}
		drafts = append(drafts, d)
	}
}

// tableError says where a CSV is broken.
func tableError(err error) error {
	var broken *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the CSV is empty")
	case errors.As(err, &broken):
		return fmt.Errorf("line %d of the CSV: %w", broken.Line, broken.Err)
	}
	return err
}
