package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"parley/models/store/storetest"
)

func TestAVisitorAndAnAgentTalk(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		p := n.firstRun()
		begun := n.call(http.MethodPost, "/api/v1/chat/conversations",
			`{"name":"Jane","email":"jane@example.com","message":"Hello?","visitor_token":"secret of jane"}`, "X-API-Key", p.SiteKey)
		if begun.StatusCode != http.StatusCreated {
			t.Fatalf("start: %d %s", begun.StatusCode, begun.text)
		}
		list := n.get("/v2/conversations?status=open", "Authorization", "Bearer "+p.LiveKey)
		rows, _ := list.json("data").([]any)
		if list.StatusCode != http.StatusOK || len(rows) != 1 {
			t.Fatalf("list: %d %s", list.StatusCode, list.text)
		}
		id, _ := rows[0].(map[string]any)["id"].(string)
		said := n.call(http.MethodPost, "/v2/conversation/"+id+"/message", `{"content":"Hi Jane"}`, "X-API-Key", p.LiveKey)
		if said.StatusCode != http.StatusCreated {
			t.Fatalf("answer: %d %s", said.StatusCode, said.text)
		}
		heard := n.get("/api/v1/chat/conversations/secret%20of%20jane/messages", "X-API-Key", p.SiteKey)
		if heard.StatusCode != http.StatusOK || !strings.Contains(heard.text, `"body":"Hi Jane"`) || !strings.Contains(heard.text, `"seq":2`) {
			t.Errorf("the visitor reads %d %s", heard.StatusCode, heard.text)
		}
		if strings.Contains(n.log.String(), "secret of jane") || strings.Contains(n.log.String(), "secret%20of") {
			t.Errorf("the visitor's token is in the log:\n%s", n.log)
		}
	})
}

func TestTheFirstStartKeepsCredentialsInAFileOfItsUserAndLogsThePlace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		name := filepath.Join(cfg.Folder, firstRunFile)
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v: want mode 0600", info, err)
		}
		p := n.firstRun()
		if !strings.Contains(n.log.String(), name) {
			t.Errorf("the place is not logged:\n%s", n.log)
		}
		for _, secret := range []string{p.Password, p.LiveKey, p.TestKey, p.InboxKey} {
			if secret == "" || strings.Contains(n.log.String(), secret) || strings.Contains(n.out.String(), secret) {
				t.Errorf("%q is empty, logged or printed", secret)
			}
		}
		n.finish()
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		again := start(t, cfg)
		if _, err := os.Stat(name); err == nil {
			t.Error("the second start made an account too")
		}
		if again.get("/v2/users", "X-API-Key", p.LiveKey).StatusCode != http.StatusOK {
			t.Error("the first key is no good after a restart")
		}
	})
}

func TestAPersonAtATerminalSeesTheCredentialsOnce(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	n := startAt(t, cfg, true)
	n.finish()
	shown := n.out.String()
	for _, word := range []string{
		"Dashboard", "http://localhost:0/app", "owner@example.com", "Password", "pk_live_", "sk_live_", "sf_live_v1_", "pk_test_", "sk_test_",
		`<script src="http://localhost:0/widget.js" data-site-key="pk_live_`,
	} {
		if !strings.Contains(shown, word) {
			t.Errorf("%q is not shown:\n%s", word, shown)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.Folder, firstRunFile)); err == nil {
		t.Error("the credentials lie in a file too")
	}
	if again := startAt(t, cfg, true); again.out.String() != "" {
		t.Errorf("the second start shows %s", again.out)
	}
}

