package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
)

// Sites lists; see chat.TeamReader.
func (q queries) Sites(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Site], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Site]{}, err
	}
	list, err := window[models.Site](q.of(ctx, who), p, "created_at, id")
	if err != nil {
		return list, err
	}
	return list, q.furnishSites(ctx, who, list.Rows)
}

// SiteByUID finds one; see chat.TeamReader.
func (q queries) SiteByUID(ctx context.Context, who models.Principal, site models.UID) (models.Site, error) {
	return q.site(ctx, who, site, func(db *gorm.DB) *gorm.DB { return db })
}

// LockSite reads and locks; see chat.TeamTx.
func (t *tx) LockSite(ctx context.Context, who models.Principal, site models.UID) (models.Site, error) {
	return t.site(ctx, who, site, func(db *gorm.DB) *gorm.DB { return db.Clauses(locked) })
}

func (q queries) site(
	ctx context.Context, who models.Principal, site models.UID, how func(*gorm.DB) *gorm.DB,
) (models.Site, error) {
	var s models.Site
	if err := confineTeam(who); err != nil {
		return s, err
	}
	if err := how(q.of(ctx, who)).Where("uid = ?", site).Take(&s).Error; err != nil {
		return s, err
	}
	rows := []models.Site{s}
	err := q.furnishSites(ctx, who, rows)
	return rows[0], err
}

// furnishSites loads the sites' assistants.
func (q queries) furnishSites(ctx context.Context, who models.Principal, sites []models.Site) error {
	ids := collect(sites, func(s *models.Site) []*int64 { return []*int64{s.AssistantID} })
	assistants, err := byID(q.on(ctx), who.AccountID, ids, func(a *models.Assistant) int64 { return a.ID })
	for i := range sites {
		if id := sites[i].AssistantID; id != nil {
			sites[i].Assistant = assistants[*id]
		}
	}
	return err
}

// CreateSite inserts; see chat.TeamTx.
func (t *tx) CreateSite(ctx context.Context, who models.Principal, s *models.Site) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	s.ID, s.AccountID = 0, who.AccountID
	return t.on(ctx).Create(s).Error
}

// UpdateSite writes what may change of a site; see chat.TeamTx.
func (t *tx) UpdateSite(ctx context.Context, who models.Principal, s *models.Site) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.Site{}).Where("id = ?", s.ID).
		Select("*").Omit("id", "uid", "account_id", "site_key", "created_at").UpdateColumns(s))
}

// DeleteSite deletes; see chat.TeamTx. The foreign key of conversations refuses it.
func (t *tx) DeleteSite(ctx context.Context, who models.Principal, siteID int64) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Where("id = ?", siteID).Delete(&models.Site{}))
}

// AssistantByUID finds one; see chat.TeamReader.
func (q queries) AssistantByUID(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
	var a models.Assistant
	if err := confineTeam(who); err != nil {
		return a, err
	}
	err := q.of(ctx, who).Where("uid = ? AND deleted_at IS NULL", assistant).Take(&a).Error
	return a, err
}

// found makes a change that met no row an error.
func found(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return done.Error
}
