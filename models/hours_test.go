package models

import (
	"testing"
	"time"
)

// week is Monday to Friday from opens to closes.
func week(zone, opens, closes string) OfficeHours {
	h := OfficeHours{Enabled: true, TimeZone: zone}
	for day := 1; day <= 5; day++ {
		h.Days = append(h.Days, OfficeDay{Weekday: day, Opens: opens, Closes: closes})
	}
	return h
}

// daily is every day from opens to closes.
func daily(zone, opens, closes string) OfficeHours {
	h := OfficeHours{Enabled: true, TimeZone: zone}
	for day := range 7 {
		h.Days = append(h.Days, OfficeDay{Weekday: day, Opens: opens, Closes: closes})
	}
	return h
}

func TestTheNextOpeningIsFoundOverWeekendsHolidaysAndClockChanges(t *testing.T) {
	t.Parallel()
	feast := week("Europe/Oslo", "09:00", "17:00")
	feast.Holidays = []string{"2026-12-24", "2026-12-25", "2027-01-01"}
	night := daily("Europe/Oslo", "22:00", "24:00")
	lunch := OfficeHours{Enabled: true, TimeZone: "UTC", Days: []OfficeDay{
		{Weekday: 1, Opens: "13:00", Closes: "17:00"}, {Weekday: 1, Opens: "09:00", Closes: "12:00"},
	}}
	for name, c := range map[string]struct {
		hours    OfficeHours
		at, want string
	}{
		"before opening":                     {week("Europe/Oslo", "09:00", "17:00"), "2026-11-30T06:00:00Z", "2026-11-30T08:00:00Z"},
		"after closing":                      {week("Europe/Oslo", "09:00", "17:00"), "2026-11-30T16:00:00Z", "2026-12-01T08:00:00Z"},
		"over the weekend":                   {week("Europe/Oslo", "09:00", "17:00"), "2026-11-27T16:30:00Z", "2026-11-30T08:00:00Z"},
		"in another half of the world":       {week("Pacific/Auckland", "09:00", "17:00"), "2026-11-27T05:00:00Z", "2026-11-29T20:00:00Z"},
		"over Christmas":                     {feast, "2026-12-23T16:00:00Z", "2026-12-28T08:00:00Z"},
		"over New Year":                      {feast, "2026-12-31T17:00:00Z", "2027-01-04T08:00:00Z"},
		"over the lunch break":               {lunch, "2026-11-30T12:00:00Z", "2026-11-30T13:00:00Z"},
		"the earlier of two spans":           {lunch, "2026-11-30T18:00:00Z", "2026-12-07T09:00:00Z"},
		"late in the evening":                {night, "2026-11-30T10:00:00Z", "2026-11-30T21:00:00Z"},
		"a minute before":                    {week("UTC", "09:00", "17:00"), "2026-11-30T08:59:59.999999Z", "2026-11-30T09:00:00Z"},
		"summer time begins over it":         {daily("Europe/Oslo", "02:30", "08:00"), "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"},
		"the day that summer time begins":    {daily("Europe/Oslo", "09:00", "17:00"), "2026-03-28T20:00:00Z", "2026-03-29T07:00:00Z"},
		"the day that summer time ends":      {daily("Europe/Oslo", "09:00", "17:00"), "2026-10-24T20:00:00Z", "2026-10-25T08:00:00Z"},
		"the first of an hour twice":         {daily("Europe/Oslo", "02:15", "02:45"), "2026-10-24T20:00:00Z", "2026-10-25T00:15:00Z"},
		"the second of an hour twice":        {daily("Europe/Oslo", "02:15", "02:45"), "2026-10-25T00:50:00Z", "2026-10-25T01:15:00Z"},
		"a span that summer time swallows":   {daily("Europe/Oslo", "02:10", "02:40"), "2026-03-28T23:00:00Z", "2026-03-30T00:10:00Z"},
		"where clocks change at midnight":    {daily("Africa/Cairo", "00:30", "08:00"), "2026-04-23T20:00:00Z", "2026-04-23T22:00:00Z"},
		"where clocks change by half hours":  {daily("Australia/Lord_Howe", "01:45", "05:00"), "2026-04-04T11:00:00Z", "2026-04-04T14:45:00Z"},
		"a leap day":                         {OfficeHours{Enabled: true, TimeZone: "UTC", Days: []OfficeDay{{Weekday: 2, Opens: "09:00", Closes: "10:00"}}}, "2028-02-28T12:00:00Z", "2028-02-29T09:00:00Z"},
		"midnight follows midnight at a gap": {daily("UTC", "00:00", "12:00"), "2026-11-30T12:00:00Z", "2026-12-01T00:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		next := c.hours.NextOpen(at)
		if next == nil || next.Format(time.RFC3339Nano) != c.want {
			t.Errorf("%s: %v, want %s", name, next, c.want)
			continue
		}
		if !c.hours.OpenAt(*next) || c.hours.OpenAt(next.Add(-time.Nanosecond)) && name != "midnight follows midnight at a gap" {
			t.Errorf("%s: %v is no opening", name, next)
		}
	}
}

func TestThereIsNoNextOpeningWhileItIsOpenOrNeverWill(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	closed := week("UTC", "09:00", "17:00")
	closed.Enabled = false
	shut := daily("UTC", "09:00", "17:00")
	for day := range openingHorizon + 1 {
		shut.Holidays = append(shut.Holidays, at.AddDate(0, 0, day).Format(time.DateOnly))
	}
	for name, h := range map[string]OfficeHours{
		"open": week("UTC", "09:00", "17:00"), "switched off": closed, "no days": {Enabled: true, TimeZone: "UTC"},
		"no such zone": {Enabled: true, TimeZone: "Mars/Olympus", Days: closed.Days}, "holidays for ever": shut,
		"a time that is none": {Enabled: true, TimeZone: "UTC", Days: []OfficeDay{{Weekday: 1, Opens: "later", Closes: "24:00"}}},
	} {
		if next := h.NextOpen(at); next != nil {
			t.Errorf("%s: %v", name, next)
		}
	}
}

func TestTheClocksOfAnOfficeShowItsOwnTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Europe/Berlin": "2026-07-02 00:30", "America/New_York": "2026-07-01 18:30", "UTC": "2026-07-01 22:30",
		"Asia/Kathmandu": "2026-07-02 04:15", "Nowhere/Land": "2026-07-01 22:30",
	} {
		if got := (OfficeHours{TimeZone: zone}).Here(at).Format("2006-01-02 15:04"); got != want {
			t.Errorf("in %s it is %s, want %s", zone, got, want)
		}
	}
}
