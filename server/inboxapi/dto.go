package inboxapi

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"parley/models"
	"parley/models/chat"
)

// The page of a list that asks for none, and the longest there is.
const (
	defaultLimit = 50
	maxLimit     = 100
)

// done is the answer of every act.
var done = DoneJSONResponse{Ok: true}

// limit reads how many rows a page has. More than there may be is cut; what makes no
// sense is refused.
func limit(given *int) (int, error) {
	switch {
	case given == nil:
		return defaultLimit, nil
	case *given < 1:
		return 0, models.Invalid("limit", "limit must be a whole number of 1 or more")
	default:
		return min(*given, maxLimit), nil
	}
}

// conversationID reads the id in a path. A malformed one is as unknown as any other.
func conversationID(given string) (models.UID, error) {
	uid, ok := parseUUID(given)
	if !ok {
		return uid, models.ErrConversationNotFound
	}
	return uid, nil
}

// uuidLength is that of the one spelling that is taken: the library knows others.
const uuidLength = 36

func parseUUID(given string) (models.UID, bool) {
	uid, err := uuid.Parse(given)
	return uid, err == nil && len(given) == uuidLength
}

// reference reads an id in a body or a query: a UUID, or as the Agent surface spells it.
// A malformed one blames its field.
func reference(prefix models.Prefix, field, given string) (models.UID, error) {
	if uid, ok := parseUUID(given); ok {
		return uid, nil
	}
	uid, err := models.ParseID(prefix, given)
	if err != nil {
		return uid, models.Invalid(field, field+" must be a UUID")
	}
	return uid, nil
}

// filters reads what the list is filtered by.
func (p ListConversationsParams) filters() (f filters, err error) {
	if p.Status != nil {
		f.Status = models.InboxStatus(*p.Status)
	}
	if p.ContactID != nil {
		if f.Contact, err = reference(models.PrefixContact, "contactId", *p.ContactID); err != nil {
			return f, err
		}
	}
	if p.Q != nil {
		if !utf8.ValidString(*p.Q) || strings.ContainsRune(*p.Q, 0) {
			return f, models.Invalid("q", "q must be plain text")
		}
		f.Search = strings.TrimSpace(*p.Q)
	}
	f.HumanManaged = p.HumanManaged
	return f, nil
}

// query is the filters as the service takes them.
func (f filters) query() chat.InboxQuery {
	q := chat.InboxQuery{Status: f.Status, Search: f.Search, HumanManaged: f.HumanManaged}
	if f.Contact != (models.UID{}) {
		q.Contact = &f.Contact
	}
	return q
}

// composition reads a first message to somebody.
func (c Composition) composition() (chat.Composition, error) {
	composed := chat.Composition{
		To:      chat.Sender{Email: text(c.ContactEmail), Phone: text(c.ContactPhone), Name: text(c.ContactName)},
		Subject: text(c.Subject), Content: c.Content,
	}
	if c.ContactID != nil {
		contact, err := reference(models.PrefixContact, "contactId", *c.ContactID)
		if err != nil {
			return composed, err
		}
		composed.To.Contact = &contact
	}
	channel, err := reference(models.PrefixChannel, "channelId", c.ChannelID)
	composed.Channel = channel
	return composed, err
}

// text is an optional text, trimmed; absent is empty.
func text(given *string) string {
	if given == nil {
		return ""
	}
	return strings.TrimSpace(*given)
}

// each encodes rows; no rows are an empty array and never null.
func each[R, V any](rows []R, encode func(R) V) []V {
	views := make([]V, 0, len(rows))
	for _, row := range rows {
		views = append(views, encode(row))
	}
	return views
}
