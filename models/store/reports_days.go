package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"parley/models"
)

// tally is what was found of one fact in one group: how often it happened, and in their
// order the values to describe.
type tally struct {
	number int64
	values []int64
}

// settled is the tally in order.
func (t tally) settled() tally {
	slices.Sort(t.values)
	t.number = max(t.number, int64(len(t.values)))
	return t
}

// sum puts tallies together.
func sum(all []tally) tally {
	var whole tally
	for _, t := range all {
		whole.number += t.number
		whole.values = append(whole.values, t.values...)
	}
	return whole.settled()
}

// spread describes durations. The median and the ninth decile are values that there are,
// by rank.
func (t tally) spread() models.Spread {
	n := t.number
	if n == 0 {
		return models.Spread{}
	}
	return models.Spread{Count: n, Median: t.values[(n+1)/2-1], P90: t.values[(n*9+9)/10-1]}
}

// scores describes ratings.
func (t tally) scores() models.Scores {
	s := models.Scores{Count: t.number}
	for _, score := range t.values {
		s.Sum += score
		s.Of[score-1]++
	}
	return s
}

// day is a day of a report, from midnight to midnight where the account is.
type day struct {
	name         string
	since, until time.Time
}

// daysOf are the days of a query. Where the clocks skip midnight a day begins when they do;
// Go may then say 23:00 of the day before, so days are counted from about noon.
func daysOf(rq models.ReportQuery) []day {
	const noon = 12 * time.Hour
	begins := func(year int, month time.Month, date int) time.Time {
		at := time.Date(year, month, date, 0, 0, 0, 0, rq.From.Location())
		if at.Hour() != 0 && at.Day() != at.Add(noon).Day() {
			_, at = at.ZoneBounds()
		}
		return at.UTC()
	}
	year, month, date := rq.From.Add(noon).Date()
	last := rq.To.Add(noon).Format(time.DateOnly)
	var all []day
	for {
		name := time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		if name > last {
			return all
		}
		all = append(all, day{name, begins(year, month, date), begins(year, month, date+1)})
		date++
	}
}

// spansOf is the argument of dialect.spans.
func spansOf(days []day) (string, error) {
	const spelling = "2006-01-02 15:04:05-07:00" // SQLite compares the text
	list := make([][]string, len(days))
	for i, d := range days {
		list[i] = []string{d.name, d.since.Format(spelling), d.until.Format(spelling)}
	}
	encoded, err := json.Marshal(list)
	return string(encoded), err
}

// on finds the day that a time is on, which is given in seconds since 1970.
func on(days []day, seconds string) (string, error) {
	second, err := strconv.ParseInt(seconds, 10, 64)
	i, on := slices.BinarySearchFunc(days, second, func(d day, second int64) int { return cmp.Compare(d.since.Unix(), second) })
	if !on {
		i--
	}
	return days[i].name, err
}

// postgresTimes and sqliteTimes are how the databases reckon with times; parts of a
// second are cut off, which both can do alike.
type (
	postgresTimes struct{}
	sqliteTimes   struct{}
)

func (postgresTimes) spans() string {
	return "SELECT value->>0 AS name, CAST(value->>1 AS timestamptz) AS since, CAST(value->>2 AS timestamptz) AS until " +
		"FROM jsonb_array_elements(CAST(? AS jsonb)) AS given(value)"
}

func (postgresTimes) epoch(at string) string {
	return "CAST(extract(epoch FROM date_trunc('second', " + at + ")) AS bigint)"
}

func (sqliteTimes) spans() string {
	return "SELECT value->>0 AS name, value->>1 AS since, value->>2 AS until FROM json_each(?)"
}

func (sqliteTimes) epoch(at string) string { return "unixepoch(substr(" + at + ", 1, 19))" }
