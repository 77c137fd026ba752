package models

import "time"

// ChannelAccount is a configured way in and out: a number, a page or a mailbox.
// Secrets are encrypted under SECRET_KEY.
type ChannelAccount struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Kind      Channel
	Name      string
	// Address is the team's own number, page or e-mail address.
	Address    string
	Secrets    []byte
	Settings   map[string]any `gorm:"serializer:json"`
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// TableName keeps the table's name short.
func (ChannelAccount) TableName() string { return "channels" }
