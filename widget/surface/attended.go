package surface

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// lookAgain lies between two looks whether a caller is still there.
const lookAgain = 250 * time.Millisecond

// errHungUp is why the context of such a call ended. Hardly anybody reads it as an answer.
var errHungUp = models.Invalid("", "The caller hung up before there was an answer")

// attended runs act with a context that ends when the caller hangs up. fasthttp says
// nothing of it before it writes the answer, and meanwhile somebody outside would work, and
// be paid, for nobody.
//
// A caller who closes his half of the connection once he has asked counts as gone, as for
// nginx and net/http: the wire tells the two apart by nothing. One who has sent his next
// request already, and one behind TLS of our own, counts as there.
func attended(c *fiber.Ctx, act func() error) error {
	ctx, end := context.WithCancelCause(c.UserContext())
	defer end(nil)
	defer watch(c.Context().Conn(), func() { end(errHungUp) })()
	c.SetUserContext(ctx)
	err := act()
	if err != nil && errors.Is(context.Cause(ctx), errHungUp) {
		return errHungUp.Because(err)
	}
	return err
}

// watch calls gone when the other end of the connection has closed it. The watch must be
// ended before the connection is anybody else's: end returns when nobody looks at it any more.
// A connection that is no bare socket, where bytes need not be the caller's, is not watched.
func watch(conn net.Conn, gone func()) (end func()) {
	socket, bare := conn.(syscall.Conn)
	if !bare {
		return func() {}
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return func() {}
	}
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		look := time.NewTicker(lookAgain)
		defer look.Stop()
		for {
			select {
			case <-ended:
				return
			case <-look.C:
				if hungUp(raw) {
					gone()
					return
				}
			}
		}
	}()
	return func() {
		close(ended)
		<-done
	}
}
