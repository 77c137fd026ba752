package widget_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/widget"
)

// times are all the ways to write one, with what they mean.
var times = map[string]string{
	"2026-01-25T14:20:00Z":                          "2026-01-25T14:20:00Z",
	"2026-01-25T14:20:00.000000Z":                   "2026-01-25T14:20:00Z",
	"2026-01-25T14:20:00.5Z":                        "2026-01-25T14:20:00.5Z",
	"2026-01-25T14:20:00.123456Z":                   "2026-01-25T14:20:00.123456Z",
	"2026-01-25T14:20:00.123456789Z":                "2026-01-25T14:20:00.123456Z",
	"2026-01-25T14:20:00.999999999999999999999999Z": "2026-01-25T14:20:00.999999Z",
	"2026-01-25T14:20:00+00:00":                     "2026-01-25T14:20:00Z",
	"2026-01-25T14:20:00-00:00":                     "2026-01-25T14:20:00Z",
	"2026-01-25T14:20:00+02:00":                     "2026-01-25T12:20:00Z",
	"2026-01-25T14:20:00 02:00":                     "2026-01-25T12:20:00Z",
	"2026-01-25T14:20:00.25 05:45":                  "2026-01-25T08:35:00.25Z",
	"2026-01-25T14:20:00-08:00":                     "2026-01-25T22:20:00Z",
	"2026-01-25T14:20:00+23:59":                     "2026-01-24T14:21:00Z",
	"2026-01-25t14:20:00z":                          "2026-01-25T14:20:00Z",
	"2024-02-29T00:00:00Z":                          "2024-02-29T00:00:00Z",
	"2016-12-31T23:59:60Z":                          "2017-01-01T00:00:00Z",
	"2017-01-01T00:59:60.5+01:00":                   "2017-01-01T00:00:00.5Z",
	"0001-01-01T00:00:00Z":                          "0001-01-01T00:00:00Z",
	"0000-01-01T00:00:00Z":                          "0001-01-01T00:00:00Z",
	"0001-01-01T00:00:00+12:00":                     "0001-01-01T00:00:00Z",
	"9999-12-31T23:59:59.999999Z":                   "9999-12-31T23:59:59.999999Z",
	"9999-12-31T23:59:59-12:00":                     "9999-12-31T23:59:59.999999Z",
}

// nonsense is what no time is.
var nonsense = []string{
	"", " ", "now", "0", "1769350800", "2026-01-25", "14:20:00Z", "2026-01-25T14:20Z", "2026-01-25T14:20:00",
	"2026-01-25 14:20:00Z", "2026-01-25T14:20:00 Z", "2026-01-25T14:20:00  02:00", "2026-01-25T14:20:00+0200",
	"2026-01-25T14:20:00+02", "2026-01-25T14:20:00+2:00", "2026-01-25T14:20:00+24:00", "2026-01-25T14:20:00+02:60",
	"2026-01-25T14:20:00.Z", "2026-01-25T14:20:00,5Z", "2026-01-25T4:20:00Z", "2026-1-25T14:20:00Z", "26-01-25T14:20:00Z",
	"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-25T24:00:00Z",
	"2026-01-25T14:60:00Z", "2026-01-25T14:20:61Z", "2026-01-25T14:20:60Z", "10000-01-01T00:00:00Z", "-2026-01-25T14:20:00Z",
	"+2026-01-25T14:20:00Z", "2026-01-25T14:20:00Z ", " 2026-01-25T14:20:00Z", "2026-01-25T14:20:00ZZ", "2026-01-25T14:20:00Z\x00",
	"2026-01-25T14:20:00Z; DROP TABLE messages", "２０２６-01-25T14:20:00Z", "2026-01-25T14:20:00−02:00", "2026-W04-7T14:20:00Z",
	"2026-025T14:20:00Z", "20260125T142000Z", "Sun, 25 Jan 2026 14:20:00 GMT", "null", "NaN", "\xff", strings.Repeat("2026-01-25T14:20:00Z", 50),
}

