package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// instead puts a row's own error in place of the general one.
func instead(err error, missing *models.Error) error {
	if errors.Is(err, models.ErrNotFound) {
		return missing
	}
	return err
}

// touched is the error of a change to one row: missing when there was none.
func touched(done *gorm.DB, missing *models.Error) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return missing
	}
	return done.Error
}

// AttachmentByUID finds a file; see chat.DeskReader.
func (q queries) AttachmentByUID(ctx context.Context, who models.Principal, attachment models.UID) (models.Attachment, error) {
	var a models.Attachment
	if err := confineTeam(who); err != nil {
		return a, err
	}
	err := q.of(ctx, who).Where("uid = ?", attachment).Take(&a).Error
	return a, instead(err, chat.ErrAttachmentNotFound)
}

// CannedReplies lists; see chat.DeskReader.
func (q queries) CannedReplies(
	ctx context.Context, who models.Principal, search string, p models.Page,
) (models.List[models.CannedReply], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.CannedReply]{}, err
	}
	db := q.of(ctx, who)
	if search != "" {
		n := q.needle(search)
		db = db.Where("("+q.contains("shortcut")+" OR "+q.contains("content")+")", n, n)
	}
	return window[models.CannedReply](db, p, q.bytewise("shortcut")+", id")
}

// CannedReply finds one; see chat.DeskReader.
func (q queries) CannedReply(ctx context.Context, who models.Principal, ref chat.CannedRef) (models.CannedReply, error) {
	var c models.CannedReply
	if err := confineTeam(who); err != nil {
		return c, err
	}
	db := q.of(ctx, who)
	if ref.UID != nil {
		db = db.Where("uid = ?", *ref.UID)
	} else {
		db = db.Where("shortcut = ?", ref.Shortcut)
	}
	return c, instead(db.Take(&c).Error, chat.ErrCannedNotFound)
}

// CreateCannedReply inserts; see chat.DeskTx.
func (t *tx) CreateCannedReply(ctx context.Context, who models.Principal, c *models.CannedReply) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	c.AccountID = who.AccountID
	return t.on(ctx).Create(c).Error
}

// UpdateCannedReply writes; see chat.DeskTx.
func (t *tx) UpdateCannedReply(ctx context.Context, who models.Principal, c *models.CannedReply) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.CannedReply{}).Where("id = ?", c.ID).
		Select("shortcut", "content", "updated_at").UpdateColumns(c), chat.ErrCannedNotFound)
}

// DeleteCannedReply deletes; see chat.DeskTx.
func (t *tx) DeleteCannedReply(ctx context.Context, who models.Principal, reply models.UID) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Where("uid = ?", reply).Delete(&models.CannedReply{}), chat.ErrCannedNotFound)
}

// Labels lists; see chat.DeskReader.
func (q queries) Labels(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Label], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Label]{}, err
	}
	return window[models.Label](q.of(ctx, who), p, q.bytewise("name_key")+", id")
}

// Label finds one; see chat.DeskReader.
func (q queries) Label(ctx context.Context, who models.Principal, label models.UID) (models.Label, error) {
	var l models.Label
	if err := confineTeam(who); err != nil {
		return l, err
	}
	err := q.of(ctx, who).Where("uid = ?", label).Take(&l).Error
	return l, instead(err, chat.ErrLabelNotFound)
}

// CreateLabel inserts; see chat.DeskTx.
func (t *tx) CreateLabel(ctx context.Context, who models.Principal, l *models.Label) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	l.AccountID, l.NameKey = who.AccountID, labelKey(l.Name)
	return t.on(ctx).Create(l).Error
}

// UpdateLabel writes; see chat.DeskTx.
func (t *tx) UpdateLabel(ctx context.Context, who models.Principal, l *models.Label) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	l.NameKey = labelKey(l.Name)
	return touched(t.of(ctx, who).Model(&models.Label{}).Where("id = ?", l.ID).
		Select("name", "name_key", "color").UpdateColumns(l), chat.ErrLabelNotFound)
}

// DeleteLabel takes the label off and deletes it; see chat.DeskTx.
func (t *tx) DeleteLabel(ctx context.Context, who models.Principal, label models.UID) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	var l models.Label
	// Held whole, so that nobody puts it on meanwhile.
	if err := t.of(ctx, who).Clauses(lockedWhole).Where("uid = ?", label).Take(&l).Error; err != nil {
		return instead(err, chat.ErrLabelNotFound)
	}
	if err := t.of(ctx, who).Where("label_id = ?", l.ID).Delete(&models.ConversationLabel{}).Error; err != nil {
		return err
	}
	return t.of(ctx, who).Where("id = ?", l.ID).Delete(&models.Label{}).Error
}
