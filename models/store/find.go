package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// Search looks in every kind; see chat.SearchReader.
func (q queries) Search(ctx context.Context, who models.Principal, sq chat.SearchQuery) (models.Found, error) {
	var found models.Found
	if err := confineTeam(who); err != nil {
		return found, err
	}
	for _, kind := range []struct {
		kind models.SearchKind
		find func(context.Context, models.Principal, chat.SearchQuery, *models.Found) error
	}{
		{models.SearchConversation, q.findConversations}, {models.SearchMessage, q.findMessages},
		{models.SearchContact, q.findContacts}, {models.SearchArticle, q.findArticles},
	} {
		if !sq.Wants(kind.kind) {
			continue
		}
		if err := kind.find(ctx, who, sq, &found); err != nil {
			return found, err
		}
	}
	return found, nil
}

// searchPage is window for a search: what is found is found once, for the page and for
// the total.
func (q queries) searchPage(
	ctx context.Context, who models.Principal, cq chat.ConversationQuery, order string,
) (models.List[models.Conversation], error) {
	list := models.List[models.Conversation]{Page: cq.Page, Rows: []models.Conversation{}}
	matching := q.filter(ctx, who, cq).Model(&models.Conversation{})
	var places []struct{ ID, Total int64 }
	err := q.on(ctx).Raw("WITH matching AS MATERIALIZED (?) SELECT id, (SELECT count(*) FROM matching) AS total FROM matching ORDER BY "+
		order+" LIMIT ? OFFSET ?", matching.Select("id, last_message_at, created_at"), cq.Page.Limit, cq.Page.Offset).Scan(&places).Error
	if err != nil {
		return list, err
	}
	if len(places) == 0 { // nothing, or a page beyond the end
		if cq.Page.Offset > 0 {
			err = q.filter(ctx, who, cq).Model(&models.Conversation{}).Count(&list.Total).Error
		}
		return list, err
	}
	list.Total = places[0].Total
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	return list, q.of(ctx, who).Where("id IN ?", ids).Order(order).Find(&list.Rows).Error
}

// first are the first rows of a query, and whether more follow.
func first[T any](db *gorm.DB, limit int) (models.Matches[T], error) {
	rows := []T{}
	err := db.Limit(limit + 1).Find(&rows).Error
	return models.Matches[T]{Rows: rows[:min(limit, len(rows))], More: len(rows) > limit}, err
}

func (q queries) findConversations(ctx context.Context, who models.Principal, sq chat.SearchQuery, found *models.Found) (err error) {
	db := q.searchConversations(q.of(ctx, who), who, sq.Text).Order(conversationOrders[chat.SortLastMessageDesc])
	if found.Conversations, err = first[models.Conversation](db, sq.Limit); err != nil {
		return err
	}
	return q.furnish(ctx, who, found.Conversations.Rows)
}

func (q queries) findContacts(ctx context.Context, who models.Principal, sq chat.SearchQuery, found *models.Found) (err error) {
	db := q.searchContacts(q.of(ctx, who), who, sq.Text).Order(contactOrders[chat.ContactsByCreatedDesc])
	found.Contacts, err = first[models.Contact](db, sq.Limit)
	return err
}

func (q queries) findArticles(ctx context.Context, who models.Principal, sq chat.SearchQuery, found *models.Found) (err error) {
	rows := lookup{q, who.AccountID, models.SearchArticle, sq.Text}.rows()
	db := q.of(ctx, who).Where("id IN ("+rows.sql+")", rows.args...).Order("created_at DESC, id DESC")
	found.Articles, err = first[models.Article](db, sq.Limit)
	return err
}

// rare is up to how many conversations a text counts as rare.
const rare = 500

// findMessages reads the messages of the conversations that the index names when they
// are few, and otherwise goes back from the newest message until there are enough: what
// is common is soon found.
func (q queries) findMessages(ctx context.Context, who models.Principal, sq chat.SearchQuery, found *models.Found) (err error) {
	f := lookup{q, who.AccountID, models.SearchConversation, sq.Text}.rows()
	var ids []int64
	if err := q.on(ctx).Raw("SELECT row_id FROM ("+f.sql+") AS f LIMIT ?", append(f.args, rare+1)...).Scan(&ids).Error; err != nil {
		return err
	}
	db := q.of(ctx, who).Where("deleted_at IS NULL").Where(q.contains("content"), q.needle(sq.Text)).Order("id DESC")
	if len(ids) <= rare {
		db = db.Where("conversation_id IN ?", append(ids, 0))
	}
	if found.Messages, err = first[models.Message](db, sq.Limit); err != nil {
		return err
	}
	return q.complete(ctx, who, found.Messages.Rows, nil)
}
