package access_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"parley/models"
	"parley/models/access"
)

// noon is when the tests below take place.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// claims is the payload of a token.
type claims map[string]any

// signer is a site with its secret, at noon.
type signer struct {
	access *access.Service
	site   models.Site
	secret string
}

func newSigner(t testing.TB) signer {
	t.Helper()
	s, err := access.New(access.Options{Secret: []byte(strings.Repeat("k", 32)), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	site, secret, err := s.MintSite("Shop", false)
	if err != nil {
		t.Fatal(err)
	}
	return signer{s, site, secret}
}

// part is a part of a token.
func part(t testing.TB, v any) string {
	t.Helper()
	raw, literal := v.(string)
	if !literal {
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		raw = string(encoded)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(raw))
}

// sign makes a token by hand, as nobody's library would.
func sign(t testing.TB, how func() hash.Hash, secret string, header, payload any) string {
	t.Helper()
	text := part(t, header) + "." + part(t, payload)
	mac := hmac.New(how, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// good is a token that is right.
func (s signer) good(t testing.TB, payload any) string {
	t.Helper()
	return sign(t, sha256.New, s.secret, claims{"alg": "HS256", "typ": "JWT"}, payload)
}

func TestATokenThatTheSiteSignedNamesAPerson(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for name, c := range map[string]struct {
		payload claims
		want    models.IdentityClaims
	}{
		"the least":                   {claims{"sub": "42", "exp": at(time.Minute)}, models.IdentityClaims{ID: "42"}},
		"everything":                  {claims{"sub": "42", "exp": at(time.Hour), "iat": at(0), "nbf": at(0), "email": "jane@example.com", "name": "Jane"}, models.IdentityClaims{ID: "42", Email: "jane@example.com", Name: "Jane"}},
		"expired within the skew":     {claims{"sub": "42", "exp": at(-59 * time.Second)}, models.IdentityClaims{ID: "42"}},
		"from a clock that is ahead":  {claims{"sub": "42", "exp": at(time.Hour), "nbf": at(59 * time.Second), "iat": at(59 * time.Second)}, models.IdentityClaims{ID: "42"}},
		"with claims that we ignore":  {claims{"sub": "42", "exp": at(time.Hour), "iss": "shop", "roles": []string{"admin"}, "aud": "x"}, models.IdentityClaims{ID: "42"}},
		"with a name of its own kind": {claims{"sub": "भारत/42", "exp": at(time.Hour)}, models.IdentityClaims{ID: "भारत/42"}},
	} {
		got, ok := s.access.ReadIdentityToken(s.site, s.good(t, c.payload))
		if !ok || got != c.want {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
}

func TestATokenOfALibraryIsTaken(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	by, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(s.secret)}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(by).Claims(jwt.Claims{Subject: "42", Expiry: jwt.NewNumericDate(noon.Add(time.Hour))}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := s.access.ReadIdentityToken(s.site, token); !ok || got.ID != "42" {
		t.Errorf("%v %v", got, ok)
	}
}

func TestATokenWithWrongClaimsNamesNobody(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for name, payload := range map[string]any{
		"no exp":            claims{"sub": "42"},
		"exp is null":       claims{"sub": "42", "exp": nil},
		"exp is a text":     claims{"sub": "42", "exp": "2030-01-01"},
		"expired":           claims{"sub": "42", "exp": at(-61 * time.Second)},
		"expired for ever":  claims{"sub": "42", "exp": 0},
		"exp below nothing": claims{"sub": "42", "exp": -1e18},
		"not yet":           claims{"sub": "42", "exp": at(time.Hour), "nbf": at(61 * time.Second)},
		"issued in future":  claims{"sub": "42", "exp": at(time.Hour), "iat": at(61 * time.Second)},
		"no sub":            claims{"exp": at(time.Hour)},
		"empty sub":         claims{"sub": "", "exp": at(time.Hour)},
		"blank sub":         claims{"sub": " ", "exp": at(time.Hour)},
		"sub is a number":   claims{"sub": 42, "exp": at(time.Hour)},
		"sub is a list":     claims{"sub": []string{"42"}, "exp": at(time.Hour)},
		"sub is an object":  claims{"sub": claims{"$ne": 1}, "exp": at(time.Hour)},
		"sub is null":       claims{"sub": nil, "exp": at(time.Hour)},
		"sub is true":       claims{"sub": true, "exp": at(time.Hour)},
		"email is a number": claims{"sub": "42", "exp": at(time.Hour), "email": 5},
		"name is a list":    claims{"sub": "42", "exp": at(time.Hour), "name": []string{"x"}},
		"not an object":     []string{"42"},
		"no JSON":           "42,",
		"nothing":           "",
		"a null":            "null",
		"two documents":     `{"sub":"42","exp":1796040000}{"sub":"43"}`,
	} {
		if got, ok := s.access.ReadIdentityToken(s.site, s.good(t, payload)); ok {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// byRSA is a token that is signed with a key pair.
func byRSA(t testing.TB, payload claims) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(map[string]any(payload)).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenThatIsSignedInAnotherWayNamesNobody(t *testing.T) {
	t.Parallel()
	s, stranger := newSigner(t), newSigner(t)
	fine := claims{"sub": "42", "exp": noon.Add(time.Hour).Unix()}
	token := s.good(t, fine)
	parts := strings.Split(token, ".")
	header := func(more ...any) claims {
		h := claims{"alg": "HS256", "typ": "JWT"}
		for i := 0; i < len(more); i += 2 {
			h[fmt.Sprint(more[i])] = more[i+1]
		}
		return h
	}
	for name, forged := range map[string]string{
		"none":                   part(t, header("alg", "none")) + "." + parts[1] + ".",
		"none, signed":           sign(t, sha256.New, s.secret, header("alg", "none"), fine),
		"None":                   part(t, header("alg", "None")) + "." + parts[1] + ".",
		"HS512":                  sign(t, sha512.New, s.secret, header("alg", "HS512"), fine),
		"HS384 that is HS256":    sign(t, sha256.New, s.secret, header("alg", "HS384"), fine),
		"RS256":                  byRSA(t, fine),
		"RS256 that is HS256":    sign(t, sha256.New, s.secret, header("alg", "RS256"), fine),
		"ES256 that is HS256":    sign(t, sha256.New, s.secret, header("alg", "ES256"), fine),
		"hs256":                  sign(t, sha256.New, s.secret, header("alg", "hs256"), fine),
		"no alg":                 sign(t, sha256.New, s.secret, claims{"typ": "JWT"}, fine),
		"alg is a list":          sign(t, sha256.New, s.secret, claims{"alg": []string{"HS256"}}, fine),
		"an unknown crit":        sign(t, sha256.New, s.secret, header("crit", []string{"exp"}, "exp", 1), fine),
		"a key of its own":       sign(t, sha256.New, "mine", header("jwk", claims{"kty": "oct", "k": "bWluZQ"}), fine),
		"another site's":         stranger.good(t, fine),
		"no secret":              sign(t, sha256.New, "", header(), fine),
		"the sealed secret":      sign(t, sha256.New, string(s.site.IdentitySecret), header(), fine),
		"the site key":           sign(t, sha256.New, s.site.SiteKey, header(), fine),
		"no signature":           parts[0] + "." + parts[1] + ".",
		"two parts":              parts[0] + "." + parts[1],
		"four parts":             token + ".x",
		"five parts, encrypted":  parts[0] + "." + parts[1] + "." + parts[2] + ".x.y",
		"a signature cut short":  token[:len(token)-2],
		"a signature gone on":    token + "AA",
		"another payload":        parts[0] + "." + part(t, claims{"sub": "1", "exp": fine["exp"]}) + "." + parts[2],
		"another header":         part(t, header("kid", "1")) + "." + parts[1] + "." + parts[2],
		"a signature with a pad": token + "=",
		"with spaces":            " " + token,
		"with a line":            parts[0] + "\n." + parts[1] + "." + parts[2],
		"nothing":                "",
		"dots":                   "..",
		"a serialized object":    `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"one that is too long":   s.good(t, claims{"sub": "42", "exp": fine["exp"], "name": strings.Repeat("x", 5000)}),
	} {
		if got, ok := s.access.ReadIdentityToken(s.site, forged); ok {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, ok := s.access.ReadIdentityToken(models.Site{}, sign(t, sha256.New, "", header(), fine)); ok {
		t.Error("a site without a secret knows somebody")
	}
	if _, ok := s.access.ReadIdentityToken(s.site, token); !ok {
		t.Error("the one that all were made from is not good")
	}
}

// FuzzIdentityToken takes tokens apart that a stranger made: whatever is not signed with
// the secret names nobody, and nothing breaks.
func FuzzIdentityToken(f *testing.F) {
	s := newSigner(f)
	good := s.good(f, claims{"sub": "42", "exp": noon.Add(time.Hour).Unix(), "email": "jane@example.com"})
	for _, seed := range []string{
		good, "", "..", "a.b.c", "e30.e30.e30", good + "=", good[:len(good)-1], strings.ReplaceAll(good, ".", ".."),
		part(f, claims{"alg": "none"}) + "." + part(f, claims{"sub": "42"}) + ".", `{"payload":"e30"}`, "\x00.\xff.\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		got, ok := s.access.ReadIdentityToken(s.site, token)
		if ok != (token == good) {
			t.Fatalf("%q names %v: %v", token, got, ok)
		}
		if !ok && got != (models.IdentityClaims{}) {
			t.Fatalf("%q is refused, but says %v", token, got)
		}
	})
}
