package widget

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// GetConfig answers what the widget needs to draw itself.
func (h handlers) GetConfig(ctx context.Context, _ GetConfigRequestObject) (GetConfigResponseObject, error) {
	site := surface.Site(ctx)
	online := h.Presence.Online(site.AccountID) || site.OfficeHours.OpenAt(h.Now())
	return GetConfig200JSONResponse{Body: configOf(site, h.Chat.UploadLimits(), online)}, nil
}

// configOf spells a site for its widget. Lists are never null.
func configOf(site models.Site, limits chat.UploadLimits, online bool) Config {
	site.OfficeHours.Days = orEmpty(site.OfficeHours.Days)
	site.OfficeHours.Holidays = orEmpty(site.OfficeHours.Holidays)
	site.Prechat.Fields = orEmpty(site.Prechat.Fields)
	return Config{
		Greeting: site.Greeting, Name: site.Name, Theme: site.Theme, Locale: site.Locale,
		Online: online, OfficeHours: site.OfficeHours, Prechat: site.Prechat,
		Uploads:          Uploads{MaxBytes: limits.MaxBytes, MaxFiles: limits.MaxFiles, Types: orEmpty(limits.Types)},
		IdentityRequired: site.IdentityRequired, Survey: site.Survey,
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
