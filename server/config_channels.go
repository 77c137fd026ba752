package main

import (
	"context"
	"fmt"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel"
	"parley/server/channel/email"
	"parley/server/outbound"
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

	WhatsAppPhoneNumberID string `name:"whatsapp-phone-number-id" env:"WHATSAPP_PHONE_NUMBER_ID" placeholder:"ID" help:"WhatsApp number, by its id at Meta."`
	WhatsAppAccessToken   string `name:"whatsapp-access-token" env:"WHATSAPP_ACCESS_TOKEN" placeholder:"SECRET" help:"Access token of a system user."`
	WhatsAppAppSecret     string `name:"whatsapp-app-secret" env:"WHATSAPP_APP_SECRET" placeholder:"SECRET" help:"Secret of the Meta app, which signs what it calls."`
	WhatsAppVerifyToken   string `name:"whatsapp-verify-token" env:"WHATSAPP_VERIFY_TOKEN" placeholder:"TEXT" help:"Word that Meta gives when it checks the callback address; made when it is left out."`
	WhatsAppAPIURL        string `name:"whatsapp-api-url" env:"WHATSAPP_API_URL" placeholder:"https://graph.facebook.com/v24.0" help:"Where the Graph API for WhatsApp is."`

	InstagramAccountID   string `name:"instagram-account-id" env:"INSTAGRAM_ACCOUNT_ID" placeholder:"ID" help:"Professional Instagram account, by its id at Meta."`
	InstagramAccessToken string `name:"instagram-access-token" env:"INSTAGRAM_ACCESS_TOKEN" placeholder:"SECRET" help:"Its access token."`
	InstagramAppSecret   string `name:"instagram-app-secret" env:"INSTAGRAM_APP_SECRET" placeholder:"SECRET" help:"Secret of the Meta app, which signs what it calls."`
	InstagramVerifyToken string `name:"instagram-verify-token" env:"INSTAGRAM_VERIFY_TOKEN" placeholder:"TEXT" help:"Word that Meta gives when it checks the callback address; made when it is left out."`
	InstagramAPIURL      string `name:"instagram-api-url" env:"INSTAGRAM_API_URL" placeholder:"https://graph.instagram.com/v24.0" help:"Where the Graph API for Instagram is."`
}

// channelSettings are the adapters, and the accounts that the environment names.
type channelSettings struct {
	carriers []chat.Carrier
	accounts []namedAccount
}

// namedAccount is a channel account of which the environment says everything.
type namedAccount struct {
	carrier chat.Carrier
	// prefix begins the names of its variables.
	prefix string
	chat.ChannelChange
}

// channels reads the accounts and holds them against what each kind needs.
func (r *reader) channels(c ChannelConfig, given settings) channelSettings {
	twilio := channel.NewTwilio(channel.Options{BaseURL: r.baseURL("TWILIO_API_URL", c.TwilioAPIURL)})
	whatsApp := channel.NewWhatsApp(channel.Options{BaseURL: r.baseURL("WHATSAPP_API_URL", c.WhatsAppAPIURL)})
	instagram := channel.NewInstagram(channel.Options{BaseURL: r.baseURL("INSTAGRAM_API_URL", c.InstagramAPIURL)})
	mail := email.New(email.Options{Default: given.login.relay(), Dialer: outbound.NewDialer(given.outbound)})
	s := channelSettings{carriers: []chat.Carrier{twilio, whatsApp, instagram, mail}}
	s.name(r, twilio, "TWILIO_", map[string]string{
		"account_sid": c.TwilioAccountSID, "auth_token": c.TwilioAuthToken, "from": c.TwilioFrom,
		"messaging_service_sid": c.TwilioMessagingServiceSID,
	})
	s.name(r, whatsApp, "WHATSAPP_", map[string]string{
		"phone_number_id": c.WhatsAppPhoneNumberID, "access_token": c.WhatsAppAccessToken,
		"app_secret": c.WhatsAppAppSecret, "verify_token": c.WhatsAppVerifyToken,
	})
	s.name(r, instagram, "INSTAGRAM_", map[string]string{
		"account_id": c.InstagramAccountID, "access_token": c.InstagramAccessToken,
		"app_secret": c.InstagramAppSecret, "verify_token": c.InstagramVerifyToken,
	})
	return s
}

func (r *reader) baseURL(variable, value string) string {
	if value != "" && !isBaseURL(value) {
		r.refuse(variable, redacted(value), "the https:// address that the calls begin with")
	}
	return value
}

// name adds the account that these values make, if there are any. What is wrong with them
// is told by the variable that says it.
func (s *channelSettings) name(r *reader, carrier chat.Carrier, prefix string, values map[string]string) {
	label := carrier.Kind().Label
	account := namedAccount{carrier, prefix, chat.ChannelChange{Kind: carrier.Kind().Kind, Name: &label, Values: map[string]*string{}}}
	for name, value := range values {
		if value != "" {
			account.Values[name] = &value
		}
	}
	if len(account.Values) == 0 {
		return
	}
	s.accounts = append(s.accounts, account)
	if err := chat.CheckChannel(carrier, account.ChannelChange); err != nil {
		wrong := models.AsError(err)
		variable := prefix + strings.ToUpper(strings.TrimPrefix(wrong.Field, "settings."))
		r.refuseSecret(variable, fmt.Sprintf("a value that fits the other %s… variables (%s)", prefix, wrong.Message))
	}
}

// examinations ask the providers whether they let those accounts in.
func (s *channelSettings) examinations() []examination {
	var all []examination
	for _, account := range s.accounts {
		all = append(all, examination{string(account.Kind), func(ctx context.Context) (string, error) {
			return chat.TryChannel(ctx, account.carrier, account.ChannelChange)
		}, "check the " + account.prefix + "… variables, and that this machine reaches the provider"})
	}
	return all
}
