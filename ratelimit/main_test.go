package ratelimit_test

import (
	"os"
	"testing"

	"github.com/redis/go-redis/v9/logging"
)

// TestMain silences the Redis client, which logs every refused connection of
// the tests that cut it off.
func TestMain(m *testing.M) {
	logging.Disable()
	os.Exit(m.Run())
}
