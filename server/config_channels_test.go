package main

import (
	"errors"
	"strings"
	"testing"

	"parley/server/channel/channeltest"
)

func TestAChannelOfTheEnvironmentIsWholeOrTheStartSaysWhatLacks(t *testing.T) {
	t.Parallel()
	const sid, token = "AC0123456789abcdef0123456789abcdef", "hunter2hunter2"
	for _, c := range []struct {
		channels ChannelConfig
		variable string
	}{
		{ChannelConfig{TwilioAccountSID: sid}, "TWILIO_AUTH_TOKEN"},
		{ChannelConfig{TwilioAuthToken: token, TwilioFrom: "+14155550100"}, "TWILIO_ACCOUNT_SID"},
		{ChannelConfig{TwilioAccountSID: sid, TwilioAuthToken: token}, "TWILIO_FROM"},
		{ChannelConfig{TwilioAccountSID: sid, TwilioAuthToken: token, TwilioFrom: "(415) 555-0100"}, "TWILIO_FROM"},
		{ChannelConfig{TwilioAccountSID: "hunter2", TwilioAuthToken: token, TwilioFrom: "+14155550100"}, "TWILIO_ACCOUNT_SID"},
		{ChannelConfig{TwilioAPIURL: "api.twilio.com"}, "TWILIO_API_URL"},
		{ChannelConfig{TwilioAPIURL: "https://me:hunter2@api.twilio.com"}, "TWILIO_API_URL"},
		{ChannelConfig{WhatsAppAPIURL: "ftp://x"}, "WHATSAPP_API_URL"},
		{ChannelConfig{WhatsAppPhoneNumberID: "106540352242922", WhatsAppAccessToken: token}, "WHATSAPP_APP_SECRET"},
		{ChannelConfig{InstagramAppSecret: token, InstagramAccessToken: token}, "INSTAGRAM_ACCOUNT_ID"},
	} {
		_, err := Config{Channels: c.channels}.settings()
		var bad valueError
		if !errors.As(err, &bad) || bad.variable != c.variable || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v, want to blame %s", c.channels, err, c.variable)
		}
	}
}

func TestTheDoctorAsksTheProvidersOfChannels(t *testing.T) {
	t.Parallel()
	twilio := channeltest.NewTwilio(t)
	c := ChannelConfig{TwilioAccountSID: twilio.AccountSID, TwilioAuthToken: twilio.AuthToken, TwilioFrom: "+14155550100", TwilioAPIURL: twilio.URL}
	look := func() (string, error) {
		s, err := Config{Channels: c}.settings()
		if err != nil {
			t.Fatal(err)
		}
		all := examinations(s)
		return all[len(all)-1].examine(t.Context())
	}
	if found, err := look(); err != nil || found != "Twilio knows the account as Example Shop" {
		t.Errorf("found %q, %v", found, err)
	}
	c.TwilioAuthToken = "stale"
	if found, err := look(); err == nil || !strings.Contains(err.Error(), "Authenticate") {
		t.Errorf("with a stale token: %q, %v", found, err)
	}
}
