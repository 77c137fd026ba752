package realtime

import (
	"encoding/json"
	"log/slog"
	"time"

	"parley/models"
	"parley/models/view"
)

// Close codes of the two sockets.
const (
	CloseBadFrame     = 4400
	CloseUnauthorized = 4401
	CloseForbidden    = 4403
	CloseNotFound     = 4404
	CloseNoHello      = 4408
	CloseSlow         = 4409
	CloseTooMany      = 4429

	closeNormal    = 1000
	closeGoingAway = 1001
	closeNoStatus  = 1005
	closeAbnormal  = 1006
	closeTooBig    = 1009
	closeInternal  = 1011
	closeRestart   = 1012
)

// The reasons that go with the codes. They are constants: nothing of what a client
// sent, and nothing of the inside, comes back in them.
const (
	reasonBadFrame    = "Malformed frame"
	reasonNoHello     = "No hello in time"
	reasonSlow        = "Too slow a reader"
	reasonTooMany     = "Too many frames"
	reasonTooManyOpen = "Too many requests"
	reasonSilent      = "No sign of life"
	reasonInternal    = "Something went wrong on our side"
	reasonRestart     = "The server goes away"
	reasonRevoked     = "Unauthorized"
	reasonUnavailable = "The service is not available right now; try again shortly"
)

// The texts of error frames that are not those of a models.Error.
const (
	textUnknownType  = "Unknown frame type"
	textReadNeedsSeq = "A read frame needs the seq that was read"
	textTooMany      = "Too many requests"
	textAvailability = "The availability must be online or away"
)

// entry is one thing of a stream that a socket follows, encoded: a message of a
// conversation at its public number, or an event of an account at its place.
type entry struct {
	place int64
	data  []byte
	// scope, if set, is what the reader needs besides; others pass over the entry.
	scope models.Scope
}

// internalFrame stands in for a frame that could not be encoded.
var internalFrame = []byte(`{"type":"error","error":"` + reasonInternal + `"}`)

// encode spells a frame.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		slog.Error("realtime: frame not encoded", "error", err)
		return internalFrame
	}
	return data
}

// visitorWelcome answers a visitor's hello. Online and Read spare the frames that
// would have told of changes before it.
type visitorWelcome struct {
	Type      string `json:"type"`
	Seq       int64  `json:"seq"`
	Status    string `json:"status"`
	Heartbeat int    `json:"heartbeat"`
	Online    bool   `json:"online"`
	Read      int64  `json:"read"`
	Survey    bool   `json:"survey,omitempty"`
	// Assisted says that an assistant answers.
	Assisted bool `json:"assistant_active"`
}

// agentWelcome answers an agent's hello.
type agentWelcome struct {
	Type      string `json:"type"`
	Pos       int64  `json:"pos"`
	Heartbeat int    `json:"heartbeat"`
}

func resyncFrame(pos int64) []byte {
	return encode(struct {
		Type string `json:"type"`
		Pos  int64  `json:"pos"`
	}{"resync", pos})
}

func messageFrame(m models.Message) []byte {
	return encode(struct {
		Type    string              `json:"type"`
		Message view.VisitorMessage `json:"message"`
	}{"message", view.ForVisitor(m)})
}

// messageEntry is a message as a place in its conversation.
func messageEntry(m models.Message) entry {
	return entry{place: *m.PublicSeq, data: messageFrame(m)}
}

// eventEntry is an event as a place in its account's log. Events of contacts need
// the scope that reading contacts needs.
func eventEntry(e models.Event) entry {
	out := entry{place: *e.Pos, data: encode(view.EnvelopeFor(e))}
	switch e.Type {
	case models.EventContactCreated, models.EventContactUpdated, models.EventContactDeleted:
		out.scope = models.ScopeContactsRead
	}
	return out
}

func ackFrame(clientID string, m models.Message) []byte {
	var seq int64
	if m.PublicSeq != nil {
		seq = *m.PublicSeq
	}
	return encode(struct {
		Type      string    `json:"type"`
		ClientID  string    `json:"client_id"`
		ID        int64     `json:"id"`
		Seq       int64     `json:"seq"`
		Timestamp view.Time `json:"timestamp"`
	}{"ack", clientID, m.ID, seq, view.Time(m.CreatedAt)})
}

