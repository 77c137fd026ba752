package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"parley/models"
)

// each runs a conformance test on every implementation.
func each(t *testing.T, test func(t *testing.T, s Store)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB) Store{"folder": newFolder, "s3": newBucket} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func newFolder(t testing.TB) Store {
	t.Helper()
	return open(t, Place{Folder: t.TempDir()}, Credentials{})
}

func open(t testing.TB, p Place, c Credentials) Store {
	t.Helper()
	s, err := Open(p, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func put(t *testing.T, s Store, content []byte) string {
	t.Helper()
	name := strings.ToLower(rand.Text())
	if err := s.Put(t.Context(), name, bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatalf("put %d bytes: %v", len(content), err)
	}
	return name
}

func get(t *testing.T, s Store, name string) []byte {
	t.Helper()
	f, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	content, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatalf("read: %v", err)
	}
	return content
}

func noise(t *testing.T, size int) []byte {
	t.Helper()
	b := make([]byte, size)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func absent(t *testing.T, s Store, name string) {
	t.Helper()
	if _, err := s.Open(t.Context(), name); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("open what is not there: %v, want not found", err)
	}
}

func TestWhatIsPutIsReadBackByteForByte(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		for _, size := range []int{0, 1, 4096, 3 << 20} {
			content := noise(t, size)
			if got := get(t, s, put(t, s, content)); !bytes.Equal(got, content) {
				t.Errorf("of %d bytes came back %d, or others", size, len(got))
			}
		}
	})
}

func TestAFileIsReadFromAnyPlaceInIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		content := noise(t, 100_000)
		f, err := s.Open(t.Context(), put(t, s, content))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if end, err := f.Seek(0, io.SeekEnd); err != nil || end != 100_000 {
			t.Fatalf("the end is at %d, %v", end, err)
		}
		for _, from := range []int64{99_990, 0, 50_000} {
			if _, err := f.Seek(from, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 10)
			if _, err := io.ReadFull(f, got); err != nil || !bytes.Equal(got, content[from:from+10]) {
				t.Errorf("from %d: %x, %v", from, got, err)
			}
		}
	})
}

func TestAKeyThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) { absent(t, s, rand.Text()) })
}

func TestDeletingForgetsAndDeletingNothingIsNoError(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		name := put(t, s, []byte("gone soon"))
		for range 2 {
			if err := s.Delete(t.Context(), name); err != nil {
				t.Fatalf("delete: %v", err)
			}
			absent(t, s, name)
		}
	})
}

func TestAFileThatIsShorterOrLongerThanAnnouncedIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		for name, source := range map[string]string{"shorter": "123", "longer": "12345678", "empty": ""} {
			k := rand.Text()
			err := s.Put(t.Context(), k, strings.NewReader(source), 5)
			if !errors.Is(err, errSize) {
				t.Errorf("%s: %v, want %v", name, err, errSize)
			}
			absent(t, s, k)
		}
		k := rand.Text()
		if err := s.Put(t.Context(), k, strings.NewReader("x"), 0); !errors.Is(err, errSize) {
			t.Errorf("one byte announced as none: %v", err)
		}
	})
}

func TestASourceThatBreaksOffIsToldAsItsOwnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		broken := errors.New("the client hung up")
		source := io.MultiReader(bytes.NewReader(noise(t, 1000)), iotest.ErrReader(broken))
		k := rand.Text()
		if err := s.Put(t.Context(), k, source, 2000); !errors.Is(err, broken) || errors.Is(err, models.ErrUnavailable) {
			t.Errorf("put: %v, want the source's own error", err)
		}
		absent(t, s, k)
	})
}

func TestKeysThatAreNotRandomNamesAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		for _, k := range []string{
			"", ".", "..", "../../../../etc/passwd", "/etc/passwd-0123456789", "incoming/0123456789abcdef",
			"short", strings.Repeat("a", 200), "0123456789abcdef\x00", "0123456789abcdef\n", `0123456789\abcdef`,
		} {
			_, opened := s.Open(t.Context(), k)
			for act, err := range map[string]error{
				"put":    s.Put(t.Context(), k, strings.NewReader("x"), 1),
				"open":   opened,
				"delete": s.Delete(t.Context(), k),
			} {
				if err == nil {
					t.Errorf("%s %q: no error", act, k)
				}
			}
		}
	})
}

func TestManyFilesAreWrittenAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				content := noise(t, 20_000)
				if !bytes.Equal(get(t, s, put(t, s, content)), content) {
					t.Error("a file came back changed")
				}
			})
		}
		wg.Wait()
	})
}

func TestAnActThatIsCalledOffWritesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		k := rand.Text()
		if err := s.Put(ctx, k, strings.NewReader("x"), 1); err == nil {
			t.Error("put: no error")
		}
		absent(t, s, k)
	})
}

func TestCheckIsContentWithAPlaceThatWorks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Store) {
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("check: %v", err)
		}
	})
}

func TestPlacesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"file://data/files":         "data/files",
		"file:///var/lib/parley":    "/var/lib/parley",
		"s3://box":                  "box  us-east-1",
		"s3://box?region=eu-west-1": "box  eu-west-1",
		"s3://my-box?endpoint=http://127.0.0.1:7070&region=x": "my-box http://127.0.0.1:7070 x",
		"s3://my-box?endpoint=https%3A%2F%2Fs3.example.com":   "my-box https://s3.example.com us-east-1",
	} {
		p, err := ParsePlace(text)
		got := p.Folder
		if p.Bucket != "" {
			endpoint := ""
			if p.Endpoint != nil {
				endpoint = p.Endpoint.String()
			}
			got = p.Bucket + " " + endpoint + " " + p.Region
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestPlacesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "data/files", "file://", "ftp://host/files", "s3://", "s3://Box", "s3://b", "s3://a_b", "s3://bucket/prefix",
		"s3://bucket?endpoint=127.0.0.1:7070", "s3://bucket?endpoint=ftp://host", "s3://bucket?endpoint=http://", "%zz",
	} {
		if p, err := ParsePlace(text); err == nil {
			t.Errorf("%q was taken for %+v", text, p)
		}
	}
}
