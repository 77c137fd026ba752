package chat

import (
	"context"
	"time"

	"parley/models"
)

// AccountChange is what to change of an account; nil stays as it is.
type AccountChange struct {
	Name     *string
	TimeZone *string
}

// Account is the one that the principal acts in: a sandbox for who acts there.
func (s *Service) Account(ctx context.Context, who models.Principal) (models.Account, error) {
	if err := allow(who, actAccount); err != nil {
		return models.Account{}, err
	}
	return s.store.Account(ctx, who)
}

// UpdateAccount changes the account's name, and the time zone that its days are
// counted in.
func (s *Service) UpdateAccount(ctx context.Context, who models.Principal, c AccountChange) (models.Account, error) {
	if err := allow(who, actEditAccount); err != nil {
		return models.Account{}, err
	}
	if c.Name != nil {
		name, err := requiredName(*c.Name)
		if err != nil {
			return models.Account{}, err
		}
		c.Name = &name
	}
	if c.TimeZone != nil {
		if err := checkZone("time_zone", *c.TimeZone); err != nil {
			return models.Account{}, err
		}
	}
	var a models.Account
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if a, err = tx.LockAccount(ctx, who); err != nil {
			return err
		}
		if c.Name != nil {
			a.Name = *c.Name
		}
		if c.TimeZone != nil {
			a.TimeZone = *c.TimeZone
		}
		a.UpdatedAt = s.clock()
		return tx.UpdateAccount(ctx, who, &a)
	})
	return a, err
}

// checkZone wants a name of the IANA time zone database. "Local" would be whatever
// the machine is set to.
func checkZone(field, name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return models.Invalid(field, "The time zone must be an IANA name such as Europe/Vienna")
	}
	return nil
}

// Self is who is acting.
type Self struct {
	User    models.User
	Account models.Account
	// Key is the API key that acts; nil for a signed-in user.
	Key *models.APIKey
}

// Self says who is acting, where, and with which key.
func (s *Service) Self(ctx context.Context, who models.Principal) (Self, error) {
	var me Self
	if err := allow(who, actAccount); err != nil {
		return me, err
	}
	var err error
	if me.User, err = s.store.UserByUID(ctx, who, who.UserUID); err != nil {
		return me, err
	}
	if me.Account, err = s.store.Account(ctx, who); err != nil || who.Kind != models.KindKey {
		return me, err
	}
	key, err := s.store.OwnKey(ctx, who)
	me.Key = &key
	return me, err
}
