// Package models is the vocabulary of Parley: the nouns as structs, their
// enumerations and transitions, who may act (Principal), what happened (Event),
// what went wrong (Error), and how rows are named (ID). It knows no database, no
// web framework and no wire format.
//
// Every row has a bigint ID that joins tables, a UID (UUIDv7) that the outside
// sees, and the AccountID it belongs to. Times are UTC with microseconds.
package models

import "time"

// Now returns t in the resolution that both databases keep: UTC, microseconds.
func Now(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// MaxMessageLength is the longest message, in Unicode code points.
const MaxMessageLength = 10_000

// MaxVisitorTokenLength is the longest visitor token, in Unicode code points.
const MaxVisitorTokenLength = 255

// PreviewLength is how much of the last public message a conversation keeps, in
// code points; a longer text is cut by the encoder of each surface.
const PreviewLength = 120
