package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// fillBatch is how many rows one statement of Fill inserts at most.
const fillBatch = 500

// Fill writes conversations that are over or under way as they stand, many at a time:
// for data sets, not for what happens now. Nothing is rung, queued or sent: events get
// their places at once, and every reader of the log that knew all before them is put
// behind them. Where a reader lags, as of an account that has webhooks and no running
// server, no event is written. The ids of what was written stand in the argument
// afterwards.
//
// What a post would have counted follows from the messages: numbers, counters, previews,
// and when the team first answered.
func (s *Store) Fill(ctx context.Context, who models.Principal, readers []string, rows []chat.Filled) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	for i := range rows {
		number(who, &rows[i])
	}
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		for _, write := range []func(context.Context, models.Principal, []chat.Filled) error{
			t.fillContacts, t.fillConversations, t.fillMessages, t.fillRest,
		} {
			if err := write(ctx, who, rows); err != nil {
				return err
			}
		}
		return t.fillLog(ctx, who, readers, rows)
	})
}

// number makes a conversation's counters agree with its messages.
func number(who models.Principal, f *chat.Filled) {
	c := &f.Conversation
	c.AccountID = who.AccountID
	c.Seq, c.PublicSeq, c.MessageCount, c.UnreadCount, c.FirstResponseAt = 0, 0, 0, 0, nil
	for i := range f.Messages {
		m := &f.Messages[i]
		m.AccountID = who.AccountID
		c.Seq++
		m.Seq = c.Seq
		c.TickAt = m.CreatedAt
		if m.Internal {
			m.PublicSeq = nil
			continue
		}
		c.PublicSeq++
		c.MessageCount++
		public := c.PublicSeq
		m.PublicSeq = &public
		c.LastMessageAt, c.LastMessageBy, c.LastMessagePreview = m.CreatedAt, m.AuthorKind, models.Preview(m.Content)
		if m.AuthorKind == models.ByContact && public > c.AgentReadSeq {
			c.UnreadCount++
		}
		if m.AuthorKind == models.ByUser && c.FirstResponseAt == nil {
			at := m.CreatedAt
			c.FirstResponseAt = &at
		}
	}
}

func (t *tx) fillContacts(ctx context.Context, who models.Principal, rows []chat.Filled) error {
	var contacts []*models.Contact
	seen := map[*models.Contact]bool{}
	for _, f := range rows {
		if f.Contact.ID == 0 && !seen[f.Contact] {
			seen[f.Contact] = true
			f.Contact.AccountID = who.AccountID
			contacts = append(contacts, f.Contact)
		}
	}
	if err := inBatches(t.on(ctx), contacts); err != nil {
		return err
	}
	for _, f := range rows {
		if seen[f.Contact] || f.Contact.LastContacted == nil {
			continue
		}
		seen[f.Contact] = true
		err := t.of(ctx, who).Model(&models.Contact{}).Where("id = ?", f.Contact.ID).UpdateColumn("last_contacted", *f.Contact.LastContacted).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) fillConversations(ctx context.Context, _ models.Principal, rows []chat.Filled) error {
	conversations := make([]*models.Conversation, len(rows))
	for i := range rows {
		rows[i].Conversation.ContactID = rows[i].Contact.ID
		conversations[i] = &rows[i].Conversation
	}
	return inBatches(t.on(ctx), conversations)
}

func (t *tx) fillMessages(ctx context.Context, _ models.Principal, rows []chat.Filled) error {
	var messages []*models.Message
	for i := range rows {
		for k := range rows[i].Messages {
			rows[i].Messages[k].ConversationID = rows[i].Conversation.ID
			messages = append(messages, &rows[i].Messages[k])
		}
	}
	return inBatches(t.on(ctx), messages)
}

// fillRest writes what hangs on conversations and messages.
func (t *tx) fillRest(ctx context.Context, who models.Principal, rows []chat.Filled) error {
	var files []models.Attachment
	var labels []models.ConversationLabel
	var ratings []models.Rating
	var changes []models.StatusChange
	for i := range rows {
		id := rows[i].Conversation.ID
		for k := range rows[i].Messages {
			m := &rows[i].Messages[k]
			for _, a := range m.Attachments {
				a.AccountID, a.ConversationID, a.MessageID = who.AccountID, &m.ConversationID, &m.ID
				files = append(files, a)
			}
		}
		for _, label := range rows[i].LabelIDs {
			labels = append(labels, models.ConversationLabel{AccountID: who.AccountID, ConversationID: id, LabelID: label})
		}
		for _, r := range rows[i].Ratings {
			r.AccountID, r.ConversationID = who.AccountID, id
			ratings = append(ratings, r)
		}
		for _, c := range rows[i].Changes {
			c.AccountID, c.ConversationID = who.AccountID, id
			changes = append(changes, c)
		}
	}
	for _, write := range []func(*gorm.DB) error{
		func(db *gorm.DB) error { return inBatches(db, files) }, func(db *gorm.DB) error { return inBatches(db, labels) },
		func(db *gorm.DB) error { return inBatches(db, ratings) }, func(db *gorm.DB) error { return inBatches(db, changes) },
	} {
		if err := write(t.on(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// fillLog writes events with places, and takes the readers past them.
func (t *tx) fillLog(ctx context.Context, who models.Principal, readers []string, rows []chat.Filled) error {
	var events []models.Event
	for i := range rows {
		f := &rows[i]
		for _, e := range f.Events {
			e.AccountID, e.ConversationID = who.AccountID, &f.Conversation.ID
			if e.MessageID != nil {
				e.MessageID = &f.Messages[*e.MessageID].ID
			} else {
				e.ContactID = &f.Conversation.ContactID
			}
			events = append(events, e)
		}
	}
	if len(events) == 0 {
		return nil
	}
	slices.SortStableFunc(events, func(a, b models.Event) int { return a.CreatedAt.Compare(b.CreatedAt) })
	// The head is held until the commit: the sequencer waits, and so does who posts to
	// nobody but it.
	var head int64
	err := scan(t.on(ctx).Raw(`INSERT INTO event_heads (account_id, pos) VALUES (?, ?)
ON CONFLICT (account_id) DO UPDATE SET pos = event_heads.pos + excluded.pos RETURNING pos`, who.AccountID, len(events)), &head)
	if err != nil {
		return err
	}
	first := head - int64(len(events)) + 1
	level, err := t.level(ctx, who, readers, first-1)
	if err != nil {
		return err
	}
	if !level {
		return t.on(ctx).Exec("UPDATE event_heads SET pos = pos - ? WHERE account_id = ?", len(events), who.AccountID).Error
	}
	for i := range events {
		pos := first + int64(i)
		events[i].Pos = &pos
	}
	if err := inBatches(t.on(ctx), events); err != nil {
		return err
	}
	for _, reader := range readers {
		if err := t.MoveCursor(ctx, who, reader, head); err != nil {
			return err
		}
	}
	return nil
}

// level says whether all readers of the account's log have read up to a place, and keeps
// them from reading on.
func (t *tx) level(ctx context.Context, who models.Principal, readers []string, pos int64) (bool, error) {
	var cursors []models.EventCursor
	if err := t.of(ctx, who).Clauses(locked).Where("reader IN ?", readers).Find(&cursors).Error; err != nil {
		return false, err
	}
	for _, c := range cursors {
		if c.Pos != pos {
			return false, nil
		}
	}
	return pos == 0 || len(cursors) == len(readers), nil
}

// inBatches inserts rows, if there are any.
func inBatches[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Omit(clause.Associations).CreateInBatches(rows, fillBatch).Error
}
