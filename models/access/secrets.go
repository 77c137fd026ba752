package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"parley/models"
)

// conversationTokenLength is 16 bytes of uid and 32 of HMAC in base64.
const conversationTokenLength = 64

// ConversationToken is the token that Start answers: the conversation's uid and its
// HMAC under the program's secret, the same each time.
func (s *Service) ConversationToken(conversation models.UID) string {
	return base64.RawURLEncoding.EncodeToString(append(conversation[:], s.sign(conversation)...))
}

func (s *Service) readConversationToken(token string) (models.UID, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(token) != conversationTokenLength {
		return models.UID{}, false
	}
	uid := models.UID(raw[:16])
	return uid, hmac.Equal(raw[16:], s.sign(uid))
}

func (s *Service) sign(conversation models.UID) []byte {
	mac := hmac.New(sha256.New, s.tokenKey)
	mac.Write(conversation[:])
	return mac.Sum(nil)
}

// VerifyIdentity says whether hash is the lower-case hex HMAC-SHA256 of id under the
// site's identity secret.
func (s *Service) VerifyIdentity(site models.Site, id, hash string) bool {
	secret, err := s.Open(site.IdentitySecret)
	if err != nil || id == "" {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id))
	return hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(hash))
}

// Seal encrypts a secret that must be used again (AES-256-GCM, random nonce first).
func (s *Service) Seal(secret []byte) ([]byte, error) {
	aead, err := s.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	return aead.Seal(nonce, nonce, secret, nil), nil
}

// Open decrypts what Seal made.
func (s *Service) Open(sealed []byte) ([]byte, error) {
	aead, err := s.aead()
	if err != nil {
		return nil, err
	}
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("open a sealed secret: it is too short")
	}
	secret, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("open a sealed secret (was SECRET_KEY changed?): %w", err)
	}
	return secret, nil
}

func (s *Service) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.sealKey)
	if err != nil {
		return nil, fmt.Errorf("stored secrets: %w", err)
	}
	return cipher.NewGCM(block)
}
