package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// fileLife is how long an uploaded file waits for its message.
const fileLife = 24 * time.Hour

// errAttachments blames the files that a message names.
var errAttachments = models.Invalid("attachments", "An attachment is unknown, used already, or not yours")

// Post stores one message; see chat.Tx. Outside a transaction PostgreSQL has a way of
// its own, see postgres_post.go, which does the same in one statement: what changes
// here changes there.
func (t *tx) Post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	if err := confine(who); err != nil {
		return chat.Posted{}, err
	}
	var c models.Conversation
	err := t.reach(ctx, who).Clauses(locked).
		Select("id, uid, contact_id, channel, seq, public_seq, status, tick_at, first_response_at, assistant_active, taken_over, assigned_to").
		Where("uid = ?", e.Conversation).Take(&c).Error
	if err != nil {
		return chat.Posted{}, noConversation(err)
	}
	// Asked under the lock: whoever posted it before has committed.
	if e.Message.ClientID != nil {
		if p, err := t.replay(ctx, who, c, e); err == nil || !errors.Is(err, models.ErrNotFound) {
			return p, err
		}
	}
	if err := t.refuseBlocked(ctx, who, c, e); err != nil {
		return chat.Posted{}, err
	}
	return t.write(ctx, who, c, e)
}

// refuseBlocked lets nothing but notes through where the contact is blocked.
func (t *tx) refuseBlocked(ctx context.Context, who models.Principal, c models.Conversation, e chat.Entry) error {
	if e.Message.Internal {
		return nil
	}
	var contact models.Contact
	if err := t.of(ctx, who).Select("status").Where("id = ?", c.ContactID).Take(&contact).Error; err != nil {
		return err
	}
	switch {
	case contact.Status != models.ContactBlocked:
		return nil
	case e.Message.AuthorKind == models.ByContact:
		return chat.ErrBlocked
	default:
		return chat.ErrContactBlocked
	}
}

// replay finds the first message with the entry's client id.
func (t *tx) replay(ctx context.Context, who models.Principal, c models.Conversation, e chat.Entry) (chat.Posted, error) {
	var m models.Message
	err := t.of(ctx, who).Where("conversation_id = ? AND author_kind = ? AND client_id = ?",
		c.ID, e.Message.AuthorKind, *e.Message.ClientID).Take(&m).Error
	if err != nil {
		return chat.Posted{}, err
	}
	rows := []models.Message{m}
	err = t.complete(ctx, who, rows, map[int64]models.UID{c.ID: c.UID})
	return chat.Posted{Message: rows[0], Replayed: true}, err
}

// write numbers the message and inserts it with its files and events.
func (t *tx) write(ctx context.Context, who models.Principal, c models.Conversation, e chat.Entry) (chat.Posted, error) {
	m := e.Message
	m.AccountID, m.ConversationID, m.ConversationUID = who.AccountID, c.ID, c.UID
	m.Seq = c.Seq + 1
	m.CreatedAt = later(e.Now, c.TickAt)
	if !m.Internal {
		public := c.PublicSeq + 1
		m.PublicSeq = &public
	}
	p := chat.Posted{Reopened: reopens(m) && c.Status != models.StatusOpen, Status: c.Status, Silenced: c.AssistantActive && silences(m)}
	if p.Reopened {
		p.Status = models.StatusOpen
	}
	if err := t.advance(ctx, c, m, p.Reopened); err != nil {
		return p, err
	}
	if err := t.noteContacted(ctx, c.ContactID, m); err != nil {
		return p, err
	}
	if err := t.on(ctx).Create(&m).Error; err != nil {
		return p, err
	}
	files, err := t.takeFiles(ctx, who, m, e)
	if err != nil {
		return p, err
	}
	m.Attachments = files
	if p.Queued, err = t.queueSending(ctx, m, c.Channel); err != nil {
		return p, err
	}
	if asks(c, m) {
		p.Queued = true
		if err := t.queueJob(ctx, chat.AnswerJob(m)); err != nil {
			return p, err
		}
	}
	m.UserUID = userUID(who, m)
	p.Message = m
	events := []models.Event{{Type: eventOf(m), ConversationID: &c.ID, MessageID: &m.ID, CreatedAt: m.CreatedAt}}
	if p.Reopened {
		events = append(events, models.Event{Type: models.EventConversationReopened, ConversationID: &c.ID, CreatedAt: m.CreatedAt})
	}
	for i := range events {
		t.sign(who, &events[i])
	}
	return p, t.on(ctx).Create(&events).Error
}

// later is the time of a message: now, but after everything in its conversation.
func later(now, tick time.Time) time.Time {
	if next := tick.Add(time.Microsecond); next.After(now) {
		return next.UTC()
	}
	return models.Now(now)
}

