package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/ratelimit"
	"parley/server/assistant"
	"parley/server/files"
	"parley/server/outbound"
)

// Config is everything that can be said about a node from outside, as people write
// it: by environment variables, or by flags of the same names. An empty value means
// the default.
type Config struct {
	Port           string        `env:"PORT" placeholder:"8080" help:"Port to listen on, on every address of the machine."`
	ListenAddr     string        `env:"LISTEN_ADDR" placeholder:"HOST:PORT" help:"Address to listen on; wins over the port."`
	DatabaseURL    string        `name:"database-url" env:"DATABASE_URL" placeholder:"sqlite://data/chat.db" help:"sqlite://FILE, or postgres://USER:PASSWORD@HOST/NAME for several nodes."`
	RedisURL       string        `name:"redis-url" env:"REDIS_URL" placeholder:"redis://HOST:6379" help:"Joins several nodes: redis:// or rediss://, hosts of a cluster separated by commas. Without it this node is alone."`
	StorageURL     string        `name:"storage-url" env:"STORAGE_URL" placeholder:"file://data/files" help:"Where attachments are: file://FOLDER, or s3://BUCKET?endpoint=URL&region=NAME."`
	AWSAccessKeyID string        `name:"aws-access-key-id" env:"AWS_ACCESS_KEY_ID" placeholder:"ID" help:"Access key of the S3 server."`
	AWSSecretKey   string        `name:"aws-secret-access-key" env:"AWS_SECRET_ACCESS_KEY" placeholder:"SECRET" help:"Secret of the S3 access key."`
	SecretKey      string        `name:"secret-key" env:"SECRET_KEY" placeholder:"SECRET" help:"Signs tokens and encrypts stored secrets, 16 characters or more, better 64; the same on all nodes. With SQLite a file data/secret.key is made instead."`
	PublicURL      string        `name:"public-url" env:"PUBLIC_URL" placeholder:"http://localhost:PORT" help:"Address under which browsers reach this server."`
	TrustedProxies string        `name:"trusted-proxies" env:"TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Networks whose X-Forwarded-For is believed."`
	RateLimits     string        `name:"rate-limits" env:"RATE_LIMITS" placeholder:"chat.create=5/m,…" help:"Changes limits by name; off turns all of them off."`
	EventRetention string        `name:"event-retention" env:"EVENT_RETENTION" placeholder:"30d" help:"How long the event log keeps an event, in days (30d) or hours (720h)."`
	OutboundAllow  string        `name:"outbound-allow" env:"OUTBOUND_ALLOW" placeholder:"CIDR,HOST,…" help:"Networks and host names that webhooks and mail servers of channels may lead to although they are not public."`
	LogLevel       string        `name:"log-level" env:"LOG_LEVEL" placeholder:"info" help:"debug, info, warn or error."`
	LogFormat      string        `name:"log-format" env:"LOG_FORMAT" placeholder:"text" help:"text or json. The default is text on a terminal, else json."`
	SMTPURL        string        `name:"smtp-url" env:"SMTP_URL" placeholder:"smtp://USER:PASSWORD@HOST:587" help:"Sends invitations and password resets; smtps:// for TLS from the first byte. Without it invitations answer a link to pass on."`
	MailFrom       string        `name:"mail-from" env:"MAIL_FROM" placeholder:"Parley <chat@example.com>" help:"Sender of mails; needed with SMTP_URL."`
	OIDCIssuer     string        `name:"oidc-issuer" env:"OIDC_ISSUER" placeholder:"https://HOST" help:"Identity provider (OpenID Connect) that users may log in with; its callback is PUBLIC_URL/v2/auth/oidc/callback."`
	OIDCClientID   string        `name:"oidc-client-id" env:"OIDC_CLIENT_ID" placeholder:"ID" help:"Our name at the identity provider."`
	OIDCSecret     string        `name:"oidc-client-secret" env:"OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Our secret at the identity provider."`
	Channels       ChannelConfig `embed:""`
	OpenAIBaseURL  string        `name:"openai-base-url" env:"OPENAI_BASE_URL" placeholder:"https://HOST/v1" help:"Model server that answers for assistants: OpenAI's, or any that speaks its protocol. Without it the built-in engine answers from the knowledge base."`
	OpenAIKey      string        `name:"openai-api-key" env:"OPENAI_API_KEY" placeholder:"SECRET" help:"Key of the model server; needed with OPENAI_BASE_URL."`
	OpenAIModel    string        `name:"openai-model" env:"OPENAI_MODEL" placeholder:"gpt-4o-mini" help:"Model that answers where an assistant names none."`
	MetricsAddr    string        `name:"metrics-addr" env:"METRICS_ADDR" placeholder:"HOST:PORT" help:"Serves /metrics there alone, instead of beside the rest."`

	// Folder is where the files secret.key and first-run.json are; "data" unless a test
	// wants another.
	Folder string `kong:"-"`
	// Pushes are how push services are called: nil leads to what is public alone, which is
	// as it must be unless a test has one of its own. OutboundAllow opens nothing to them.
	Pushes *outbound.Options `kong:"-"`
}

