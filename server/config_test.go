package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/ratelimit"
)

const goodSecret = "0123456789abcdef0123456789abcdef"

func TestEveryBadValueIsOneClearLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		variable, value string
		cfg             Config
		expects         string
	}{
		{"PORT", "eighty", Config{Port: "eighty"}, "a number from 0 to 65535"},
		{"PORT", "65536", Config{Port: "65536"}, "a number from 0 to 65535"},
		{"PORT", "-1", Config{Port: "-1"}, "a number from 0 to 65535"},
		{"LISTEN_ADDR", "localhost", Config{ListenAddr: "localhost"}, "HOST:PORT"},
		{"LISTEN_ADDR", "http://x:1", Config{ListenAddr: "http://x:1"}, "HOST:PORT"},
		{"DATABASE_URL", "mysql://x/y", Config{DatabaseURL: "mysql://x/y"}, "sqlite://FILE or postgres://"},
		{"DATABASE_URL", "sqlite://", Config{DatabaseURL: "sqlite://"}, "sqlite://FILE"},
		{"DATABASE_URL", "chat.db", Config{DatabaseURL: "chat.db"}, "sqlite://FILE"},
		{"REDIS_URL", "localhost:6379", Config{RedisURL: "localhost:6379"}, "redis://HOST:PORT"},
		{"REDIS_URL", "redis://", Config{RedisURL: "redis://"}, "redis://HOST:PORT"},
		{"REDIS_URL", "redis://a:b", Config{RedisURL: "redis://a:b"}, "redis://HOST:PORT"},
		{"REDIS_URL", "redis://a:1,,b:2", Config{RedisURL: "redis://a:1,,b:2"}, "redis://HOST:PORT"},
		{"REDIS_URL", "redis://a:1/x", Config{RedisURL: "redis://a:1/x"}, "redis://HOST:PORT"},
		{"STORAGE_URL", "/var/files", Config{StorageURL: "/var/files"}, "file://FOLDER or s3://BUCKET"},
		{"STORAGE_URL", "s3://", Config{StorageURL: "s3://"}, "names no bucket"},
		{"AWS_ACCESS_KEY_ID", "", Config{StorageURL: "s3://files", AWSSecretKey: "x"}, "the access key"},
		{"AWS_SECRET_ACCESS_KEY", "", Config{StorageURL: "s3://files", AWSAccessKeyID: "x"}, "the secret"},
		{"SECRET_KEY", "", Config{DatabaseURL: "postgres://db/parley"}, "the secret that all nodes"},
		{"PUBLIC_URL", "chat.example.com", Config{PublicURL: "chat.example.com"}, "http://HOST or https://HOST"},
		{"PUBLIC_URL", "https://x/chat", Config{PublicURL: "https://x/chat"}, "without a path"},
		{"PUBLIC_URL", "ftp://x", Config{PublicURL: "ftp://x"}, "http://HOST"},
		{"TRUSTED_PROXIES", "everyone", Config{TrustedProxies: "10.0.0.0/8,everyone"}, "networks separated by commas"},
		{"TRUSTED_PROXIES", "10.0.0.0/33", Config{TrustedProxies: "10.0.0.0/33"}, "networks separated by commas"},
		{"OUTBOUND_ALLOW", "10.0.0.0/33", Config{OutboundAllow: "127.0.0.0/8,10.0.0.0/33"}, "networks and host names"},
		{"OUTBOUND_ALLOW", "http://x", Config{OutboundAllow: "http://x"}, "networks and host names"},
		{"RATE_LIMITS", "chat.crate=5/m", Config{RateLimits: "chat.crate=5/m"}, "name=limit/unit"},
		{"RATE_LIMITS", "agent=many", Config{RateLimits: "agent=many"}, "name=limit/unit"},
		{"LOG_LEVEL", "loud", Config{LogLevel: "loud"}, "debug, info, warn or error"},
		{"LOG_FORMAT", "xml", Config{LogFormat: "xml"}, "text or json"},
		{"SMTP_URL", "mail.example.com", Config{SMTPURL: "mail.example.com", MailFrom: "a@b.c"}, "smtp://USER"},
		{"MAIL_FROM", "", Config{SMTPURL: "smtp://mail.example.com"}, "an address"},
		{"OIDC_ISSUER", "id.example.com", Config{OIDCIssuer: "id.example.com", OIDCClientID: "x"}, "https://HOST"},
		{"OIDC_CLIENT_ID", "", Config{OIDCIssuer: "https://id.example.com"}, "our name"},
		{"EVENT_RETENTION", "59m", Config{EventRetention: "59m"}, "days or hours, such as 30d or 720h, at least 1h"},
		{"METRICS_ADDR", "9090", Config{MetricsAddr: "9090"}, "HOST:PORT"},
		{"PORT", "1\n2", Config{Port: "1\n2"}, "a number from 0 to 65535"},
	} {
		_, err := c.cfg.settings()
		var bad valueError
		if !errors.As(err, &bad) {
			t.Errorf("%s=%q: %v, want a bad value", c.variable, c.value, err)
			continue
		}
		line := err.Error()
		if !strings.HasPrefix(line, c.variable+"=") || !strings.Contains(line, strings.Trim(quoted(c.value), `"`)) ||
			!strings.Contains(line, "expected ") || !strings.Contains(line, c.expects) || strings.Contains(line, "\n") {
			t.Errorf("%s=%q is told as:\n%s", c.variable, c.value, line)
		}
	}
}

