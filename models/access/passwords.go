package access

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"parley/models"
)

// The lengths of a password, in characters. The longest one is far below what would
// make hashing slow.
const (
	minPassword = 8
	maxPassword = 1000
)

// checkPassword refuses what is no good as a new password, before it is hashed.
func checkPassword(field, password string) error {
	if n := passwordLength(password); n < minPassword || n > maxPassword {
		return models.Invalid(field, "The password must have 8 to 1000 characters")
	}
	return nil
}

// passwordLength counts characters, but no more bytes than any good password has.
func passwordLength(password string) int {
	if len(password) > maxPassword*utf8.UTFMax {
		return len(password)
	}
	return utf8.RuneCountInString(password)
}

// hasher makes and checks password hashes: a few at a time, since each takes 64 MiB
// and all of a processor.
type hasher struct {
	cost  *argon2id.Params
	slots chan struct{}
	// done counts hashes: one per try, whether the user exists or not.
	done atomic.Int64
}

func newHasher(cost *argon2id.Params) *hasher {
	if cost == nil {
		cost = argon2id.DefaultParams
	}
	return &hasher{cost: cost, slots: make(chan struct{}, max(runtime.NumCPU(), 2))}
}

// enter waits for a slot; leave gives it back.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.slots <- struct{}{}:
		h.done.Add(1)
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, models.ErrUnavailable.Because(ctx.Err())
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := argon2id.CreateHash(password, h.cost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// matches says whether the password is the hash's. With no hash it takes the same
// time and says no.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		_, err := h.hash(ctx, password)
		return false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check a password: %w", err)
	}
	return ok, nil
}
