package models

// Mail is a letter to one person, in plain text.
type Mail struct {
	// ID makes it the same letter when it has to be sent again.
	ID UID
	To string
	// FromName stands in place of the program's own name; ReplyTo is where answers go.
	// Both may be empty.
	FromName, ReplyTo string
	Subject           string
	Text              string
	// Headers are further lines of the head.
	Headers map[string]string
}
