package widget

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// GetConfig answers what the widget needs to draw itself.
func (h handlers) GetConfig(ctx context.Context, _ GetConfigRequestObject) (GetConfigResponseObject, error) {
	site := surface.Site(ctx)
	around, err := h.Chat.Storefront(ctx, site, h.Presence.AtDesk(site.AccountID))
	if err != nil {
		return nil, err
	}
	online := h.Presence.Online(site.AccountID) || site.OfficeHours.OpenAt(h.Now())
	c := configOf(site, h.Chat.UploadLimits(), online)
	c.OfficeHours = hoursOf(site.OfficeHours, h.Now())
	c.adorn(around)
	return GetConfig200JSONResponse{Body: c}, nil
}

// configOf spells a site for its widget. Lists are never null.
func configOf(site models.Site, limits chat.UploadLimits, online bool) Config {
	site.Prechat.Fields = orEmpty(site.Prechat.Fields)
	return Config{
		Greeting: site.Greeting, Name: site.Name, Theme: site.Theme, Locale: site.Locale,
		Online: online, Prechat: site.Prechat,
		Uploads:          Uploads{MaxBytes: limits.MaxBytes, MaxFiles: limits.MaxFiles, Types: orEmpty(limits.Types)},
		IdentityRequired: site.IdentityRequired, Survey: site.Survey,
	}
}

// adorn adds what stands beside the site's own settings.
func (c *Config) adorn(around chat.Storefront) {
	c.Transcript, c.Articles, c.Team = around.Transcript, around.Articles, make([]Face, 0, len(around.Team))
	for _, f := range around.Team {
		c.Team = append(c.Team, Face{Name: f.Name, Avatar: f.Avatar})
	}
	if around.Assistant != "" {
		c.Assistant = &Assistant{Name: around.Assistant}
	}
	if around.PushKey != "" {
		c.Push = &Push{PublicKey: around.PushKey}
	}
}

// hours are office hours with where they stand now.
type hours struct {
	models.OfficeHours
	Open     bool       `json:"open"`
	NextOpen *view.Time `json:"next_open"`
}

func hoursOf(h models.OfficeHours, now time.Time) hours {
	h.Days, h.Holidays = orEmpty(h.Days), orEmpty(h.Holidays)
	all := hours{OfficeHours: h, Open: h.OpenAt(now)}
	if next := h.NextOpen(now); next != nil {
		at := view.Time(*next)
		all.NextOpen = &at
	}
	return all
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
