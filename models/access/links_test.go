package access_test

import (
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
)

// linker is a service at a time.
func linker(t *testing.T, secret string, now time.Time) *access.Service {
	t.Helper()
	s, err := access.New(access.Options{
		Secret: []byte(secret), PublicURL: "https://chat.example.com", Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAFileLinkNamesOneFileForATime(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 25, 12, 0, 0, 0, time.UTC)
	secret := strings.Repeat("k", 32)
	file := models.Attachment{UID: models.NewUID(), AccountID: 42}
	link := linker(t, secret, noon).FileLink(file, noon.Add(24*time.Hour))
	token, found := strings.CutPrefix(link, "https://chat.example.com/channels/files/")
	if !found || strings.ContainsAny(token, "/+=") {
		t.Fatalf("the link is %s", link)
	}
	for what, c := range map[string]struct {
		reader *access.Service
		ok     bool
	}{
		"at once":        {linker(t, secret, noon), true},
		"a moment left":  {linker(t, secret, noon.Add(24*time.Hour-time.Second)), true},
		"over":           {linker(t, secret, noon.Add(24*time.Hour)), false},
		"another secret": {linker(t, strings.Repeat("q", 32), noon), false},
	} {
		account, uid, ok := c.reader.ReadFileLink(token)
		if ok != c.ok || ok && (account != 42 || uid != file.UID) {
			t.Errorf("%s: %d %s %v", what, account, uid, ok)
		}
	}
}

func TestAFileLinkThatWasChangedOpensNothing(t *testing.T) {
	t.Parallel()
	s := linker(t, strings.Repeat("k", 32), time.Now())
	link := s.FileLink(models.Attachment{UID: models.NewUID(), AccountID: 42}, time.Now().Add(time.Hour))
	token := link[strings.LastIndexByte(link, '/')+1:]
	for i := range token {
		other := byte('A')
		if token[i] == other {
			other = 'B'
		}
		changed := token[:i] + string(other) + token[i+1:]
		if _, _, ok := s.ReadFileLink(changed); ok {
			t.Errorf("changed at %d, it opens", i)
		}
	}
	for _, bad := range []string{"", "x", token[1:], token + "A", token + "=", strings.Repeat("A", len(token)), token[:len(token)-1] + "\n", "../" + token} {
		if _, _, ok := s.ReadFileLink(bad); ok {
			t.Errorf("%q opens", bad)
		}
	}
}
