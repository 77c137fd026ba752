package testservice

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// startLimit is generous: tests of several packages share two cores.
	startLimit = time.Minute
	stopLimit  = 30 * time.Second
	// startTries is for a port somebody else took first, and for a PostgreSQL
	// whose killed predecessor's backends have not all noticed yet.
	startTries = 50
	pollEvery  = 20 * time.Millisecond
)

// engine is what differs between the two kinds of server.
type engine interface {
	// spawning is how to run the server on the port.
	spawning(port int) spawning
	// url is where clients find the server that listens on addr.
	url(addr string) string
	// ready is nil once this very server, and no other, answers on addr.
	ready(ctx context.Context, addr string, pid int) error
}

// node is one server: its place and, while it runs, its process.
type node struct {
	engine engine

	mu      sync.Mutex
	port    int // chosen at the first start, then kept
	running *process
}

// start runs the server until it answers. It does nothing if it runs.
func (n *node) start(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	port := n.port
	var err error
	for range startTries {
		if n.port == 0 {
			port = freePort(ctx)
		}
		if err = n.try(ctx, port); err == nil {
			n.port = port
			return nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return fmt.Errorf("%w; its log ends:\n%s", err, tail(n.engine.spawning(port).dir))
}

// try starts the server once, and either leaves it running and answering or
// leaves nothing.
func (n *node) try(ctx context.Context, port int) error {
	p, err := spawn(ctx, n.engine.spawning(port))
	if err != nil {
		return err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for {
		refused := n.engine.ready(ctx, addr, p.pid)
		if refused == nil {
			n.running = p
			return nil
		}
		if p.ended(pollEvery) {
			return fmt.Errorf("the server ended at its start: %w", errors.Join(refused, p.release()))
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the server did not answer in %s: %w", startLimit, errors.Join(refused, kill(p)))
		}
	}
}

// stop sends the signal and waits for the server's end. It does nothing if the
// server does not run.
func (n *node) stop(signal syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.running
	if p == nil {
		return nil
	}
	if err := syscall.Kill(p.pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%s to %d: %w", signal, p.pid, err)
	}
	if !p.ended(stopLimit) {
		return fmt.Errorf("the server still ran %s after %s", stopLimit, signal)
	}
	n.running = nil
	_ = p.release() // its exit status is that of the signal
	return nil
}

func (n *node) signal(signal syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running == nil {
		return errors.New("the server does not run")
	}
	return syscall.Kill(n.running.pid, signal)
}

// close ends the server, if it runs, and removes its folder.
func (n *node) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		_ = n.running.release() // its exit status is that of the signal
		n.running = nil
	}
	_ = os.RemoveAll(n.engine.spawning(0).dir) // at worst a folder stays in the temporary one
}

func kill(p *process) error {
	return errors.Join(syscall.Kill(p.pid, syscall.SIGKILL), p.release())
}

// freePort finds a port nobody listens on. It stays below the range from which
// the kernel takes the ports of outgoing connections: a client's could otherwise
// sit on a stopped server's port when it is to start again.
func freePort(ctx context.Context) int {
	const lowest, highest = 12000, 32000
	var config net.ListenConfig
	for ctx.Err() == nil {
		port := lowest + rand.IntN(highest-lowest)
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil && listener.Close() == nil {
			return port
		}
	}
	return 0 // nobody waits for it any more
}

// tail is the end of the log in dir: what a person needs to see why a server
// did not start.
func tail(dir string) string {
	const most = 2000
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(log[max(0, len(log)-most):]))
}

// newFolder makes a folder for a server that owner (nil: the current user) runs.
func newFolder(owner *syscall.Credential) (string, error) {
	root := os.TempDir()
	if owner != nil {
		root = "/tmp" // root's own temporary folder may be closed to others
	}
	dir, err := os.MkdirTemp(root, "parley-test-")
	if err != nil || owner == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(owner.Uid), int(owner.Gid))
}
