package assistantapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parley/server/surfacetest"
)

// step is one request of a guide, and what its reader goes on with. In path and body
// $name stands for a value that an earlier step kept.
type step struct {
	method, path, body string
	status             int
	// wants are fields that a client reads, with their values.
	wants map[string]any
	keeps map[string]string
	// builtin is in what the built-in engine answers, and told in what a model is asked with.
	builtin string
	told    []string
}

// anything is a value that only has to be there; nothing one that must not.
const anything, nothing = "<anything>", "<nothing>"

// begins is the request of a session.
func begins(name string) step {
	return step{
		method: http.MethodPost, path: "/api/sessions", status: 201, body: `{"name": "` + name + `", "assistantId": "$assistant"}`,
		wants: map[string]any{
			"message": "Session created successfully", "session.id": anything, "session.name": name, "session.assistantId": "$assistant",
			"session.status": "active", "session.messages": "[]", "session.createdAt": anything, "session.updatedAt": anything,
		},
		keeps: map[string]string{"session": "session.id"},
	}
}

// asks is the request of a chat; more stands in it after the input.
func asks(input, more, builtin string, told ...string) step {
	return step{
		method: http.MethodPost, path: "/api/chats", status: 201, body: `{"sessionId": "$session", "input": "` + input + `"` + more + `}`,
		wants: map[string]any{
			"message": "Chat created successfully", "chat.id": anything, "chat.sessionId": "$session", "chat.input": input,
			"chat.output.0.role": "assistant", "chat.output.0.content": anything, "chat.output.1": nothing,
			"chat.status": "active", "chat.cost": anything, "chat.createdAt": anything, "chat.updatedAt": anything,
		},
		builtin: builtin, told: append(told, input),
	}
}

// recalls is the request of a session's history, which is to hold these inputs.
func recalls(name string, inputs ...string) step {
	s := step{
		method: http.MethodGet, path: "/api/chats/session/$session", status: 200,
		wants: map[string]any{
			"message": anything, "session.id": "$session", "session.name": name, "session.status": "active", "session.assistantId": "$assistant",
			"session.createdAt": anything, "session.updatedAt": anything, fmt.Sprintf("session.messages.%d", 2*len(inputs)): nothing,
		},
	}
	for i, input := range inputs {
		question, reply := fmt.Sprintf("session.messages.%d.", 2*i), fmt.Sprintf("session.messages.%d.", 2*i+1)
		s.wants[question+"role"], s.wants[question+"content"] = "user", input
		s.wants[reply+"role"], s.wants[reply+"content"] = "assistant", anything
	}
	return s
}

const (
	original = "Hi, I need help with my TechFlow account"
	forgot   = "I forgot my password and can't log in"
	memory   = "What was my original question?"
	hours    = "What are your business hours?"
	crashes  = "My app keeps crashing when I try to export data"
)

// guide is what somebody does who follows the one that the surface keeps to, in its order.
var guide = []step{
	begins("Customer Support Session"),
	asks(original, "", "", "You are with the support of ."), // no variables yet
	asks(forgot, "", "you get a letter", original),
	asks(memory, "", original, original, forgot),
	recalls("Customer Support Session", original, forgot, memory),
	asks("I need help with my account", `, "assistantOverrides": {"variableValues": {"companyName": "TechFlow Solutions", `+
		`"serviceType": "software", "customerTier": "Premium"}}`, "", "support of TechFlow Solutions. What it is about: software. Tier: Premium"),
	begins("Customer Support"),
	asks("Hello, I need help", "", ""),
	asks("Tell me more", "", "", "Hello, I need help"),
	begins("Test Session"),
	asks(hours, "", "from nine to five"),
	asks(crashes, "", "Update the app", hours),
	asks("What was my first question?", "", hours, hours, crashes),
	recalls("Test Session", hours, crashes, "What was my first question?"),
}

// placeholder is a kept value in a step.
var placeholder = regexp.MustCompile(`\$[a-z]+`)

func TestTheGuideWorksFromItsFirstRequestToItsLast(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		for _, c := range b.callers() {
			c.knows(map[string]string{
				"Passwords": "Who forgot a password: choose Reset where you log in, and you get a letter.",
				"Hours":     "Our business hours are from nine to five.",
				"Crashes":   "When the app keeps crashing while you export data: Update the app, and try again.",
			})
			made := c.sends("/api/assistants", `{"name": "TechFlow Support", "firstMessage": "Hello!",`+
				`"systemPrompt": "You are with the support of {{companyName}}. What it is about: {{serviceType}}. Tier: {{customerTier}}"}`).want(201)
			kept := map[string]string{"assistant": made.text("id")}
			for _, s := range guide {
				c.follow(s, kept)
			}
		}
	})
}

// follow makes the request of a step, and looks at what comes of it.
func (c caller) follow(s step, kept map[string]string) {
	c.Helper()
	fill := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(name string) string { return kept[name[1:]] })
	}
	a := c.call(s.method, fill(s.path), fill(s.body), "x-api-key", c.key).want(s.status)
	for path, want := range s.wants {
		switch got := a.value(path); want {
		case anything:
			if got == nil || got == "" {
				c.Errorf("%s: %s is missing: %s", s.body, path, a.body)
			}
		case nothing:
			if got != nil {
				c.Errorf("%s: %s is there: %s", s.body, path, a.body)
			}
		default:
			if fmt.Sprint(got) != fill(fmt.Sprint(want)) {
				c.Errorf("%s: %s is %v, want %s", s.body, path, got, want)
			}
		}
	}
	for name, path := range s.keeps {
		kept[name] = a.text(path)
	}
	if c.key != c.Creds.LiveKey {
		if text := a.text("chat.output.0.content"); !strings.Contains(text, s.builtin) {
			c.Errorf("%s: the answer %q does not hold %q", s.body, text, s.builtin)
		}
		return
	}
	for _, part := range s.told {
		if !strings.Contains(c.heard(), part) {
			c.Errorf("%s: the model was not told %q: %s", s.body, part, c.last())
		}
	}
}

// heard is all the texts that the model was asked with last.
func (b *bench) heard() string {
	b.Helper()
	var asked any
	if err := json.Unmarshal([]byte(b.last()), &asked); err != nil {
		b.Fatal(err)
	}
	all := ""
	messages, _ := surfacetest.Value(asked, "messages").([]any)
	for _, m := range messages {
		text, _ := surfacetest.Value(m, "content").(string)
		all += text + "\n"
	}
	return all
}
