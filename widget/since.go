package widget

import (
	"regexp"
	"strings"
	"time"

	"parley/models"
)

var errSince = &models.Error{Code: models.CodeUnprocessable, Message: "Invalid since", Field: "since"}

// The ends of what both databases keep; a time that an offset carries beyond them
// means the end itself.
var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// rfc3339 is the grammar of RFC 3339 §5.6, which package time is laxer than, with a
// space where a query string has eaten the plus sign.
var rfc3339 = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(Z|[-+ ](?:[01]\d|2[0-3]):[0-5]\d)$`)

// parseSince reads any RFC 3339 time: any offset, any number of fraction digits,
// small t and z, and a leap second, which counts as the one after. What is finer
// than a microsecond is cut off: no message lies in between.
func parseSince(s string) (time.Time, error) {
	parts := rfc3339.FindStringSubmatch(strings.ToUpper(s))
	if parts == nil {
		return time.Time{}, errSince
	}
	minute, second, fraction, offset := parts[1], parts[2], parts[3], parts[4]
	leap := second == "60"
	if leap {
		second = "59" // Go's clock never shows 60
	}
	t, err := time.Parse(time.RFC3339, minute+second+fraction+strings.Replace(offset, " ", "+", 1))
	if err != nil {
		return time.Time{}, errSince
	}
	t = t.UTC().Truncate(time.Microsecond)
	if leap {
		if t.Format(time.TimeOnly) != "23:59:59" {
			return time.Time{}, errSince // leap seconds end a day of UTC
		}
		t = t.Add(time.Second)
	}
	switch {
	case t.Before(earliest):
		return earliest, nil
	case t.After(latest):
		return latest, nil
	default:
		return t, nil
	}
}
