package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The house's measures: what fits on a screen is read, what does not is skipped.
const (
	fileLines     = 400
	functionLines = 60
	mostLines     = 30 // of nine functions in ten
	parameters    = 4  // after the context
)

// forbidden are words that no file of the project may have. They are put
// together here, since this file is one of them.
var forbidden = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`\b(` + "TO" + "DO|FIX" + "ME|X" + `XX)\b`), "finish it, or write an issue"},
	{regexp.MustCompile("/wo" + `rk/|/ro` + `ot/|/ho` + `me/\w`), "a path of one machine means nothing on another"},
}

// aliens are paths that only mean something beside the repository. The front
// end has a folder of that name.
var aliens = regexp.MustCompile(`\.\./sha` + "red")

// vague are names that say nothing about what is inside.
var vague = regexp.MustCompile(`^(utils?|common|helpers?|managers?|data|misc)$`)

// tally is what the measures over the whole tree are made of.
type tally struct {
	code, tests  int   // lines
	functions    []int // lines of each, without tests
	documented   map[string]bool
	undocumented map[string]bool
	found        []string
}

func (y *tally) complain(format string, values ...any) {
	y.found = append(y.found, fmt.Sprintf(format, values...))
}

// words looks at any file's text.
func (y *tally) words(name, text string) {
	for number, line := range strings.Split(text, "\n") {
		for _, word := range forbidden {
			if found := word.pattern.FindString(line); found != "" {
				y.complain("%s:%d has %q: %s", name, number+1, found, word.reason)
			}
		}
		if aliens.MatchString(line) && !strings.HasPrefix(name, "static/") {
			y.complain("%s:%d speaks of a file outside the repository", name, number+1)
		}
	}
	if base, _, _ := strings.Cut(path.Base(name), "."); vague.MatchString(base) {
		y.complain("%s: the name does not say what is inside", name)
	}
}

// source looks at a Go file.
func (y *tally) source(name, text string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.ParseComments)
	if err != nil {
		return err
	}
	if ast.IsGenerated(file) {
		y.documented[path.Dir(name)] = true // its generator's comment is enough
		return nil
	}
	lines := strings.Count(text, "\n")
	if lines > fileLines {
		y.complain("%s has %d lines, at most %d are allowed", name, lines, fileLines)
	}
	if vague.MatchString(file.Name.Name) {
		y.complain("%s: package %s does not say what is inside", name, file.Name.Name)
	}
	isTest := strings.HasSuffix(name, "_test.go")
	if isTest {
		y.tests += lines
		y.testCalls(files, file)
	} else {
		y.code += lines
		y.packageComment(path.Dir(name), file)
	}
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			y.function(files, function, isTest)
		}
	}
	return nil
}

func (y *tally) packageComment(folder string, file *ast.File) {
	if file.Doc != nil {
		y.documented[folder] = true
	} else {
		y.undocumented[folder] = true
	}
}

func (y *tally) function(files *token.FileSet, function *ast.FuncDecl, isTest bool) {
	at := files.Position(function.Pos())
	lines := files.Position(function.End()).Line - at.Line + 1
	if lines > functionLines {
		y.complain("%s: %s has %d lines, at most %d are allowed", at, function.Name.Name, lines, functionLines)
	}
	if isTest {
		return
	}
	y.functions = append(y.functions, lines)
	if n := parametersAfterContext(function.Type.Params); n > parameters {
		y.complain("%s: %s takes %d parameters after the context, at most %d are allowed: make them a struct", at, function.Name.Name, n, parameters)
	}
}

func parametersAfterContext(list *ast.FieldList) int {
	n := list.NumFields()
	if n == 0 {
		return 0
	}
	first, ok := list.List[0].Type.(*ast.SelectorExpr)
	if ok && first.Sel.Name == "Context" {
		n--
	}
	return n
}

// testCalls looks for calls that no test may make.
func (y *tally) testCalls(files *token.FileSet, file *ast.File) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		callee, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, _ := callee.X.(*ast.Ident)
		switch name := callee.Sel.Name; {
		case of != nil && of.Name == "time" && name == "Sleep":
			y.complain("%s: a test must not sleep: wait for a signal, or poll with a deadline", files.Position(call.Pos()))
		case of != nil && (name == "Skip" || name == "Skipf" || name == "SkipNow"):
			y.complain("%s: a skipped test proves nothing: make what it needs available, or fail", files.Position(call.Pos()))
		}
		return true
	})
}

