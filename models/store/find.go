package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// selection is which rows of an account are asked for: the filtered ones, their order,
// and the page.
type selection struct {
	account int64
	rows    *gorm.DB
	order   string
	page    models.Page
}

// Search looks in every kind; see chat.SearchReader.
func (q queries) Search(ctx context.Context, who models.Principal, sq chat.SearchQuery) (models.Found, error) {
	var found models.Found
	if err := confineTeam(who); err != nil {
		return found, err
	}
	s := q.search(who, sq.Text)
	s.limit = sq.Limit
	for _, kind := range []struct {
		kind models.SearchKind
		find func(context.Context, *models.Found) error
	}{
		{models.SearchConversation, s.conversations}, {models.SearchMessage, s.messages},
		{models.SearchContact, s.contacts}, {models.SearchArticle, s.articles},
	} {
		if !sq.Wants(kind.kind) {
			continue
		}
		if err := kind.find(ctx, &found); err != nil {
			return found, err
		}
	}
	return found, nil
}

// search is one search for a text. It looks through each kind of text once.
type search struct {
	q    queries
	who  models.Principal
	text string
	// limit is how many rows of each kind are wanted.
	limit int
	hits  map[models.SearchKind]*hits
}

func (q queries) search(who models.Principal, text string) *search {
	return &search{q: q, who: who, text: fold(text), hits: map[models.SearchKind]*hits{}}
}

// in is what is found in one kind.
func (s *search) in(ctx context.Context, kind models.SearchKind) (*hits, error) {
	if s.hits[kind] == nil {
		c, err := s.q.corpus(ctx, s.who.AccountID, kind)
		if err != nil {
			return nil, err
		}
		s.hits[kind] = c.find(s.text, s.limit+1)
	}
	return s.hits[kind], nil
}

// newest is the selection of the first rows, and one more, which tells whether there
// are more.
func (s *search) newest(ctx context.Context, order string) selection {
	return selection{s.who.AccountID, s.q.of(ctx, s.who), order, models.Page{Limit: s.limit + 1}}
}

func (s *search) conversations(ctx context.Context, found *models.Found) error {
	list, err := s.talks(ctx, s.newest(ctx, conversationOrders[chat.SortLastMessageDesc]))
	if err != nil {
		return err
	}
	found.Conversations = matches(list.Rows, s.limit)
	return s.q.furnish(ctx, s.who, found.Conversations.Rows)
}

func (s *search) messages(ctx context.Context, found *models.Found) error {
	said, err := s.in(ctx, models.SearchMessage)
	if err != nil {
		return err
	}
	rows := []models.Message{}
	err = s.q.of(ctx, s.who).Where("id IN ? AND deleted_at IS NULL", said.newest).Order("id DESC").Find(&rows).Error
	if err != nil {
		return err
	}
	found.Messages = matches(rows, s.limit)
	if err := s.q.complete(ctx, s.who, found.Messages.Rows, nil); err != nil {
		return err
	}
	return s.q.introduce(ctx, s.who, found.Messages.Rows)
}

// introduce loads whom the conversations of messages are with.
func (q queries) introduce(ctx context.Context, who models.Principal, rows []models.Message) error {
	talks, err := byID(q.on(ctx), who.AccountID,
		collect(rows, func(m *models.Message) []*int64 { return []*int64{&m.ConversationID} }),
		func(c *models.Conversation) int64 { return c.ID })
	if err != nil {
		return err
	}
	contacts, err := byID(q.on(ctx), who.AccountID,
		collect(slices.Collect(maps.Values(talks)), func(c **models.Conversation) []*int64 { return []*int64{&(*c).ContactID} }),
		func(c *models.Contact) int64 { return c.ID })
	for i := range rows {
		if c := talks[rows[i].ConversationID]; c != nil {
			rows[i].Contact = contacts[c.ContactID]
		}
	}
	return err
}

func (s *search) contacts(ctx context.Context, found *models.Found) error {
	list, err := s.people(ctx, s.newest(ctx, contactOrders[chat.ContactsByCreatedDesc]))
	found.Contacts = matches(list.Rows, s.limit)
	return err
}

func (s *search) articles(ctx context.Context, found *models.Found) error {
	known, err := s.in(ctx, models.SearchArticle)
	if err != nil {
		return err
	}
	list, err := choose[models.Article](s.newest(ctx, "created_at DESC, id DESC"), "id", known.row)
	found.Articles = matches(list.Rows, s.limit)
	return err
}

// matches are the first of rows, of which there is one more than asked for if there
// are more.
func matches[T any](rows []T, limit int) models.Matches[T] {
	return models.Matches[T]{Rows: rows[:min(limit, len(rows))], More: len(rows) > limit}
}

// people are the selected contacts that contain the text in name, e-mail or phone.
func (s *search) people(ctx context.Context, from selection) (models.List[models.Contact], error) {
	known, err := s.in(ctx, models.SearchContact)
	if err != nil {
		return models.List[models.Contact]{}, err
	}
	return choose[models.Contact](from, "id", known.row)
}

// talks are the selected conversations that contain the text in the subject, the
// contact or any message.
func (s *search) talks(ctx context.Context, from selection) (models.List[models.Conversation], error) {
	var found [3]*hits
	for i, kind := range []models.SearchKind{models.SearchConversation, models.SearchMessage, models.SearchContact} {
		var err error
		if found[i], err = s.in(ctx, kind); err != nil {
			return models.List[models.Conversation]{}, err
		}
	}
	return choose[models.Conversation](from, "contact_id", func(id, contact int64) bool {
		return found[0].of[id] || found[1].of[id] || found[2].of[contact]
	})
}

// choose lists the selected rows that keep approves by their id and the one in the
// column owner. The database lists the ids of all selected rows, from an index and as
// one text, which is quicker for ten thousands of them than telling it which to keep.
func choose[T any](s selection, owner string, keep func(id, owner int64) bool) (models.List[T], error) {
	list := models.List[T]{Page: s.page, Rows: []T{}}
	ids, err := s.ids(new(T), owner, keep)
	if err != nil {
		return list, err
	}
	list.Total = int64(len(ids))
	ids = ids[min(s.page.Offset, len(ids)):]
	ids = ids[:min(s.page.Limit, len(ids))]
	if len(ids) == 0 {
		return list, nil
	}
	err = s.rows.Session(&gorm.Session{NewDB: true}).Where("account_id = ? AND id IN ?", s.account, ids).Order(s.order).Find(&list.Rows).Error
	return list, err
}

// ids are those of the approved rows, in their order.
func (s selection) ids(model any, owner string, keep func(id, owner int64) bool) ([]int64, error) {
	db := s.rows.Session(&gorm.Session{})
	listed := db.Model(model).Select("id, " + owner + " AS owner").Order(s.order)
	var text *string
	err := db.Session(&gorm.Session{NewDB: true}).Raw("SELECT string_agg(id || ' ' || owner, ',') FROM (?) AS listed", listed).Scan(&text).Error
	if err != nil || text == nil {
		return nil, err
	}
	var ids []int64
	for pair := range strings.SplitSeq(*text, ",") {
		first, second, _ := strings.Cut(pair, " ")
		id, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: an id is listed as %q: %w", first, err)
		}
		of, err := strconv.ParseInt(second, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: an owner is listed as %q: %w", second, err)
		}
		if keep(id, of) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
