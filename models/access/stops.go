package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"

	"parley/models"
)

// StopPrefix is where people say that they want no more letters.
const StopPrefix = "/letters/stop"

// stopMark keeps these links apart from all others that are signed with the same key.
const stopMark = "stop letters to "

// StopLink is an address that ends letters of an account to an e-mail address. It works
// for ever: letters are kept for long. Implements chat.NoticeLinks.
func (s *Service) StopLink(accountID int64, email string) string {
	claim := append(binary.BigEndian.AppendUint64(nil, uint64(accountID)), email...)
	token := append(s.signLink(append([]byte(stopMark), claim...)), claim...)
	return s.publicURL + StopPrefix + "/" + base64.RawURLEncoding.EncodeToString(token)
}

// ReadStopLink reads the last part of an address that StopLink made. Implements
// chat.NoticeLinks.
func (s *Service) ReadStopLink(token string) (accountID int64, email string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= sha256.Size+8 {
		return 0, "", false
	}
	claim := raw[sha256.Size:]
	if !hmac.Equal(raw[:sha256.Size], s.signLink(append([]byte(stopMark), claim...))) {
		return 0, "", false
	}
	return int64(binary.BigEndian.Uint64(claim[:8])), string(claim[8:]), true
}

// ConversationLink opens a conversation in a page of its own. What opens it is in the
// fragment, which browsers send to nobody. Implements chat.NoticeLinks.
func (s *Service) ConversationLink(siteKey string, conversation models.UID) string {
	return s.publicURL + "/widget?site_key=" + url.QueryEscape(siteKey) + "#conversation=" + s.ConversationToken(conversation)
}
