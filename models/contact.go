package models

import (
	"strings"
	"time"
)

// ContactStatus says whether a contact may be written to.
type ContactStatus string

// The statuses of a contact.
const (
	ContactActive   ContactStatus = "active"
	ContactInactive ContactStatus = "inactive"
	ContactBlocked  ContactStatus = "blocked"
)

// Contact is a customer. Email is kept in lower case, Phone in E.164.
type Contact struct {
	ID               int64
	UID              UID `gorm:"column:uid"`
	AccountID        int64
	Phone            *string
	Email            *string
	FirstName        *string
	LastName         *string
	PreferredChannel *Channel
	Status           ContactStatus
	Metadata         map[string]any `gorm:"serializer:json"`
	// ExternalID is the site's own id of the person, from a signed identity.
	ExternalID    *string
	LastContacted *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// FullName joins what is known of the name; nil when nothing is.
func (c Contact) FullName() *string {
	var parts []string
	for _, p := range []*string{c.FirstName, c.LastName} {
		if p != nil && *p != "" {
			parts = append(parts, *p)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	full := strings.Join(parts, " ")
	return &full
}

// SplitName divides a full name at its last space into first and last name.
func SplitName(full string) (first, last *string) {
	full = strings.Join(strings.Fields(full), " ")
	if full == "" {
		return nil, nil
	}
	i := strings.LastIndexByte(full, ' ')
	if i < 0 {
		return &full, nil
	}
	f, l := full[:i], full[i+1:]
	return &f, &l
}
