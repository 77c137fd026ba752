package access

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/mail"
	"strings"

	"parley/models"
)

// NewAccount asks for an account. Email and Password may be empty: an address is
// chosen, a password is made.
type NewAccount struct {
	Name     string
	Email    string
	Password string
	// First asks for the account only if there is none yet, and else for
	// ErrNotFirst. Of several nodes that ask at once, one gets it.
	First bool
}

// ErrNotFirst refuses to make a first account beside another one.
var ErrNotFirst = models.Fail(models.CodeConflict, "There is an account already")

// Credentials are what a new account starts with. They are shown once.
type Credentials struct {
	AccountID   models.UID
	Email       string
	Password    string
	SiteKey     string
	LiveKey     string
	TestKey     string
	TestSiteKey string
	InboxKey    string
}

// CreateAccount makes an account with its sandbox, owner, a site each, and keys with
// every scope.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (Credentials, error) {
	in, err := completeAccount(in)
	if err != nil {
		return Credentials{}, err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return Credentials{}, err
	}
	rows, creds, err := s.accountRows(in, hash)
	if err != nil {
		return Credentials{}, err
	}
	rows.First = in.First
	err = s.store.CreateAccount(ctx, &rows)
	if in.First && models.HasCode(err, models.CodeConflict) {
		return Credentials{}, ErrNotFirst
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("create the account: %w", err)
	}
	return creds, nil
}

func completeAccount(in NewAccount) (NewAccount, error) {
	if in.Name == "" {
		in.Name = "My company"
	}
	if in.Email == "" {
		in.Email = "owner@example.com"
	}
	if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email {
		return in, models.Invalid("email", "The e-mail address of the owner is not valid")
	}
	if in.Password == "" {
		in.Password = newSecret("")
	}
	if err := checkPassword("password", in.Password); err != nil {
		return in, err
	}
	in.Email = strings.ToLower(in.Email)
	return in, nil
}

func (s *Service) accountRows(in NewAccount, passwordHash string) (AccountRows, Credentials, error) {
	now := models.Now(s.now())
	c := Credentials{
		AccountID: models.NewUID(), Email: in.Email, Password: in.Password,
		LiveKey: newSecret("sk_live_"), TestKey: newSecret("sk_test_"), InboxKey: newSecret("sf_live_v1_"),
	}
	account := models.Account{UID: c.AccountID, Name: in.Name, TimeZone: "UTC", CreatedAt: now, UpdatedAt: now}
	sandbox := account
	sandbox.UID, sandbox.Name = models.NewUID(), in.Name+" (sandbox)"
	rows := AccountRows{
		Live: account, Sandbox: sandbox,
		Owner: models.User{
			UID: models.NewUID(), Email: in.Email, Name: "Owner", Role: models.RoleOwner, PasswordHash: passwordHash,
			Availability: models.AvailabilityOnline, CreatedAt: now, UpdatedAt: now,
		},
		LiveKeys: []models.APIKey{
			s.keyRow(c.LiveKey, firstKey(models.KeyKindAgent)), s.keyRow(c.InboxKey, firstKey(models.KeyKindInbox)),
		},
		SandboxKeys: []models.APIKey{s.keyRow(c.TestKey, firstKey(models.KeyKindAgent))},
	}
	var err error
	if rows.LiveSite, _, err = s.MintSite(in.Name, false); err != nil {
		return rows, c, err
	}
	rows.SandboxSite, _, err = s.MintSite(sandbox.Name, true)
	c.SiteKey, c.TestSiteKey = rows.LiveSite.SiteKey, rows.SandboxSite.SiteKey
	return rows, c, err
}

// firstKey is a key that an account starts with.
func firstKey(kind models.KeyKind) NewKey {
	return NewKey{Name: "First " + string(kind) + " key", Kind: kind, Scopes: models.AllScopes()}
}

// newSecret is a prefix and 130 random bits.
func newSecret(prefix string) string { return prefix + strings.ToLower(rand.Text()) }

// looksLikeKey lets a request with something else answer without a query.
func looksLikeKey(key string) bool {
	if len(key) > 100 {
		return false
	}
	for _, prefix := range []string{"sk_live_", "sk_test_", "sf_live_v1_", "sf_test_v1_"} {
		if len(key) > len(prefix) && strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// HasAccount says whether there is any account.
func (s *Service) HasAccount(ctx context.Context) (bool, error) { return s.store.HasAccount(ctx) }

// FirstSite finds the oldest site of the oldest account: the one that a page without
// a site of its own shows.
func (s *Service) FirstSite(ctx context.Context) (models.Site, error) { return s.store.FirstSite(ctx) }
