package main

import (
	"net/url"

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
	u, err := url.Parse(c.OpenAIBaseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		r.refuse("OPENAI_BASE_URL", redacted(c.OpenAIBaseURL), "http(s)://HOST/v1 with OPENAI_API_KEY")
	}
	if c.OpenAIKey == "" {
		r.refuseSecret("OPENAI_API_KEY", "the key of OPENAI_BASE_URL")
	}
	return assistant.UpstreamOptions{BaseURL: c.OpenAIBaseURL, Key: c.OpenAIKey, Model: or(c.OpenAIModel, defaultModel)}
}