func TestEventsAreKeptForDaysOrHours(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for value, want := range map[string]time.Duration{
		"": 30 * day, "1h": time.Hour, "90m": 90 * time.Minute, "720h": 30 * day, "1d": day, "365d": 365 * day,
		"36500d": 36500 * day, "9999999d": 36500 * day, // as good as for ever
	} {
		s, err := Config{EventRetention: value}.settings()
		if err != nil || s.keepEvents != want {
			t.Errorf("%q keeps them for %s, %v", value, s.keepEvents, err)
		}
	}
	for _, value := range []string{"0d", "-3d", "30", "1.5d", "2w", "for ever", "99999999999999999999d", "0.5h"} {
		if _, err := (Config{EventRetention: value}).settings(); err == nil || !strings.HasPrefix(err.Error(), "EVENT_RETENTION=") {
			t.Errorf("%q is told as %v", value, err)
		}
	}
}

func quoted(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }

func TestAllBadValuesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Config{Port: "x", LogLevel: "y", RedisURL: "z"}.settings()
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes are told as:\n%v", err)
	}
}

func TestNoSecretIsToldWithAMistake(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]Config{
		"secret key":     {SecretKey: "hunter2"},
		"database":       {DatabaseURL: "mysql://me:hunter2@db/parley"},
		"broken URL":     {DatabaseURL: "postgres://me:hunter2%zz@db/parley"},
		"query":          {DatabaseURL: "mysql://db/parley?password=hunter2"},
		"redis":          {RedisURL: "http://:hunter2@cache"},
		"public address": {PublicURL: "https://me:hunter2@chat.example.com"},
	} {
		_, err := cfg.settings()
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheDefaultsNeedNothing(t *testing.T) {
	t.Parallel()
	s, err := Config{}.settings()
	if err != nil {
		t.Fatal(err)
	}
	if s.listen != ":8080" || s.database != "sqlite://data/chat.db" || s.redis != "" || s.place.Folder != "data/files" ||
		s.publicURL != "http://localhost:8080" || len(s.trustedProxies) != 0 || s.logLevel != slog.LevelInfo || s.folder != "data" {
		t.Errorf("the defaults are %+v", s)
	}
	if len(s.warnings) != 0 {
		t.Errorf("the defaults are called unsafe: %q", s.warnings)
	}
}

func TestGoodValuesAreRead(t *testing.T) {
	t.Parallel()
	s, err := Config{
		Port: "9000", DatabaseURL: "postgres://u:p@db/parley?sslmode=disable", RedisURL: "rediss://:pw@a:1,b:2/0",
		StorageURL: "s3://files?endpoint=http://s3:9000&region=eu", AWSAccessKeyID: "id", AWSSecretKey: "secret",
		SecretKey: goodSecret, PublicURL: "https://chat.example.com/", TrustedProxies: "10.0.0.0/8, ::1,192.168.1.7",
		RateLimits: "chat.create=7/h", LogLevel: "DEBUG", LogFormat: "json", MetricsAddr: "127.0.0.1:9090",
	}.settings()
	if err != nil {
		t.Fatal(err)
	}
	if s.listen != ":9000" || s.publicURL != "https://chat.example.com" || s.place.Bucket != "files" || s.secret != goodSecret ||
		s.logLevel != slog.LevelDebug || s.credentials.SecretAccessKey != "secret" || s.limits[ratelimit.ChatCreate].Limit != 7 {
		t.Errorf("read as %+v", s)
	}
	if len(s.trustedProxies) != 3 || s.trustedProxies[2].String() != "192.168.1.7/32" {
		t.Errorf("the trusted proxies are %v", s.trustedProxies)
	}
}

func TestThePublicAddressFollowsThePort(t *testing.T) {
	t.Parallel()
	for cfg, want := range map[Config]string{
		{Port: "81"}:                   "http://localhost:81",
		{ListenAddr: "127.0.0.1:82"}:   "http://localhost:82",
		{Port: "81", ListenAddr: ":8"}: "http://localhost:8",
	} {
		if s, err := cfg.settings(); err != nil || s.publicURL != want {
			t.Errorf("%+v: %s, %v", cfg, s.publicURL, err)
		}
	}
}

func TestUnsafeSwitchesAreSaid(t *testing.T) {
	t.Parallel()
	for about, cfg := range map[string]Config{
		"RATE_LIMITS=off": {RateLimits: "off"},
		"TRUSTED_PROXIES": {TrustedProxies: "0.0.0.0/0"},
		"OUTBOUND_ALLOW":  {OutboundAllow: "10.0.0.0/8,::/0"},
		"REDIS_URL":       {DatabaseURL: "postgres://db/parley", SecretKey: goodSecret},
		"PUBLIC_URL":      {PublicURL: "http://chat.example.com"},
	} {
		s, err := cfg.settings()
		if err != nil || len(s.warnings) != 1 || !strings.HasPrefix(s.warnings[0], about) {
			t.Errorf("%s: %q, %v", about, s.warnings, err)
		}
	}
}

func TestLogsAreOneLineARecordInTheFormatAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format      string
		interactive bool
		begins      string
	}{{"json", true, "{"}, {"text", false, "time="}, {"", true, "time="}, {"", false, "{"}} {
		var out bytes.Buffer
		con := console{err: &out, interactive: c.interactive}
		s, err := Config{LogFormat: c.format}.settings()
		if err != nil {
			t.Fatal(err)
		}
		con.logger(s).Info("hello", "name", "a\nforged=line\x1b[31m")
		if line := out.String(); !strings.HasPrefix(line, c.begins) || strings.Count(line, "\n") != 1 || strings.Contains(line, "\x1b") {
			t.Errorf("%+v: %q", c, line)
		}
	}
}

