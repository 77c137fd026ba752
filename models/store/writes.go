package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// locked keeps a row from being changed, but not from being referred to.
var locked = clause.Locking{Strength: "NO KEY UPDATE"}

// LockConversation reads and locks; see chat.Tx.
func (t *tx) LockConversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	var c models.Conversation
	if err := confine(who); err != nil {
		return c, err
	}
	if err := t.reach(ctx, who).Clauses(locked).Where("uid = ?", conversation).Take(&c).Error; err != nil {
		return c, noConversation(err)
	}
	rows := []models.Conversation{c}
	err := t.furnish(ctx, who, rows)
	return rows[0], err
}

// CreateConversation inserts; see chat.Tx.
func (t *tx) CreateConversation(ctx context.Context, who models.Principal, c *models.Conversation) error {
	if err := confine(who); err != nil {
		return err
	}
	c.AccountID = who.AccountID
	t.begin(c)
	return t.on(ctx).Create(c).Error
}

// begin fills in what a new conversation has unless it is said otherwise.
func (t *tx) begin(c *models.Conversation) {
	if c.UID == (models.UID{}) {
		c.UID = models.NewUID()
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = t.db.NowFunc()
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = c.CreatedAt
	}
	if c.TickAt.IsZero() {
		c.TickAt = c.CreatedAt
	}
	if c.LastMessageAt.IsZero() {
		c.LastMessageAt = c.CreatedAt
	}
	if c.Status == "" {
		c.Status = models.StatusOpen
	}
	if c.Priority == "" {
		c.Priority = models.PriorityNormal
	}
	if c.LastMessageBy == "" {
		c.LastMessageBy = models.ByContact
	}
}

// fixed are the columns of a conversation that only the store writes.
var fixed = []string{"id", "uid", "account_id", "seq", "public_seq", "message_count", "tick_at", "created_at"}

// UpdateConversation writes the named columns; see chat.Tx.
func (t *tx) UpdateConversation(ctx context.Context, who models.Principal, c *models.Conversation, columns ...string) error {
	if err := confine(who); err != nil {
		return err
	}
	db := t.reach(ctx, who).Model(&models.Conversation{})
	if err := db.Statement.Parse(&models.Conversation{}); err != nil {
		return err
	}
	for _, column := range columns {
		if db.Statement.Schema.FieldsByDBName[column] == nil || slices.Contains(fixed, column) {
			return fmt.Errorf("store: a conversation's %q cannot be written", column)
		}
	}
	// UpdateColumns, since Updates would put its own time into updated_at.
	done := db.Where("id = ?", c.ID).Select(append(slices.Clone(columns), "updated_at")).UpdateColumns(c)
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrConversationNotFound
	}
	return done.Error
}

// FindOrCreateContact finds by external id or e-mail, or inserts; see chat.Tx.
func (t *tx) FindOrCreateContact(ctx context.Context, who models.Principal, c *models.Contact) (bool, error) {
	if err := confine(who); err != nil {
		return false, err
	}
	if found, err := t.findContact(ctx, who, c); found || err != nil {
		return false, err
	}
	c.AccountID = who.AccountID
	if c.UID == (models.UID{}) {
		c.UID = models.NewUID()
	}
	if c.Status == "" {
		c.Status = models.ContactActive
	}
	done := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(c)
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error == nil, done.Error
	}
	// Somebody else was quicker, and has committed: now it is there to be found.
	found, err := t.findContact(ctx, who, c)
	if err == nil && !found {
		err = errPhoneTaken
	}
	return false, err
}

// findContact loads the contact with c's external id, else the one with its e-mail.
func (t *tx) findContact(ctx context.Context, who models.Principal, c *models.Contact) (bool, error) {
	keys := []struct {
		condition string
		value     *string
	}{{"external_id = ?", c.ExternalID}, {"email = ?", c.Email}}
	for _, key := range keys {
		if key.value == nil {
			continue
		}
		var known models.Contact
		err := t.of(ctx, who).Where(key.condition, *key.value).Take(&known).Error
		if err == nil {
			*c = known
			return true, nil
		}
		if !errors.Is(err, models.ErrNotFound) {
			return false, err
		}
	}
	return false, nil
}

