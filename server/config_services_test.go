package main

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// blame is the variable that a configuration is refused for: "" when it is taken, and the
// whole error when it is not told in one line of the usual form.
func blame(cfg Config) string {
	_, err := cfg.settings()
	var bad valueError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &bad), strings.Contains(err.Error(), "\n"), !strings.HasPrefix(err.Error(), bad.variable+"="),
		!strings.Contains(err.Error(), "expected "):
		return err.Error()
	}
	return bad.variable
}

func TestAModelServerIsWholeOrTheStartSaysWhatLacks(t *testing.T) {
	t.Parallel()
	const base, key = "https://api.example.com/v1", "sk-hunter2"
	for _, c := range []struct{ base, key, model, want string }{
		{"", "", "", ""},
		{"", "", "large", ""},
		{base, key, "", ""},
		{base + "/", key, "org/large:latest", ""},
		{"http://127.0.0.1:11434/v1", key, "", ""},
		{"", key, "", "OPENAI_BASE_URL"},
		{base, "", "", "OPENAI_API_KEY"},
		{"api.example.com/v1", key, "", "OPENAI_BASE_URL"},
		{"//api.example.com/v1", key, "", "OPENAI_BASE_URL"},
		{"ftp://api.example.com/v1", key, "", "OPENAI_BASE_URL"},
		{"https://", key, "", "OPENAI_BASE_URL"},
		{"https:///v1", key, "", "OPENAI_BASE_URL"},
		{"https://api.example.com:x/v1", key, "", "OPENAI_BASE_URL"},
		{"https://api.example.com/v1\n", key, "", "OPENAI_BASE_URL"},
		{"https://me:hunter2@api.example.com/v1", key, "", "OPENAI_BASE_URL"},
		{base + "?api-version=1", key, "", "OPENAI_BASE_URL"},
		{base + "#x", key, "", "OPENAI_BASE_URL"},
		{base, key + "\n", "", "OPENAI_API_KEY"},
		{base, " " + key, "", "OPENAI_API_KEY"},
		{base, key + "é", "", "OPENAI_API_KEY"},
		{base, key, "large model", "OPENAI_MODEL"},
		{base, key, "large\nforged=line", "OPENAI_MODEL"},
		{base, key, "large\x7f", "OPENAI_MODEL"},
	} {
		cfg := Config{OpenAIBaseURL: c.base, OpenAIKey: c.key, OpenAIModel: c.model}
		if got := blame(cfg); got != c.want {
			t.Errorf("%q %q %q blames %q, want %q", c.base, c.key, c.model, got, c.want)
		}
		if _, err := cfg.settings(); err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret is told: %v", err)
		}
	}
	s, err := Config{OpenAIBaseURL: base, OpenAIKey: key}.settings()
	if err != nil || s.model.BaseURL != base || s.model.Key != key || s.model.Model != defaultModel {
		t.Errorf("read as %+v, %v", s.model, err)
	}
}

func TestEveryVariableOfAChannelIsBlamedForItself(t *testing.T) {
	t.Parallel()
	const sid, service, token = "AC0123456789abcdef0123456789abcdef", "MG0123456789abcdef0123456789abcdef", "hunter2hunter2hunter2hunter2hunt"
	twilio := ChannelConfig{TwilioAccountSID: sid, TwilioAuthToken: token, TwilioFrom: "+14155550100"}
	whatsApp := ChannelConfig{WhatsAppPhoneNumberID: "106540352242922", WhatsAppAccessToken: token, WhatsAppAppSecret: token}
	instagram := ChannelConfig{InstagramAccountID: "17841405822304914", InstagramAccessToken: token, InstagramAppSecret: token}
	for _, c := range []struct {
		from   ChannelConfig
		change func(c *ChannelConfig)
		want   string
	}{
		{twilio, func(*ChannelConfig) {}, ""},
		{twilio, func(c *ChannelConfig) { c.TwilioFrom, c.TwilioMessagingServiceSID = "", service }, ""},
		{twilio, func(c *ChannelConfig) { c.TwilioMessagingServiceSID = service[1:] }, "TWILIO_MESSAGING_SERVICE_SID"},
		{twilio, func(c *ChannelConfig) { c.TwilioAccountSID = sid + "0" }, "TWILIO_ACCOUNT_SID"},
		{twilio, func(c *ChannelConfig) { c.TwilioAuthToken = " " }, "TWILIO_AUTH_TOKEN"},
		{twilio, func(c *ChannelConfig) { c.TwilioFrom = "+43 1 23" }, "TWILIO_FROM"},
		{twilio, func(c *ChannelConfig) { c.TwilioAPIURL = "https://api.twilio.com?x=1" }, "TWILIO_API_URL"},
		{whatsApp, func(*ChannelConfig) {}, ""},
		{whatsApp, func(c *ChannelConfig) { c.WhatsAppVerifyToken = "our-word" }, ""},
		{whatsApp, func(c *ChannelConfig) { c.WhatsAppPhoneNumberID = "+1 415 555 0100" }, "WHATSAPP_PHONE_NUMBER_ID"},
		{whatsApp, func(c *ChannelConfig) { c.WhatsAppPhoneNumberID = "" }, "WHATSAPP_PHONE_NUMBER_ID"},
		{whatsApp, func(c *ChannelConfig) { c.WhatsAppAccessToken = "" }, "WHATSAPP_ACCESS_TOKEN"},
		{whatsApp, func(c *ChannelConfig) { c.WhatsAppAPIURL = "graph.facebook.com" }, "WHATSAPP_API_URL"},
		{instagram, func(*ChannelConfig) {}, ""},
		{instagram, func(c *ChannelConfig) { c.InstagramAccountID = "@example.shop" }, "INSTAGRAM_ACCOUNT_ID"},
		{instagram, func(c *ChannelConfig) { c.InstagramAppSecret = "" }, "INSTAGRAM_APP_SECRET"},
		{instagram, func(c *ChannelConfig) { c.InstagramAccessToken = "" }, "INSTAGRAM_ACCESS_TOKEN"},
		{instagram, func(c *ChannelConfig) { c.InstagramAPIURL = "https://" }, "INSTAGRAM_API_URL"},
	} {
		changed := c.from
		c.change(&changed)
		cfg := Config{Channels: changed}
		if got := blame(cfg); got != c.want {
			t.Errorf("%+v blames %q, want %q", changed, got, c.want)
		}
		if _, err := cfg.settings(); err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret is told: %v", err)
		}
	}
}

