package models_test

import (
	"testing"
	"time"

	"parley/models"
)

func TestOfficeHoursAreThoseOfTheSitesZone(t *testing.T) {
	t.Parallel()
	week := func(zone string, holidays ...string) models.OfficeHours {
		return models.OfficeHours{Enabled: true, TimeZone: zone, Holidays: holidays, Days: []models.OfficeDay{
			{Weekday: 1, Opens: "09:00", Closes: "12:00"}, {Weekday: 1, Opens: "13:00", Closes: "17:00"},
			{Weekday: 6, Opens: "22:00", Closes: "24:00"}, {Weekday: 0, Opens: "00:00", Closes: "02:00"},
		}}
	}
	off := week("UTC")
	off.Enabled = false
	for _, c := range []struct {
		name  string
		hours models.OfficeHours
		at    string
		want  bool
	}{
		{"before it opens", week("Europe/Vienna"), "2026-01-12T07:59:59Z", false},
		{"as it opens", week("Europe/Vienna"), "2026-01-12T08:00:00Z", true},
		{"at noon", week("Europe/Vienna"), "2026-01-12T11:00:00Z", false},
		{"after the break", week("Europe/Vienna"), "2026-01-12T12:00:00Z", true},
		{"as it closes", week("Europe/Vienna"), "2026-01-12T16:00:00Z", false},
		{"in summer time", week("Europe/Vienna"), "2026-07-13T07:00:00Z", true},
		{"on Monday there, on Sunday in UTC", week("Pacific/Auckland"), "2026-01-11T20:30:00Z", true},
		{"on another day", week("UTC"), "2026-01-13T10:00:00Z", false},
		{"to the end of the day", week("UTC"), "2026-01-17T23:59:59Z", true},
		{"over midnight", week("UTC"), "2026-01-18T00:00:00Z", true},
		{"after the night", week("UTC"), "2026-01-18T02:00:00Z", false},
		{"on a holiday", week("Europe/Vienna", "2026-01-06", "2026-01-12"), "2026-01-12T10:00:00Z", false},
		{"on a holiday there, which begins the day before in UTC", week("Pacific/Auckland", "2026-01-12"), "2026-01-11T20:30:00Z", false},
		{"on a holiday in UTC that is over there", week("Pacific/Auckland", "2026-01-11"), "2026-01-11T20:30:00Z", true},
		{"switched off", off, "2026-01-12T10:00:00Z", false},
		{"in a zone that there is not", week("Mars/Olympus"), "2026-01-12T10:00:00Z", false},
		{"never set", models.OfficeHours{}, "2026-01-12T10:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.hours.OpenAt(at); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
