//go:build linux || darwin

package surface

import (
	"errors"
	"syscall"
)

// hungUp looks whether the other end has closed the connection: what has come and was not
// read yet stays there. It takes no notice of deadlines, and Control no lock that a reader
// would wait for.
func hungUp(raw syscall.RawConn) (gone bool) {
	closed := raw.Control(func(socket uintptr) {
		var next [1]byte
		n, _, err := syscall.Recvfrom(int(socket), next[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = err == nil && n == 0 || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ETIMEDOUT) || errors.Is(err, syscall.EPIPE)
	})
	return gone || closed != nil
}