func TestSinceTakesAnyRFC3339TimeAndNothingElse(t *testing.T) {
	t.Parallel()
	for text, want := range times {
		got, err := widget.ParseSince(text)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %v (%v), not %s", text, got, err, want)
		}
	}
	for _, text := range nonsense {
		if got, err := widget.ParseSince(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestSinceIsReadFromTheQueryAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		sent := s.messages(t, "token", "")[0].Timestamp
		at, err := time.Parse(time.RFC3339, sent)
		if err != nil {
			t.Fatal(err)
		}
		east := at.In(time.FixedZone("", 5*3600+45*60)).Format("2006-01-02T15:04:05.000000-07:00")
		earlier := at.Add(-time.Microsecond).In(time.FixedZone("", 3600)).Format("2006-01-02T15:04:05.000000-07:00")
		for query, want := range map[string]int{
			url.QueryEscape(sent):         0,
			sent:                          0,
			url.QueryEscape(east):         0,
			east:                          0, // the + arrives as a space
			url.QueryEscape(earlier):      1,
			earlier:                       1,
			"0001-01-01T00:00:00Z":        1,
			"0000-01-01T00:00:00%2B23:00": 1,
			"9999-12-31T23:59:59-23:59":   0,
			url.QueryEscape(at.Add(time.Hour).Format(rfc)):          0,
			url.QueryEscape(at.Add(-time.Hour).Format(rfc)):         1,
			url.QueryEscape(strings.ToLower(sent)):                  0,
			url.QueryEscape(at.Format("2006-01-02T15:04:05Z07:00")): 1,
		} {
			if got := len(s.messages(t, "token", "?since="+query)); got != want {
				t.Errorf("since=%s: %d messages, not %d", query, got, want)
			}
		}
	})
}

const rfc = time.RFC3339Nano

func TestANonsensicalWindowIsUnprocessable(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	for _, text := range nonsense {
		s.get(t, talk("token")+"/messages?since="+url.QueryEscape(text)).want(t, "since="+text, http.StatusUnprocessableEntity, "Invalid since")
	}
	for query, sentence := range map[string]string{
		"since=2026-01-25T14:20:00Z&since=2026-01-25T14:20:00Z": "Invalid since",
		"limit=0": "Invalid limit", "limit=-1": "Invalid limit", "limit=1001": "Invalid limit", "limit=1.5": "Invalid limit",
		"limit=x": "Invalid limit", "limit=9223372036854775808": "Invalid limit", "limit=": "Invalid limit", "limit=1&limit=2": "Invalid limit",
		"after=-1": "Invalid after", "after=1.0": "Invalid after", "after=x": "Invalid after", "after=9223372036854775808": "Invalid after",
		"after=": "Invalid after", "after=0x1": "Invalid after", "after=1&after=2": "Invalid after",
	} {
		s.get(t, talk("token")+"/messages?"+query).want(t, query, http.StatusUnprocessableEntity, sentence)
	}
	for _, query := range []string{"since=%zz", "a=b;c=d"} {
		s.get(t, talk("token")+"/messages?"+query).want(t, query, http.StatusBadRequest, "Invalid query string")
	}
}

func FuzzParseSince(f *testing.F) {
	for text := range times {
		f.Add(text)
	}
	for _, text := range nonsense {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := widget.ParseSince(text)
		if err != nil {
			if e := models.AsError(err); e.Code != models.CodeUnprocessable || e.Message != "Invalid since" {
				t.Fatalf("%q is refused with %v", text, err)
			}
			return
		}
		if got.Location() != time.UTC || got.Year() < 1 || got.Year() > 9999 || got.Nanosecond()%1000 != 0 {
			t.Fatalf("%q gives %v, which no database keeps", text, got)
		}
		again, err := widget.ParseSince(got.Format(rfc))
		if err != nil || !again.Equal(got) {
			t.Fatalf("%q gives %v, which reads as %v (%v)", text, got, again, err)
		}
	})
}