func TestAMailServerIsReadOrTheStartSaysWhatLacks(t *testing.T) {
	t.Parallel()
	const from = "Parley <chat@example.com>"
	for _, c := range []struct{ address, from, want string }{
		{"smtp://mail.example.com", from, ""},
		{"smtps://me:hunter2@mail.example.com:465", from, ""},
		{"", from, ""},
		{"smtp://mail.example.com", "", "MAIL_FROM"},
		{"smtp://mail.example.com", "nobody", "MAIL_FROM"},
		{"smtp://mail.example.com", "a@b.example\r\nBcc: c@d.example", "MAIL_FROM"},
		{"http://mail.example.com", from, "SMTP_URL"},
		{"smtp://", from, "SMTP_URL"},
		{"smtp://me:hunter2@", from, "SMTP_URL"},
		{"smtp://me:hunter2@mail.example.com:x", from, "SMTP_URL"},
		{"smtp://me:hunter2%zz@mail.example.com", from, "SMTP_URL"},
		{"mail.example.com:587", from, "SMTP_URL"},
	} {
		cfg := Config{SMTPURL: c.address, MailFrom: c.from}
		if got := blame(cfg); got != c.want {
			t.Errorf("%q from %q blames %q, want %q", c.address, c.from, got, c.want)
		}
		if _, err := cfg.settings(); err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a password is told: %v", err)
		}
	}
}

func TestWhatMayBeCalledInsideIsReadOrTheStartSaysSo(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": "", " , ": "", "10.0.0.0/8, hooks.internal,::1": "", "192.168.1.7": "",
		"10.0.0.0/33": "OUTBOUND_ALLOW", "10.0.0": "OUTBOUND_ALLOW", "300.1.1.1": "OUTBOUND_ALLOW", "https://hooks.internal": "OUTBOUND_ALLOW",
		"hooks.internal:443": "OUTBOUND_ALLOW", "*.internal": "OUTBOUND_ALLOW", "a b": "OUTBOUND_ALLOW", "fe80::1%eth0": "OUTBOUND_ALLOW",
		"10.0.0.0/8\nforged=line": "OUTBOUND_ALLOW", "::ffff:10.0.0.0/104": "OUTBOUND_ALLOW",
	} {
		if got := blame(Config{OutboundAllow: value}); got != want {
			t.Errorf("%q blames %q, want %q", value, got, want)
		}
	}
	s, err := Config{OutboundAllow: "10.0.0.0/8"}.settings()
	if err != nil || s.outbound.Everything() {
		t.Errorf("one network is %+v, %v", s.outbound, err)
	}
	if s, err = (Config{OutboundAllow: netip.MustParsePrefix("0.0.0.0/0").String()}).settings(); err != nil || !s.outbound.Everything() {
		t.Errorf("everything is %+v, %v", s.outbound, err)
	}
}

func TestABadValueOfTheModelStopsTheStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	code, out, problem := commandLine(t, "serve", "--database-url=sqlite://"+folder+"/chat.db", "--listen-addr=127.0.0.1:0",
		"--openai-base-url=api.example.com", "--openai-api-key=sk-hunter2")
	if code == exitOK || !strings.Contains(problem, "OPENAI_BASE_URL=") || strings.Count(strings.TrimSpace(problem), "\n") > 1 || strings.Contains(out+problem, "hunter2") {
		t.Errorf("code %d:\n%s%s", code, out, problem)
	}
}
