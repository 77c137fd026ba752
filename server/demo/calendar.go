package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Days is how far back the data set goes.
const Days = 365

// How busy the hours of a day and the days of a week are, from Sunday on.
var (
	hours    = [24]float64{1, .6, .4, .3, .4, .8, 2, 4, 8, 11, 12, 11, 9, 10, 11, 11, 10, 9, 8, 8, 9, 7, 4, 2}
	weekdays = [7]float64{.5, 1.2, 1.1, 1, 1, .95, .65}
)

const (
	// begins and ends are the hours in which the team works.
	begins, ends = 8, 18
	// fresh is how old the newest conversation is at least.
	fresh = 3 * time.Minute
)

// starts are the times at which conversations begin, in order: more of them in working
// hours, before the holidays, and the longer the shop is there.
func starts(dice *rand.Rand, now time.Time, count int) []time.Time {
	all := make([]time.Time, 0, count)
	first := now.AddDate(0, 0, -Days)
	for len(all) < count {
		at := first.Add(time.Duration(dice.Float64() * float64(now.Add(-fresh).Sub(first))))
		at = time.Date(at.Year(), at.Month(), at.Day(), hourOf(dice), dice.IntN(60), dice.IntN(60), dice.IntN(1e6)*1000, time.UTC)
		if at.Before(first) || at.After(now.Add(-fresh)) || dice.Float64()*2.2 > busy(at, first) {
			continue
		}
		all = append(all, at)
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

func busy(at, first time.Time) float64 {
	weight := weekdays[at.Weekday()] * (.6 + .4*at.Sub(first).Hours()/24/Days)
	if at.Month() >= time.November {
		weight *= 1.35
	}
	return weight
}

func hourOf(dice *rand.Rand) int {
	sum := 0.0
	for _, weight := range hours {
		sum += weight
	}
	left := dice.Float64() * sum
	for hour, weight := range hours {
		if left -= weight; left < 0 {
			return hour
		}
	}
	return 0
}

// soon is a span around a median: half as long and twice as long are common, much longer
// is rare.
func soon(dice *rand.Rand, median time.Duration) time.Duration {
	return time.Duration(float64(median) * math.Exp(.8*dice.NormFloat64())).Truncate(time.Microsecond)
}

// attended is when the team gets to something that happens at a time: at once in working
// hours, as a rule the next working morning otherwise.
func attended(dice *rand.Rand, at time.Time) time.Time {
	working := func(t time.Time) bool {
		return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= begins && t.Hour() < ends
	}
	if working(at) || dice.Float64() < .3 {
		return at
	}
	for !working(at) {
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	return at.Add(time.Duration(dice.Int64N(int64(25 * time.Minute)))).Truncate(time.Microsecond)
}