// commandLine runs one command line and returns what it left.
func commandLine(t *testing.T, args ...string) (code int, out, problem string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = execute(t.Context(), args, console{out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestHelpListsEveryVariableWithItsFlag(t *testing.T) {
	t.Parallel()
	code, out, _ := commandLine(t, "--help")
	if code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	for _, variable := range []string{
		"PORT", "LISTEN_ADDR", "DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_PROXIES",
		"RATE_LIMITS", "LOG_LEVEL", "LOG_FORMAT", "METRICS_ADDR", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	} {
		flag := "--" + strings.ToLower(strings.ReplaceAll(variable, "_", "-"))
		if !strings.Contains(out, flag+"=") || !strings.Contains(out, "$"+variable) {
			t.Errorf("%s or %s is missing in:\n%s", flag, variable, out)
		}
	}
	for _, command := range []string{"serve", "init", "key create", "migrate up", "migrate status", "doctor", "version"} {
		if !strings.Contains(out, command) {
			t.Errorf("%s is missing", command)
		}
	}
}

func TestMistakesOnTheCommandLineEndWithTwoAndALine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"dance"}, {"--no-such-flag"}, {"serve", "--port=x"}, {"init", "--database-url=mysql://x"},
		{"key", "create", "--kind=house"}, {"key", "create", "--account=me"}, {"doctor", "--log-level=loud"},
	} {
		code, out, problem := commandLine(t, args...)
		if code != exitUsage || out != "" || strings.Count(problem, "\n") != 1 {
			t.Errorf("%q: code %d, out %q, err %q", args, code, out, problem)
		}
	}
}

func TestExitCodesTellMistakesFromFailures(t *testing.T) {
	t.Parallel()
	if got := exitCode(errors.Join(errors.New("x"), valueError{"PORT", "x", "y"})); got != exitUsage {
		t.Errorf("a bad value: %d", got)
	}
	if got := exitCode(models.Invalid("scopes", "There is no such scope")); got != exitUsage {
		t.Errorf("a bad scope: %d", got)
	}
	if got := exitCode(errors.New("disk on fire")); got != exitFailure {
		t.Errorf("a failure: %d", got)
	}
}

func TestVersionNamesTheProgram(t *testing.T) {
	t.Parallel()
	code, out, _ := commandLine(t, "version")
	if code != exitOK || !strings.HasPrefix(out, "parley ") || strings.Count(out, "\n") != 1 {
		t.Errorf("code %d: %q", code, out)
	}
}

func TestTheReadmeNamesEverySetting(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := reflect.TypeFor[Config]()
	for i := range settings.NumField() {
		if name := settings.Field(i).Tag.Get("env"); name != "" && !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("the README does not name %s", name)
		}
	}
}
