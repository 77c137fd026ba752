package models

import "github.com/google/uuid"

// InboxStatus is where a conversation stands as the Inbox surface tells it: who has to
// do something next.
type InboxStatus string

// The statuses of the inbox. The first that fits counts, in the order closed (archived),
// resolved (closed), in progress (somebody took it over or has it), awaiting the contact
// (the last word is not the contact's), open.
const (
	InboxClosed          InboxStatus = "closed"
	InboxResolved        InboxStatus = "resolved"
	InboxInProgress      InboxStatus = "in_progress"
	InboxAwaitingContact InboxStatus = "awaiting_contact"
	InboxOpen            InboxStatus = "open"
)

// InboxStatus is where the conversation stands. The index conversations_inbox says the
// same in SQL.
func (c Conversation) InboxStatus() InboxStatus {
	switch {
	case c.Status == StatusArchived:
		return InboxClosed
	case c.Status == StatusClosed:
		return InboxResolved
	case c.HumanManaged():
		return InboxInProgress
	case c.LastMessageBy != ByContact:
		return InboxAwaitingContact
	default:
		return InboxOpen
	}
}

// HumanManaged says whether a person took the conversation over or has it.
func (c Conversation) HumanManaged() bool { return c.TakenOver || c.AssignedTo != nil }

// channelSpace is the name space (RFC 9562 §5.5) of channels without a row.
var channelSpace = uuid.MustParse("5f0c2f0e-6c43-5d0a-9a53-3f0d2f6d7c11")

// UnconfiguredChannel is the outward identity of a kind of channel in an account where
// no row stands for it: chat and api need none, and what came by another kind before it
// was set up, or after its row was deleted, has none. It is the same each time.
func UnconfiguredChannel(account UID, kind Channel) UID {
	return uuid.NewSHA1(channelSpace, []byte(account.String()+"/"+string(kind)))
}

// Channels lists every kind of channel.
func Channels() []Channel {
	return []Channel{
		ChannelChat, ChannelWhatsApp, ChannelInstagram, ChannelSMS, ChannelEmail, ChannelVoice, ChannelAPI,
	}
}
