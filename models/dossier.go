package models

// ContactMessage is a message with whom it was to or from, and how it travels.
type ContactMessage struct {
	Message Message
	Contact Contact
	Channel Channel
}

// Dossier is everything of one contact.
type Dossier struct {
	Contact Contact
	// Addresses are what channel accounts call the contact.
	Addresses     []ContactAddress
	Conversations []Conversation
	// Messages, with their attachments, and Ratings are by the conversation's id.
	Messages map[int64][]Message
	Ratings  map[int64][]Rating
}
