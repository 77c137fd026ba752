// Package view is what each audience may see of each object: the only place where
// a message, conversation, contact, user or event becomes JSON. A visitor's view
// has no field that could hold an internal note, an agent's e-mail or a token.
package view

import (
	"time"

	"parley/models"
)

// timeLayout is RFC 3339 in UTC with six fraction digits, always.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Time is a time as every surface spells it: RFC 3339, UTC, six fraction digits.
type Time time.Time

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(timeLayout)), timeLayout), nil
}

// String is the time as MarshalText writes it.
func (t Time) String() string { return time.Time(t).UTC().Format(timeLayout) }

// timeOrNil keeps an absent time absent.
func timeOrNil(t *time.Time) *Time {
	if t == nil {
		return nil
	}
	v := Time(*t)
	return &v
}

// cut shortens s to n code points and marks the cut with the given tail.
func cut(s string, n int, tail string) string {
	seen := 0
	for i := range s {
		if seen == n {
			return s[:i] + tail
		}
		seen++
	}
	return s
}

// id spells an optional UID as an optional TypeID.
func id(p models.Prefix, uid *models.UID) *string {
	if uid == nil {
		return nil
	}
	s := models.FormatID(p, *uid)
	return &s
}
