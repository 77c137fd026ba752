package knowledge_test

import (
	"strings"
	"testing"

	"parley/models/knowledge"
)

func TestAnArticleIsCutAtItsHeadings(t *testing.T) {
	t.Parallel()
	chunks := knowledge.Split("Before all.\r\n\r\n# Returns\n\nSend it back.\n\n## How *long*\n\n30 days.\n\n### At sale ##\n15 days.\n## Cost\nFree.\n# Empty\n# Last\n" +
		"```\n# no heading\n```\n#nor this\n")
	want := []knowledge.Chunk{
		{"", "Before all."}, {"Returns", "Send it back."}, {"Returns › How *long*", "30 days."},
		{"Returns › How *long* › At sale", "15 days."}, {"Returns › Cost", "Free."}, {"Last", "```\n# no heading\n```\n#nor this"},
	}
	if len(chunks) != len(want) {
		t.Fatalf("%d chunks: %q", len(chunks), chunks)
	}
	for i, c := range chunks {
		if c != want[i] {
			t.Errorf("chunk %d is %q, want %q", i, c, want[i])
		}
	}
	if got := knowledge.Split(" \n# Only\n\n## headings\n"); len(got) != 0 {
		t.Errorf("headings alone make %q", got)
	}
}

func TestNoChunkIsLongAndNothingIsLost(t *testing.T) {
	t.Parallel()
	sentence := "This sentence is one of very many in a text. "
	for name, text := range map[string]string{
		"paragraphs": strings.Repeat(sentence+"\n\n", 100), "sentences": strings.Repeat(sentence, 100), "words": strings.Repeat("word ", 1000),
		"one word": strings.Repeat("x", 5000), "Chinese": strings.Repeat("这是一个句子。", 500), "lines": strings.Repeat("- a point of a list\n", 200),
	} {
		together := ""
		chunks := knowledge.Split(text)
		for _, c := range chunks {
			if n := len([]rune(c.Content)); n > knowledge.ChunkLength || strings.TrimSpace(c.Content) == "" {
				t.Errorf("%s: a chunk of %d", name, n)
			}
			together += c.Content
		}
		if squeeze(together) != squeeze(text) {
			t.Errorf("%s: something was lost or added", name)
		}
		if len(chunks) < 3 || len(chunks) > 20 {
			t.Errorf("%s: %d chunks", name, len(chunks))
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestPlainTextHasNoMarks(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"**bold** and `code`":                          "bold and code",
		"see [our page](https://x.example/a \"t\") ok": "see our page ok",
		"![a picture](https://x.example/p.png) after":  "after",
		"> quoted\n\n---\n\n- a\n- b":                  "quoted\n\n\n\n- a\n- b",
		"<script>alert(1)</script>x <b>y</b>":          "alert(1)x y",
		"2 * 3 * 4 < 5":                                "2 * 3 * 4 < 5",
	} {
		if got := knowledge.Plain(markdown); got != want {
			t.Errorf("%q is %q, want %q", markdown, got, want)
		}
	}
}

func TestSentencesEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	got := knowledge.Sentences("One. Two is 3.5 long! Three?\n- four\n五。六！ seven")
	if want := "One.|Two is 3.5 long!|Three?|- four|五。|六！|seven"; strings.Join(got, "|") != want {
		t.Errorf("the sentences are %q", got)
	}
}

func TestAMarkdownFileIsOneArticle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, title, content string }{
		{"a/returns.md", "# Returns\r\n\r\nSend it.", "Returns", "Send it."},
		{"how-to_pay.MD", "Pay by card.", "how to pay", "Pay by card."},
		{"x.md", "\ufeff---\ntitle: \"Fees\"\nlang: de\ntags: [a, 'b']\n---\n# Other\n\nNone.", "Fees", "None."},
		{"x.md", "---\nno end", "x", "---\nno end"}, {"x.txt", "## Second\ntext", "x", "## Second\ntext"}, {"only.md", "# Only a heading", "Only a heading", "# Only a heading"},
	} {
		drafts, err := knowledge.Read(c.name, []byte(c.file))
		if err != nil || len(drafts) != 1 || drafts[0].Title != c.title || drafts[0].Content != c.content || drafts[0].Source != c.name || !drafts[0].Published {
			t.Errorf("%s is %+v, %v", c.name, drafts, err)
		}
	}
	drafts, err := knowledge.Read("a/x.md", []byte("---\nsource: handbook\n---\nx"))
	if err != nil || drafts[0].Source != "a/x.md" || strings.Join(drafts[0].Former, "+") != "handbook" || drafts[0].Named || drafts[0].File != "a/x.md" {
		t.Errorf("with where it was taken from it is %+v, %v", drafts, err)
	}
	drafts, err = knowledge.Read("x.md", []byte("---\ntitle: Fees\nlang: de\ntags: [a, 'b']\npublished: no\n---\nx"))
	if err != nil || drafts[0].Language != "de" || strings.Join(drafts[0].Tags, "+") != "a+b" || drafts[0].Published {
		t.Errorf("the front matter is %+v, %v", drafts, err)
	}
}

