package access

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"parley/models"
)

// NewKey asks for an API key in the name of an account's first owner. Account may be
// nil when there is only one; Test asks for a key of the sandbox.
type NewKey struct {
	Account *models.UID
	Name    string
	Kind    models.KeyKind
	Scopes  []models.Scope
	Test    bool
}

// CreateKey makes an API key and shows it this once. No scopes means all of them.
func (s *Service) CreateKey(ctx context.Context, in NewKey) (id models.UID, key string, err error) {
	if err := checkNewKey(&in); err != nil {
		return models.UID{}, "", err
	}
	account, err := s.store.LiveAccount(ctx, in.Account)
	if err != nil {
		return models.UID{}, "", err
	}
	owner, err := s.store.Owner(ctx, account)
	if err != nil {
		return models.UID{}, "", err
	}
	if in.Test {
		if account, err = s.store.Sandbox(ctx, account); err != nil {
			return models.UID{}, "", err
		}
	}
	key = newSecret(keyPrefix(in.Kind, in.Test))
	row := s.keyRow(key, in)
	row.AccountID, row.UserID = account.ID, owner.ID
	return row.UID, key, s.store.CreateKey(ctx, &row)
}

func checkNewKey(in *NewKey) error {
	if in.Name == "" {
		in.Name = "Key from the command line"
	}
	if utf8.RuneCountInString(in.Name) > 100 {
		return models.Invalid("name", "The name is too long (maximum 100 characters)")
	}
	if in.Kind != models.KeyKindAgent && in.Kind != models.KeyKindInbox {
		return models.Invalid("kind", "The kind must be agent or inbox")
	}
	if len(in.Scopes) == 0 {
		in.Scopes = models.AllScopes()
	}
	for _, scope := range in.Scopes {
		if !slices.Contains(models.AllScopes(), scope) {
			return models.Invalid("scopes", fmt.Sprintf("There is no scope %q", string(scope)))
		}
	}
	return nil
}

func keyPrefix(kind models.KeyKind, test bool) string {
	if kind == models.KeyKindInbox {
		return "sf_" + mode(test) + "v1_"
	}
	return "sk_" + mode(test)
}

// mode is the part of a key that tells the sandbox's.
func mode(sandbox bool) string {
	if sandbox {
		return "test_"
	}
	return "live_"
}
