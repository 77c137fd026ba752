package mcp

import (
	"context"

	"github.com/google/jsonschema-go/jsonschema"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
)

type contactsInput struct {
	Search string `json:"search,omitempty" jsonschema:"a piece of the name, e-mail address or phone number, in any case; everybody when left out"`
	Status string `json:"status,omitempty" jsonschema:"only contacts of this status"`
	window
}

type contactInput struct {
	Contact string `json:"contact" jsonschema:"the contact's id such as cnt_…, phone number such as +15550100, or e-mail address"`
}

type articlesInput struct {
	Question string `json:"question" jsonschema:"what is asked, in the customer's own words"`
	Limit    int    `json:"limit,omitempty" jsonschema:"how many passages to give at most: 1 to 10, 5 when left out"`
}

type articleInput struct {
	ArticleID string `json:"article_id" jsonschema:"the article's id, such as art_…"`
}

// How many passages there are.
const (
	usualPassages = 5
	mostPassages  = 10
	longQuestion  = 1000
)

var contactStatuses = []models.ContactStatus{models.ContactActive, models.ContactInactive, models.ContactBlocked}

// lookingUp are the tools for what conversations refer to.
func (d *desk) lookingUp() []func() (tool, error) {
	return []func() (tool, error){
		func() (tool, error) {
			return define(about{
				name: "find_contacts", title: "Find contacts", scope: models.ScopeContactsRead,
				limits: func(s *jsonschema.Schema) {
					choices(s, "status", contactStatuses...)
					long(s, "search", 0, chat.MaxSearchLength)
					paged(s)
				},
				description: "Lists contacts (customers), the newest first, or those whose name, e-mail address or phone number holds a text.",
			}, func(ctx context.Context, who models.Principal, in contactsInput) (any, error) {
				found, err := d.chat.Contacts(ctx, who, chat.ContactQuery{
					Search: in.Search, Status: models.ContactStatus(in.Status), Sort: chat.ContactsByCreatedDesc, Page: in.page(),
				})
				return listed(found, view.ContactForAgent), err
			})
		},
		func() (tool, error) {
			return define(about{
				name: "get_contact", title: "Look up a contact", scope: models.ScopeContactsRead,
				description: "Gives one contact, by id, phone number or e-mail address. list_conversations with contact_id lists what was said with them.",
			}, d.contact)
		},
		func() (tool, error) {
			return define(about{
				name: "list_users", title: "List the team", limits: paged,
				description: "Lists the colleagues of the team with id, name, role and availability.",
			}, func(ctx context.Context, who models.Principal, in window) (any, error) {
				users, err := d.chat.Users(ctx, who, in.page())
				return listed(users, view.UserForAgent), err
			})
		},
		func() (tool, error) {
			return define(about{
				name: "search_articles", title: "Search the help articles",
				limits: func(s *jsonschema.Schema) { within(s, "limit", 1, mostPassages); long(s, "question", 1, longQuestion) },
				description: "Finds the passages of the published help articles that best answer a question, the best first. " +
					"Use it before answering a customer; get_article gives the whole article.",
			}, d.passages)
		},
		func() (tool, error) {
			return define(about{
				name: "get_article", title: "Read a help article",
				description: "Gives a help article with its whole text, in Markdown.",
			}, d.article)
		},
	}
}

func (d *desk) contact(ctx context.Context, who models.Principal, in contactInput) (any, error) {
	ref, err := chat.ParseContactRef(in.Contact)
	if err != nil {
		return nil, err
	}
	c, err := d.chat.Contact(ctx, who, ref)
	return view.ContactForAgent(c), err
}

func (d *desk) article(ctx context.Context, who models.Principal, in articleInput) (any, error) {
	uid, err := models.ParseID(models.PrefixArticle, in.ArticleID)
	if err != nil {
		return nil, chat.ErrArticleNotFound
	}
	a, err := d.chat.Article(ctx, who, uid)
	return view.ArticleForAgent(a), err
}

// passage is a part of an article that answers.
type passage struct {
	ArticleID string  `json:"article_id"`
	Title     string  `json:"title"`
	Heading   string  `json:"heading,omitempty"`
	Language  *string `json:"language"`
	Content   string  `json:"content"`
}

func (d *desk) passages(ctx context.Context, who models.Principal, in articlesInput) (any, error) {
	if in.Limit == 0 {
		in.Limit = usualPassages
	}
	found, err := d.chat.Passages(ctx, who, chat.PassageQuery{Question: in.Question, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	shown := make([]passage, len(found))
	for i, p := range found {
		shown[i] = passage{models.FormatID(models.PrefixArticle, p.Article), p.Title, p.Heading, p.Language, p.Content}
	}
	return map[string][]passage{"passages": shown}, nil
}
