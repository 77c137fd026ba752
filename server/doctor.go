package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/models/store"
	"parley/realtime"
	"parley/server/files"
)

// doctorTimeout bounds each examination.
const doctorTimeout = 10 * time.Second

// doctorCommand examines the settings and every service they name.
type doctorCommand struct{}

// errUnwell is the end of an examination that found something.
var errUnwell = errors.New("something is to be fixed")

// examination is one thing to look at. look returns what it found, or what is wrong;
// cure says what to do then.
type examination struct {
	name string
	look func(ctx context.Context) (string, error)
	cure string
}

// Run implements the command.
func (doctorCommand) Run(ctx context.Context, cfg Config, con console) error {
	s, err := cfg.settings()
	if err != nil {
		return err
	}
	unwell := false
	for _, e := range examinations(s) {
		found, err := e.examine(ctx)
		if err != nil {
			unwell = true
			found = fmt.Sprintf("%v\n%8sFix: %s", err, "", e.cure)
		}
		if _, err := fmt.Fprintf(con.out, "%-4s  %-10s %s\n", verdict(err), e.name, found); err != nil {
			return err
		}
	}
	for _, w := range s.warnings {
		if _, err := fmt.Fprintf(con.out, "%-4s  %-10s %s\n", "note", "Settings", w); err != nil {
			return err
		}
	}
	if unwell {
		return errUnwell
	}
	return nil
}

func (e examination) examine(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	return e.look(ctx)
}

func verdict(err error) string {
	if err != nil {
		return "FAIL"
	}
	return "ok"
}

func examinations(s settings) []examination {
	return slices.Concat([]examination{
		{"Settings", func(context.Context) (string, error) { return "every value can be read", nil }, ""},
		{"Secret", s.examineSecret, "set SECRET_KEY, or let this user read and write the folder " + s.folder},
		{"Database", s.examineDatabase, "check DATABASE_URL, that the server runs, and that this user may connect"},
		{"Redis", s.examineRedis, "check REDIS_URL and that the server runs; or leave it empty on a single node"},
		{"Files", s.examineFiles, "check STORAGE_URL, the bucket or folder, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
		{"Mail", s.examineMail, "check SMTP_URL and that the server runs; or leave it empty"},
		{"Model", s.examineModel, "check OPENAI_BASE_URL (most end in /v1), OPENAI_API_KEY, and that this machine reaches the server; or leave both empty"},
		{"Port", s.examinePort, "stop what listens there (if it is Parley, all is well), or set another PORT"},
	}, s.channels.examinations())
}

func (s settings) examineSecret(context.Context) (string, error) {
	if s.secret != "" {
		return "given by SECRET_KEY", nil
	}
	name := filepath.Join(s.folder, secretFile)
	info, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) {
		return name + " is made at the first start", nil
	}
	if err != nil {
		return "", err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others (mode %o): chmod 600 it", name, mode)
	}
	_, err = readSecret(name)
	return name, err
}

func (s settings) examineDatabase(ctx context.Context) (found string, err error) {
	opened, err := openStore(ctx, s, store.Options{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	if err := opened.Ping(ctx); err != nil {
		return "", err
	}
	steps, err := opened.MigrationStatus(ctx)
	if err != nil {
		return "", err
	}
	pending := 0
	for _, m := range steps {
		if m.AppliedAt.IsZero() {
			pending++
		}
	}
	if pending > 0 {
		return fmt.Sprintf("%s answers; %d migrations are applied at the next start", opened.Dialect(), pending), nil
	}
	return opened.Dialect() + " answers, its tables are up to date", nil
}

func (s settings) examineRedis(ctx context.Context) (string, error) {
	if s.redis == "" {
		return "none: this node is alone", nil
	}
	client, err := realtime.NewRedisClient(s.redis)
	if err != nil {
		return "", err
	}
	return "answers", errors.Join(client.Ping(ctx).Err(), client.Close())
}

func (s settings) examineFiles(ctx context.Context) (string, error) {
	opened, err := files.Open(s.place, s.credentials)
	if err != nil {
		return "", err
	}
	return "a file was written, read and deleted", errors.Join(opened.Check(ctx), opened.Close())
}

// modelsBytes is how much of a model server's list is read: some have hundreds.
const modelsBytes = 8 << 20

// examineModel asks the model server what models it has. A name that it does not list is
// no mistake for sure: some servers know others by short names.
func (s settings) examineModel(ctx context.Context) (string, error) {
	if s.model.BaseURL == "" {
		return "none: the built-in engine answers for assistants", nil
	}
	listed, err := s.listModels(ctx)
	if err != nil {
		return "", err
	}
	if !slices.Contains(listed, s.model.Model) {
		return fmt.Sprintf("answers, and does not list %q: see whether OPENAI_MODEL is right", s.model.Model), nil
	}
	return "answers, and has " + s.model.Model, nil
}

func (s settings) listModels(ctx context.Context) ([]string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(s.model.BaseURL, "/")+"/models", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("build a request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+s.model.Key)
	// The key goes where the operator said, and nowhere else.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the model server cannot be reached: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read from
	return readModels(response)
}

func readModels(response *http.Response) ([]string, error) {
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, fmt.Errorf("the model server refuses OPENAI_API_KEY (%d)", response.StatusCode)
	case http.StatusNotFound:
		return nil, errors.New("there is no list of models below OPENAI_BASE_URL (404)")
	default:
		return nil, fmt.Errorf("the model server answers %d", response.StatusCode)
	}
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, modelsBytes)).Decode(&list); err != nil {
		return nil, fmt.Errorf("what answers at OPENAI_BASE_URL is no model server: %w", err)
	}
	names := make([]string, len(list.Data))
	for i, m := range list.Data {
		names[i] = m.ID
	}
	return names, nil
}

func (s settings) examinePort(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return "", err
	}
	return s.listen + " is free", listener.Close()
}
