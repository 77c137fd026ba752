package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"parley/models"
)

// AccountsBehind lists; see chat.NoticeStore.
func (s *Store) AccountsBehind(ctx context.Context, reader string, limit int) ([]int64, error) {
	var ids []int64
	err := scan(s.on(ctx).Raw(`SELECT h.account_id FROM event_heads h
JOIN accounts a ON a.id = h.account_id AND a.live_id IS NULL
LEFT JOIN event_cursors c ON c.account_id = h.account_id AND c.reader = ?
WHERE h.pos > coalesce(c.pos, 0) ORDER BY h.account_id LIMIT ?`, reader, limit), &ids)
	return ids, err
}

// SiteOf finds by id; see chat.NoticeTx.
func (t *tx) SiteOf(ctx context.Context, who models.Principal, siteID int64) (models.Site, error) {
	var site models.Site
	if err := confineTeam(who); err != nil {
		return site, err
	}
	err := t.of(ctx, who).Where("id = ?", siteID).Take(&site).Error
	return site, err
}

// Team lists; see chat.NoticeTx.
func (t *tx) Team(ctx context.Context, who models.Principal) ([]models.User, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var users []models.User
	err := t.members(ctx, who).Where("disabled_at IS NULL").Order("id").Find(&users).Error
	return users, err
}

// LastNotice finds the newest; see chat.NoticeTx.
func (t *tx) LastNotice(ctx context.Context, who models.Principal, conversationID int64) (models.VisitorNotice, error) {
	var n models.VisitorNotice
	if err := confineTeam(who); err != nil {
		return n, err
	}
	err := t.of(ctx, who).Where("conversation_id = ? AND kind = ?", conversationID, models.NoticeAnswer).Order("id DESC").Limit(1).Take(&n).Error
	return n, err
}

// CountNotices counts; see chat.NoticeTx.
func (t *tx) CountNotices(ctx context.Context, who models.Principal, kind, email string, since time.Time) (int64, error) {
	if err := confineTeam(who); err != nil {
		return 0, err
	}
	var n int64
	err := t.of(ctx, who).Model(&models.VisitorNotice{}).Where("email = ? AND created_at > ? AND kind = ?", email, since, kind).Count(&n).Error
	return n, err
}

// AddNotice inserts; see chat.NoticeTx.
func (t *tx) AddNotice(ctx context.Context, who models.Principal, n *models.VisitorNotice) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	n.ID, n.AccountID = 0, who.AccountID
	if n.Kind == "" {
		n.Kind = models.NoticeAnswer
	}
	return t.on(ctx).Create(n).Error
}

// ConversationByNotice finds what a letter was about; see chat.NoticeTx.
func (t *tx) ConversationByNotice(
	ctx context.Context, who models.Principal, contactID int64, notices []models.UID,
) (models.Conversation, error) {
	var c models.Conversation
	if err := confineTeam(who); err != nil {
		return c, err
	}
	told := t.of(ctx, who).Model(&models.VisitorNotice{}).Select("conversation_id").Where("uid IN ?", notices)
	err := t.of(ctx, who).Where("contact_id = ? AND id IN (?)", contactID, told).
		Order("last_message_at DESC, id DESC").Limit(1).Take(&c).Error
	return c, noConversation(err)
}

// StopMail notes; see chat.NoticeTx.
func (t *tx) StopMail(ctx context.Context, who models.Principal, email string, at time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	stop := models.MailStop{AccountID: who.AccountID, Email: email, CreatedAt: at}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&stop).Error
}

// MailStopped looks; see chat.NoticeTx.
func (t *tx) MailStopped(ctx context.Context, who models.Principal, email string) (bool, error) {
	if err := confineTeam(who); err != nil {
		return false, err
	}
	var n int64
	err := t.of(ctx, who).Model(&models.MailStop{}).Where("email = ?", email).Count(&n).Error
	return n > 0, err
}
