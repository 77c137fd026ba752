// Package access turns credentials into principals: site keys and origins, visitor
// tokens, API keys; and it makes accounts and keys. Secrets are shown once and kept
// as hashes; what must be used again is sealed under the program's secret.
package access

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"parley/models"
)

// How long a credential is believed without asking the database again, and how many
// are remembered. A revoked key must be refused within 5 seconds.
const (
	siteMemory = 3 * time.Second
	keyMemory  = 2 * time.Second
	remembered = 10_000
)

// touchPause is how stale a key's last_used_at may be.
const touchPause = time.Minute

// ErrSiteKey refuses an unknown site key.
var ErrSiteKey = models.Fail(models.CodeUnauthorized, "Invalid API key")

// Service checks and makes credentials.
type Service struct {
	store Store
	now   func() time.Time
	// tokenKey signs conversation tokens, sealKey seals stored secrets.
	tokenKey, sealKey []byte
	// deviceKey signs what a browser remembers of a login.
	deviceKey []byte
	// linkKey signs public addresses of files.
	linkKey   []byte
	sites     *memory[models.Site]
	keys      *memory[holder]
	sessions  *memory[Standing]
	passwords *hasher
	bell      Bell
	mailer    Mailer
	publicURL string
	poke      func()
}

// holder is an API key with the user who made it.
type holder struct {
	key  models.APIKey
	user models.User
}

// Options are what a Service stands on.
type Options struct {
	Store Store
	// Secret is SECRET_KEY: at least 16 bytes, the same on all nodes.
	Secret []byte
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Bell closes the sockets of whoever lost access; nil leaves that to the recheck.
	Bell Bell
	// Mailer sends invitations and password resets; nil means that no mail is set up.
	Mailer Mailer
	// PublicURL is where the links in mails begin.
	PublicURL string
	// Cost is what hashing a password takes; nil means argon2id.DefaultParams, 64 MiB.
	Cost *argon2id.Params
	// Queued is called when a job was queued; it may be nil.
	Queued func()
}

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Secret) < 16 {
		return nil, errors.New("the secret key must have at least 16 bytes")
	}
	if o.Queued == nil {
		o.Queued = func() {}
	}
	s := &Service{
		store: o.Store, now: o.Now, bell: o.Bell, mailer: o.Mailer, publicURL: o.PublicURL, poke: o.Queued,
		passwords: newHasher(o.Cost),
	}
	for purpose, key := range map[string]*[]byte{
		"conversation token": &s.tokenKey, "stored secrets": &s.sealKey, "known device": &s.deviceKey,
		"file link": &s.linkKey,
	} {
		derived, err := hkdf.Key(sha256.New, o.Secret, nil, "parley "+purpose, 32)
		if err != nil {
			return nil, fmt.Errorf("derive the key for %s: %w", purpose, err)
		}
		*key = derived
	}
	s.sites = newMemory[models.Site](siteMemory, remembered, s.now)
	s.keys = newMemory[holder](keyMemory, remembered, s.now)
	s.sessions = newMemory[Standing](keyMemory, remembered, s.now)
	return s, nil
}

// Site finds the site of a public key; an unknown one is ErrSiteKey.
func (s *Service) Site(ctx context.Context, siteKey string) (models.Site, error) {
	if siteKey == "" || len(siteKey) > 100 || !utf8.ValidString(siteKey) || strings.ContainsRune(siteKey, 0) {
		return models.Site{}, ErrSiteKey
	}
	site, err := s.sites.get(siteKey, func() (models.Site, error) { return s.store.SiteByKey(ctx, siteKey) })
	if errors.Is(err, models.ErrNotFound) {
		return models.Site{}, ErrSiteKey
	}
	return site, err
}

