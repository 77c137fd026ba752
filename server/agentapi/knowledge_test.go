package agentapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// answers are the titles of the articles that a question finds for a visitor.
func (d *desk) answers(question string) []string {
	d.Helper()
	site, err := d.access.Site(d.Context(), d.creds.SiteKey)
	if err != nil {
		d.Fatal(err)
	}
	who := models.Principal{Kind: models.KindVisitor, AccountID: site.AccountID, SiteID: site.ID}
	passages, err := d.chat.Passages(d.Context(), who, chat.PassageQuery{Question: question, Limit: 5})
	if err != nil {
		d.Fatal(err)
	}
	titles := []string{}
	for _, p := range passages {
		titles = append(titles, p.Title)
	}
	return titles
}

func TestAnArticleIsFoundAsSoonAsTheCallReturns(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/knowledge",
			`{"title":" Returns ","content":"## Time\n\nSend it back within **30 days**.","language":"en","tags":["goods"," goods ","b"]}`), 201)
		id := fmt.Sprint(made.body["id"])
		if made.body["title"] != "Returns" || made.body["published"] != true || made.body["source"] != nil || fmt.Sprint(made.body["tags"]) != "[goods b]" {
			d.Errorf("made: %s", made.raw)
		}
		if got := d.answers("How many days may I send it back?"); !slices.Equal(got, []string{"Returns"}) {
			d.Errorf("the question finds %v", got)
		}
		found := d.want(d.do(http.MethodGet, "/search?q=30+DAYS", ""), 200)
		if rows, _ := found.field("articles.data").([]any); len(rows) != 1 {
			d.Errorf("the search finds %s", found.raw)
		}
		changed := d.want(d.do(http.MethodPatch, "/knowledge/"+id, `{"content":"Only axolotls.","language":null}`), 200)
		if changed.body["title"] != "Returns" || changed.body["language"] != nil || len(d.answers("30 days")) != 0 || len(d.answers("axolotl")) != 1 {
			d.Errorf("changed: %s", changed.raw)
		}
		d.want(d.do(http.MethodPatch, "/knowledge/"+id, `{"published":false}`), 200)
		if got := d.answers("axolotl"); len(got) != 0 {
			d.Errorf("a draft is found: %v", got)
		}
		if got := d.want(d.do(http.MethodGet, "/knowledge/"+id, ""), 200); got.body["published"] != false || got.body["content"] != "Only axolotls." {
			d.Errorf("the draft is %s", got.raw)
		}
		d.want(d.do(http.MethodPatch, "/knowledge/"+id, `{"published":true}`), 200)
		d.want(d.do(http.MethodDelete, "/knowledge/"+id, ""), 204)
		if got := d.answers("axolotl returns"); len(got) != 0 {
			d.Errorf("a deleted article is found: %v", got)
		}
		d.refused(d.do(http.MethodGet, "/knowledge/"+id, ""), 404, NotFound)
		d.refused(d.do(http.MethodDelete, "/knowledge/"+id, ""), 404, NotFound)
	})
}

func TestArticlesAreListedByTitleAndFiltered(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := map[string]string{}
		for name, body := range map[string]string{
			"fees": `{"title":"Fees","content":"Nothing costs 100%.","language":"en-GB"}`, "returns": `{"title":"Returns","content":"Within a month.","language":"en"}`,
			"draft": `{"title":"Axolotls","content":"Not yet.","language":"de","published":false}`,
		} {
			id[name] = fmt.Sprint(d.want(d.do(http.MethodPost, "/knowledge", body), 201).body["id"])
		}
		for query, want := range map[string][]string{
			"": {id["draft"], id["fees"], id["returns"]}, "?search=MONTH": {id["returns"]}, "?search=0%25": {id["fees"]}, "?search=_": {},
			"?language=EN": {id["fees"], id["returns"]}, "?language=en-GB": {id["fees"]}, "?language=e%25": {}, "?published=false": {id["draft"]},
			"?published=true&limit=1&offset=1": {id["returns"]},
		} {
			if got := ids(d.want(d.do(http.MethodGet, "/knowledge"+query, ""), 200)); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		d.refused(d.do(http.MethodGet, "/knowledge?published=maybe", ""), 400, InvalidInput)
		// Reading needs any key, writing its own scope.
		reader := d.key(models.ScopeContactsRead)
		d.want(d.as(reader, http.MethodGet, "/knowledge/"+id["fees"], ""), 200)
		for method, path := range map[string]string{http.MethodPost: "/knowledge", http.MethodPatch: "/knowledge/" + id["fees"], http.MethodDelete: "/knowledge/" + id["fees"]} {
			a := d.as(reader, method, path, `{"title":"x","content":"x"}`)
			d.refused(a, 403, Forbidden)
			if a.field("details.required_permission") != "admin:write" {
				d.Errorf("%s: %s", method, a.raw)
			}
		}
		stranger := d.newAccount()
		for method, body := range map[string]string{http.MethodGet: "", http.MethodPatch: `{"title":"x"}`, http.MethodDelete: ""} {
			d.refused(d.as(stranger.LiveKey, method, "/knowledge/"+id["fees"], body), 404, NotFound)
			d.refused(d.as(d.creds.TestKey, method, "/knowledge/"+id["fees"], body), 404, NotFound)
			d.refused(d.do(method, "/knowledge/art_x", body), 404, NotFound)
		}
	})
}

