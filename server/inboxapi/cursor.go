package inboxapi

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"parley/models"
	"parley/models/chat"
)

// errCursor is the answer to whatever is not a cursor of ours for this list.
var errCursor = models.Invalid("cursor", "Invalid cursor")

// sealer hides what a cursor says, and knows its own again on every node.
type sealer interface {
	Seal(plain []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// cursors write and read cursors. They are sealed: a place in the list holds integer ids,
// which count the rows of all accounts.
type cursors struct{ sealer sealer }

// cursorMark begins what is sealed, so that nothing else that the program seals can be
// taken for a cursor, nor a cursor for something else.
const cursorMark = "inbox cursor 1\n"

// bookmark is what a cursor says: whose list it belongs to, the place it goes on from,
// and what the list is filtered by.
type bookmark struct {
	Account int64   `json:"account"`
	Micros  int64   `json:"micros"`
	ID      int64   `json:"id"`
	Filters filters `json:"filters"`
}

// filters are the filters of a list; the zero value filters nothing.
type filters struct {
	Status       models.InboxStatus `json:"status,omitempty"`
	Contact      models.UID         `json:"contact,omitzero"`
	Search       string             `json:"search,omitempty"`
	HumanManaged *bool              `json:"human_managed,omitempty"`
}

// place is where the list goes on.
func (b bookmark) place() chat.InboxPlace {
	return chat.InboxPlace{LastMessageAt: time.UnixMicro(b.Micros).UTC(), ID: b.ID}
}

// write is the cursor for a place in the account's list.
func (k cursors) write(who models.Principal, f filters, p chat.InboxPlace) (string, error) {
	plain, err := json.Marshal(bookmark{who.AccountID, p.LastMessageAt.UnixMicro(), p.ID, f})
	if err != nil {
		return "", err
	}
	sealed, err := k.sealer.Seal(append([]byte(cursorMark), plain...))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// read is what a cursor of the account says.
func (k cursors) read(who models.Principal, cursor string) (bookmark, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	// The decoder passes over line breaks, so they are refused here.
	if err != nil || strings.ContainsAny(cursor, "\r\n") {
		return bookmark{}, errCursor
	}
	plain, err := k.sealer.Open(sealed)
	if err != nil {
		return bookmark{}, errCursor
	}
	return readBookmark(who, string(plain))
}

// readBookmark reads what write sealed.
func readBookmark(who models.Principal, plain string) (b bookmark, err error) {
	text, marked := strings.CutPrefix(plain, cursorMark)
	if !marked || json.Unmarshal([]byte(text), &b) != nil || b.Account != who.AccountID || b.ID <= 0 {
		return bookmark{}, errCursor
	}
	return b, nil
}

// resume are the filters of the list that a cursor goes on with. A request need not
// repeat them; one that asks for others asks for another list.
func (f filters) resume(asked filters) (filters, error) {
	fits := (asked.Status == "" || asked.Status == f.Status) &&
		(asked.Contact == models.UID{} || asked.Contact == f.Contact) &&
		(asked.Search == "" || asked.Search == f.Search) &&
		(asked.HumanManaged == nil || f.HumanManaged != nil && *asked.HumanManaged == *f.HumanManaged)
	if !fits {
		return f, errCursor
	}
	return f, nil
}
