package models

import (
	"time"
	// Office hours mean the same on a machine that knows no time zones.
	_ "time/tzdata"
)

// Theme is how the widget looks on a site.
type Theme struct {
	Color    string `json:"color"`
	Position string `json:"position"`
	// Mode is light, dark or auto; "" is auto.
	Mode string `json:"mode,omitempty"`
}

// Prechat says which fields the visitor fills in before the first message.
type Prechat struct {
	Fields []PrechatField `json:"fields"`
}

// PrechatField is one field of the form before the first message.
type PrechatField struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Kind     string `json:"type"`
	Required bool   `json:"required"`
	// Options are what a select offers.
	Options []string `json:"options,omitempty"`
}

// OfficeHours says when the team answers, in the site's time zone.
type OfficeHours struct {
	Enabled  bool        `json:"enabled"`
	TimeZone string      `json:"time_zone"`
	Days     []OfficeDay `json:"days"`
	Holidays []string    `json:"holidays"`
}

// OfficeDay is one span of a weekday; Weekday counts from Sunday = 0, Opens and
// Closes are "15:04".
type OfficeDay struct {
	Weekday int    `json:"weekday"`
	Opens   string `json:"opens"`
	Closes  string `json:"closes"`
}

// OpenAt says whether t falls into the office hours; without hours it does not.
func (h OfficeHours) OpenAt(t time.Time) bool {
	zone, err := time.LoadLocation(h.TimeZone)
	if !h.Enabled || err != nil {
		return false
	}
	t = t.In(zone)
	for _, holiday := range h.Holidays {
		if holiday == t.Format(time.DateOnly) {
			return false
		}
	}
	clock := t.Format("15:04")
	for _, d := range h.Days {
		if d.Weekday == int(t.Weekday()) && d.Opens <= clock && clock < d.Closes {
			return true
		}
	}
	return false
}

// Site is one website with the widget on it.
type Site struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	Name           string
	SiteKey        string
	Greeting       string
	AutoReply      *string
	AllowedOrigins []string `gorm:"serializer:json"`
	Theme          Theme    `gorm:"serializer:json"`
	Locale         string
	Prechat        Prechat     `gorm:"serializer:json"`
	OfficeHours    OfficeHours `gorm:"serializer:json"`
	Survey         bool
	// NoticeMinutes is after how long a visitor who is away gets an answer by e-mail; 0
	// is never.
	NoticeMinutes    int
	IdentitySecret   []byte
	IdentityRequired bool
	AssistantID      *int64
	CreatedAt        time.Time
	UpdatedAt        time.Time

	// Assistant is loaded with the site when asked for.
	Assistant *Assistant `gorm:"-"`
}
