package testservice

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "parley"

// postgres runs a PostgreSQL on its own, new data folder.
type postgres struct {
	bin      string // folder of initdb and postgres
	dir      string
	owner    *syscall.Credential
	password string // random, so that only this server can know it
	settings []string
}

func newPostgres(ctx context.Context, settings []string) (*postgres, error) {
	binary, err := find(ctx, postgresServer)
	if err != nil {
		return nil, err
	}
	owner, err := postgresOwner()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(owner)
	if err != nil {
		return nil, err
	}
	p := &postgres{bin: filepath.Dir(binary), dir: dir, owner: owner, password: rand.Text(), settings: settings}
	if err := p.initialize(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

// postgresOwner is the user that runs the server: PostgreSQL refuses to run as
// root, so root lends it the user that Debian's package makes.
func postgresOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root and the user postgres is missing, which the package postgresql makes: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// initialize makes the data folder. It, too, runs under a keeper, so that a test
// binary killed meanwhile leaves nothing.
func (p *postgres) initialize(ctx context.Context) error {
	secret := filepath.Join(p.dir, "password")
	if err := os.WriteFile(secret, []byte(p.password), 0o600); err != nil {
		return err
	}
	if p.owner != nil {
		if err := os.Chown(secret, int(p.owner.Uid), int(p.owner.Gid)); err != nil {
			return err
		}
	}
	initdb, err := spawn(ctx, spawning{dir: p.dir, owner: p.owner, ending: "KILL", command: []string{
		filepath.Join(p.bin, "initdb"), "--pgdata", p.data(), "--no-sync", "--username", superuser,
		"--auth", "password", "--pwfile", secret, "--encoding", "UTF8", "--locale", locale(),
	}})
	if err != nil {
		return err
	}
	if !initdb.ended(startLimit) {
		return errors.Join(fmt.Errorf("initdb did not end in %s", startLimit), kill(initdb))
	}
	if err := initdb.release(); err != nil {
		return fmt.Errorf("initdb: %w; its log ends:\n%s", err, tail(p.dir))
	}
	return nil
}

// locale is one that knows the letters of every script (trigrams and lower()
// see none but ASCII's under plain C) and that a bare system has.
func locale() string {
	if runtime.GOOS == "darwin" {
		return "en_US.UTF-8"
	}
	return "C.UTF-8"
}

func (p *postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *postgres) spawning(port int) spawning {
	command := []string{filepath.Join(p.bin, "postgres"), "-D", p.data(), "-p", strconv.Itoa(port)}
	for _, setting := range append(quickSettings(), p.settings...) {
		command = append(command, "-c", setting)
	}
	// SIGQUIT ends it at once and still gives its shared memory back.
	return spawning{dir: p.dir, owner: p.owner, ending: "QUIT", command: command}
}

// quickSettings save the waiting for disks, which no test here can lose; a
// commit is still answered only after it has been written.
func quickSettings() []string {
	return []string{
		"synchronous_commit=on", "fsync=off", "full_page_writes=off",
		"wal_level=minimal", "max_wal_senders=0", "max_connections=300",
		"shared_buffers=64MB", "dynamic_shared_memory_type=mmap", "jit=off",
		"listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC",
	}
}

func (p *postgres) url(addr string) string {
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, p.password),
		Host: addr, Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return address.String()
}

// ready connects: the password is this server's alone, so no other can answer.
func (p *postgres) ready(ctx context.Context, addr string, _ int) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.url(addr))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
