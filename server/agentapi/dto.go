package agentapi

import (
	"strings"
	"unicode/utf8"

	"github.com/oapi-codegen/nullable"

	"parley/models"
	"parley/models/chat"
)

// The page of a list that asks for none, and the longest there is.
const (
	defaultLimit = 20
	maxLimit     = 100
)

// all is the status that filters nothing.
const all = "all"

// page reads limit and offset. More than there may be on a page is cut, since the
// answer tells the limit that counted; what makes no sense is refused.
func page(limit, offset *int) (models.Page, error) {
	p := models.Page{Limit: defaultLimit}
	if limit != nil {
		if *limit < 1 {
			return p, models.Invalid("limit", "The limit must be a whole number of 1 or more")
		}
		p.Limit = min(*limit, maxLimit)
	}
	if offset != nil {
		if *offset < 0 {
			return p, models.Invalid("offset", "The offset must be a whole number of 0 or more")
		}
		p.Offset = *offset
	}
	return p, nil
}

// pagination tells where a list's page lies.
func pagination[T any](l models.List[T]) Pagination {
	return Pagination{Limit: l.Page.Limit, Offset: l.Page.Offset, Total: l.Total, HasMore: l.HasMore()}
}

// each encodes the rows of a list; no rows are an empty array and never null.
func each[R, V any](rows []R, encode func(R) V) []V {
	views := make([]V, 0, len(rows))
	for _, row := range rows {
		views = append(views, encode(row))
	}
	return views
}

// choice is a parameter that takes a few values, which the document has checked; ""
// when it was not given, or is the one that filters nothing.
func choice[E ~string](given *E) string {
	if given == nil || *given == all {
		return ""
	}
	return string(*given)
}

// text reads a parameter that is free text, trimmed.
func text(field string, given *string) (string, error) {
	if given == nil {
		return "", nil
	}
	if !utf8.ValidString(*given) || strings.ContainsRune(*given, 0) {
		return "", models.Invalid(field, "The "+field+" must be plain text")
	}
	return strings.TrimSpace(*given), nil
}

// value is what a pointer points to, or the zero value.
func value[T any](given *T) T {
	if given == nil {
		var zero T
		return zero
	}
	return *given
}

// conversationID reads the id in a path. A malformed one is as unknown as any other.
func conversationID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixConversation, given)
	if err != nil {
		return uid, models.ErrConversationNotFound
	}
	return uid, nil
}

// reference reads an id in a body or a query, where a malformed one blames its field.
func reference(prefix models.Prefix, field, given string) (models.UID, error) {
	uid, err := models.ParseID(prefix, given)
	if err != nil {
		return uid, models.Invalid(field, "The "+field+" must be an id that begins with "+string(prefix)+"_")
	}
	return uid, nil
}

// given tells what was left out from what was said to be null.
func given[T any](field nullable.Nullable[T]) models.Given[T] {
	if !field.IsSpecified() {
		return models.Given[T]{}
	}
	if value, err := field.Get(); err == nil {
		return models.Give(&value)
	}
	return models.Give[T](nil)
}

// draft reads a message of the team.
func (m NewMessage) draft() (chat.Draft, error) {
	attachments, err := references(models.PrefixAttachment, "attachments", value(m.Attachments))
	return chat.Draft{
		Content: value(m.Content), MessageType: models.MessageType(value(m.MessageType)), Internal: value(m.Internal),
		Attachments: attachments, Canned: value(m.Canned),
	}, err
}

// assignment reads who is to have a conversation: null is nobody, and not the same
// as saying nothing, which the document has refused before.
func (a Assignment) assignment() (chat.Assignment, error) {
	to, user := chat.Assignment{Note: value(a.InternalNote)}, given(a.AssignedTo)
	if !user.Is {
		return to, models.Invalid("assigned_to", "assigned_to is required")
	}
	if user.To == nil {
		return to, nil
	}
	uid, err := reference(models.PrefixUser, "assigned_to", *user.To)
	to.To = &uid
	return to, err
}