func TestArticlesAreFilteredAndCountedByTagAndLanguage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		empty := d.want(d.do(http.MethodGet, "/knowledge/counts", ""), 200)
		if empty.raw != `{"drafts":0,"languages":[],"published":0,"tags":[]}` {
			d.Errorf("without articles: %s", empty.raw)
		}
		id := map[string]string{}
		for name, body := range map[string]string{
			"fees": `{"title":"Fees","content":"x","language":"en-GB","tags":["money","a\"b"]}`, "returns": `{"title":"Returns","content":"x","language":"en","tags":["goods","money"]}`,
			"draft": `{"title":"Axolotls","content":"x","published":false,"tags":["goods"]}`, "plain": `{"title":"Plain","content":"x","language":"en"}`,
		} {
			id[name] = fmt.Sprint(d.want(d.do(http.MethodPost, "/knowledge", body), 201).body["id"])
		}
		for query, want := range map[string][]string{
			"?tag=goods": {id["draft"], id["returns"]}, "?tag=money&language=en": {id["fees"], id["returns"]}, "?tag=goods&published=true": {id["returns"]},
			"?tag=good": {}, "?tag=Goods": {}, "?tag=%25": {}, "?tag=a%22b": {id["fees"]}, "?tag=money&search=fee": {id["fees"]}, "?tag=": {id["draft"], id["fees"], id["plain"], id["returns"]},
		} {
			if got := ids(d.want(d.do(http.MethodGet, "/knowledge"+query, ""), 200)); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		want := `{"drafts":1,"languages":[{"name":"en","count":2},{"name":"en-GB","count":1}],"published":3,` +
			`"tags":[{"name":"goods","count":2},{"name":"money","count":2},{"name":"a\"b","count":1}]}`
		if got := d.want(d.do(http.MethodGet, "/knowledge/counts", ""), 200); got.raw != want {
			d.Errorf("the counts are %s", got.raw)
		}
		if got := d.want(d.as(d.newAccount().LiveKey, http.MethodGet, "/knowledge/counts", ""), 200); got.raw != empty.raw {
			d.Errorf("a stranger counts %s", got.raw)
		}
	})
}

func TestAnArticleThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for body, field := range map[string]string{
			`{"title":"","content":"x"}`: "title", `{"title":" \u200b ","content":"x"}`: "title", `{"title":"x"}`: "content", `{"title":"x","content":" "}`: "content",
			`{"title":"` + strings.Repeat("x", 256) + `","content":"x"}`: "title", `{"title":"x","content":"` + strings.Repeat("x", 100_001) + `"}`: "content",
			`{"title":"x","content":"a\u0000"}`: "content", `{"title":"x","content":"x","language":"english please"}`: "language",
			`{"title":"x","content":"x","tags":[" "]}`: "tags", `{"title":"x","content":"x","tags":["` + strings.Repeat("x", 51) + `"]}`: "tags.0",
			`{"title":"x","content":"x","tags":"a"}`: "tags", `{"title":"x","content":"x","published":"yes"}`: "published",
		} {
			a := d.do(http.MethodPost, "/knowledge", body)
			d.refused(a, 400, InvalidInput)
			if got := fmt.Sprint(a.field("details.field")); got != field && !strings.HasPrefix(got, "tags") {
				d.Errorf("%.60s blames %v, want %s", body, got, field)
			}
		}
		if total := d.do(http.MethodGet, "/knowledge", "").field("pagination.total"); total != 0.0 {
			d.Errorf("%v articles were stored", total)
		}
	})
}

func TestFilesAreImportedOnceHoweverOften(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		send := func(name, content string) answer {
			return d.uploadTo("/knowledge/import", d.creds.LiveKey, map[string]string{name: content}, "file")
		}
		wants := func(what string, a answer, created, updated, unchanged float64) {
			d.Helper()
			d.want(a, 200)
			if a.body["created"] != created || a.body["updated"] != updated || a.body["unchanged"] != unchanged {
				d.Errorf("%s: %s", what, a.raw)
			}
		}
		wants("a file", send("returns.md", "# Returns\n\nWithin 30 days."), 1, 0, 0)
		wants("the same file", send("returns.md", "# Returns\n\nWithin 30 days."), 0, 0, 1)
		wants("another text", send("returns.md", "# Returns\n\nWithin 14 days."), 0, 1, 0)
		var table strings.Builder
		table.WriteString("title,content,tags,published\n")
		for i := range 45 {
			fmt.Fprintf(&table, "Topic %d,Word%d is here.,a;b,%t\n", i, i, i != 7)
		}
		wants("a table", send("topics.csv", table.String()), 45, 0, 0)
		wants("the table again", send("other.csv", strings.Replace(table.String(), "Word3 ", "Changed3 ", 1)), 0, 1, 44)
		if got := d.answers("changed3 word4 word7"); len(got) != 2 {
			d.Errorf("the table's articles are found as %v", got)
		}
		for name, file := range map[string]string{
			"x.csv": "title,content\nfine,fine\nbad,\n", "y.csv": "title,content\nsame,a\nsame,b\n", "z.csv": "name\nx\n", "broken.csv": "title,content\n\"a",
			"empty.csv": "title,content\n", "nul.md": "a\x00b", "blank.md": " \n", "latin.md": "caf\xe9",
		} {
			a := send(name, file)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != "file" {
				d.Errorf("%s: %s", name, a.raw)
			}
		}
		d.refused(send("all.zip", "PK\x03\x04"), 415, UnsupportedMediaType)
		d.refused(send("page.html", "<p>x</p>"), 415, UnsupportedMediaType)
		if total := d.do(http.MethodGet, "/knowledge", "").field("pagination.total"); total != 46.0 {
			d.Errorf("%v articles, want 46", total)
		}
		d.refused(d.uploadTo("/knowledge/import", d.creds.LiveKey, map[string]string{"a.md": "x"}, "other"), 400, InvalidInput)
		d.refused(d.uploadTo("/knowledge/import", d.key(models.ScopeAdminRead), map[string]string{"a.md": "x"}, "file"), 403, Forbidden)
	})
}
