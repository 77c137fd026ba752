// Package pushtest runs a push service with one browser behind it, for tests.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"parley/models"
)

// Browser is a push service with one browser behind it, which reads what it gets.
type Browser struct {
	testing.TB
	*httptest.Server
	// Private and Secret are what the browser keeps of its subscription.
	Private *ecdh.PrivateKey
	Secret  []byte
	// Status is what the service answers.
	Status atomic.Int64
	// Got are the pushes as they came in.
	Got chan Delivered
}

// Delivered is a push as it came in.
type Delivered struct {
	Header http.Header
	Body   []byte
}

// Start starts the service; secure ones speak TLS.
func Start(t testing.TB, secure bool) *Browser {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{TB: t, Private: private, Secret: make([]byte, 16), Got: make(chan Delivered, 10)}
	b.Status.Store(http.StatusCreated)
	if _, err := rand.Read(b.Secret); err != nil {
		t.Fatal(err)
	}
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		b.Got <- Delivered{r.Header.Clone(), body}
		w.WriteHeader(int(b.Status.Load()))
	})
	if secure {
		b.Server = httptest.NewTLSServer(serve)
	} else {
		b.Server = httptest.NewServer(serve)
	}
	t.Cleanup(b.Close)
	return b
}

// Target is the browser's subscription.
func (b *Browser) Target() models.PushTarget {
	b64 := base64.RawURLEncoding
	return models.PushTarget{
		Endpoint: b.URL + "/send/1", P256DH: b64.EncodeToString(b.Private.PublicKey().Bytes()), Auth: b64.EncodeToString(b.Secret),
	}
}

// TLS is how a caller knows the service; nil where it speaks none.
func (b *Browser) TLS() *tls.Config {
	certificate := b.Certificate()
	if certificate == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// Read decrypts a push as RFC 8291 §3.4 and RFC 8188 §2 say, by hand.
func (b *Browser) Read(d Delivered) string {
	b.Helper()
	check := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	salt, size, length := d.Body[:16], binary.BigEndian.Uint32(d.Body[16:20]), int(d.Body[20])
	key, sealed := d.Body[21:21+length], d.Body[21+length:]
	if int(size) < len(sealed) {
		b.Fatalf("a record of %d bytes, where %d are said", len(sealed), size)
	}
	theirs, err := ecdh.P256().NewPublicKey(key)
	check(err)
	shared, err := b.Private.ECDH(theirs)
	check(err)
	info := "WebPush: info\x00" + string(b.Private.PublicKey().Bytes()) + string(key)
	first, err := hkdf.Key(sha256.New, shared, b.Secret, info, 32)
	check(err)
	content, err := hkdf.Key(sha256.New, first, salt, "Content-Encoding: aes128gcm\x00", 16)
	check(err)
	nonce, err := hkdf.Key(sha256.New, first, salt, "Content-Encoding: nonce\x00", 12)
	check(err)
	block, err := aes.NewCipher(content)
	check(err)
	aead, err := cipher.NewGCM(block)
	check(err)
	plain, err := aead.Open(nil, nonce, sealed, nil)
	check(err)
	text := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		b.Fatalf("the record ends with %q", text[len(text)-1:])
	}
	return strings.TrimSuffix(text, "\x02")
}