// Visitor finds whose token it is: a visitor token of a conversation of the site, or
// the conversation token that Start answered. Anything else, another site's
// included, is models.ErrConversationNotFound.
func (s *Service) Visitor(ctx context.Context, site models.Site, token string) (models.Principal, error) {
	if token == "" {
		return models.Principal{}, models.ErrConversationNotFound
	}
	c, err := s.conversationOf(ctx, site, token)
	if models.HasCode(err, models.CodeNotFound) {
		return models.Principal{}, models.ErrConversationNotFound
	}
	if err != nil {
		return models.Principal{}, err
	}
	return models.Principal{
		Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: site.ID,
		ConversationID: c.ID, ConversationUID: c.UID, Name: c.AuthorName,
	}, nil
}

func (s *Service) conversationOf(ctx context.Context, site models.Site, token string) (models.Conversation, error) {
	if uid, ok := s.readConversationToken(token); ok {
		return s.store.SiteConversation(ctx, site.ID, uid)
	}
	return s.store.ConversationByVisitor(ctx, site.ID, models.TokenHash(token))
}

// Key finds who acts with an API key. Unknown, revoked and expired ones, and those of
// disabled users, are all models.ErrUnauthorized.
func (s *Service) Key(ctx context.Context, key string) (models.Principal, error) {
	if !looksLikeKey(key) {
		return models.Principal{}, models.ErrUnauthorized
	}
	hash := models.TokenHash(key)
	h, err := s.keys.get(string(hash), func() (holder, error) {
		k, u, err := s.store.KeyByHash(ctx, hash)
		return holder{k, u}, err
	})
	if errors.Is(err, models.ErrNotFound) || (err == nil && !s.stands(h)) {
		return models.Principal{}, models.ErrUnauthorized
	}
	if err != nil {
		return models.Principal{}, err
	}
	s.touch(ctx, h.key)
	return principalOf(h), nil
}

func principalOf(h holder) models.Principal {
	return models.Principal{
		Kind: models.KindKey, AccountID: h.key.AccountID, UserID: h.user.ID, UserUID: h.user.UID,
		Name: h.user.Name, Avatar: h.user.Avatar, Role: h.user.Role, KeyID: h.key.ID, KeyKind: h.key.Kind, Scopes: scopesOf(h),
	}
}

// scopesOf is what the key and its maker's role both allow: a role that is lost takes
// its scopes from every key that was made with it.
func scopesOf(h holder) []models.Scope {
	scopes := make([]models.Scope, 0, len(h.key.Scopes))
	for _, scope := range h.user.Role.Scopes() {
		if slices.Contains(h.key.Scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// StillStands asks the database whether the key or login session behind an open socket
// is as good as it was. When the database cannot be asked, it says yes: nobody revoked
// anything.
func (s *Service) StillStands(ctx context.Context, who models.Principal) bool {
	if who.Kind == models.KindUser {
		return s.sessionStands(ctx, who)
	}
	if who.Kind != models.KindKey {
		return true
	}
	k, u, err := s.store.KeyByID(ctx, who.KeyID)
	if errors.Is(err, models.ErrNotFound) {
		return false
	}
	return err != nil || s.stands(holder{k, u}) && u.Role == who.Role
}

func (s *Service) stands(h holder) bool {
	expired := h.key.ExpiresAt != nil && !s.now().Before(*h.key.ExpiresAt)
	return h.key.RevokedAt == nil && !expired && h.user.DisabledAt == nil
}

// touch notes the use of a key, at most once a minute. That it could not be noted
// is no reason to refuse the caller.
func (s *Service) touch(ctx context.Context, k models.APIKey) {
	now := models.Now(s.now())
	if k.LastUsedAt != nil && now.Sub(*k.LastUsedAt) < touchPause {
		return
	}
	if err := s.store.TouchKey(ctx, k.ID, now); err != nil {
		slog.WarnContext(ctx, "access: last use of a key not noted", "key_id", k.ID, "error", err)
		return
	}
	s.keys.forget(string(k.KeyHash))
}
