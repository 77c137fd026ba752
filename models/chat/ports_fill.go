package chat

import "parley/models"

// Filled is a conversation with all that belongs to it, as data sets are made of; see
// the store's Fill.
type Filled struct {
	// Contact is whom it is with; one without an id is made, once for all that share it.
	Contact      *models.Contact
	Conversation models.Conversation
	// Messages are in order, each with its attachments; Fill numbers them.
	Messages []models.Message
	LabelIDs []int64
	Ratings  []models.Rating
	Changes  []models.StatusChange
	// Events is what the log tells of it, with a message's place among Messages in
	// MessageID; none if the log is not to speak of it.
	Events []models.Event
}

// LogReaders are the names of those who follow the event log in the background, and act
// on what is new there.
func LogReaders() []string { return []string{webhookReader, noticeReader} }
