package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// check runs a script of .ci in the folder and returns whether it was content,
// and what it printed.
func check(t *testing.T, folder, script string, args ...string) (content bool, printed string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(repository(t), ".ci", script), args...)
	if filepath.Ext(script) == ".mjs" {
		cmd = exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(repository(t), ".ci", script)}, args...)...)
	}
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	return err == nil, string(out)
}

func TestTheGoTestRunIsRefusedUnlessEveryTestPasses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		content    bool
		printed    string
	}{
		{"passes", `t.Log("quiet")`, true, "1 passed, 0 failed, 0 skipped"},
		{"skips", `t.Skip("no browser here")`, false, "no browser here"},
		{"fails", `t.Error("wrong sum")`, false, "wrong sum"},
		{"panics", `panic("out of range")`, false, "out of range"},
		{"does not build", `undefined()`, false, "undefined: undefined"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, text := range map[string]string{
				"go.mod":    "module sample\n\ngo 1.26\n",
				"x_test.go": "package sample\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) { " + test.body + " }\n",
			} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			content, printed := check(t, folder, "gotest.mjs", "./...")
			if content != test.content || !strings.Contains(printed, test.printed) {
				t.Errorf("content %t, printed:\n%s", content, printed)
			}
			if test.content && !strings.Contains(printed, "ok  \tsample") {
				t.Errorf("the closing line is missing:\n%s", printed)
			}
			if strings.Contains(printed, "quiet") {
				t.Errorf("the output of a passing test is noise:\n%s", printed)
			}
		})
	}
}

func TestTheFrontEndTestRunIsRefusedUnlessEveryTestPasses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script string
		content      bool
	}{
		{"vitest passes", `echo " Test Files  3 passed (3)"; echo "      Tests  12 passed (12)"`, true},
		{"vitest skips", `echo "      Tests  12 passed | 1 skipped (13)"`, false},
		{"vitest leaves to do", `echo "      Tests  12 passed | 1 to` + `do (13)"`, false},
		{"vitest finds nothing", `echo "No test files found"`, false},
		{"node passes", `echo "# pass 4"; echo "# skipped 0"`, true},
		{"node skips", `echo "# pass 4"; echo "# skipped 1"`, false},
		{"node's other reporter skips", `echo "ℹ pass 4"; echo "ℹ skipped 2"`, false},
		{"node is cancelled", `echo "# pass 4"; echo "# cancelled 1"`, false},
		{"node runs none", `echo "# pass 0"; echo "# skipped 0"`, false},
		{"the runner fails", `echo "# pass 4"; exit 1`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if content, printed := check(t, t.TempDir(), "noskip", "sh", "-c", test.script); content != test.content {
				t.Errorf("content %t, printed:\n%s", content, printed)
			}
		})
	}
}