// complaints are all that was found, with those over the whole tree.
func (y *tally) complaints() []string {
	for folder := range y.undocumented {
		if !y.documented[folder] {
			y.complain("package %s has no package comment", folder)
		}
	}
	long := 0
	for _, lines := range y.functions {
		if lines > mostLines {
			long++
		}
	}
	if long*10 > len(y.functions) {
		y.complain("%d of %d functions have over %d lines, at most one in ten may", long, len(y.functions), mostLines)
	}
	if y.tests < y.code {
		y.complain("%d lines of tests for %d lines of code: there must be at least as many", y.tests, y.code)
	}
	slices.Sort(y.found)
	return y.found
}

func newTally() *tally {
	return &tally{documented: map[string]bool{}, undocumented: map[string]bool{}}
}

var (
	strangers = []string{".git", ".tools", "bin", "dist", "node_modules", "data", ".vite"}
	written   = []string{".go", ".ts", ".tsx", ".mjs", ".js", ".css", ".html", ".sql", ".yaml", ".yml", ".md", ".mod"}
	unnamed   = []string{"Makefile", "Dockerfile", ".gitignore", ".dockerignore"}
)

// walk gives every file that people write to the tally.
func (y *tally) walk(root string) error {
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(strangers, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		script := filepath.Dir(relative) == ".ci"
		if !script && !slices.Contains(written, filepath.Ext(name)) && !slices.Contains(unnamed, entry.Name()) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		y.words(relative, string(text))
		if filepath.Ext(name) == ".go" {
			return y.source(relative, string(text))
		}
		return nil
	})
}

func TestTheHouseKeepsItsMeasures(t *testing.T) {
	t.Parallel()
	y := newTally()
	if err := y.walk(repository(t)); err != nil {
		t.Fatal(err)
	}
	if len(y.functions) == 0 {
		t.Fatal("no function was found")
	}
	for _, complaint := range y.complaints() {
		t.Error(complaint)
	}
}

func TestTheMeasuresNoticeEachBreach(t *testing.T) {
	t.Parallel()
	lines := func(n int) string { return strings.Repeat("\t_ = 0\n", n) }
	tests := []struct{ name, text, want string }{
		{"x/long.go", "// Package x.\npackage x\n" + strings.Repeat("\n", 400), "402 lines"},
		{"x/long.go", "// Package x.\npackage x\nfunc f() {\n" + lines(59) + "}\n", "f has 61 lines"},
		{"x/many.go", "// Package x.\npackage x\nfunc f(ctx context.Context, a, b, c, d, e int) {}\n", "takes 5 parameters"},
		{"x/bare.go", "package x\n", "no package comment"},
		{"x/util.go", "// Package x.\npackage x\n", "does not say"},
		{"x/x.go", "// Package helpers.\npackage helpers\n", "does not say"},
		{"x/x_test.go", "package x\nfunc f() { time.Sleep(1) }\n", "must not sleep"},
		{"x/x_test.go", "package x\nfunc f() { t.Skipf(\"no\") }\n", "skipped test"},
		{"x/x.go", "// Package x. TO" + "DO: all\npackage x\n", "finish it"},
		{"x/x.go", "// Package x in /wo" + "rk/main.\npackage x\n", "one machine"},
		{"x/x.go", "// Package x, see ../sha" + "red/x.\npackage x\n", "outside the repository"},
		{"x/untested.go", "// Package x.\npackage x\n", "0 lines of tests"},
		{"x/longish.go", "// Package x.\npackage x\nfunc f() {\n" + lines(30) + "}\n", "1 of 1 functions"},
	}
	for _, test := range tests {
		y := newTally()
		y.words(test.name, test.text)
		if err := y.source(test.name, test.text); err != nil {
			t.Errorf("%q: %v", test.text, err)
		}
		if found := strings.Join(y.complaints(), "\n"); !strings.Contains(found, test.want) {
			t.Errorf("%s: want %q, got %q", test.name, test.want, found)
		}
	}
}

func TestTheMeasuresHaveNothingAgainstAGoodFile(t *testing.T) {
	t.Parallel()
	y := newTally()
	good := "// Package x does x.\npackage x\n\nfunc f(ctx context.Context, a, b, c, d int) { time.Sleep(1) }\n"
	for name, text := range map[string]string{
		"x/x.go":      good,
		"x/other.go":  "package x\n",
		"x/x_test.go": "package x\n" + strings.Repeat("\n", 20),
		"x/api.go":    "// Code generated by x. DO NOT EDIT.\n\npackage x\n" + strings.Repeat("\n", 500),
	} {
		y.words(name, text)
		if err := y.source(name, text); err != nil {
			t.Fatal(err)
		}
	}
	y.words("static/src/x.ts", `import { x } from "../sha`+`red/x";`)
	if found := y.complaints(); len(found) != 0 {
		t.Errorf("got %q", found)
	}
}
