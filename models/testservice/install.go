package testservice

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// program is something to find or, failing that, to install.
type program struct {
	name    string // for people
	command string // the binary in PATH…
	beside  string // …that counts only with this one in its folder
	folders string // glob of further folders
	packet  string // Debian's name for it
}

var (
	// Debian keeps the server's programs out of PATH; a bare initdb there may
	// be a link, whose target has its own folder.
	postgresServer = program{
		name: "PostgreSQL", command: "initdb", beside: "postgres",
		folders: "/usr/lib/postgresql/*/bin", packet: "postgresql",
	}
	redisServer = program{
		name: "Redis", command: "redis-server", beside: "redis-server",
		folders: "/usr/local/bin", packet: "redis-server",
	}
)

// find returns the program's path, after installing it if it has to and can.
func find(ctx context.Context, p program) (string, error) {
	if path := p.look(); path != "" {
		return path, nil
	}
	if err := p.install(ctx); err != nil {
		return "", fmt.Errorf("%s is not installed; install the package %s: %w", p.name, p.packet, err)
	}
	if path := p.look(); path != "" {
		return path, nil
	}
	return "", fmt.Errorf("the package %s is installed but %s is neither in PATH nor in %s", p.packet, p.command, p.folders)
}

// look returns the program's path, or nothing: first from PATH, then from the
// further folders, the newest version first.
func (p program) look() string {
	if path, err := exec.LookPath(p.command); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			if found := p.in(filepath.Dir(target)); found != "" {
				return found
			}
		}
	}
	further, _ := filepath.Glob(p.folders) // fails on a malformed pattern only
	slices.SortFunc(further, func(a, b string) int { return version(b) - version(a) })
	return p.in(further...)
}

// in returns the program's path in the first folder that has all of it.
func (p program) in(folders ...string) string {
	for _, folder := range folders {
		if executable(filepath.Join(folder, p.command)) && executable(filepath.Join(folder, p.beside)) {
			return filepath.Join(folder, p.command)
		}
	}
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// version is the number in …/15/bin, or 0.
func version(folder string) int {
	number, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder))) // 0 if it is none
	return number
}

// install installs the program with apt-get. Test binaries run side by side, so
// the first one installs while the others wait for its lock.
func (p program) install(ctx context.Context) error {
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("only root can run apt-get: %w", os.ErrPermission)
	}
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), "parley-test-install.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }() // which gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if p.look() != "" {
		return nil
	}
	for _, args := range [][]string{{"update"}, {"install", "--yes", "--no-install-recommends", p.packet}} {
		cmd := exec.CommandContext(ctx, apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}