func TestACSVHasAnArticleInEachRow(t *testing.T) {
	t.Parallel()
	drafts, err := knowledge.Read("f.csv", []byte("Title,content,Tags,published,language\nFees,\"None,\nat all\",a;b,,en\nOld,x,,no,\n"))
	if err != nil || len(drafts) != 2 {
		t.Fatalf("%+v, %v", drafts, err)
	}
	if d := drafts[0]; d.Source != "Fees" || d.Named || d.Content != "None,\nat all" || strings.Join(d.Tags, "+") != "a+b" || !d.Published || d.Language != "en" {
		t.Errorf("the first is %+v", d)
	}
	if drafts[1].Published {
		t.Error("a draft is published")
	}
	drafts, err = knowledge.Read("f.csv", []byte("source;title;content\n7;A;B\n"))
	if err != nil || len(drafts) != 1 || drafts[0].Source != "7" || !drafts[0].Named || drafts[0].File != "f.csv" {
		t.Errorf("with semicolons: %+v, %v", drafts, err)
	}
}

func TestAFileThatHasNoArticlesSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, says string }{
		{"x.zip", "PK\x03\x04", "must be Markdown"}, {"x", "text", "must be Markdown"}, {"x.md", "a\x00b", "UTF-8 text"}, {"x.csv", "\xff\xfe", "UTF-8 text"},
		{"x.csv", "", "empty"}, {"x.csv", "a,b\n1,2\n", "title and content"}, {"x.csv", "title,content\na\n", "line 2"}, {"x.csv", "title,content\n\"a,b\n", "line"},
	} {
		if drafts, err := knowledge.Read(c.name, []byte(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v, %v", c.name, c.file, drafts, err)
		}
	}
	if !knowledge.IsFile("a/b.MD") || knowledge.IsFile("a/b.tar.gz") || knowledge.IsFile(".md/x") {
		t.Error("files are told by the end of their names")
	}
}

func TestAnEditIsAlikeAndAnotherTextIsNot(t *testing.T) {
	t.Parallel()
	const text = "You can send back anything that you do not like within 30 days. We pay for the parcel."
	for other, alike := range map[string]bool{
		text: true, "": false, "You can send back anything within 14 days. We pay for the parcel, too.": true, text + "\n\nIt has to be unused, and in the box it came in.": true,
		"Sie können alles binnen 30 Tagen zurückgeben. Wir zahlen das Paket.": false, "We do not sell gift cards. You can pay with any card that works in a shop.": false,
	} {
		if knowledge.Alike(text, other) != alike || knowledge.Alike(other, text) != alike {
			t.Errorf("%q is alike: %t", other, !alike)
		}
	}
	if !knowledge.Alike("商品到着後30日以内に返品できます。", "商品到着後14日以内に返品できます。") || knowledge.Alike("商品到着後30日以内に返品できます。", "お支払いはカードで。") {
		t.Error("texts without gaps between their words are not told apart")
	}
}

func TestTagsMayBeAListOfLines(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"tags:\n  - shipping\n  - norway": "shipping+norway", "tags:\n- 'a, b'\n\n# c\n- \"c\"\n-\n- ''\ntitle: T": "a, b+c", "Tags: \n  - a\nauthors:\n  - ann": "a",
		"authors:\n  - ann\n  - bob": "", "tags: a\n- b": "a", "- a\ntags: [b]": "b", "tags:\nlang: de\n- a": "", "tags:\n  - x: y": "x: y",
	} {
		drafts, err := knowledge.Read("x.md", []byte("---\n"+head+"\n---\nText."))
		if err != nil || strings.Join(drafts[0].Tags, "+") != want || drafts[0].Content != "Text." {
			t.Errorf("%q: %+v, %v", head, drafts, err)
		}
	}
}
