package chat

import (
	"context"
	"io"
	"regexp"
	"strings"
	"unicode"

	"parley/models"
)

// maxShortcutLength bounds what calls up a canned reply, in code points.
const maxShortcutLength = 50

// Errors of canned replies, labels and uploads.
var (
	ErrCannedNotFound     = models.Fail(models.CodeNotFound, "Canned reply not found")
	ErrLabelNotFound      = models.Fail(models.CodeNotFound, "Label not found")
	ErrAttachmentNotFound = models.Fail(models.CodeNotFound, "Attachment not found")
	ErrShortcutInvalid    = models.Invalid("shortcut", "A shortcut has 1 to 50 characters and no spaces")
	ErrColorInvalid       = models.Invalid("color", "The color must be written as #rrggbb")
	ErrLabelName          = models.Invalid("name", "A label's name has 1 to 100 characters")
)

// Upload keeps a file for a message to come; it can be used once, within 24 hours.
func (s *Service) Upload(ctx context.Context, who models.Principal, u Upload) (models.Attachment, error) {
	if err := allow(who, actUpload); err != nil {
		return models.Attachment{}, err
	}
	a, err := s.keepOne(ctx, u)
	if err != nil {
		return models.Attachment{}, err
	}
	if who.IsTeam() {
		a.UserID = &who.UserID
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.CreateAttachment(ctx, who, &a) })
	if err != nil {
		s.forget(ctx, []models.Attachment{a})
		return models.Attachment{}, err
	}
	return a, nil
}

// Attachment finds a file of the account and opens its bytes; the caller closes them.
func (s *Service) Attachment(ctx context.Context, who models.Principal, attachment models.UID) (models.Attachment, io.ReadSeekCloser, error) {
	if err := allowToReadAll(who); err != nil {
		return models.Attachment{}, nil, err
	}
	a, err := s.store.AttachmentByUID(ctx, who, attachment)
	if err != nil {
		return a, nil, err
	}
	body, err := s.blobs.Open(ctx, a.StorageKey)
	return a, body, err
}

// CannedReplies lists a page.
func (s *Service) CannedReplies(ctx context.Context, who models.Principal, search string, p models.Page) (models.List[models.CannedReply], error) {
	if err := allow(who, actDesk); err != nil {
		return models.List[models.CannedReply]{}, err
	}
	return s.store.CannedReplies(ctx, who, search, p)
}

// CannedReply finds one.
func (s *Service) CannedReply(ctx context.Context, who models.Principal, ref CannedRef) (models.CannedReply, error) {
	if err := allow(who, actDesk); err != nil {
		return models.CannedReply{}, err
	}
	return s.store.CannedReply(ctx, who, ref)
}

// CreateCannedReply makes one; its shortcut is the account's only one, in any case.
func (s *Service) CreateCannedReply(ctx context.Context, who models.Principal, shortcut, content string) (models.CannedReply, error) {
	now := s.clock()
	c := models.CannedReply{UID: models.NewUID(), AccountID: who.AccountID, CreatedAt: now, UpdatedAt: now}
	if who.IsTeam() {
		c.UserID = &who.UserID
	}
	if err := fillCanned(&c, &shortcut, &content); err != nil {
		return models.CannedReply{}, err
	}
	err := s.edit(ctx, who, func(ctx context.Context, tx Tx) error { return tx.CreateCannedReply(ctx, who, &c) })
	return c, err
}

// UpdateCannedReply changes what is given.
func (s *Service) UpdateCannedReply(
	ctx context.Context, who models.Principal, reply models.UID, shortcut, content *string,
) (c models.CannedReply, err error) {
	err = s.edit(ctx, who, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.CannedReply(ctx, who, CannedRef{UID: &reply}); err != nil {
			return err
		}
		if err := fillCanned(&c, shortcut, content); err != nil {
			return err
		}
		c.UpdatedAt = s.clock()
		return tx.UpdateCannedReply(ctx, who, &c)
	})
	return c, err
}