// What stands in for a value that is missing, and for a bad one while the others are
// read: one mistake is told once.
const (
	defaultListen   = ":8080"
	defaultDatabase = "sqlite://data/chat.db"
)

// maxRetentionDays stands for as good as for ever.
const maxRetentionDays = 36_500

// minimumSecret is what access.New asks for. What is proposed to people has 256 bits.
const minimumSecret = 16

// settings is a Config that was read and found good.
type settings struct {
	listen      string
	database    string
	redis       string
	place       files.Place
	credentials files.Credentials
	// secret is empty when it is to come from the file.
	secret         string
	publicURL      string
	trustedProxies []netip.Prefix
	limits         ratelimit.Rules
	// keepEvents is how long the event log reaches back.
	keepEvents time.Duration
	// outbound is what webhooks may lead to besides what is public.
	outbound outbound.Allow
	// pushes are how the push services are called that visitors' browsers name.
	pushes   outbound.Options
	logLevel slog.Level
	// logFormat is json, text, or empty: what fits the console.
	logFormat string
	metrics   string
	folder    string
	login     loginSettings
	// model is the zero value where the built-in engine answers.
	model    assistant.UpstreamOptions
	channels channelSettings
	// warnings are switches that make this node less safe, to be said at its start.
	warnings []string
}

// isSQLite says whether the database is a file of this machine.
func (s settings) isSQLite() bool { return strings.HasPrefix(s.database, "sqlite://") }

// valueError is a setting that cannot be used, told in one line.
type valueError struct{ variable, value, expected string }

// Error implements error.
func (b valueError) Error() string {
	return fmt.Sprintf("%s=%s: expected %s", b.variable, b.value, b.expected)
}

// reader reads settings one after the other and collects what is wrong with them, so
// that a person mends all of them at once.
type reader struct{ wrong []error }

// refuse notes a bad value. Quoting keeps it on its line.
func (r *reader) refuse(variable, value, expected string) {
	r.wrong = append(r.wrong, valueError{variable, fmt.Sprintf("%q", value), expected})
}

// refuseSecret notes a bad value that must not be shown.
func (r *reader) refuseSecret(variable, expected string) {
	r.wrong = append(r.wrong, valueError{variable, "(hidden)", expected})
}

// settings reads the whole configuration.
func (c Config) settings() (settings, error) {
	r := &reader{}
	s := settings{
		listen:   r.listen(c),
		database: r.database(c.DatabaseURL),
		redis:    r.redis(c.RedisURL),
		place:    r.place(or(c.StorageURL, "file://data/files")),
		metrics:  r.metrics(c.MetricsAddr),
		logLevel: r.level(or(c.LogLevel, "info")),
		folder:   or(c.Folder, "data"),
	}
	s.logFormat = r.format(c.LogFormat)
	s.publicURL = r.publicURL(or(c.PublicURL, "http://localhost:"+portOf(s.listen)))
	s.trustedProxies = r.networks(c.TrustedProxies)
	s.limits = r.limits(c.RateLimits)
	s.keepEvents = r.retention(or(c.EventRetention, "30d"))
	s.outbound = r.outbound(c.OutboundAllow)
	s.secret = r.secret(c.SecretKey, s)
	s.credentials = r.credentials(c, s.place)
	s.login = r.login(c, s.publicURL)
	s.model = r.model(c)
	s.channels = r.channels(c.Channels, s)
	if c.Pushes != nil {
		s.pushes = *c.Pushes
	}
	s.warnings = warnings(s)
	return s, errors.Join(r.wrong...)
}

// or is the value, or what stands for it when it is empty.
func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func (r *reader) listen(c Config) string {
	if c.ListenAddr != "" {
		if !isAddress(c.ListenAddr) {
			r.refuse("LISTEN_ADDR", c.ListenAddr, "HOST:PORT, such as 127.0.0.1:8080 or :8080")
			return defaultListen
		}
		return c.ListenAddr
	}
	if c.Port == "" {
		return defaultListen
	}
	listen := ":" + c.Port
	if !isAddress(listen) {
		r.refuse("PORT", c.Port, "a number from 0 to 65535")
		return defaultListen
	}
	return listen
}

