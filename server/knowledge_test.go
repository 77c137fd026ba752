package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles makes files below a folder.
func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// importing runs the command beside whatever else runs, and gives what it did.
func importing(t *testing.T, cfg Config) func(args ...string) imported {
	return func(args ...string) imported {
		t.Helper()
		code, out, problem := commandLine(t, append(append([]string{"knowledge", "import", "--json"}, args...), flags(cfg)...)...)
		var done imported
		if err := json.Unmarshal([]byte(out), &done); err != nil || code != exitOK {
			t.Fatalf("%q: code %d, %v: %s%s", args, code, err, out, problem)
		}
		return done
	}
}

func TestAFolderOfArticlesIsImportedBesideARunningServer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SecretKey = goodSecret
		n := start(t, cfg)
		first := n.firstRun()
		folder := t.TempDir()
		writeFiles(t, folder, map[string]string{
			"returns.md": "# Returns\n\nWithin 30 days.", "shipping/norway.md": "Three days.", "more.csv": "title,content\nFees,None\n",
			"photo.png": "no text", "notes.md.bak": "old",
		})
		if err := os.Symlink("/etc/hostname", filepath.Join(folder, "link.txt")); err != nil {
			t.Fatal(err)
		}
		run := importing(t, cfg)
		if done := run(folder); done != (imported{Created: 3}) {
			t.Errorf("the first import: %+v", done)
		}
		writeFiles(t, folder, map[string]string{"returns.md": "# Returns\n\nWithin 14 days."})
		if done := run("--account="+first.AccountID, folder); done != (imported{Updated: 1, Unchanged: 2}) {
			t.Errorf("the second import: %+v", done)
		}
		if done := run(filepath.Join(folder, "returns.md")); done != (imported{Unchanged: 1}) {
			t.Errorf("one file of it: %+v", done)
		}
		list := n.get("/v2/knowledge?search=14+days", "X-API-Key", first.LiveKey)
		if !strings.Contains(list.text, `"source":"`+filepath.Base(folder)+`/returns.md (`) || !strings.Contains(list.text, `"total":1`) {
			t.Errorf("the articles are %s", list.text)
		}
	})
}

// TestTwoFilesAreTwoArticles has folders whose files have the same names, and files that are
// come by in several ways.
func TestTwoFilesAreTwoArticles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SecretKey = goodSecret
		n := start(t, cfg)
		first, folder := n.firstRun(), t.TempDir()
		writeFiles(t, folder, map[string]string{
			"help/en/returns.md": "# Returns\n\nYou have 30 days.", "help/de/returns.md": "# Rueckgabe\n\n30 Tage.", "help/fees.csv": "title,content\nFees,None.\n",
			"shop/help/en/returns.md": "# Returns\n\nSend it to the shop.", "shop/help/fees.csv": "title,content\nFees,Some.\n", "shop/help/notes.md": "---\nsource: handbook\n---\nOne.",
			"shop/help/more.md": "---\nsource: handbook\n---\nTwo.",
		})
		if err := os.Symlink(filepath.Join(folder, "help"), filepath.Join(folder, "linked")); err != nil {
			t.Fatal(err)
		}
		run, in := importing(t, cfg), func(path string) string { return filepath.Join(folder, filepath.FromSlash(path)) }
		// As imports of folders named it once.
		old := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"returns.md\"\r\n\r\n# Returns\n\nYou have 30 days.\r\n--x--\r\n"
		if got := n.call(http.MethodPost, "/v2/knowledge/import", old, "X-API-Key", first.LiveKey, "Content-Type", "multipart/form-data; boundary=x"); got.StatusCode != http.StatusOK {
			t.Fatal(got.text)
		}
		for i, step := range []struct {
			args []string
			want imported
		}{
			{[]string{in("help/de")}, imported{Created: 1}}, {[]string{in("help/en")}, imported{Unchanged: 1}}, {[]string{in("help/en/returns.md")}, imported{Unchanged: 1}},
			{[]string{in("help")}, imported{Created: 1, Unchanged: 2}}, {[]string{in("linked")}, imported{Unchanged: 3}}, {[]string{in("help/fees.csv")}, imported{Unchanged: 1}},
			{[]string{in("shop/help")}, imported{Created: 4}}, {[]string{folder}, imported{Unchanged: 7}},
			{[]string{"--as=docs", in("help")}, imported{Unchanged: 3}}, {[]string{"--as=docs", in("shop/help")}, imported{Updated: 2, Unchanged: 2}},
		} {
			if done := run(step.args...); done != step.want {
				t.Errorf("import %d: %+v, want %+v", i, done, step.want)
			}
		}
	})
}

func TestAnImportThatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.SecretKey = goodSecret
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"bad/a.md": "fine", "bad/b.csv": "title\nx\n", "good/a.md": "fine", "empty/a.png": "x", "blank/a.md": " "})
	if code, _, problem := commandLine(t, append([]string{"init"}, flags(cfg)...)...); code != exitOK {
		t.Fatal(problem)
	}
	for path, says := range map[string]string{
		"bad": "b.csv: The first row", "empty": "no Markdown or CSV", "missing": "no such file", "bad/b.csv": "The first row", "empty/a.png": "must be Markdown",
		"blank": `Article 1 ("a", a.md): The content has`,
	} {
		code, out, problem := commandLine(t, append([]string{"knowledge", "import", filepath.Join(folder, path)}, flags(cfg)...)...)
		if code != exitUsage || out != "" || !strings.Contains(problem, says) || strings.Count(problem, "\n") != 1 {
			t.Errorf("%s: code %d, %q, %q", path, code, out, problem)
		}
	}
	good := filepath.Join(folder, "good")
	for account, says := range map[string]string{"me": "begins with org_", "org_01h455vb4pex5vsknk084sn02q": "There is no account"} {
		code, _, problem := commandLine(t, append([]string{"knowledge", "import", "--account=" + account, good}, flags(cfg)...)...)
		if code != exitUsage || !strings.Contains(problem, says) {
			t.Errorf("%s: code %d, %q", account, code, problem)
		}
	}
	if code, out, problem := commandLine(t, append([]string{"knowledge", "import", good}, flags(cfg)...)...); code != exitOK || !strings.Contains(out, "1 articles created") {
		t.Errorf("code %d, %q, %q", code, out, problem)
	}
}
