package ratelimit_test

import (
	"strings"
	"testing"
	"time"

	"parley/ratelimit"
)

const documented = "agent=1000/m,auth.account=10/m,auth.code=20/h,auth.login=20/m,auth.mail=3/h,auth.reset=5/m,auth.token=20/m,channel.file=600/m,channel.hook=6000/m,chat.articles=60/m,chat.config=60/m,chat.create=5/m,chat.files=60/m," +
	"chat.identify=30/m,chat.messages=60/m,chat.page=60/m,chat.push=10/m,chat.rating=5/m,chat.read=60/m,chat.send=20/m,chat.transcript=3/h,chat.ws=30/m"

func parse(t *testing.T, text string) ratelimit.Rules {
	t.Helper()
	rules, err := ratelimit.ParseRules(text)
	if err != nil {
		t.Fatalf("ParseRules(%q): %v", text, err)
	}
	return rules
}

func TestNoTextGivesTheDocumentedDefaults(t *testing.T) {
	t.Parallel()
	if got := parse(t, " ").String(); got != documented {
		t.Fatalf("got  %s\nwant %s", got, documented)
	}
}

func TestGivenLimitsOverrideTheirDefaultsAlone(t *testing.T) {
	t.Parallel()
	rules := parse(t, " chat.create = 7/s , agent=50000/h ")
	want := strings.NewReplacer("chat.create=5/m", "chat.create=7/s", "agent=1000/m", "agent=50000/h").Replace(documented)
	if got := rules.String(); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	if got := rules[ratelimit.ChatCreate]; got != (ratelimit.Rule{Name: "chat.create", Limit: 7, Period: time.Second}) {
		t.Fatalf("got %+v", got)
	}
}

func TestTheTextOfRulesReadsBackAsThemselves(t *testing.T) {
	t.Parallel()
	for _, text := range []string{documented, "off"} {
		if got := parse(t, text).String(); got != text {
			t.Errorf("%s reads back as %s", text, got)
		}
	}
}

func TestOffTurnsEveryLimitOff(t *testing.T) {
	t.Parallel()
	rules := parse(t, "off")
	if len(rules) != len(ratelimit.Defaults()) {
		t.Fatalf("%d rules", len(rules))
	}
	for name, rule := range rules {
		if rule.Limit != ratelimit.Unlimited || rule.Wall().Limit != ratelimit.Unlimited || rule.String() != name+"=off" {
			t.Errorf("%s is %+v", name, rule)
		}
	}
}

func TestWrongRulesAreAnsweredWithWhatToWrite(t *testing.T) {
	t.Parallel()
	const name, value = "write name=limit/unit, with a name among agent, auth.account", "write agent=limit/unit, with a limit from 1 to 100000000 and s, m or h as the unit, like agent=1000/m"
	for text, want := range map[string]string{
		"chat.crate=5/m":      `"chat.crate=5/m": ` + name,
		"chat.create=5/m,":    `"": ` + name,
		"off,agent=5/m":       `"off": ` + name,
		"OFF":                 `"OFF": ` + name,
		"agent":               `"agent": ` + value,
		"agent=":              `"agent=": ` + value,
		"agent=5":             value,
		"agent=5/d":           value,
		"agent=5/m/m":         value,
		"agent=0/m":           value,
		"agent=-1/m":          value,
		"agent=1e3/m":         value,
		"agent=100000001/m":   value,
		"agent=off":           value,
		"agent=5/m,agent=6/m": `"agent" is given twice`,
	} {
		rules, err := ratelimit.ParseRules(text)
		if rules != nil || err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q gives %v, %v; want %s", text, rules, err, want)
		}
	}
}

func TestTheOuterWallHasTenTimesTheLimitUnderAnotherName(t *testing.T) {
	t.Parallel()
	send := parse(t, "")[ratelimit.ChatSend]
	wall := send.Wall()
	if wall != (ratelimit.Rule{Name: "chat.send*10", Limit: 200, Period: time.Minute}) {
		t.Fatalf("got %+v", wall)
	}
	wall.Period = 90 * time.Second
	if got := wall.String(); got != "chat.send*10=200/1m30s" {
		t.Fatalf("a period without a unit reads %s", got)
	}
}

func TestAVisitorAndAnAddressCountForTheirSite(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, key := range []string{
		ratelimit.AddressKey(1, "192.0.2.1"), ratelimit.AddressKey(2, "192.0.2.1"), ratelimit.AddressKey(1, "192.0.2.2"),
		ratelimit.VisitorKey(1, 23), ratelimit.VisitorKey(12, 3), ratelimit.VisitorKey(1, 2),
	} {
		if keys[key] {
			t.Errorf("two have the key %s", key)
		}
		keys[key] = true
	}
}