func TestCredentialsThatCannotBeKeptAreShownRatherThanLost(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.SecretKey = goodSecret
	blocker := filepath.Join(t.TempDir(), "blocker")
	if err := os.WriteFile(blocker, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Folder = filepath.Join(blocker, "no folder can be here")
	out := &transcript{}
	app, err := New(t.Context(), cfg, console{out: out, err: &transcript{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	if err := app.Run(t.Context()); err == nil || !strings.Contains(out.String(), "sk_live_") {
		t.Errorf("run: %v; shown: %s", err, out)
	}
}

func TestOfNodesThatStartAtOnceOnAnEmptyDatabaseOneMakesTheAccount(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		const nodes = 4
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			files int
		)
		for i := range nodes {
			mine := cfg
			mine.Folder = filepath.Join(cfg.Folder, fmt.Sprint(i))
			mine.SecretKey = goodSecret
			wg.Go(func() {
				app, err := New(t.Context(), mine, console{out: &transcript{}, err: &transcript{}})
				if err != nil {
					t.Errorf("node %d: %v", i, err)
					return
				}
				defer func() { _ = app.Close() }()
				if err := app.welcome(t.Context()); err != nil {
					t.Errorf("node %d: %v", i, err)
				}
				if _, err := os.Stat(filepath.Join(mine.Folder, firstRunFile)); err == nil {
					mu.Lock()
					files++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if files != 1 {
			t.Errorf("%d nodes made a first account, want 1", files)
		}
	})
}

func TestAccountsAndKeysAreMadeBesideARunningServer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SecretKey = goodSecret
		n := start(t, cfg)
		first := n.firstRun()
		code, out, problem := commandLine(t, append([]string{"init", "--json", "--account=Second", "--email=me@second.example", "--password=correct horse",
			"--public-url=https://chat.second.example"}, flags(cfg)...)...)
		var second map[string]string
		if err := json.Unmarshal([]byte(out), &second); err != nil || code != exitOK {
			t.Fatalf("code %d, %v: %s%s", code, err, out, problem)
		}
		if len(second) != 10 || second["email"] != "me@second.example" || second["password"] != "correct horse" ||
			second["dashboard_url"] != "https://chat.second.example/app" || !strings.HasPrefix(second["account_id"], "org_") ||
			second["snippet"] != `<script src="https://chat.second.example/widget.js" data-site-key="`+second["site_key"]+`" async></script>` {
			t.Errorf("init printed %s", out)
		}
		for name, want := range map[string]int{"live_key": 200, "test_key": 200, "inbox_key": 401} {
			if status := n.get("/v2/users", "X-API-Key", second[name]).StatusCode; status != want {
				t.Errorf("%s: status %d", name, status)
			}
		}
		for _, name := range []string{"site_key", "test_site_key"} {
			if status := n.get("/api/v1/chat/config", "X-API-Key", second[name]).StatusCode; status != 200 {
				t.Errorf("%s: status %d", name, status)
			}
		}
		testKeys(t, n, cfg, first, second["account_id"])
	})
}

// testKeys makes keys of both accounts beside the server and uses them.
func testKeys(t *testing.T, n *node, cfg Config, first printout, second string) {
	t.Helper()
	create := append([]string{"key", "create", "--json"}, flags(cfg)...)
	if code, _, problem := commandLine(t, create...); code != exitUsage || !strings.Contains(problem, "--account") {
		t.Errorf("no account of two was named: code %d, %s", code, problem)
	}
	for _, c := range []struct {
		args   []string
		prefix string
		users  int
		list   int
	}{
		{[]string{"--account=" + first.AccountID}, "sk_live_", 200, 200},
		{[]string{"--account=" + second, "--test", "--name=CI"}, "sk_test_", 200, 200},
		{[]string{"--account=" + second, "--scopes=contacts:read,admin:read"}, "sk_live_", 200, 403},
		{[]string{"--account=" + second, "--kind=inbox", "--test", "--scopes=conversations:read"}, "sf_test_v1_", 401, 401},
	} {
		code, out, problem := commandLine(t, append(create, c.args...)...)
		var made newKey
		if err := json.Unmarshal([]byte(out), &made); err != nil || code != exitOK {
			t.Fatalf("%q: code %d, %v: %s%s", c.args, code, err, out, problem)
		}
		users, list := n.get("/v2/users", "X-API-Key", made.Key), n.get("/v2/conversations", "X-API-Key", made.Key)
		if !strings.HasPrefix(made.Key, c.prefix) || !strings.HasPrefix(made.ID, "key_") ||
			users.StatusCode != c.users || list.StatusCode != c.list {
			t.Errorf("%q made %s: users %d, conversations %d", c.args, out, users.StatusCode, list.StatusCode)
		}
	}
	for _, wrong := range []string{"--scopes=everything", "--account=org_01h455vb4pex5vsknk084sn02q"} {
		args := append(create, "--account="+first.AccountID, wrong)
		if code, out, problem := commandLine(t, args...); code != exitUsage || out != "" || strings.Count(problem, "\n") != 1 {
			t.Errorf("%s: code %d, %q, %q", wrong, code, out, problem)
		}
	}
}

func TestInitOnAnEmptyFolderNeedsNoServer(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.SecretKey = goodSecret
	code, out, problem := commandLine(t, append([]string{"init"}, flags(cfg)...)...)
	if code != exitOK || !strings.Contains(out, "sk_live_") {
		t.Fatalf("code %d: %s%s", code, out, problem)
	}
	if n := start(t, cfg); n.status("/demo") != 200 {
		t.Error("the server does not find the account")
	}
	if _, err := os.Stat(filepath.Join(cfg.Folder, firstRunFile)); err == nil {
		t.Error("the server made an account beside the one there was")
	}
	code, _, problem = commandLine(t, append([]string{"init", "--email=nobody"}, flags(cfg)...)...)
	if code != exitUsage || !strings.Contains(problem, "e-mail") {
		t.Errorf("a bad address: code %d, %s", code, problem)
	}
}

func TestMigrationsAreListedAndApplied(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{sqliteConfig(t), {DatabaseURL: storetest.URL(t, storetest.Postgres)}} {
		cfg.SecretKey = goodSecret
		if code, out, problem := commandLine(t, append([]string{"migrate", "up"}, flags(cfg)...)...); code != exitOK || out == "" {
			t.Fatalf("up: code %d, %s%s", code, out, problem)
		}
		code, out, problem := commandLine(t, append([]string{"migrate", "status"}, flags(cfg)...)...)
		if code != exitOK || strings.Contains(out, "pending") || !strings.Contains(out, "00001_accounts.sql") {
			t.Errorf("status: code %d, %s%s", code, out, problem)
		}
	}
	cfg := sqliteConfig(t)
	cfg.SecretKey = goodSecret
	if _, out, _ := commandLine(t, append([]string{"migrate", "status"}, flags(cfg)...)...); !strings.Contains(out, "pending") {
		t.Errorf("an empty database: %s", out)
	}
}

func TestAPortThatIsTakenIsSaid(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.ListenAddr = listen(t).Addr().String()
	if app, err := New(t.Context(), cfg, console{out: &transcript{}, err: &transcript{}}); err == nil || !strings.Contains(err.Error(), "take the port") {
		t.Errorf("%v, %v", app, err)
	}
}

func TestADatabaseThatDoesNotComeUpEndsTheStartWithALine(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.SecretKey, cfg.DatabaseURL = goodSecret, "postgres://parley:hunter2@"+nobody(t)+"/parley"
	ctx, cancel := context.WithCancel(t.Context())
	log := &transcript{}
	failed := make(chan error, 1)
	go func() {
		_, err := New(ctx, cfg, console{out: &transcript{}, err: log})
		failed <- err
	}()
	await(t, "the wait is logged", func() bool { return strings.Contains(log.String(), "waiting for the database") })
	cancel()
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "DATABASE_URL") || strings.Contains(err.Error()+log.String(), "hunter2") {
		t.Errorf("%v\n%s", err, log)
	}
}
