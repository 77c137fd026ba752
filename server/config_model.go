package main

import (
	"strings"

	"parley/server/assistant"
)

// defaultModel answers where nobody names another.
const defaultModel = "gpt-4o-mini"

// model reads where the assistants' model is. It needs address and key: with one of them
// alone, people would wonder who answers.
func (r *reader) model(c Config) assistant.UpstreamOptions {
	if c.OpenAIBaseURL == "" && c.OpenAIKey == "" {
		return assistant.UpstreamOptions{}
	}
	if !isBaseURL(c.OpenAIBaseURL) {
		r.refuse("OPENAI_BASE_URL", redacted(c.OpenAIBaseURL), "http(s)://HOST/v1 with OPENAI_API_KEY")
	}
	switch {
	case c.OpenAIKey == "":
		r.refuseSecret("OPENAI_API_KEY", "the key of OPENAI_BASE_URL")
	case !isWord(c.OpenAIKey): // no header could carry it
		r.refuseSecret("OPENAI_API_KEY", "the key alone, without blanks or line ends")
	}
	if c.OpenAIModel != "" && !isWord(c.OpenAIModel) {
		r.refuse("OPENAI_MODEL", c.OpenAIModel, "the name of a model, without blanks or line ends")
	}
	return assistant.UpstreamOptions{BaseURL: c.OpenAIBaseURL, Key: c.OpenAIKey, Model: or(c.OpenAIModel, defaultModel)}
}

// isWord says whether text is of printable ASCII alone, without blanks.
func isWord(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
