package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
)

// EventsAfter lists the log; see chat.Reader.
func (q queries) EventsAfter(ctx context.Context, who models.Principal, pos int64, limit int) ([]models.Event, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	rows := []models.Event{}
	if err := q.of(ctx, who).Where("pos > ?", pos).Order("pos").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return rows, nil
	}
	return rows, q.illustrate(ctx, who, rows)
}

// illustrate loads the rows that events speak of.
func (q queries) illustrate(ctx context.Context, who models.Principal, rows []models.Event) error {
	var account models.Account
	if err := q.on(ctx).Select("uid").Where("id = ?", who.AccountID).Take(&account).Error; err != nil {
		return err
	}
	conversations, err := q.conversationsByID(ctx, who,
		collect(rows, func(e *models.Event) []*int64 { return []*int64{e.ConversationID} }))
	if err != nil {
		return err
	}
	messages, err := q.messagesByID(ctx, who, conversations,
		collect(rows, func(e *models.Event) []*int64 { return []*int64{e.MessageID} }))
	if err != nil {
		return err
	}
	contacts, err := byID(q.on(ctx), who.AccountID,
		collect(rows, func(e *models.Event) []*int64 { return []*int64{e.ContactID} }),
		func(c *models.Contact) int64 { return c.ID })
	for i := range rows {
		e := &rows[i]
		e.AccountUID = account.UID
		e.Conversation = pick(conversations, e.ConversationID)
		e.Message = pick(messages, e.MessageID)
		e.Contact = pick(contacts, e.ContactID)
	}
	return err
}

func pick[T any](rows map[int64]*T, id *int64) *T {
	if id == nil {
		return nil
	}
	return rows[*id]
}

// conversationsByID loads conversations with what belongs to them.
func (q queries) conversationsByID(ctx context.Context, who models.Principal, ids []int64) (map[int64]*models.Conversation, error) {
	found := make(map[int64]*models.Conversation, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []models.Conversation
	if err := q.of(ctx, who).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		found[rows[i].ID] = &rows[i]
	}
	return found, q.furnish(ctx, who, rows)
}

// messagesByID loads messages with what belongs to them.
func (q queries) messagesByID(
	ctx context.Context, who models.Principal, conversations map[int64]*models.Conversation, ids []int64,
) (map[int64]*models.Message, error) {
	found := make(map[int64]*models.Message, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []models.Message
	if err := q.of(ctx, who).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	known := make(map[int64]models.UID, len(conversations))
	for id, c := range conversations {
		known[id] = c.UID
	}
	for i := range rows {
		found[rows[i].ID] = &rows[i]
	}
	return found, q.complete(ctx, who, rows, known)
}

// EventSpan is what the log holds; see chat.Reader.
func (q queries) EventSpan(ctx context.Context, who models.Principal) (first, last int64, err error) {
	if err := confineTeam(who); err != nil {
		return 0, 0, err
	}
	var span struct{ First, Last int64 }
	// The head outlives the events, which are forgotten in time.
	err = scan(q.on(ctx).Raw("SELECT coalesce((SELECT min(pos) FROM events WHERE account_id = ?), pos + 1) AS first, pos AS last "+
		"FROM event_heads WHERE account_id = ?", who.AccountID, who.AccountID), &span)
	return span.First, span.Last, err
}

// AddEvent appends to the log; see chat.Tx.
func (t *tx) AddEvent(ctx context.Context, who models.Principal, e *models.Event) error {
	if err := confine(who); err != nil {
		return err
	}
	if e.ConversationID != nil && !reaches(who, *e.ConversationID) {
		return models.ErrConversationNotFound
	}
	t.sign(who, e)
	return t.on(ctx).Create(e).Error
}

// sign fills in what every event says: whose it is, who did it, and when.
func (q queries) sign(who models.Principal, e *models.Event) {
	e.AccountID = who.AccountID
	if e.UID == (models.UID{}) {
		e.UID = models.NewUID()
	}
	if e.ActorKind == "" {
		e.ActorKind = who.Kind
		e.ActorUserID = reference(who.UserID)
	}
	if e.CreatedAt.IsZero() {
		e.CreatedAt = q.db.NowFunc()
	}
}

// reference is the pointer to an id; none when there is no id.
func reference(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// TakeCursor reads and locks; see chat.EventTx.
func (t *tx) TakeCursor(ctx context.Context, who models.Principal, reader string) (int64, bool, error) {
	if err := confineTeam(who); err != nil {
		return 0, false, err
	}
	begin := models.EventCursor{AccountID: who.AccountID, Reader: reader, UpdatedAt: t.db.NowFunc()}
	if err := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&begin).Error; err != nil {
		return 0, false, err
	}
	var found []models.EventCursor
	err := t.of(ctx, who).Clauses(unclaimed).Where("reader = ?", reader).Find(&found).Error
	if err != nil || len(found) == 0 {
		return 0, false, err
	}
	return found[0].Pos, true, nil
}

// MoveCursor moves; see chat.EventTx.
func (t *tx) MoveCursor(ctx context.Context, who models.Principal, reader string, pos int64) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	c := models.EventCursor{AccountID: who.AccountID, Reader: reader, Pos: pos, UpdatedAt: t.db.NowFunc()}
	return t.on(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "reader"}},
		DoUpdates: clause.AssignmentColumns([]string{"pos", "updated_at"}),
		Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("event_cursors.pos < excluded.pos")}},
	}).Create(&c).Error
}
