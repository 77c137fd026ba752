package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

func TestACallOfAProviderIsBelievedForItsSignatureAndTakenInOnce(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		call := func(kind models.Channel, channel models.UID, hook, token string) (chat.HookAnswer, error) {
			headers := map[string]string{"Token": token, "From": "+14155550123", "Id": "in-1"}
			return x.chat.Hook(t.Context(), kind, channel, chat.HookRequest{
				Hook: hook, Method: "POST", Header: func(name string) string { return headers[name] }, Body: []byte("Hello"),
			})
		}
		id := x.line.Account.UID
		for what, err := range map[string]error{
			"another kind":      second(call(models.ChannelEmail, id, "in", "good")),
			"an unknown id":     second(call(models.ChannelSMS, models.NewUID(), "in", "good")),
			"an unknown hook":   second(call(models.ChannelSMS, id, "out", "good")),
			"a wrong signature": second(call(models.ChannelSMS, id, "in", "bad")),
		} {
			if !errors.Is(err, chat.ErrChannelNotFound) && !errors.Is(err, chat.ErrHookForged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for range 3 {
			if answer, err := call(models.ChannelSMS, id, "in", "good"); err != nil || answer.Body != "thanks" {
				t.Errorf("%+v, %v", answer, err)
			}
		}
		c := x.latest()
		if got := texts(x.messages(c)); !slices.Equal(got, []string{"Hello"}) || *c.ChannelID != x.line.Account.ID {
			t.Errorf("taken in: %v, through %v", got, c.ChannelID)
		}
		off := false
		if _, err := x.chat.UpdateChannel(t.Context(), x.owner, id, chat.ChannelChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		if _, err := call(models.ChannelSMS, id, "in", "good"); !errors.Is(err, chat.ErrChannelNotFound) {
			t.Errorf("switched off: %v", err)
		}
		m := x.replies(c, "Hi")
		x.work(time.Second)
		x.wants(m, "failed: The channel Main is switched off")
	})
}

func second[T any](_ T, err error) error { return err }

func TestAConversationGoesOnThroughTheAccountThatTheContactUsesNow(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		first := x.line
		x.hears(chat.Arrival{From: "+14155550123", Content: "on one", ExternalID: "in-1"})
		other := x.connect("Other", "+14155550200")
		lines, err := x.chat.Lines(t.Context(), models.ChannelSMS)
		if err != nil || len(lines) != 2 {
			t.Fatal(lines, err)
		}
		x.line = lines[1]
		x.hears(chat.Arrival{From: "+14155550123", Content: "on the other", ExternalID: "in-2"})
		c := x.latest()
		if *c.ChannelID != other.ID || len(x.messages(c)) != 2 {
			t.Errorf("through %d, want %d", *c.ChannelID, other.ID)
		}
		if err := x.chat.DeleteChannel(t.Context(), x.owner, other.UID); err != nil {
			t.Fatal(err)
		}
		m := x.replies(c, "Still here")
		x.work(time.Second)
		x.wants(m, "sent")
		if now := x.latest(); *now.ChannelID != first.Account.ID {
			t.Errorf("through %d, want %d", *now.ChannelID, first.Account.ID)
		}
	})
}

