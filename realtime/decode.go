package realtime

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep a frame may nest.
const maxDepth = 32

// errBadFrame is what any frame that breaks the rules is; which rule is not told.
var errBadFrame = errors.New("malformed frame")

// inbound is a frame of a client: the fields of all types together.
type inbound struct {
	Type           string
	SiteKey        string
	VisitorToken   string
	APIKey         string
	After          *int64
	ClientID       string
	Message        string
	Active         bool
	Writing        bool
	Seq            int64
	ConversationID string
	Availability   string
}

// decodeFrame reads a frame: one JSON object in valid UTF-8, not too deep, with
// fields spelt exactly and of the right type. Unknown fields are passed over.
func decodeFrame(data []byte) (inbound, error) {
	var (
		in     inbound
		fields map[string]json.RawMessage
	)
	if !utf8.Valid(data) || tooDeep(data) || json.Unmarshal(data, &fields) != nil || fields == nil {
		return in, errBadFrame
	}
	for name, into := range map[string]any{
		"type": &in.Type, "site_key": &in.SiteKey, "visitor_token": &in.VisitorToken, "api_key": &in.APIKey,
		"after": &in.After, "client_id": &in.ClientID, "message": &in.Message, "active": &in.Active, "writing": &in.Writing, "seq": &in.Seq,
		"conversation_id": &in.ConversationID, "availability": &in.Availability,
	} {
		if value, given := fields[name]; given && json.Unmarshal(value, into) != nil {
			return in, errBadFrame
		}
	}
	// The message and its client id are checked by the service, which answers the sender.
	if in.After != nil && *in.After < 0 {
		return in, errBadFrame
	}
	if strings.ContainsRune(in.SiteKey+in.VisitorToken+in.APIKey, 0) {
		return in, errBadFrame
	}
	return in, nil
}

// tooDeep counts brackets outside of strings.
func tooDeep(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