// CreateRating inserts; see chat.Tx.
func (t *tx) CreateRating(ctx context.Context, who models.Principal, r *models.Rating) error {
	if err := t.owns(ctx, who, r.ConversationID); err != nil {
		return err
	}
	r.AccountID = who.AccountID
	if r.UID == (models.UID{}) {
		r.UID = models.NewUID()
	}
	return t.on(ctx).Create(r).Error
}

// owns says by its error whether the principal may touch the conversation.
func (q queries) owns(ctx context.Context, who models.Principal, conversationID int64) error {
	if err := confine(who); err != nil {
		return err
	}
	var c models.Conversation
	return noConversation(q.reach(ctx, who).Select("id").Where("id = ?", conversationID).Take(&c).Error)
}

// CreateAttachment inserts a file that waits; see chat.Tx.
func (t *tx) CreateAttachment(ctx context.Context, who models.Principal, a *models.Attachment) error {
	if err := confine(who); err != nil {
		return err
	}
	if a.ConversationID != nil {
		if err := t.owns(ctx, who, *a.ConversationID); err != nil {
			return err
		}
	}
	a.AccountID, a.MessageID = who.AccountID, nil
	if a.UID == (models.UID{}) {
		a.UID = models.NewUID()
	}
	return t.on(ctx).Create(a).Error
}

// labelKey is what tells labels apart.
func labelKey(name string) string { return fold(name) }

// ChangeLabels adds and removes; see chat.Tx.
func (t *tx) ChangeLabels(ctx context.Context, who models.Principal, conversationID int64, change chat.LabelChange) error {
	if err := t.owns(ctx, who, conversationID); err != nil {
		return err
	}
	added, err := t.makeLabels(ctx, who, change.Add)
	if err != nil {
		return err
	}
	rows := make([]models.ConversationLabel, len(added))
	for i, id := range added {
		rows[i] = models.ConversationLabel{AccountID: who.AccountID, ConversationID: conversationID, LabelID: id}
	}
	if len(rows) > 0 {
		if err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
	}
	return t.dropLabels(ctx, who, conversationID, change, added)
}

// makeLabels finds the labels of these names, making what is not there yet. They are
// made in one order by everybody, or two callers could wait for each other.
func (t *tx) makeLabels(ctx context.Context, who models.Principal, names []string) ([]int64, error) {
	if len(names) == 0 {
		return nil, nil
	}
	byKey := map[string]models.Label{}
	for _, name := range names {
		if _, twice := byKey[labelKey(name)]; !twice {
			byKey[labelKey(name)] = models.Label{
				UID: models.NewUID(), AccountID: who.AccountID, Name: name, NameKey: labelKey(name), CreatedAt: t.db.NowFunc(),
			}
		}
	}
	keys := make([]string, 0, len(byKey))
	rows := make([]models.Label, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		rows = append(rows, byKey[key])
	}
	if err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return nil, err
	}
	var ids []int64
	err := t.of(ctx, who).Model(&models.Label{}).Where("name_key IN ?", keys).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// dropLabels takes the named labels off the conversation, or all but the added ones.
func (t *tx) dropLabels(
	ctx context.Context, who models.Principal, conversationID int64, change chat.LabelChange, added []int64,
) error {
	db := t.of(ctx, who).Where("conversation_id = ?", conversationID)
	switch {
	case change.Clear && len(added) > 0:
		db = db.Where("label_id NOT IN ?", added)
	case change.Clear:
	case len(change.Remove) > 0:
		keys := make([]string, len(change.Remove))
		for i, name := range change.Remove {
			keys[i] = labelKey(name)
		}
		db = db.Where("label_id IN (?)", t.of(ctx, who).Model(&models.Label{}).Select("id").Where("name_key IN ?", keys))
	default:
		return nil
	}
	return db.Delete(&models.ConversationLabel{}).Error
}
