package access

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"parley/models"
)

// Texts that a new site starts with.
const (
	defaultGreeting  = "Hi there! How can we help?"
	defaultAutoReply = "Thanks for reaching out! We'll get back to you soon."
	defaultColor     = "#2563eb"
)

// MintSite is a site as every one begins, with a key of its own, and its identity
// secret, which the site keeps sealed. Implements chat.Mint.
func (s *Service) MintSite(name string, sandbox bool) (site models.Site, identitySecret string, err error) {
	identitySecret, sealed, err := s.MintIdentitySecret()
	autoReply, now := defaultAutoReply, models.Now(s.now())
	return models.Site{
		UID: models.NewUID(), Name: name, SiteKey: newSecret("pk_" + mode(sandbox)),
		Greeting: defaultGreeting, AutoReply: &autoReply,
		AllowedOrigins: []string{}, Theme: models.Theme{Color: defaultColor, Position: "right"},
		Prechat: models.Prechat{Fields: []models.PrechatField{
			{Name: "name", Label: "Name", Kind: "text", Required: true},
			{Name: "email", Label: "E-mail", Kind: "email", Required: true},
		}},
		OfficeHours: models.OfficeHours{TimeZone: "UTC", Days: []models.OfficeDay{}, Holidays: []string{}},
		Survey:      true, NoticeMinutes: models.DefaultNoticeMinutes, IdentitySecret: sealed, CreatedAt: now, UpdatedAt: now,
	}, identitySecret, err
}

// MintIdentitySecret is a new secret to sign visitors' identities with, and the same
// sealed. Implements chat.Mint.
func (s *Service) MintIdentitySecret() (secret string, sealed []byte, err error) {
	// Libraries refuse keys for HS256 of fewer than 32 bytes.
	secret = newSecret("ids_") + strings.ToLower(rand.Text())
	sealed, err = s.Seal([]byte(secret))
	return secret, sealed, err
}

// webhookSecretLength is within the 24 to 64 bytes that Standard Webhooks asks for
// (https://www.standardwebhooks.com).
const webhookSecretLength = 32

// MintWebhookSecret is a new secret to sign webhooks with, as Standard Webhooks spells
// it, and the same sealed. Implements chat.Mint.
func (s *Service) MintWebhookSecret() (secret string, sealed []byte, err error) {
	raw := make([]byte, webhookSecretLength)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, fmt.Errorf("make a webhook's secret: %w", err)
	}
	secret = "whsec_" + base64.StdEncoding.EncodeToString(raw)
	sealed, err = s.Seal([]byte(secret))
	return secret, sealed, err
}

// MintKey is a new API key, to be shown once, and what the database keeps of it.
// Implements chat.Mint.
func (s *Service) MintKey(kind models.KeyKind, sandbox bool) (key string, row models.APIKey) {
	key = newSecret(keyPrefix(kind, sandbox))
	return key, s.keyRow(key, NewKey{Kind: kind})
}

// keyRow is what the database keeps of a key: never the key.
func (s *Service) keyRow(key string, in NewKey) models.APIKey {
	return models.APIKey{
		UID: models.NewUID(), Name: in.Name, Kind: in.Kind, Hint: key[:strings.LastIndexByte(key, '_')+5],
		KeyHash: models.TokenHash(key), Scopes: in.Scopes, CreatedAt: models.Now(s.now()),
	}
}