// reopens says whether a message leads its conversation back to open.
func reopens(m models.Message) bool { return m.AuthorKind == models.ByContact && !m.Internal }

// silences says whether a message silences an assistant: a person answers now.
func silences(m models.Message) bool { return m.AuthorKind == models.ByUser && !m.Internal }

// asks says whether an assistant is to answer a message.
func asks(c models.Conversation, m models.Message) bool {
	return reopens(m) && c.Channel == models.ChannelChat && c.Assisted()
}

// eventOf is the event that tells of a message.
func eventOf(m models.Message) models.EventType {
	switch {
	case m.Internal:
		return models.EventNoteCreated
	case m.AuthorKind == models.ByContact:
		return models.EventMessageReceived
	}
	return models.EventMessageSent
}

// userUID is the outward identity of the message's user.
func userUID(who models.Principal, m models.Message) *models.UID {
	if m.UserUID == nil && m.UserID != nil && *m.UserID == who.UserID && who.UserUID != (models.UID{}) {
		return &who.UserUID
	}
	return m.UserUID
}

// advance writes into the conversation what the message changes there.
func (t *tx) advance(ctx context.Context, c models.Conversation, m models.Message, reopened bool) error {
	set := map[string]any{"seq": m.Seq, "tick_at": m.CreatedAt, "updated_at": m.CreatedAt}
	if !m.Internal {
		set["public_seq"] = *m.PublicSeq
		set["message_count"] = gorm.Expr("message_count + 1")
		set["last_message_at"] = m.CreatedAt
		set["last_message_preview"] = models.Preview(m.Content)
		set["last_message_by"] = m.AuthorKind
	}
	if !m.Internal && m.AuthorKind == models.ByContact {
		set["unread_count"] = gorm.Expr("unread_count + 1")
	}
	if silences(m) {
		if c.AssistantActive {
			set["assistant_active"], set["handoff_reason"], set["handed_off_at"] = false, models.HandoffAgent, m.CreatedAt
		}
		if c.FirstResponseAt == nil {
			set["first_response_at"] = m.CreatedAt
		}
	}
	if reopened {
		set["status"], set["closed_at"], set["resolution_reason"] = models.StatusOpen, nil, nil
		set["reopened_at"], set["survey_asked"] = m.CreatedAt, false
	}
	return t.on(ctx).Model(&models.Conversation{}).Where("id = ?", c.ID).UpdateColumns(set).Error
}

// noteContacted writes when the team, or its assistant, last spoke to a contact.
func (t *tx) noteContacted(ctx context.Context, contactID int64, m models.Message) error {
	if m.Internal || (m.AuthorKind != models.ByUser && m.AuthorKind != models.ByAssistant) {
		return nil
	}
	return t.on(ctx).Model(&models.Contact{}).
		Where("id = ? AND (last_contacted IS NULL OR last_contacted < ?)", contactID, m.CreatedAt).
		UpdateColumn("last_contacted", m.CreatedAt).Error
}

// takeFiles makes the entry's files the message's: new rows, and rows that wait.
func (t *tx) takeFiles(ctx context.Context, who models.Principal, m models.Message, e chat.Entry) ([]models.Attachment, error) {
	files := append([]models.Attachment{}, e.Files...)
	for i, f := range files {
		f.AccountID, f.ConversationID, f.MessageID = who.AccountID, &m.ConversationID, &m.ID
		if f.UID == (models.UID{}) {
			f.UID = models.NewUID()
		}
		if f.CreatedAt.IsZero() {
			f.CreatedAt = m.CreatedAt
		}
		files[i] = f
	}
	if len(files) > 0 {
		if err := t.on(ctx).Create(&files).Error; err != nil {
			return nil, err
		}
	}
	waiting, err := t.takeWaiting(ctx, who, m, e.Attachments)
	return append(files, waiting...), err
}

// takeWaiting gives the message the uploaded files that it names.
func (t *tx) takeWaiting(ctx context.Context, who models.Principal, m models.Message, uids []models.UID) ([]models.Attachment, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	var rows []models.Attachment
	err := t.of(ctx, who).Clauses(locked).
		Where("uid IN ? AND message_id IS NULL AND created_at > ?", uids, m.CreatedAt.Add(-fileLife)).
		Where("(conversation_id IS NULL OR conversation_id = ?)", m.ConversationID).Order("id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	if len(rows) != len(uids) {
		return nil, errAttachments
	}
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].MessageID, rows[i].ConversationID = &m.ID, &m.ConversationID
	}
	slices.SortFunc(rows, func(a, b models.Attachment) int {
		return slices.Index(uids, a.UID) - slices.Index(uids, b.UID)
	})
	return rows, t.of(ctx, who).Model(&models.Attachment{}).Where("id IN ?", ids).
		UpdateColumns(map[string]any{"message_id": m.ID, "conversation_id": m.ConversationID}).Error
}
