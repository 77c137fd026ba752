package ratelimit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ulule/limiter/v3"
)

// Names of the rules. The Agent, Inbox and Assistant surfaces share Agent.
const (
	ChatConfig   = "chat.config"
	ChatCreate   = "chat.create"
	ChatMessages = "chat.messages"
	ChatSend     = "chat.send"
	ChatFiles    = "chat.files"
	ChatRead     = "chat.read"
	ChatRating   = "chat.rating"
	ChatArticles = "chat.articles"
	ChatWS       = "chat.ws"
	ChatPage     = "chat.page"
	ChatPush     = "chat.push"
	ChatIdentify = "chat.identify"
	// ChatTranscript counts letters that a visitor asks for, by the hour.
	ChatTranscript = "chat.transcript"
	Agent          = "agent"
)

// Names of the rules of channels: calls of providers, for each account and address, and
// their fetching of files, for each address.
const (
	ChannelHook = "channel.hook"
	ChannelFile = "channel.file"
)

// Names of the rules of logging in. AuthLogin, AuthReset and AuthToken count each
// address; AuthAccount counts tries of a password on one e-mail address or by one
// user, AuthCode those of a second factor, and AuthMail letters to one address.
const (
	AuthLogin   = "auth.login"
	AuthAccount = "auth.account"
	AuthCode    = "auth.code"
	AuthReset   = "auth.reset"
	AuthMail    = "auth.mail"
	AuthToken   = "auth.token"
)

// Unlimited as a Rule's Limit lets every call through uncounted. It has to be
// said: the zero Rule lets none through, so that a forgotten one is noticed.
const Unlimited int64 = -1

// highest keeps a configured limit, and that of its wall, far below what a
// counter holds (32 bits), so that a slip of the finger is told, not cut short.
const highest = 100_000_000

// Rule allows Limit calls in each Period. The period begins with the first
// call; all of it ends at once. Rules of different names are counted apart.
type Rule struct {
	Name   string
	Limit  int64
	Period time.Duration
}

// String is the rule as ParseRules takes it, where it can say it.
func (r Rule) String() string {
	if r.Limit == Unlimited {
		return r.Name + "=off"
	}
	period := r.Period.String()
	for _, u := range units {
		if r.Period == u.period {
			period = u.name
		}
	}
	return fmt.Sprintf("%s=%d/%s", r.Name, r.Limit, period)
}

// rate is the rule for the library's stores.
func (r Rule) rate() limiter.Rate {
	return limiter.Rate{Limit: max(r.Limit, 0), Period: max(r.Period, time.Second)}
}

// Rules holds every rule by its name.
type Rules map[string]Rule

// Defaults are the limits that the API reference documents.
func Defaults() Rules {
	rules := Rules{}
	for name, limit := range map[string]int64{
		ChatConfig: 60, ChatCreate: 5, ChatMessages: 60, ChatSend: 20,
		ChatFiles: 60, ChatRead: 60, ChatRating: 5, ChatArticles: 60, ChatWS: 30, Agent: 1000,
		ChatPage: 60, ChatPush: 10, ChatIdentify: 30,
		ChannelHook: 6000, ChannelFile: 600,
		AuthLogin: 20, AuthAccount: 10, AuthReset: 5, AuthToken: 20,
	} {
		rules[name] = Rule{Name: name, Limit: limit, Period: time.Minute}
	}
	for name, limit := range map[string]int64{AuthCode: 20, AuthMail: 3, ChatTranscript: 3} {
		rules[name] = Rule{Name: name, Limit: limit, Period: time.Hour}
	}
	return rules
}

var units = []struct {
	name   string
	period time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}

// ParseRules reads overrides of the defaults, such as
// "chat.create=5/m,agent=1000/m"; "off" turns every limit off, and an empty
// text changes nothing. The error says which part is wrong and what to write.
func ParseRules(text string) (Rules, error) {
	rules := Defaults()
	switch strings.TrimSpace(text) {
	case "":
		return rules, nil
	case "off":
		for name := range rules {
			rules[name] = Rule{Name: name, Limit: Unlimited}
		}
		return rules, nil
	}
	given := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		rule, err := parseRule(part, rules)
		if err != nil {
			return nil, err
		}
		if given[rule.Name] {
			return nil, fmt.Errorf("rate limit %q is given twice: keep one", rule.Name)
		}
		given[rule.Name] = true
		rules[rule.Name] = rule
	}
	return rules, nil
}

// parseRule reads one name=limit/unit whose name is among the known ones.
func parseRule(part string, known Rules) (Rule, error) {
	part = strings.TrimSpace(part)
	name, value, _ := strings.Cut(part, "=")
	name = strings.TrimSpace(name)
	if _, ok := known[name]; !ok {
		return Rule{}, fmt.Errorf("rate limit %q: write name=limit/unit, with a name among %s (or off alone)",
			part, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	count, unit, _ := strings.Cut(strings.TrimSpace(value), "/")
	limit, err := strconv.ParseInt(count, 10, 64)
	for _, u := range units {
		if err == nil && unit == u.name && limit >= 1 && limit <= highest {
			return Rule{Name: name, Limit: limit, Period: u.period}, nil
		}
	}
	return Rule{}, fmt.Errorf("rate limit %q: write %s=limit/unit, with a limit from 1 to %d and s, m or h as the unit, like %s",
		part, name, highest, known[name])
}

// String is the rules as ParseRules takes them, sorted by name.
func (r Rules) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if r[name].Limit == Unlimited {
			return "off"
		}
		parts = append(parts, r[name].String())
	}
	return strings.Join(parts, ",")
}
