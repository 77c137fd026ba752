package models

// Mail is a letter to one person, in plain text.
type Mail struct {
	// ID makes it the same letter when it has to be sent again.
	ID      UID
	To      string
	Subject string
	Text    string
}
