package store

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// Conversation finds one by uid; see chat.Reader.
func (q queries) Conversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	var c models.Conversation
	if err := confine(who); err != nil {
		return c, err
	}
	if err := q.reach(ctx, who).Where("uid = ?", conversation).Take(&c).Error; err != nil {
		return c, noConversation(err)
	}
	rows := []models.Conversation{c}
	err := q.furnish(ctx, who, rows)
	return rows[0], err
}

// reach begins a statement on the conversations that the principal may touch.
func (q queries) reach(ctx context.Context, who models.Principal) *gorm.DB {
	db := q.of(ctx, who)
	if who.Kind == models.KindVisitor {
		db = db.Where("id = ?", who.ConversationID)
	}
	return db
}

// conversationOrders are the closed set of orders, each total.
var conversationOrders = map[chat.ConversationSort]string{
	chat.SortLastMessageDesc: "last_message_at DESC, id DESC",
	chat.SortLastMessageAsc:  "last_message_at, id",
	chat.SortCreatedDesc:     "created_at DESC, id DESC",
	chat.SortCreatedAsc:      "created_at, id",
}

// Conversations lists; see chat.Reader.
func (q queries) Conversations(ctx context.Context, who models.Principal, cq chat.ConversationQuery) (models.List[models.Conversation], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Conversation]{}, err
	}
	if err := q.knowsContact(ctx, who, cq.Contact); err != nil {
		return models.List[models.Conversation]{}, err
	}
	if err := q.knowsSite(ctx, who, cq.Site); err != nil {
		return models.List[models.Conversation]{}, err
	}
	order, known := conversationOrders[cq.Sort]
	if !known {
		order = conversationOrders[chat.SortLastMessageDesc]
	}
	from := selection{who.AccountID, q.filter(ctx, who, cq), order, cq.Page}
	if cq.Label != "" {
		var err error
		if from.rows, err = q.labelled(ctx, who, from.rows, cq.Label); err != nil {
			return models.List[models.Conversation]{}, err
		}
	}
	if cq.Search == "" {
		q.ahead.want(who.AccountID)
	}
	var list models.List[models.Conversation]
	var err error
	switch {
	case cq.Search != "":
		list, err = q.search(who, cq.Search).talks(ctx, from)
	case cq.Label != "": // what a label is on is dear to look up, and here it is done once
		list, err = choose[models.Conversation](from, "id", func(int64, int64) bool { return true })
	default:
		list, err = q.talks(ctx, who, from)
	}
	if err != nil {
		return list, err
	}
	return list, q.furnish(ctx, who, list.Rows)
}

// labelled keeps the conversations with a label. The label's number is a part of the
// statement: how PostgreSQL best goes about it depends on how much the label is used.
func (q queries) labelled(ctx context.Context, who models.Principal, rows *gorm.DB, name string) (*gorm.DB, error) {
	var ids []int64
	if err := q.of(ctx, who).Model(&models.Label{}).Where("name_key = ?", labelKey(name)).Pluck("id", &ids).Error; err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return rows.Where("1 = 0"), nil
	}
	labels := q.of(ctx, who).Model(&models.ConversationLabel{}).Select("conversation_id").Where("label_id = " + strconv.FormatInt(ids[0], 10))
	return rows.Where("id IN (?)", labels), nil
}

// talks is window for conversations: it finds the page by the ids alone, which an
// index has, and reads no row that it skips.
func (q queries) talks(ctx context.Context, who models.Principal, s selection) (models.List[models.Conversation], error) {
	list := models.List[models.Conversation]{Page: s.page, Rows: []models.Conversation{}}
	filtered := s.rows.Model(&models.Conversation{}).Session(&gorm.Session{})
	if err := filtered.Count(&list.Total).Error; err != nil || list.Total <= int64(s.page.Offset) {
		return list, err
	}
	ids := filtered.Select("id").Order(s.order).Limit(s.page.Limit).Offset(s.page.Offset)
	return list, q.of(ctx, who).Where("id IN (?)", ids).Order(s.order).Find(&list.Rows).Error
}

// knowsContact blames the filter for a contact that the account does not have.
func (q queries) knowsContact(ctx context.Context, who models.Principal, contact *models.UID) error {
	if contact == nil {
		return nil
	}
	var found int64
	err := q.of(ctx, who).Model(&models.Contact{}).Where("uid = ?", *contact).Count(&found).Error
	if err == nil && found == 0 {
		return models.Invalid("contact_id", "There is no such contact in this account")
	}
	return err
}