func (r *reader) metrics(value string) string {
	if value != "" && !isAddress(value) {
		r.refuse("METRICS_ADDR", value, "HOST:PORT, such as 127.0.0.1:9090")
	}
	return value
}

func (r *reader) database(value string) string {
	value = or(value, defaultDatabase)
	if path, ok := strings.CutPrefix(value, "sqlite://"); ok && strings.Trim(path, "/.") != "" {
		return value
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Host == "" {
		r.refuse("DATABASE_URL", redacted(value), "sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME")
		return defaultDatabase
	}
	return value
}

func (r *reader) redis(value string) string {
	if value == "" {
		return ""
	}
	scheme, rest, _ := strings.Cut(value, "://")
	if scheme != "redis" && scheme != "rediss" || !areHosts(rest) {
		r.refuse("REDIS_URL", redacted(value), "redis://HOST:PORT or rediss://HOST:PORT, several hosts of a cluster separated by commas")
	}
	return value
}

func (r *reader) place(value string) files.Place {
	p, err := files.ParsePlace(value)
	if err != nil {
		r.refuse("STORAGE_URL", redacted(value),
			fmt.Sprintf("file://FOLDER or s3://BUCKET?endpoint=URL&region=NAME (it is or has: %v)", err))
	}
	return p
}

func (r *reader) credentials(c Config, p files.Place) files.Credentials {
	if p.Bucket != "" && c.AWSAccessKeyID == "" {
		r.refuse("AWS_ACCESS_KEY_ID", "", "the access key of the S3 server that STORAGE_URL names")
	}
	if p.Bucket != "" && c.AWSSecretKey == "" {
		r.refuse("AWS_SECRET_ACCESS_KEY", "", "the secret of the S3 access key")
	}
	return files.Credentials{AccessKeyID: c.AWSAccessKeyID, SecretAccessKey: c.AWSSecretKey}
}

func (r *reader) secret(value string, s settings) string {
	switch {
	case value == "" && !s.isSQLite():
		r.refuse("SECRET_KEY", "", "the secret that all nodes on this database share (make one with: openssl rand -hex 32)")
	case value != "" && len(value) < minimumSecret:
		r.refuseSecret("SECRET_KEY", fmt.Sprintf("at least %d characters (make one with: openssl rand -hex 32)", minimumSecret))
	}
	return value
}

func (r *reader) publicURL(value string) string {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.refuse("PUBLIC_URL", redacted(value), "http://HOST or https://HOST, without a path")
		return value
	}
	return strings.TrimRight(value, "/")
}

func (r *reader) networks(value string) []netip.Prefix {
	var networks []netip.Prefix
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		network, err := netip.ParsePrefix(part)
		if address, alone := netip.ParseAddr(part); alone == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			r.refuse("TRUSTED_PROXIES", part, "networks separated by commas, such as 10.0.0.0/8,192.168.1.7")
			continue
		}
		networks = append(networks, network.Masked())
	}
	return networks
}

func (r *reader) limits(value string) ratelimit.Rules {
	rules, err := ratelimit.ParseRules(value)
	if err != nil {
		r.refuse("RATE_LIMITS", value, fmt.Sprintf("name=limit/unit separated by commas, or off (%v)", err))
	}
	return rules
}

// retention reads how long to keep something: at least an hour, since readers follow.
func (r *reader) retention(value string) time.Duration {
	kept, err := time.ParseDuration(value)
	if days, isDays := strings.CutSuffix(value, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		kept = time.Duration(min(n, maxRetentionDays)) * 24 * time.Hour
	}
	if err != nil || kept < time.Hour {
		r.refuse("EVENT_RETENTION", value, "days or hours, such as 30d or 720h, at least 1h")
	}
	return kept
}

func (r *reader) outbound(value string) outbound.Allow {
	allow, err := outbound.ParseAllow(value)
	if err != nil {
		r.refuse("OUTBOUND_ALLOW", value, "networks and host names separated by commas, such as 10.1.0.0/16,hooks.internal")
	}
	return allow
}

func (r *reader) level(value string) slog.Level {
	var level slog.Level
	switch strings.ToLower(value) {
	case "debug":
		level = slog.LevelDebug
	case "info":
		level = slog.LevelInfo
	case "warn":
		level = slog.LevelWarn
	case "error":
		level = slog.LevelError
	default:
		r.refuse("LOG_LEVEL", value, "debug, info, warn or error")
	}
	return level
}

func (r *reader) format(value string) string {
	value = strings.ToLower(value)
	if value != "" && value != "text" && value != "json" {
		r.refuse("LOG_FORMAT", value, "text or json")
	}
	return value
}
