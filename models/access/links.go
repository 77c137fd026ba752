package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"parley/models"
)

// FilePrefix is where linked files lie.
const FilePrefix = "/channels/files"

// linkLength is the account, the file and the end of its time, and the HMAC of them.
const linkLength = 8 + 16 + 8 + sha256.Size

// FileLink is a public address of a file that works until then. Implements
// chat.FileLinks.
func (s *Service) FileLink(a models.Attachment, until time.Time) string {
	token := make([]byte, 0, linkLength)
	token = binary.BigEndian.AppendUint64(token, uint64(a.AccountID))
	token = append(token, a.UID[:]...)
	token = binary.BigEndian.AppendUint64(token, uint64(until.Unix()))
	token = append(token, s.signLink(token)...)
	return s.publicURL + FilePrefix + "/" + base64.RawURLEncoding.EncodeToString(token)
}

// ReadFileLink reads the last part of an address that FileLink made; false when it is
// not one, or its time is over. Implements chat.FileLinks.
func (s *Service) ReadFileLink(token string) (accountID int64, file models.UID, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != linkLength || !hmac.Equal(raw[32:], s.signLink(raw[:32])) {
		return 0, file, false
	}
	copy(file[:], raw[8:24])
	until := time.Unix(int64(binary.BigEndian.Uint64(raw[24:32])), 0)
	return int64(binary.BigEndian.Uint64(raw[:8])), file, s.now().Before(until)
}

func (s *Service) signLink(claim []byte) []byte {
	mac := hmac.New(sha256.New, s.linkKey)
	mac.Write(claim)
	return mac.Sum(nil)
}
