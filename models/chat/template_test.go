package chat_test

import (
	"testing"

	"parley/models/chat"
)

func TestTemplatesAreFilledOnce(t *testing.T) {
	t.Parallel()
	values := map[string]string{"a": "{{b}}", "b": "B", "long.name-1": "yes", "dollar": "$1 ${a} %s"}
	for template, want := range map[string]string{
		"{{a}} {{ b }}{{unknown}}!":             "{{b}} B!",
		"{{long.name-1}}":                       "yes",
		"{{dollar}}":                            "$1 ${a} %s",
		"{{constructor.constructor('x')()}}":    "{{constructor.constructor('x')()}}",
		"{{__proto__}} {{constructor}}":         " ",
		"${7*7} %s {b} {{}} {{1a}} {{ {{b}} }}": "${7*7} %s {b} {{}} {{1a}} {{ B }}",
		"{{a":                                   "{{a",
	} {
		if got := chat.Render(template, values); got != want {
			t.Errorf("%q became %q, not %q", template, got, want)
		}
	}
}
