package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"parley/models"
)

const (
	// maxIdentityToken bounds what is taken apart: such a token has a few hundred bytes.
	maxIdentityToken = 4 << 10
	// identitySkew is how far the site's clock may be from ours.
	identitySkew = time.Minute
)

// identityHeader and identityBody are the parts of a token (RFC 7519) that we read.
type identityHeader struct {
	Algorithm string          `json:"alg"`
	Critical  json.RawMessage `json:"crit"`
}

type identityBody struct {
	Subject   string   `json:"sub"`
	Expiry    *float64 `json:"exp"`
	NotBefore *float64 `json:"nbf"`
	IssuedAt  *float64 `json:"iat"`
	Email     string   `json:"email"`
	Name      string   `json:"name"`
}

// ReadIdentityToken reads a JWT that the site signed with its identity secret, by HS256,
// with the claims sub and exp, and as it likes nbf, iat, email and name. It is false when
// anything is wrong with it; what, is not told. The signature comes first, and by the one
// algorithm there is (RFC 8725 §3.1): before it nothing of what a stranger wrote is read.
// VerifyIdentity's hash is made with the same secret, so a site must sign ids of its own
// making alone: who may choose the id chooses a token.
// Libraries want keys of 32 bytes for it, which older secrets do not have.
// Implements chat.Identities.
func (s *Service) ReadIdentityToken(site models.Site, token string) (models.IdentityClaims, bool) {
	none := models.IdentityClaims{}
	secret, err := s.Open(site.IdentitySecret)
	if err != nil || len(secret) == 0 || len(token) > maxIdentityToken {
		return none, false
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !signedBy(secret, parts[0]+"."+parts[1], parts[2]) {
		return none, false
	}
	var header identityHeader
	var body identityBody
	if !readPart(parts[0], &header) || !readPart(parts[1], &body) {
		return none, false
	}
	if header.Algorithm != "HS256" || header.Critical != nil || strings.TrimSpace(body.Subject) == "" || !body.holds(s.now()) {
		return none, false
	}
	return models.IdentityClaims{ID: body.Subject, Email: body.Email, Name: body.Name}, true
}

// signedBy compares in constant time.
func signedBy(secret []byte, text, signature string) bool {
	given, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || strings.ContainsAny(signature, "\r\n") { // which the decoder passes over
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return hmac.Equal(mac.Sum(nil), given)
}

func readPart(part string, into any) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return err == nil && len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, into) == nil
}

// holds says whether the token is good at a time.
func (b identityBody) holds(now time.Time) bool {
	at, skew := float64(now.UnixNano())/float64(time.Second), identitySkew.Seconds()
	soon := func(begins *float64) bool { return begins == nil || at+skew >= *begins }
	return b.Expiry != nil && at-skew < *b.Expiry && soon(b.NotBefore) && soon(b.IssuedAt)
}
