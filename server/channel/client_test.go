package channel

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAProviderSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0": 0, "-5": 0, "x": 0, "1.5": 0, "999999": time.Hour,
		"Wed, 21 Oct 2015 07:28:00 GMT":                              0, // it is over
		time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat): time.Hour,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
	soon := time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)
	if got := retryAfter(http.Header{"Retry-After": {soon}}); got < 20*time.Second || got > 30*time.Second {
		t.Errorf("in half a minute: %s", got)
	}
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{200: false, 400: false, 401: false, 404: false, 408: true, 429: true, 500: true, 502: true, 503: true} {
		if got := isPassing(status); got != want {
			t.Errorf("%d: %v", status, got)
		}
	}
}

func TestFilesWithoutANameGetAnEnding(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]string{
		"image/jpeg": ".jpg", "audio/ogg; codecs=opus": ".ogg", "text/plain; charset=utf-8": ".txt", "image/png": ".png", "application/x-nothing": "", "": "", ";;": "",
	} {
		if got := extension(contentType); got != want {
			t.Errorf("%q ends with %q, want %q", contentType, got, want)
		}
	}
}

func TestAProvidersSentenceIsCutShort(t *testing.T) {
	t.Parallel()
	if got := shorten(strings.Repeat("é", 300)); utf8.RuneCountInString(got) != 300 || strings.HasSuffix(got, "…") {
		t.Errorf("300 became %d", utf8.RuneCountInString(got))
	}
	if got := shorten(strings.Repeat("é", 301)); utf8.RuneCountInString(got) != 300 || !strings.HasSuffix(got, "é…") {
		t.Errorf("301 became %q", got[len(got)-8:])
	}
}

// FuzzSplit holds that nothing but white space at the cuts is lost, that every piece fits,
// and that it ends.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", " ", "hello world", strings.Repeat("word ", 50), strings.Repeat("😀", 40), strings.Repeat(" ", 99) + "x", "\xff\xfe", "é à ü\nö"} {
		f.Add(seed)
	}
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // the service lets no other in
		}
		for name, cut := range map[string]func(string, int) []string{"units": split, "bytes": splitBytes} {
			pieces := cut(text, 20)
			if bare(strings.Join(pieces, " ")) != bare(text) {
				t.Errorf("%s: %q became %q", name, text, pieces)
			}
			for _, piece := range pieces {
				if fitting(piece, 20) != len(piece) && name == "units" || len(piece) > 20 && name == "bytes" || !utf8.ValidString(piece) {
					t.Errorf("%s: %q is too long, or cut inside a character", name, piece)
				}
			}
			if !slices.Equal(pieces, cut(text, 20)) {
				t.Errorf("%s: cut otherwise the second time", name)
			}
		}
	})
}