// knowsSite blames the filter for a site that the account does not have.
func (q queries) knowsSite(ctx context.Context, who models.Principal, site *models.UID) error {
	if site == nil {
		return nil
	}
	var found int64
	err := q.of(ctx, who).Model(&models.Site{}).Where("uid = ?", *site).Count(&found).Error
	if err == nil && found == 0 {
		return models.Invalid("site", "There is no such site in this account")
	}
	return err
}

// filter begins a statement on the conversations that the query selects.
func (q queries) filter(ctx context.Context, who models.Principal, cq chat.ConversationQuery) *gorm.DB {
	db := q.of(ctx, who)
	if cq.Status != "" {
		db = db.Where("status = ?", cq.Status)
	}
	if cq.Channel != "" {
		db = db.Where("channel = ?", cq.Channel)
	}
	if cq.Priority != "" {
		db = db.Where("priority = ?", cq.Priority)
	}
	if cq.Unassigned {
		db = db.Where("assigned_to IS NULL")
	}
	if cq.AssignedTo != nil {
		db = db.Where("assigned_to = (?)", q.on(ctx).Model(&models.User{}).Select("id").Where("uid = ?", *cq.AssignedTo))
	}
	if cq.Site != nil {
		db = db.Where("site_id = (?)", q.of(ctx, who).Model(&models.Site{}).Select("id").Where("uid = ?", *cq.Site))
	}
	if cq.Mentioned {
		db = db.Where("id IN (?)", q.of(ctx, who).Model(&models.Mention{}).Select("conversation_id").Where("user_id = ?", who.UserID))
	}
	if cq.Contact != nil {
		db = db.Where("contact_id = (?)", q.of(ctx, who).Model(&models.Contact{}).Select("id").Where("uid = ?", *cq.Contact))
	}
	return db
}

// furnish loads contact, assignee and labels of conversations of one account.
func (q queries) furnish(ctx context.Context, who models.Principal, rows []models.Conversation) error {
	if len(rows) == 0 {
		return nil
	}
	contacts, err := byID(q.on(ctx), who.AccountID,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{&c.ContactID} }),
		func(c *models.Contact) int64 { return c.ID })
	if err != nil {
		return err
	}
	users, err := q.membersByID(ctx, who,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{c.AssignedTo} }))
	if err != nil {
		return err
	}
	labels, err := q.labelsOf(ctx, who,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{&c.ID} }))
	for i := range rows {
		c := &rows[i]
		c.Contact = contacts[c.ContactID]
		c.Labels = labels[c.ID]
		if c.Labels == nil {
			c.Labels = []string{}
		}
		if c.AssignedTo != nil {
			c.Assignee = users[*c.AssignedTo]
		}
	}
	return err
}

// labelsOf lists the names of conversations' labels, sorted.
func (q queries) labelsOf(ctx context.Context, who models.Principal, conversationIDs []int64) (map[int64][]string, error) {
	var rows []struct {
		ConversationID int64
		Name           string
	}
	err := q.on(ctx).Table("conversation_labels").
		Select("conversation_labels.conversation_id, labels.name").
		Joins("JOIN labels ON labels.id = conversation_labels.label_id").
		Where("conversation_labels.account_id = ? AND conversation_labels.conversation_id IN ?", who.AccountID, conversationIDs).
		Find(&rows).Error
	names := map[int64][]string{}
	for _, r := range rows {
		names[r.ConversationID] = append(names[r.ConversationID], r.Name)
	}
	for _, of := range names {
		// Sorted here, since the databases sort by different rules.
		slices.Sort(of)
	}
	return names, err
}

// PublicSeqs is the newest public number of each conversation; see chat.Reader.
func (q queries) PublicSeqs(ctx context.Context, conversationIDs []int64) (map[int64]int64, error) {
	return q.numbers(ctx, "SELECT id, public_seq AS number FROM conversations WHERE id IN ?", conversationIDs)
}

// EventPositions is the newest place of each account's log; see chat.Reader.
func (q queries) EventPositions(ctx context.Context, accountIDs []int64) (map[int64]int64, error) {
	return q.numbers(ctx, "SELECT account_id AS id, pos AS number FROM event_heads WHERE account_id IN ?", accountIDs)
}

// numbers asks for one number by id, a chunk of ids at a time.
func (q queries) numbers(ctx context.Context, sql string, ids []int64) (map[int64]int64, error) {
	all := make(map[int64]int64, len(ids))
	for chunk := range slices.Chunk(ids, chunks) {
		var rows []struct{ ID, Number int64 }
		if err := scan(q.on(ctx).Raw(sql, chunk), &rows); err != nil {
			return nil, err
		}
		for _, r := range rows {
			all[r.ID] = r.Number
		}
	}
	return all, nil
}
