package chat

import (
	"context"

	"parley/models"
)

// errSiteInUse keeps the site whose conversations would lose where they began.
var errSiteInUse = models.Fail(models.CodeConflict, "Conversations began on this site, so it cannot be deleted")

// SiteChange is what to change of a site; nil stays as it is.
type SiteChange struct {
	Name             *string
	Greeting         *string
	AutoReply        models.Given[string]
	AllowedOrigins   *[]string
	Color            *string
	Position         *string
	Mode             *string
	Locale           *string
	Prechat          *models.Prechat
	OfficeHours      *models.OfficeHours
	Survey           *bool
	NoticeMinutes    *int
	IdentityRequired *bool
	Assistant        models.Given[models.UID]
}

// Sites lists the account's, the oldest first.
func (s *Service) Sites(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Site], error) {
	if err := allow(who, actSites); err != nil {
		return models.List[models.Site]{}, err
	}
	return s.store.Sites(ctx, who, p)
}

// Site finds one by uid.
func (s *Service) Site(ctx context.Context, who models.Principal, site models.UID) (models.Site, error) {
	if err := allow(who, actSites); err != nil {
		return models.Site{}, err
	}
	return s.store.SiteByUID(ctx, who, site)
}

// CreateSite makes a site with a key of its own; its identity secret is shown this
// once. What c leaves out begins as on every new site.
func (s *Service) CreateSite(ctx context.Context, who models.Principal, c SiteChange) (models.Site, string, error) {
	if err := allow(who, actEditSites); err != nil {
		return models.Site{}, "", err
	}
	if c.Name == nil {
		return models.Site{}, "", models.Invalid("name", "name is required")
	}
	if err := c.check(s.mint); err != nil {
		return models.Site{}, "", err
	}
	var (
		made   models.Site
		secret string
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		account, err := tx.Account(ctx, who)
		if err != nil {
			return err
		}
		if made, secret, err = s.mint.MintSite(*c.Name, account.IsSandbox()); err != nil {
			return err
		}
		if err := c.apply(ctx, tx, who, &made); err != nil {
			return err
		}
		return tx.CreateSite(ctx, who, &made)
	})
	return made, secret, err
}

// UpdateSite changes a site. Widgets show it within seconds, on every node.
func (s *Service) UpdateSite(ctx context.Context, who models.Principal, site models.UID, c SiteChange) (models.Site, error) {
	if err := c.check(s.mint); err != nil {
		return models.Site{}, err
	}
	return s.alterSite(ctx, who, site, func(ctx context.Context, tx Tx, row *models.Site) error {
		return c.apply(ctx, tx, who, row)
	})
}

// RotateIdentitySecret gives a site a new identity secret, which is shown this once.
// What was signed with the one before no longer counts.
func (s *Service) RotateIdentitySecret(ctx context.Context, who models.Principal, site models.UID) (models.Site, string, error) {
	var secret string
	changed, err := s.alterSite(ctx, who, site, func(_ context.Context, _ Tx, row *models.Site) (err error) {
		secret, row.IdentitySecret, err = s.mint.MintIdentitySecret()
		return err
	})
	return changed, secret, err
}

// alterSite runs one act on a locked site.
func (s *Service) alterSite(ctx context.Context, who models.Principal, site models.UID,
	change func(ctx context.Context, tx Tx, row *models.Site) error,
) (models.Site, error) {
	if err := allow(who, actEditSites); err != nil {
		return models.Site{}, err
	}
	var row models.Site
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if row, err = tx.LockSite(ctx, who, site); err != nil {
			return err
		}
		if err := change(ctx, tx, &row); err != nil {
			return err
		}
		row.UpdatedAt = s.clock()
		return tx.UpdateSite(ctx, who, &row)
	})
	return row, err
}

// DeleteSite deletes a site on which no conversation began.
func (s *Service) DeleteSite(ctx context.Context, who models.Principal, site models.UID) error {
	if err := allow(who, actEditSites); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		row, err := tx.LockSite(ctx, who, site)
		if err != nil {
			return err
		}
		return tx.DeleteSite(ctx, who, row.ID)
	})
	if models.HasCode(err, models.CodeConflict) {
		return errSiteInUse.Because(err)
	}
	return err
}

// apply changes the row, whose change has been checked.
func (c *SiteChange) apply(ctx context.Context, tx Tx, who models.Principal, row *models.Site) error {
	set(&row.Name, c.Name)
	set(&row.Greeting, c.Greeting)
	set(&row.AllowedOrigins, c.AllowedOrigins)
	set(&row.Theme.Color, c.Color)
	set(&row.Theme.Position, c.Position)
	set(&row.Theme.Mode, c.Mode)
	set(&row.Locale, c.Locale)
	set(&row.Prechat, c.Prechat)
	set(&row.OfficeHours, c.OfficeHours)
	set(&row.Survey, c.Survey)
	set(&row.NoticeMinutes, c.NoticeMinutes)
	set(&row.IdentityRequired, c.IdentityRequired)
	c.AutoReply.Into(&row.AutoReply)
	if !c.Assistant.Is {
		return nil
	}
	row.Assistant, row.AssistantID = nil, nil
	if c.Assistant.To == nil {
		return nil
	}
	assistant, err := tx.AssistantByUID(ctx, who, *c.Assistant.To)
	if models.HasCode(err, models.CodeNotFound) {
		return models.Invalid("assistant", "There is no such assistant in this account")
	}
	if err != nil {
		return err
	}
	if assistant.Published == nil {
		return models.Invalid("assistant", ErrNotPublished.Message)
	}
	row.Assistant, row.AssistantID = &assistant, &assistant.ID
	return nil
}

// set puts what was given in its place.
func set[T any](place *T, given *T) {
	if given != nil {
		*place = *given
	}
}
