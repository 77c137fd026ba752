package models

import "time"

// openingHorizon is how many days ahead an opening is looked for: over a year, so that
// a site whose holidays fill one still says when it opens.
const openingHorizon = 400

// wall is a time of day with its date, as a clock on the wall shows it; texts of this
// form sort like the times.
const wall = "2006-01-02 15:04"

// NextOpen is when the office opens next after t; nil while it is open, and when no
// opening is in sight. Where summer time begins, an opening in the hour that there is
// not is when that hour would have begun; where it ends, an opening in the hour that
// comes twice is the first of them.
func (h OfficeHours) NextOpen(t time.Time) *time.Time {
	zone, err := time.LoadLocation(h.TimeZone)
	if !h.Enabled || err != nil || h.OpenAt(t) {
		return nil
	}
	here := t.In(zone)
	for day := range openingHorizon {
		noon := time.Date(here.Year(), here.Month(), here.Day()+day, 12, 0, 0, 0, zone)
		if next := h.openingOn(noon, t); next != nil {
			return next
		}
	}
	return nil
}

// Here is a time as the clocks of the office show it; in UTC where its zone is unknown.
func (h OfficeHours) Here(t time.Time) time.Time {
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		return t.UTC()
	}
	return t.In(zone)
}

// openingOn is the first opening of a day after t.
func (h OfficeHours) openingOn(noon, t time.Time) *time.Time {
	var first *time.Time
	for _, d := range h.Days {
		if d.Weekday != int(noon.Weekday()) {
			continue
		}
		for _, at := range instants(noon.Format(time.DateOnly)+" "+d.Opens, noon.Location()) {
			if at.After(t) && h.OpenAt(at) && (first == nil || at.Before(*first)) {
				utc := at.UTC()
				first = &utc
			}
		}
	}
	return first
}

// instants are when a clock on the wall shows a time: once on most days, twice where
// clocks go back, and where they go forward over it, the moment when they do.
func instants(shown string, zone *time.Location) []time.Time {
	at, err := time.ParseInLocation(wall, shown, zone)
	if err != nil {
		return nil
	}
	begins, ends := at.ZoneBounds()
	switch got := at.Format(wall); {
	case got < shown && !ends.IsZero():
		return []time.Time{ends}
	case got > shown && !begins.IsZero():
		return []time.Time{begins}
	}
	all := []time.Time{at}
	for _, edge := range []time.Time{begins, ends} {
		if edge.IsZero() {
			continue
		}
		_, before := edge.Add(-time.Nanosecond).Zone()
		_, after := edge.Zone()
		for _, shift := range []int{before - after, after - before} {
			twin := at.Add(time.Duration(-shift) * time.Second)
			if twin.Format(wall) == shown && !twin.Equal(at) {
				all = append(all, twin)
			}
		}
	}
	return all
}
