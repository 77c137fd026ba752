package chat

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/models"
)

// Bounds of what a site holds.
const (
	maxGreetingLength = 1_000
	maxOrigins        = 100
	maxOfficeDays     = 70
	maxHolidays       = 500
)

var (
	localePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	fieldPattern  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	openPattern   = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	closePattern  = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
)

// positions are the corners for the widget, and modes its colours by day and by night.
var (
	positions = []string{"left", "right"}
	modes     = []string{"auto", "light", "dark"}
)

// check puts the change into its one spelling, or says what is wrong with it.
func (c *SiteChange) check(mint Mint) error {
	if err := c.checkTexts(); err != nil {
		return err
	}
	if err := c.checkLooks(); err != nil {
		return err
	}
	if err := checkMinutes("notice_minutes", c.NoticeMinutes); err != nil {
		return err
	}
	if c.AllowedOrigins != nil {
		origins, err := cleanOrigins(mint, *c.AllowedOrigins)
		if err != nil {
			return err
		}
		c.AllowedOrigins = &origins
	}
	if c.Prechat != nil {
		fields, err := cleanFields(c.Prechat.Fields)
		if err != nil {
			return err
		}
		c.Prechat = &models.Prechat{Fields: fields}
	}
	if c.OfficeHours != nil {
		hours, err := cleanHours(*c.OfficeHours)
		if err != nil {
			return err
		}
		c.OfficeHours = &hours
	}
	return nil
}

func (c *SiteChange) checkTexts() error {
	if c.Name != nil {
		name, err := requiredName(*c.Name)
		if err != nil {
			return err
		}
		c.Name = &name
	}
	if c.Greeting != nil {
		if err := checkShort("greeting", *c.Greeting, maxGreetingLength); err != nil {
			return err
		}
	}
	if reply := c.AutoReply.To; reply != nil {
		if err := checkShort("auto_reply", *reply, models.MaxMessageLength); err != nil {
			return err
		}
		if isBlank(*reply) {
			return models.Invalid("auto_reply", "The auto_reply must not be empty; null is none")
		}
	}
	return nil
}

func (c *SiteChange) checkLooks() error {
	if c.Color != nil {
		color := strings.ToLower(*c.Color)
		if !colorPattern.MatchString(color) {
			return models.Invalid("theme.color", "The color must be written as #rrggbb")
		}
		c.Color = &color
	}
	if c.Position != nil && !slices.Contains(positions, *c.Position) {
		return models.Invalid("theme.position", "The position must be left or right")
	}
	if c.Mode != nil && !slices.Contains(modes, *c.Mode) {
		return models.Invalid("theme.mode", "The mode must be auto, light or dark")
	}
	if c.Locale != nil && *c.Locale != "" && (len(*c.Locale) > maxLocaleLength || !localePattern.MatchString(*c.Locale)) {
		return models.Invalid("locale", "The locale must be a language tag such as de or pt-BR, or empty for the visitor's own")
	}
	return nil
}

func cleanOrigins(mint Mint, given []string) ([]string, error) {
	if len(given) > maxOrigins {
		return nil, models.Invalid("allowed_origins", "A site lists at most 100 origins")
	}
	origins := make([]string, 0, len(given))
	for i, text := range given {
		origin, ok := mint.CleanOrigin(text)
		if !ok {
			return nil, models.Invalid(at("allowed_origins", i),
				"An origin is written as https://www.example.com or https://*.example.com, with no path")
		}
		if !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	return origins, nil
}

// at names an element of a list.
func at(list string, i int) string { return list + "." + strconv.Itoa(i) }

func cleanHours(given models.OfficeHours) (models.OfficeHours, error) {
	hours := models.OfficeHours{
		Enabled: given.Enabled, TimeZone: given.TimeZone, Days: []models.OfficeDay{}, Holidays: []string{},
	}
	if err := checkZone("office_hours.time_zone", given.TimeZone); err != nil {
		return hours, err
	}
	if len(given.Days) > maxOfficeDays {
		return hours, models.Invalid("office_hours.days", "Office hours have at most 70 spans")
	}
	for i, day := range given.Days {
		if err := checkDay(at("office_hours.days", i), day); err != nil {
			return hours, err
		}
	}
	hours.Days = append(hours.Days, given.Days...)
	if len(given.Holidays) > maxHolidays {
		return hours, models.Invalid("office_hours.holidays", "Office hours have at most 500 holidays")
	}
	for i, date := range given.Holidays {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return hours, models.Invalid(at("office_hours.holidays", i), "A holiday is a date such as 2026-12-25")
		}
		hours.Holidays = append(hours.Holidays, date)
	}
	slices.Sort(hours.Holidays)
	hours.Holidays = slices.Compact(hours.Holidays)
	return hours, nil
}

func checkDay(place string, day models.OfficeDay) error {
	if day.Weekday < 0 || day.Weekday > 6 {
		return models.Invalid(place+".weekday", "A weekday is a number from 0, Sunday, to 6, Saturday")
	}
	if !openPattern.MatchString(day.Opens) {
		return models.Invalid(place+".opens", "A time is written as 09:00")
	}
	if !closePattern.MatchString(day.Closes) {
		return models.Invalid(place+".closes", "A time is written as 17:00; 24:00 is the end of the day")
	}
	if day.Opens >= day.Closes {
		return models.Invalid(place+".closes", "A span must close after it opens; one over midnight is two")
	}
	return nil
}
