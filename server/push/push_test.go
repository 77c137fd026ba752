package push_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/server/outbound"
	"parley/server/push"
	"parley/server/push/pushtest"
)

var b64 = base64.RawURLEncoding

// senderFor is what the program sends with; allow opens addresses that are not public.
func senderFor(b *pushtest.Browser, allow string) push.Sender {
	b.Helper()
	list, err := outbound.ParseAllow(allow)
	if err != nil {
		b.Fatal(err)
	}
	caller := outbound.New(outbound.Options{Allow: list, Agent: "Parley/test", TLS: b.TLS()})
	b.Cleanup(caller.Close)
	return push.Sender{Caller: caller, Contact: "chat@example.com"}
}

// signedWith checks the VAPID header (RFC 8292) against the public key.
func signedWith(t *testing.T, header, public, audience string) {
	t.Helper()
	token, key, found := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !found || key != public || len(parts) != 3 {
		t.Fatalf("authorization %q", header)
	}
	raw, err := b64.DecodeString(public)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := b64.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		t.Fatalf("signature of %d bytes, %v", len(signature), err)
	}
	verifier, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(verifier, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature is not of the key")
	}
	payload, err := b64.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Aud != audience || claims.Sub != "mailto:chat@example.com" || time.Until(time.Unix(claims.Exp, 0)) > 24*time.Hour {
		t.Errorf("claims %+v", claims)
	}
}

func TestABrowserReadsWhatItIsSent(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{true, false} {
		b := pushtest.Start(t, secure)
		s := senderFor(b, "127.0.0.0/8")
		keys, err := s.NewKeys()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(t.Context(), b.Target()); (err == nil) != secure {
			t.Fatalf("secure %v: %v", secure, err)
		}
		const text = `{"title":"Sarah","body":"Grüß Gott 👋","url":"https://chat.example.com/widget","tag":"parley-conv_1"}`
		gone, err := s.Push(t.Context(), chat.Push{Target: b.Target(), Keys: keys, Payload: []byte(text), Topic: "conversation-1"})
		if gone || err != nil {
			t.Fatalf("secure %v: gone %v, %v", secure, gone, err)
		}
		d := <-b.Got
		if got := b.Read(d); got != text {
			t.Errorf("the browser reads %q", got)
		}
		if strings.Contains(string(d.Body), "Sarah") || d.Header.Get("Content-Encoding") != "aes128gcm" || d.Header.Get("Ttl") != "86400" ||
			d.Header.Get("Topic") != "conversation-1" || d.Header.Get("Urgency") != "high" {
			t.Errorf("the push service sees %v", d.Header)
		}
		signedWith(t, d.Header.Get("Authorization"), keys.Public, b.URL)
	}
}

func TestABrowserThatIsGoneIsToldApartFromOneThatIsBusy(t *testing.T) {
	t.Parallel()
	b := pushtest.Start(t, false)
	s := senderFor(b, "127.0.0.0/8")
	keys, err := s.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]struct{ gone, failed bool }{
		200: {}, 201: {}, 202: {}, 404: {gone: true}, 410: {gone: true}, 400: {failed: true}, 403: {failed: true},
		413: {failed: true}, 429: {failed: true}, 500: {failed: true}, 302: {failed: true},
	} {
		b.Status.Store(int64(status))
		gone, err := s.Push(t.Context(), chat.Push{Target: b.Target(), Keys: keys, Payload: []byte("{}")})
		if gone != want.gone || (err != nil) != want.failed {
			t.Errorf("%d: gone %v, %v", status, gone, err)
		}
		<-b.Got
	}
}

func TestAnAddressThatMayNotBeCalledGetsNothing(t *testing.T) {
	t.Parallel()
	b := pushtest.Start(t, true)
	s := senderFor(b, "") // nothing but what is public
	keys, err := s.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context(), b.Target()); models.AsError(err).Field != "endpoint" {
		t.Errorf("at saving: %v", err)
	}
	if gone, err := s.Push(t.Context(), chat.Push{Target: b.Target(), Keys: keys, Payload: []byte("{}")}); gone || err == nil {
		t.Errorf("at sending: gone %v, %v", gone, err)
	}
	if len(b.Got) != 0 {
		t.Error("something arrived")
	}
}

// public reaches nothing, and refuses nothing.
type public struct{ push.Caller }

func (public) Check(context.Context, string) error { return nil }

func TestASubscriptionIsWhatABrowserGives(t *testing.T) {
	t.Parallel()
	b := pushtest.Start(t, true)
	good := b.Target()
	good.Endpoint = "https://push.example.com/send/1"
	s := push.Sender{Caller: public{}}
	if err := s.Check(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	padded := good
	padded.P256DH, padded.Auth = good.P256DH+"=", good.Auth+"=="
	if err := s.Check(t.Context(), padded); err != nil {
		t.Errorf("with padding: %v", err)
	}
	point := b.Private.PublicKey().Bytes()
	off := append([]byte{}, point...)
	off[64] ^= 1
	for name, c := range map[string]struct {
		change func(t *models.PushTarget)
		blamed string
	}{
		"no endpoint":         {func(t *models.PushTarget) { t.Endpoint = "" }, "endpoint"},
		"http":                {func(t *models.PushTarget) { t.Endpoint = "http://push.example.com/" }, "endpoint"},
		"http, on this host":  {func(t *models.PushTarget) { t.Endpoint = "http://127.0.0.1:9200/x" }, "endpoint"},
		"another scheme":      {func(t *models.PushTarget) { t.Endpoint = "javascript:alert(1)" }, "endpoint"},
		"a broken one":        {func(t *models.PushTarget) { t.Endpoint = "https://[::1" }, "endpoint"},
		"no key":              {func(t *models.PushTarget) { t.P256DH = "" }, "keys.p256dh"},
		"a short key":         {func(t *models.PushTarget) { t.P256DH = b64.EncodeToString(point[:64]) }, "keys.p256dh"},
		"a compressed key":    {func(t *models.PushTarget) { t.P256DH = b64.EncodeToString(append([]byte{2}, point[1:33]...)) }, "keys.p256dh"},
		"no point":            {func(t *models.PushTarget) { t.P256DH = b64.EncodeToString(off) }, "keys.p256dh"},
		"infinity":            {func(t *models.PushTarget) { t.P256DH = b64.EncodeToString([]byte{0}) }, "keys.p256dh"},
		"no base64":           {func(t *models.PushTarget) { t.P256DH = "!" + t.P256DH[1:] }, "keys.p256dh"},
		"a padded megabyte":   {func(t *models.PushTarget) { t.P256DH += strings.Repeat("=", 1<<20) }, "keys.p256dh"},
		"a megabyte of lines": {func(t *models.PushTarget) { t.Auth += strings.Repeat("\r\n", 1<<19) }, "keys.auth"},
		"a padded secret":     {func(t *models.PushTarget) { t.Auth += strings.Repeat("=", 128) }, "keys.auth"},
		"no secret":           {func(t *models.PushTarget) { t.Auth = "" }, "keys.auth"},
		"a long secret":       {func(t *models.PushTarget) { t.Auth = b64.EncodeToString(make([]byte, 17)) }, "keys.auth"},
		"a secret not base64": {func(t *models.PushTarget) { t.Auth = "\x00" }, "keys.auth"},
	} {
		bad := good
		c.change(&bad)
		if err := s.Check(t.Context(), bad); !models.HasCode(err, models.CodeInvalid) || models.AsError(err).Field != c.blamed {
			t.Errorf("%s: %v", name, err)
		}
	}
}