// DeleteCannedReply deletes one.
func (s *Service) DeleteCannedReply(ctx context.Context, who models.Principal, reply models.UID) error {
	return s.edit(ctx, who, func(ctx context.Context, tx Tx) error { return tx.DeleteCannedReply(ctx, who, reply) })
}

// edit is a transaction that changes what agents have at hand.
func (s *Service) edit(ctx context.Context, who models.Principal, fn func(ctx context.Context, tx Tx) error) error {
	if err := allow(who, actEditDesk); err != nil {
		return err
	}
	return s.store.InTx(ctx, fn)
}

func fillCanned(c *models.CannedReply, shortcut, content *string) error {
	if shortcut != nil {
		if err := checkShort("shortcut", *shortcut, maxShortcutLength+1); err != nil {
			return ErrShortcutInvalid.Because(err)
		}
		if c.Shortcut = ParseShortcut(*shortcut); c.Shortcut == "" {
			return ErrShortcutInvalid
		}
	}
	if content != nil {
		if err := checkContent(*content, 0); err != nil {
			return err
		}
		c.Content = *content
	}
	return nil
}

// ParseShortcut is a shortcut as it is kept: in lower case, without the stroke that
// people type before it. It is empty when s is none.
func ParseShortcut(s string) string {
	s = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "/"))
	if isBlank(s) || len([]rune(s)) > maxShortcutLength || cleanName(s) != s || strings.ContainsFunc(s, unicode.IsSpace) {
		return ""
	}
	return s
}

// colorPattern is a colour as CSS writes it, in full.
var colorPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// LabelInput is what a person says of a label.
type LabelInput struct {
	Name  *string
	Color models.Given[string]
}

// Labels lists a page.
func (s *Service) Labels(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Label], error) {
	if err := allow(who, actDesk); err != nil {
		return models.List[models.Label]{}, err
	}
	return s.store.Labels(ctx, who, p)
}

// LabelByUID finds one.
func (s *Service) LabelByUID(ctx context.Context, who models.Principal, label models.UID) (models.Label, error) {
	if err := allow(who, actDesk); err != nil {
		return models.Label{}, err
	}
	return s.store.Label(ctx, who, label)
}

// CreateLabel makes a label; its name is the account's only one, in any case.
func (s *Service) CreateLabel(ctx context.Context, who models.Principal, in LabelInput) (models.Label, error) {
	l := models.Label{UID: models.NewUID(), AccountID: who.AccountID, CreatedAt: s.clock()}
	if in.Name == nil {
		return l, ErrLabelName
	}
	if err := in.apply(&l); err != nil {
		return l, err
	}
	err := s.edit(ctx, who, func(ctx context.Context, tx Tx) error { return tx.CreateLabel(ctx, who, &l) })
	return l, err
}

// UpdateLabel changes name or colour; every conversation that has the label shows it.
func (s *Service) UpdateLabel(ctx context.Context, who models.Principal, label models.UID, in LabelInput) (l models.Label, err error) {
	err = s.edit(ctx, who, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.Label(ctx, who, label); err != nil {
			return err
		}
		if err := in.apply(&l); err != nil {
			return err
		}
		return tx.UpdateLabel(ctx, who, &l)
	})
	return l, err
}

// DeleteLabel takes a label off every conversation and deletes it.
func (s *Service) DeleteLabel(ctx context.Context, who models.Principal, label models.UID) error {
	return s.edit(ctx, who, func(ctx context.Context, tx Tx) error { return tx.DeleteLabel(ctx, who, label) })
}

func (in LabelInput) apply(l *models.Label) error {
	if in.Name != nil {
		names, err := cleanLabels([]string{*in.Name})
		if err != nil {
			return ErrLabelName.Because(err)
		}
		l.Name = names[0]
	}
	if !in.Color.Is {
		return nil
	}
	color := strings.ToLower(strings.TrimSpace(deref(in.Color.To)))
	if in.Color.To != nil && !colorPattern.MatchString(color) {
		return ErrColorInvalid
	}
	l.Color = pointer(color)
	return nil
}
