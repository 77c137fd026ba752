package agentapi

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/view"
	"parley/widget/surface"
)

// CountConversations implements GET /v2/conversations/counts.
func (a *api) CountConversations(ctx context.Context, _ CountConversationsRequestObject) (CountConversationsResponseObject, error) {
	n, err := a.chat.ConversationCounts(ctx, surface.Principal(ctx))
	if err != nil {
		return nil, err
	}
	return CountConversations200JSONResponse{
		Open: n.Open, Mine: n.Mine, Unassigned: n.Unassigned, Mentions: n.Mentioned, Closed: n.Closed, Archived: n.Archived,
		Unread: n.Unread,
		Labels: counted(n.Labels, named),
		Channels: counted(n.Channels, func(c models.Channel, count int64) view.ChannelCount {
			return view.ChannelCount{Channel: c, Count: count}
		}),
		Sites: counted(n.Sites, func(site models.UID, count int64) view.SiteCount {
			return view.SiteCount{ID: models.FormatID(models.PrefixSite, site), Count: count}
		}),
	}, nil
}

// CountArticles implements GET /v2/knowledge/counts.
func (a *api) CountArticles(ctx context.Context, _ CountArticlesRequestObject) (CountArticlesResponseObject, error) {
	n, err := a.chat.ArticleCounts(ctx, surface.Principal(ctx))
	if err != nil {
		return nil, err
	}
	return CountArticles200JSONResponse{
		Published: n.Published, Drafts: n.Drafts, Tags: counted(n.Tags, named), Languages: counted(n.Languages, named),
	}, nil
}

func named(name string, count int64) view.NameCount { return view.NameCount{Name: name, Count: count} }

// counted spells numbers in an order that stays: the largest first.
func counted[K comparable, V any](numbers map[K]int64, spell func(K, int64) V) []V {
	keys := slices.SortedFunc(maps.Keys(numbers), func(a, b K) int {
		return cmp.Or(cmp.Compare(numbers[b], numbers[a]), cmp.Compare(name(a), name(b)))
	})
	all := make([]V, 0, len(keys))
	for _, key := range keys {
		all = append(all, spell(key, numbers[key]))
	}
	return all
}

// name is a key as it sorts.
func name(key any) string {
	switch key := key.(type) {
	case models.UID:
		return key.String()
	case models.Channel:
		return string(key)
	default:
		text, _ := key.(string)
		return text
	}
}

// tagged is an answer with the version of what it shows.
type tagged struct {
	ConversationJSONResponse
}

func (t tagged) visit(c *fiber.Ctx) error {
	c.Set(fiber.HeaderETag, `"`+t.Version+`"`)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Status(fiber.StatusOK)
	return c.JSON(t.ConversationJSONResponse)
}

// VisitGetConversationResponse answers GET /v2/conversation/:id.
func (t tagged) VisitGetConversationResponse(c *fiber.Ctx) error { return t.visit(c) }

// VisitUpdateConversationResponse answers PATCH /v2/conversation/:id.
func (t tagged) VisitUpdateConversationResponse(c *fiber.Ctx) error { return t.visit(c) }

// taggedContact is the same for a contact.
type taggedContact struct {
	ContactJSONResponse
}

func (t taggedContact) visit(c *fiber.Ctx) error {
	c.Set(fiber.HeaderETag, `"`+t.Version+`"`)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Status(fiber.StatusOK)
	return c.JSON(t.ContactJSONResponse)
}

// VisitGetContactResponse answers GET /v2/contact/:id.
func (t taggedContact) VisitGetContactResponse(c *fiber.Ctx) error { return t.visit(c) }

// VisitUpdateContactResponse answers PATCH /v2/contact/:id.
func (t taggedContact) VisitUpdateContactResponse(c *fiber.Ctx) error { return t.visit(c) }
