package channel_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel"
	"parley/server/channel/email"
)

// TestTheDashboardHasWordsForEveryChannel holds that what the forms of channels say stands
// among the dashboard's words, where it is translated: its English is the server's.
func TestTheDashboardHasWordsForEveryChannel(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../static/src/dashboard/i18n/en/channels.ts")
	if err != nil {
		t.Fatal(err)
	}
	said := func(key, text string) {
		if !strings.Contains(string(file), "\n  "+key+": "+strconv.Quote(text)+",\n") {
			t.Errorf("the dashboard does not say %q as %s", text, key)
		}
	}
	for _, c := range []chat.Carrier{channel.NewTwilio(channel.Options{}), channel.NewWhatsApp(channel.Options{}), channel.NewInstagram(channel.Options{}), email.New(email.Options{})} {
		kind := c.Kind()
		said("kind_"+string(kind.Kind), kind.Label)
		for _, f := range kind.Fields {
			said(f.Name, f.Label)
			said(f.Name+"Help", f.Help)
			for _, option := range f.Options {
				if !strings.Contains(string(file), "\n  "+f.Name+"_"+option+": ") {
					t.Errorf("the dashboard has no word for %s of %s", option, f.Name)
				}
			}
		}
		for _, h := range kind.Hooks {
			said(of(kind.Kind, h), h.Label)
			said(of(kind.Kind, h)+"Help", h.Help)
		}
	}
}

// of is the key of an address of a kind.
func of(kind models.Channel, hook models.ChannelHook) string { return string(kind) + "_" + hook.Name }