// errorFrame says what went wrong; retryAfter, in seconds, only after a limit.
func errorFrame(text, clientID string, retryAfter time.Duration) []byte {
	return encode(struct {
		Type       string `json:"type"`
		Error      string `json:"error"`
		ClientID   string `json:"client_id,omitempty"`
		RetryAfter int64  `json:"retry_after,omitempty"`
	}{"error", text, clientID, int64((retryAfter + time.Second - 1) / time.Second)})
}

func byeFrame(reconnectIn time.Duration) []byte {
	return encode(struct {
		Type        string `json:"type"`
		ReconnectIn int64  `json:"reconnect_in"`
	}{"bye", reconnectIn.Milliseconds()})
}

// pongFrame answers a ping frame.
var pongFrame = []byte(`{"type":"pong"}`)

func conversationFrame(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(struct {
			Type     string `json:"type"`
			Status   string `json:"status"`
			Survey   bool   `json:"survey"`
			Assisted *bool  `json:"assistant_active,omitempty"`
		}{"conversation", string(d.Status), d.Survey, d.Assisted})
	}
}

func readFrame(seq int64) func() []byte {
	return func() []byte {
		return encode(struct {
			Type string `json:"type"`
			Seq  int64  `json:"seq"`
		}{"read", seq})
	}
}

// typing is the frame of both audiences; only agents are told the conversation.
type typing struct {
	Type           string `json:"type"`
	ConversationID string `json:"conversation_id,omitempty"`
	Author         string `json:"author"`
	Active         bool   `json:"active"`
}

func visitorTyping(d models.Doorbell) func() []byte {
	return func() []byte { return encode(typing{Type: "typing", Author: d.Author, Active: d.Active}) }
}

func agentTyping(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(typing{
			Type: "typing", ConversationID: models.FormatID(models.PrefixConversation, d.ConversationUID),
			Author: d.Author, Active: d.Active,
		})
	}
}

// pageFrame tells the team where a visitor is now.
func pageFrame(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(struct {
			Type           string `json:"type"`
			ConversationID string `json:"conversation_id"`
			URL            string `json:"url"`
			Title          string `json:"title"`
		}{"page", models.FormatID(models.PrefixConversation, d.ConversationUID), d.Page.URL, d.Page.Title})
	}
}

// delta is a piece of an answer in the making, for both audiences.
type delta struct {
	Type           string `json:"type"`
	ID             string `json:"id"`
	ConversationID string `json:"conversation_id,omitempty"`
	Author         string `json:"author"`
	Text           string `json:"text"`
	// End says that the answer was given up.
	End bool `json:"end,omitempty"`
}

func visitorDelta(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(delta{Type: "delta", ID: d.StreamID, Author: d.Author, Text: d.Text, End: d.Ended})
	}
}

func agentDelta(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(delta{
			Type: "delta", ID: d.StreamID, ConversationID: models.FormatID(models.PrefixConversation, d.ConversationUID),
			Author: d.Author, Text: d.Text, End: d.Ended,
		})
	}
}

func visitorPresence(online bool) []byte {
	return encode(struct {
		Type   string `json:"type"`
		Online bool   `json:"online"`
	}{"presence", online})
}

// colleague is a member of the team at the desk.
type colleague struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Availability string `json:"availability"`
}

// agentPresence tells the team who of them is at the desk: all of them each time, so
// that a lost frame does no harm.
func agentPresence(online bool, team []Member) []byte {
	colleagues := make([]colleague, 0, len(team))
	for _, m := range team {
		colleagues = append(colleagues, colleague{models.FormatID(models.PrefixUser, m.User), m.Name, string(m.Availability)})
	}
	return encode(struct {
		Type   string      `json:"type"`
		Online bool        `json:"online"`
		Agents []colleague `json:"agents"`
	}{"presence", online, colleagues})
}
