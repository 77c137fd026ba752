package main

import (
	"fmt"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel"
)

// ChannelConfig is what the environment says of channels: one account for each kind,
// which belongs to the oldest account of the program. The API addresses are for regions
// and tests.
type ChannelConfig struct {
	TwilioAccountSID          string `name:"twilio-account-sid" env:"TWILIO_ACCOUNT_SID" placeholder:"AC…" help:"Twilio account that sends and receives SMS."`
	TwilioAuthToken           string `name:"twilio-auth-token" env:"TWILIO_AUTH_TOKEN" placeholder:"SECRET" help:"Its auth token."`
	TwilioFrom                string `name:"twilio-from" env:"TWILIO_FROM" placeholder:"+14155550123" help:"Number that sends; or give a messaging service."`
	TwilioMessagingServiceSID string `name:"twilio-messaging-service-sid" env:"TWILIO_MESSAGING_SERVICE_SID" placeholder:"MG…" help:"Messaging service that chooses the number."`
	TwilioAPIURL              string `name:"twilio-api-url" env:"TWILIO_API_URL" placeholder:"https://api.twilio.com" help:"Where Twilio's API is."`
}

// channelSettings are the adapters, and the accounts that the environment names.
type channelSettings struct {
	carriers []chat.Carrier
	accounts []chat.ChannelChange
}

// channels reads the accounts and holds them against what each kind needs.
func (r *reader) channels(c ChannelConfig) channelSettings {
	for variable, value := range map[string]string{
		"TWILIO_API_URL": c.TwilioAPIURL,
	} {
		if value != "" && !isBaseURL(value) {
			r.refuse(variable, value, "the https:// address that the calls begin with")
		}
	}
	s := channelSettings{carriers: []chat.Carrier{
		channel.NewTwilio(channel.Options{BaseURL: c.TwilioAPIURL}),
	}}
	for _, given := range []struct {
		kind   models.Channel
		prefix string
		name   string
		values map[string]string
	}{
		{models.ChannelSMS, "TWILIO_", "SMS", map[string]string{
			"account_sid": c.TwilioAccountSID, "auth_token": c.TwilioAuthToken, "from": c.TwilioFrom,
			"messaging_service_sid": c.TwilioMessagingServiceSID,
		}},
	} {
		change := chat.ChannelChange{Kind: given.kind, Name: &given.name, Values: map[string]*string{}}
		for name, value := range given.values {
			if value != "" {
				change.Values[name] = &value
			}
		}
		if len(change.Values) == 0 {
			continue
		}
		r.refuseChannel(given.prefix, s.carriers, change)
		s.accounts = append(s.accounts, change)
	}
	return s
}

// refuseChannel notes what is wrong with an account, by the variable that says it.
func (r *reader) refuseChannel(prefix string, carriers []chat.Carrier, change chat.ChannelChange) {
	for _, carrier := range carriers {
		if carrier.Kind().Kind != change.Kind {
			continue
		}
		if err := chat.CheckChannel(carrier, change); err != nil {
			wrong := models.AsError(err)
			variable := prefix + strings.ToUpper(strings.TrimPrefix(wrong.Field, "settings."))
			r.refuseSecret(variable, fmt.Sprintf("what the other %s… variables need beside them (%s)", prefix, wrong.Message))
		}
	}
}
