package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// modelServer answers the list of models, to who has the key, as a test says.
func modelServer(t *testing.T, status int, body string) (baseURL string, asked func() string) {
	t.Helper()
	seen := make(chan string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Method + " " + r.URL.RequestURI() + " " + r.Header.Get("Authorization")
		switch {
		case r.Header.Get("Authorization") != "Bearer sk-hunter2":
			w.WriteHeader(http.StatusUnauthorized)
			return
		case status == http.StatusFound:
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body) // the test sees what did not come
	}))
	t.Cleanup(server.Close)
	return server.URL, func() string {
		select {
		case request := <-seen:
			return request
		default:
			return ""
		}
	}
}

// lookAtModel is the examination of the model server.
func lookAtModel(t *testing.T, cfg Config) (string, error) {
	t.Helper()
	s, err := cfg.settings()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examinations(s) {
		if e.name == "Model" {
			return e.examine(t.Context())
		}
	}
	t.Fatal("the doctor does not look at the model server")
	return "", nil
}

const threeModels = `{"object":"list","data":[{"id":"gpt-4o-mini","object":"model"},{"id":"large"},{"id":"llama3:latest"}]}`

func TestTheDoctorAsksTheModelServerForItsModels(t *testing.T) {
	t.Parallel()
	base, asked := modelServer(t, http.StatusOK, threeModels)
	for model, want := range map[string]string{
		"":       "answers, and has gpt-4o-mini",
		"large":  "answers, and has large",
		"llama3": `answers, and does not list "llama3": see whether OPENAI_MODEL is right`,
	} {
		found, err := lookAtModel(t, Config{OpenAIBaseURL: base + "/v1/", OpenAIKey: "sk-hunter2", OpenAIModel: model})
		if err != nil || found != want {
			t.Errorf("%q: found %q, %v, want %q", model, found, err, want)
		}
		if got := asked(); got != "GET /v1/models Bearer sk-hunter2" {
			t.Errorf("the server was asked %q", got)
		}
	}
	if found, err := lookAtModel(t, Config{}); err != nil || !strings.HasPrefix(found, "none: ") {
		t.Errorf("without a server: %q, %v", found, err)
	}
}

func TestTheDoctorSaysWhatIsWrongWithTheModelServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status    int
		body, key string
		want      string
	}{
		"another key":    {http.StatusOK, threeModels, "sk-hunter2-stale", "refuses OPENAI_API_KEY (401)"},
		"a key too weak": {http.StatusForbidden, "", "sk-hunter2", "refuses OPENAI_API_KEY (403)"},
		"another path":   {http.StatusNotFound, "", "sk-hunter2", "no list of models below OPENAI_BASE_URL (404)"},
		"a page":         {http.StatusOK, "<!doctype html><title>Log in</title>", "sk-hunter2", "no model server"},
		"nothing":        {http.StatusOK, "", "sk-hunter2", "no model server"},
		"another list":   {http.StatusOK, `["large"]`, "sk-hunter2", "no model server"},
		"half a list":    {http.StatusOK, `{"data":[{"id":"la`, "sk-hunter2", "no model server"},
		"no health":      {http.StatusBadGateway, "sk-hunter2", "sk-hunter2", "the model server answers 502"},
		"a redirect":     {http.StatusFound, "", "sk-hunter2", "the model server answers 302"},
	} {
		base, asked := modelServer(t, c.status, c.body)
		found, err := lookAtModel(t, Config{OpenAIBaseURL: base + "/v1", OpenAIKey: c.key})
		if err == nil || !strings.Contains(err.Error(), c.want) || found != "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %q, %v, want %q", name, found, err, c.want)
		}
		if first, second := asked(), asked(); first == "" || second != "" {
			t.Errorf("%s: asked %q, then %q", name, first, second)
		}
	}
}

func TestAModelServerThatIsAwayIsToldWithACure(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	code, out, problem := commandLine(t, "doctor", "--secret-key="+goodSecret, "--listen-addr=127.0.0.1:0",
		"--database-url=sqlite://"+folder+"/chat.db", "--storage-url=file://"+folder+"/files",
		"--openai-base-url=http://"+nobody(t)+"/v1", "--openai-api-key=sk-hunter2")
	_, found, failed := strings.Cut(out, "FAIL  Model")
	if code != exitFailure || !failed || strings.Contains(out+problem, "hunter2") {
		t.Fatalf("code %d:\n%s%s", code, out, problem)
	}
	for _, word := range []string{"the model server cannot be reached", "Fix: ", "OPENAI_BASE_URL", "OPENAI_API_KEY"} {
		if !strings.Contains(found, word) {
			t.Errorf("%q is not said in:\n%s", word, out)
		}
	}
	if strings.Count(out, "FAIL") != 1 {
		t.Errorf("something else is wrong:\n%s", out)
	}
}
