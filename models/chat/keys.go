package chat

import (
	"context"
	"slices"
	"time"

	"parley/models"
)

// maxKeyName bounds a key's name, in code points.
const maxKeyName = 100

// NewAPIKey asks for an API key of the acting user.
type NewAPIKey struct {
	Name   string
	Kind   models.KeyKind
	Scopes []models.Scope
	// ExpiresAt is when the key ends by itself; nil is never.
	ExpiresAt *time.Time
}

// Keys lists the API keys that are not revoked.
func (s *Service) Keys(ctx context.Context, who models.Principal, p models.Page) (models.List[models.APIKey], error) {
	if err := allow(who, actKeys); err != nil {
		return models.List[models.APIKey]{}, err
	}
	return s.store.Keys(ctx, who, p)
}

// Key finds an API key that is not revoked.
func (s *Service) Key(ctx context.Context, who models.Principal, key models.UID) (models.APIKey, error) {
	if err := allow(who, actKeys); err != nil {
		return models.APIKey{}, err
	}
	return s.store.KeyByUID(ctx, who, key)
}

// CreateKey makes an API key, which acts as the acting user, in the same account, with
// no more than its scopes; the key itself is shown this once.
func (s *Service) CreateKey(ctx context.Context, who models.Principal, in NewAPIKey) (models.APIKey, string, error) {
	if err := allow(who, actEditKeys); err != nil {
		return models.APIKey{}, "", err
	}
	if err := s.checkKey(who, &in); err != nil {
		return models.APIKey{}, "", err
	}
	var (
		made models.APIKey
		key  string
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		account, err := tx.Account(ctx, who)
		if err != nil {
			return err
		}
		var row models.APIKey
		key, row = s.mint.MintKey(in.Kind, account.IsSandbox())
		row.Name, row.Scopes, row.ExpiresAt = in.Name, in.Scopes, in.ExpiresAt
		if err := tx.CreateAPIKey(ctx, who, &row); err != nil {
			return err
		}
		made, err = tx.KeyByUID(ctx, who, row.UID)
		return err
	})
	return made, key, err
}

func (s *Service) checkKey(who models.Principal, in *NewAPIKey) (err error) {
	if err := checkShort("name", in.Name, maxKeyName); err != nil {
		return err
	}
	if in.Name, err = requiredName(in.Name); err != nil {
		return err
	}
	if in.Kind != models.KeyKindAgent && in.Kind != models.KeyKindInbox {
		return models.Invalid("kind", "The kind must be agent or inbox")
	}
	if in.ExpiresAt != nil {
		at := models.Now(*in.ExpiresAt)
		if !at.After(s.clock()) {
			return models.Invalid("expires_at", "The expires_at must lie in the future")
		}
		in.ExpiresAt = &at
	}
	in.Scopes, err = grant(who, in.Scopes)
	return err
}

// grant is the scopes, each once and in their order, when the giver has them all.
func grant(who models.Principal, asked []models.Scope) ([]models.Scope, error) {
	for _, scope := range asked {
		if !slices.Contains(models.AllScopes(), scope) {
			return nil, models.Invalid("scopes", "There is no such scope")
		}
		if !who.May(scope) {
			return nil, models.ErrForbidden.With("required_permission", string(scope))
		}
	}
	scopes := make([]models.Scope, 0, len(asked))
	for _, scope := range models.AllScopes() {
		if slices.Contains(asked, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) == 0 {
		return nil, models.Invalid("scopes", "A key needs at least one scope")
	}
	return scopes, nil
}

// RevokeKey ends an API key, and closes its sockets on every node.
func (s *Service) RevokeKey(ctx context.Context, who models.Principal, key models.UID) error {
	if err := allow(who, actEditKeys); err != nil {
		return err
	}
	var revoked models.APIKey
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		revoked, err = tx.RevokeKey(ctx, who, key, s.clock())
		return err
	})
	if err != nil {
		return err
	}
	s.bell.Ring(ctx, models.Doorbell{Kind: models.BellRevoked, AccountID: who.AccountID, KeyID: revoked.ID})
	return nil
}