func TestSettingsAreHeldAgainstTheFormAndSecretsKeptSealed(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		name := "Second"
		for _, c := range []struct {
			given map[string]*string
			field string
		}{
			{values("number", "+14155550200"), "settings.token"},
			{values("token", "x"), "settings.number"},
			{values("number", "4155550200", "token", "x"), "settings.number"},
			{values("number", "+1", "token", "x", "colour", "red"), "settings.colour"},
			{values("number", "+1", "token", "x\ny"), "settings.token"},
			{values("number", "+1", "token", "x\x00y"), "settings.token"},
			{values("number", "+1", "token", strings.Repeat("x", 5000)), "settings.token"},
			{values("number", "+1", "token", "x", "mode", "odd"), "settings.mode"},
		} {
			_, err := x.chat.CreateChannel(t.Context(), x.owner, chat.ChannelChange{Kind: models.ChannelSMS, Name: &name, Values: c.given})
			if got := models.AsError(err); got.Code != models.CodeInvalid || got.Field != c.field {
				t.Errorf("%v: %v, want to blame %s", c.given, err, c.field)
			}
		}
		_, err := x.chat.CreateChannel(t.Context(), x.owner, chat.ChannelChange{
			Kind: models.ChannelSMS, Name: &name, Values: values("number", "+14155550100", "token", "x"),
		})
		if !models.HasCode(err, models.CodeConflict) {
			t.Errorf("the same number again: %v", err)
		}
		got, err := x.chat.Channel(t.Context(), x.owner, x.line.Account.UID)
		if err != nil || strings.Contains(string(got.Secrets), "good") || strings.Contains(fmt.Sprint(got.Settings), "good") ||
			!slices.Equal(got.SecretNames, []string{"token"}) || got.Settings["word"] == "" || got.Settings["word"] == nil {
			t.Errorf("kept: %+v, %v", got, err)
		}
		changed, err := x.chat.UpdateChannel(t.Context(), x.owner, got.UID, chat.ChannelChange{Values: values("mode", "slow")})
		if err != nil || changed.Settings["mode"] != "slow" || changed.Settings["word"] != got.Settings["word"] {
			t.Errorf("changed: %+v, %v", changed, err)
		}
		if test, err := x.chat.TestChannel(t.Context(), x.owner, got.UID); err != nil || test != (chat.ChannelTest{OK: true, Detail: "Welcome"}) {
			t.Errorf("the test: %+v, %v", test, err)
		}
		if _, err := x.chat.UpdateChannel(t.Context(), x.owner, got.UID, chat.ChannelChange{Values: values("token", "stale")}); err != nil {
			t.Fatal(err)
		}
		if test, err := x.chat.TestChannel(t.Context(), x.owner, got.UID); err != nil || test != (chat.ChannelTest{Detail: "Unknown token"}) {
			t.Errorf("the test with a stale token: %+v, %v", test, err)
		}
	})
}

func TestWhatTheEnvironmentSaysIsTrueAtEachStart(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		name := "SMS"
		for _, token := range []string{"one", "two"} {
			err := x.chat.KeepChannel(t.Context(), chat.ChannelChange{
				Kind: models.ChannelSMS, Name: &name, Values: values("number", "+14155550900", "token", token),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		lines, err := x.chat.Lines(t.Context(), models.ChannelSMS)
		if err != nil || len(lines) != 2 || lines[1].Values["token"] != "two" || lines[1].Account.Name != "SMS" {
			t.Errorf("the lines: %+v, %v", lines, err)
		}
	})
}

func TestAVoiceTranscriptTellsWhoSpoke(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		say := func(channel models.Channel, speaker, text string) (models.ContactMessage, error) {
			return s.chat.Inbound(t.Context(), s.owner, chat.Incoming{
				Channel: channel, From: chat.Sender{Phone: "+14155550123"}, Content: text, Speaker: speaker,
			})
		}
		for speaker, want := range map[string]string{"": "caller", "caller": "caller", "ai": "ai"} {
			m, err := say(models.ChannelVoice, speaker, "Hello")
			if err != nil || m.Message.Speaker == nil || *m.Message.Speaker != want || m.Message.AuthorKind != models.ByContact {
				t.Errorf("%q: %+v, %v", speaker, m.Message, err)
			}
		}
		for channel, speaker := range map[models.Channel]string{models.ChannelVoice: "robot", models.ChannelSMS: "caller"} {
			if _, err := say(channel, speaker, "Hello"); models.AsError(err).Field != "speaker" {
				t.Errorf("%s on %s: %v", speaker, channel, err)
			}
		}
		if m, err := say(models.ChannelSMS, "", "Hello"); err != nil || m.Message.Speaker != nil {
			t.Errorf("on sms: %v, %v", m.Message.Speaker, err)
		}
	})
}
