package main

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func TestTheDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SecretKey = goodSecret
		args := append([]string{"doctor", "--listen-addr=127.0.0.1:0", "--redis-url=" + cfg.RedisURL}, flags(cfg)...)
		code, out, problem := commandLine(t, args...)
		if code != exitOK || strings.Contains(out, "FAIL") || strings.Count(out, "ok  ") != 8 {
			t.Errorf("code %d:\n%s%s", code, out, problem)
		}
		if strings.Contains(out, goodSecret) {
			t.Error("the doctor tells the secret")
		}
	})
}

func TestTheDoctorNamesWhatIsAwayAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	address, busy := nobody(t), listen(t)
	notAFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notAFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, problem := commandLine(t, "doctor", "--secret-key="+goodSecret, "--listen-addr="+busy.Addr().String(),
		"--database-url=postgres://me:hunter2@"+address+"/parley", "--redis-url=redis://"+address, "--storage-url=file://"+notAFolder)
	if code != exitFailure || !strings.Contains(problem, "something is to be fixed") || strings.Contains(out+problem, "hunter2") {
		t.Errorf("code %d:\n%s%s", code, out, problem)
	}
	for name, cure := range map[string]string{
		"Database": "DATABASE_URL", "Redis": "REDIS_URL", "Files": "STORAGE_URL", "Port": "PORT",
	} {
		_, found, _ := strings.Cut(out, "FAIL  "+name)
		found, _, _ = strings.Cut(found, "\nFAIL")
		if !strings.Contains(found, "Fix: ") || !strings.Contains(found, cure) {
			t.Errorf("%s is not named with a cure in:\n%s", name, out)
		}
	}
}

func TestTheSecretFileIsLookedAt(t *testing.T) {
	t.Parallel()
	s := settings{folder: t.TempDir()}
	name := filepath.Join(s.folder, secretFile)
	if found, err := s.examineSecret(t.Context()); err != nil || !strings.Contains(found, "first start") {
		t.Errorf("before the first start: %q, %v", found, err)
	}
	if err := os.WriteFile(name, []byte(goodSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := s.examineSecret(t.Context()); err != nil || found != name {
		t.Errorf("a good file: %q, %v", found, err)
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.examineSecret(t.Context()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others read: %v", err)
	}
}

func TestTheSecretIsMadeOnceAndKeptToItsUser(t *testing.T) {
	t.Parallel()
	s := settings{folder: filepath.Join(t.TempDir(), "data")}
	var (
		wg      sync.WaitGroup
		secrets [16][]byte
	)
	for i := range secrets {
		wg.Go(func() {
			secret, err := findSecret(s)
			if err != nil {
				t.Errorf("start %d: %v", i, err)
			}
			secrets[i] = secret
		})
	}
	wg.Wait()
	for i, secret := range secrets {
		if string(secret) != string(secrets[0]) || len(secret) != 64 {
			t.Errorf("start %d has another secret", i)
		}
	}
	entries, err := os.ReadDir(s.folder)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the folder holds %v, %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	s.secret = goodSecret
	if secret, err := findSecret(s); err != nil || string(secret) != goodSecret {
		t.Errorf("SECRET_KEY does not win: %q, %v", secret, err)
	}
}

func TestASecretFileThatIsDamagedIsNotReplaced(t *testing.T) {
	t.Parallel()
	s := settings{folder: t.TempDir()}
	name := filepath.Join(s.folder, secretFile)
	if err := os.WriteFile(name, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := findSecret(s); err == nil {
		t.Error("a damaged secret was taken")
	}
	if content, err := os.ReadFile(name); err != nil || string(content) != "short\n" {
		t.Errorf("the file became %q, %v", content, err)
	}
}

func TestTheClientsAddressIsThePeersUnlessTheProxyIsTrusted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
		{"10.1.2.3", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.1.2.3", []string{"6.6.6.6, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"10.1.2.3", []string{"6.6.6.6", "198.51.100.1"}, "198.51.100.1"},
		{"10.1.2.3", nil, "10.1.2.3"},
	} {
		s, err := Config{TrustedProxies: "10.0.0.0/8"}.settings()
		if err != nil {
			t.Fatal(err)
		}
		var got netip.Addr
		app := fiber.New()
		app.Get("/", func(c *fiber.Ctx) error {
			got = clientIP(s.trustedProxies)(c)
			return nil
		})
		var request fasthttp.RequestCtx
		request.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.ParseIP(c.peer), Port: 1}, nil)
		request.Request.SetRequestURI("/")
		for _, line := range c.forwarded {
			request.Request.Header.Add("X-Forwarded-For", line)
		}
		app.Handler()(&request)
		if got.String() != c.want {
			t.Errorf("%s through %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if peerOf(&net.UnixAddr{Name: "/run/x"}).IsValid() {
		t.Error("a Unix socket has an address")
	}
}
