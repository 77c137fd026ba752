package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"parley/models"
)

// incoming is the folder of files that are being written. A name in it is not in any
// table, so whatever is there after a day was left by a crash.
const (
	incoming     = "incoming"
	leftoversAge = 24 * time.Hour
)

// folder keeps files in a folder that no key can lead out of.
type folder struct{ root *os.Root }

func openFolder(name string) (Store, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the folder for files: %w", err)
	}
	f := &folder{root: root}
	if err := errors.Join(root.MkdirAll(incoming, 0o700), f.sweep(time.Now().Add(-leftoversAge))); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the folder for files: %w", err), root.Close())
	}
	return f, nil
}

// sweep removes what crashes left behind before the given time.
func (f *folder) sweep(before time.Time) error {
	entries, err := fs.ReadDir(f.root.FS(), incoming)
	for _, e := range entries {
		info, gone := e.Info()
		if gone == nil && info.ModTime().Before(before) {
			err = errors.Join(err, f.root.Remove(path.Join(incoming, e.Name())))
		}
	}
	return err
}

// place spreads keys over folders, so that none grows without bound. The end of a key
// is random even where its beginning is a time.
func place(name string) (dir, file string) {
	dir = name[len(name)-2:]
	return dir, path.Join(dir, name)
}

// Put implements chat.Blobs. The bytes are on the disk under a temporary name before
// the key names them: a crash leaves all of a file or nothing.
func (f *folder) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := errors.Join(checkKey(name), ctx.Err()); err != nil {
		return err
	}
	temporary := path.Join(incoming, rand.Text())
	source := &exact{src: r, left: size}
	if err := f.write(temporary, source); err != nil {
		// What cannot be removed now, the sweep of a later start removes.
		_ = f.root.Remove(temporary)
		return source.blame(err)
	}
	if err := f.publish(temporary, name); err != nil {
		_ = f.root.Remove(temporary)
		return source.blame(err)
	}
	return nil
}

func (f *folder) write(name string, source *exact) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func (f *folder) publish(temporary, name string) error {
	dir, file := place(name)
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := f.root.Rename(temporary, file); err != nil {
		return err
	}
	return errors.Join(f.syncFolder(dir), f.syncFolder("."))
}

// syncFolder makes new names outlive a lost machine.
func (f *folder) syncFolder(name string) error {
	d, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open implements chat.Blobs.
func (f *folder) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	if err := checkKey(name); err != nil {
		return nil, err
	}
	_, where := place(name)
	file, err := f.root.Open(where)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, models.ErrNotFound.Because(err)
	case err != nil:
		return nil, models.ErrUnavailable.Because(err)
	}
	return file, nil
}

// Delete implements chat.Blobs.
func (f *folder) Delete(_ context.Context, name string) error {
	if err := checkKey(name); err != nil {
		return err
	}
	_, where := place(name)
	if err := f.root.Remove(where); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return models.ErrUnavailable.Because(err)
	}
	return nil
}

// Check implements Store.
func (f *folder) Check(ctx context.Context) error { return probe(ctx, f, rand.Text()) }

// Close implements Store.
func (f *folder) Close() error { return f.root.Close() }
