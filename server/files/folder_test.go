package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"parley/models"
)

// names lists the regular files below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAPutThatFailsLeavesNoTemporaryFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, Place{Folder: dir}, Credentials{})
	if err := s.Put(t.Context(), rand.Text(), iotest.ErrReader(errors.New("cut")), 10); err == nil {
		t.Fatal("no error")
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOnlyTheServersUserMayReadFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, open(t, Place{Folder: dir}, Credentials{}), []byte("private"))
	for _, name := range names(t, dir) {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v: want mode 0600", info, err)
		}
	}
}

func TestAStartRemovesWhatACrashLeftADayAgoAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kept := put(t, open(t, Place{Folder: dir}, Credentials{}), []byte("kept"))
	old, young := filepath.Join(dir, incoming, "old"), filepath.Join(dir, incoming, "young")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	longAgo := time.Now().Add(-leftoversAge - time.Minute)
	if err := os.Chtimes(old, longAgo, longAgo); err != nil {
		t.Fatal(err)
	}
	again := open(t, Place{Folder: dir}, Credentials{})
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old leftover: %v, want it gone", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("another process may still write it: %v", err)
	}
	if string(get(t, again, kept)) != "kept" {
		t.Error("a file of before the start changed")
	}
}

func TestALinkInTheFolderLeadsNowhere(t *testing.T) {
	t.Parallel()
	dir, secret := t.TempDir(), filepath.Join(t.TempDir(), "secret")
	s := open(t, Place{Folder: dir}, Credentials{})
	if err := os.WriteFile(secret, []byte("root:x"), 0o600); err != nil {
		t.Fatal(err)
	}
	const name = "0123456789abcdefgh"
	if err := os.Mkdir(filepath.Join(dir, "gh"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "gh", name)); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Open(t.Context(), name); err == nil {
		t.Errorf("opened %v through a link out of the folder", f)
	}
}

func TestAPlaceThatIsNotAFolderIsRefused(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Place{Folder: name}, Credentials{}); err == nil {
		t.Error("a file was opened as a folder")
	}
}

func TestAFolderThatIsGoneIsSaidByCheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, Place{Folder: dir}, Credentials{})
	if err := os.RemoveAll(filepath.Join(dir, incoming)); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("check: %v, want unavailable", err)
	}
}

// fullFolder is the variable by which a test starts itself again with a disk of its
// own, which is full soon.
const fullFolder = "PARLEY_TEST_FULL_FOLDER"

func TestAFullDiskIsSaidAndTheNextFileThatFitsIsKept(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(fullFolder); dir != "" {
		fillDisk(t, dir)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), fullFolder+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if id := os.Getuid(); id != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func fillDisk(t *testing.T, dir string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatal(fmt.Errorf("mount a small disk: %w", err))
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	s := open(t, Place{Folder: dir}, Credentials{})
	err := s.Put(t.Context(), rand.Text(), strings.NewReader(strings.Repeat("x", 1<<20)), 1<<20)
	if !errors.Is(err, models.ErrUnavailable) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("put on a full disk: %v, want unavailable", err)
	}
	if string(get(t, s, put(t, s, []byte("small")))) != "small" {
		t.Error("a small file came back changed")
	}
}
