package chat

import (
	"context"

	"parley/models"
)

// DeskReader reads what agents have at hand: files, canned replies and labels.
type DeskReader interface {
	// AttachmentByUID finds a file of the account, used or not.
	AttachmentByUID(ctx context.Context, who models.Principal, attachment models.UID) (models.Attachment, error)
	// CannedReplies lists by shortcut; search is a substring of shortcut or content.
	CannedReplies(ctx context.Context, who models.Principal, search string, p models.Page) (models.List[models.CannedReply], error)
	CannedReply(ctx context.Context, who models.Principal, ref CannedRef) (models.CannedReply, error)
	// Labels lists by name.
	Labels(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Label], error)
	Label(ctx context.Context, who models.Principal, label models.UID) (models.Label, error)
}

// DeskTx changes canned replies and labels. A shortcut or name that is taken is a
// conflict that blames "shortcut" or "name".
type DeskTx interface {
	CreateCannedReply(ctx context.Context, who models.Principal, c *models.CannedReply) error
	// UpdateCannedReply writes shortcut, content and updated_at.
	UpdateCannedReply(ctx context.Context, who models.Principal, c *models.CannedReply) error
	DeleteCannedReply(ctx context.Context, who models.Principal, reply models.UID) error
	CreateLabel(ctx context.Context, who models.Principal, l *models.Label) error
	// UpdateLabel writes name and colour.
	UpdateLabel(ctx context.Context, who models.Principal, l *models.Label) error
	// DeleteLabel takes the label off every conversation and deletes it.
	DeleteLabel(ctx context.Context, who models.Principal, label models.UID) error
}

// CannedRef names a canned reply by its uid, or by its shortcut.
type CannedRef struct {
	UID      *models.UID
	Shortcut string
}
