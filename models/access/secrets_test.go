package access

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/models"
)

func service(t *testing.T, secret string) *Service {
	t.Helper()
	s, err := New(Options{Secret: []byte(secret)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAConversationTokenIsTheSameEachTimeAndNobodyElsesSecretReadsIt(t *testing.T) {
	t.Parallel()
	ours, theirs := service(t, strings.Repeat("a", 32)), service(t, strings.Repeat("b", 32))
	uid := models.NewUID()
	token := ours.ConversationToken(uid)
	if again := ours.ConversationToken(uid); again != token {
		t.Errorf("%s, then %s", token, again)
	}
	if got, ok := ours.readConversationToken(token); !ok || got != uid {
		t.Errorf("read %s, %v", got, ok)
	}
	if _, ok := theirs.readConversationToken(token); ok {
		t.Error("another secret accepted the token")
	}
	for i := range token {
		forged := []byte(token)
		forged[i] ^= 1
		if got, ok := ours.readConversationToken(string(forged)); ok && got != uid {
			t.Errorf("a token changed at %d was accepted", i)
		}
	}
}

func TestSealedSecretsOpenOnlyUnderTheSameSecretAndUnchanged(t *testing.T) {
	t.Parallel()
	ours, theirs := service(t, strings.Repeat("a", 32)), service(t, strings.Repeat("b", 32))
	sealed, err := ours.Seal([]byte("whsec_1"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("whsec_1")) {
		t.Error("the secret can be read")
	}
	if opened, err := ours.Open(sealed); err != nil || string(opened) != "whsec_1" {
		t.Errorf("opened %q, %v", opened, err)
	}
	if _, err := theirs.Open(sealed); err == nil {
		t.Error("another secret opened it")
	}
	for _, damaged := range [][]byte{nil, sealed[:5], sealed[:len(sealed)-1], append(bytes.Clone(sealed), 0)} {
		if _, err := ours.Open(damaged); err == nil {
			t.Errorf("%d of %d bytes were opened", len(damaged), len(sealed))
		}
	}
}

func TestAnIdentityIsVerifiedByItsLowerCaseHexHMAC(t *testing.T) {
	t.Parallel()
	s := service(t, strings.Repeat("a", 32))
	sealed, err := s.Seal([]byte("ids_secret"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("ids_secret"))
	mac.Write([]byte("customer-7"))
	hash := hex.EncodeToString(mac.Sum(nil))
	site := models.Site{IdentitySecret: sealed}
	if !s.VerifyIdentity(site, "customer-7", hash) {
		t.Error("the right hash was refused")
	}
	for _, wrong := range []struct{ id, hash string }{
		{"customer-8", hash}, {"customer-7", strings.ToUpper(hash)}, {"customer-7", hash[:63]}, {"customer-7", ""}, {"", hash},
	} {
		if s.VerifyIdentity(site, wrong.id, wrong.hash) {
			t.Errorf("%q with %q was accepted", wrong.id, wrong.hash)
		}
	}
	if s.VerifyIdentity(models.Site{}, "customer-7", hash) {
		t.Error("a site without a secret accepted an identity")
	}
}

func TestAShortSecretIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Secret: []byte("too short")}); err == nil {
		t.Error("New accepted a secret of 9 bytes")
	}
}

func TestOnlyThingsThatLookLikeKeysReachTheDatabase(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		newSecret("sk_live_"): true, newSecret("sk_test_"): true, newSecret("sf_live_v1_"): true, newSecret("sf_test_v1_"): true,
		"": false, "sk_live_": false, newSecret("pk_live_"): false, "sk_live_" + strings.Repeat("a", 200): false, "SK_LIVE_abc": false,
	} {
		if got := looksLikeKey(key); got != want {
			t.Errorf("looksLikeKey(%q) = %v", key, got)
		}
	}
}

func TestMemoryIsShortAndBoundedAndRemembersWhatIsNotThere(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	m := newMemory[int](time.Second, 2, func() time.Time { return now })
	asked := 0
	find := func(v int, err error) func() (int, error) {
		return func() (int, error) { asked++; return v, err }
	}
	broken := errors.New("connection refused")
	steps := []struct {
		name  string
		find  func() (int, error)
		want  int
		err   error
		asked int
	}{
		{"a", find(1, nil), 1, nil, 1},
		{"a", find(2, nil), 1, nil, 1},
		{"b", find(0, models.ErrNotFound), 0, models.ErrNotFound, 2},
		{"b", find(3, nil), 0, models.ErrNotFound, 2},
		{"c", find(0, broken), 0, broken, 3},
		{"c", find(4, nil), 4, nil, 4},
		{"a", find(5, nil), 5, nil, 5}, // the third name emptied the memory
	}
	for i, s := range steps {
		got, err := m.get(s.name, s.find)
		if got != s.want || !errors.Is(err, s.err) || asked != s.asked {
			t.Errorf("step %d: got %d, %v after %d questions; want %d, %v after %d", i, got, err, asked, s.want, s.err, s.asked)
		}
	}
	now = now.Add(2 * time.Second)
	if got, _ := m.get("a", find(6, nil)); got != 6 {
		t.Errorf("an old answer was given: %d", got)
	}
	m.forget("a")
	if got, _ := m.get("a", find(7, nil)); got != 7 {
		t.Errorf("a forgotten answer was given: %d", got)
	}
}
