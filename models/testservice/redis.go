package testservice

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// redis runs a redis-server that keeps nothing on disk.
type redis struct {
	binary   string
	dir      string
	settings []string
}

func newRedis(ctx context.Context, settings []string) (*redis, error) {
	binary, err := find(ctx, redisServer)
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(nil)
	if err != nil {
		return nil, err
	}
	return &redis{binary: binary, dir: dir, settings: settings}, nil
}

func (r *redis) spawning(port int) spawning {
	command := []string{
		r.binary, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", r.dir,
		"--daemonize", "no", "--save", "", "--appendonly", "no", "--databases", "16",
	}
	for _, setting := range r.settings {
		name, value, _ := strings.Cut(setting, " ")
		command = append(command, "--"+name, value)
	}
	return spawning{dir: r.dir, ending: "KILL", command: command}
}

func (r *redis) url(addr string) string { return "redis://" + addr + "/0" }

// ready asks the server for its process id: on a port that two test binaries
// chose at once, the other's server answers too.
func (r *redis) ready(ctx context.Context, addr string, pid int) error {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("INFO server\r\n")); err != nil {
		return err
	}
	return findPID(bufio.NewScanner(conn), pid)
}

func findPID(lines *bufio.Scanner, pid int) error {
	want := "process_id:" + strconv.Itoa(pid)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case line == want:
			return nil
		case strings.HasPrefix(line, "process_id:"), strings.HasPrefix(line, "-"):
			return fmt.Errorf("the answer was %q, not %q", line, want)
		}
	}
	return fmt.Errorf("no process id in the answer: %w", lines.Err())
}
