package widget

import (
	"fmt"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
)

// opening spells a request as the service takes it.
func opening(o Opening) chat.Opening {
	in := chat.Opening{
		Name: text(o.Name), Email: text(o.Email), Message: text(o.Message), VisitorToken: text(o.VisitorToken),
		ClientID: text(o.ClientId), Locale: text(o.Locale), Subject: text(o.Subject),
	}
	if o.Page != nil {
		in.Page = &models.WebPage{URL: text(o.Page.Url), Title: text(o.Page.Title), Referrer: text(o.Page.Referrer)}
	}
	if o.Custom != nil {
		in.Custom = *o.Custom
	}
	if o.Identity != nil {
		in.Identity = &chat.Identity{ID: text(o.Identity.Id), Hash: text(o.Identity.Hash), Token: text(o.Identity.Token)}
	}
	return in
}

// text is an optional text; null and absent are empty.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// transcriptOf spells messages for their visitor. A note has no place here; the
// service gives none, and none is passed on.
func transcriptOf(messages []models.Message) transcript {
	list := make(transcript, 0, len(messages))
	for _, m := range messages {
		if !m.Internal && m.PublicSeq != nil {
			list = append(list, view.ForVisitor(m))
		}
	}
	return list
}

// sent spells a stored message as the answer to its sender.
func sent(m models.Message) SendMessage201JSONResponse {
	v := view.ForVisitor(m)
	return SendMessage201JSONResponse{Status: SentStatusOk, Id: v.ID, Seq: v.Seq, Timestamp: v.Timestamp}
}

// fileTooLarge is the service's own sentence, for a form that is too long to be
// taken apart.
func fileTooLarge(limits chat.UploadLimits) error {
	return models.Fail(models.CodeTooLarge, fmt.Sprintf("File is too large (maximum %d MB)", limits.MaxBytes>>20))
}
