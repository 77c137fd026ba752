package chat

import (
	"context"

	"parley/models"
)

// maxFaces is how many of the team a widget shows.
const maxFaces = 3

// Face is somebody of the team as visitors see it.
type Face struct {
	Name   string
	Avatar *string
}

// Storefront is what a site's widget shows beside the site's own settings.
type Storefront struct {
	// Assistant is the name of the one that answers; "" when none does.
	Assistant string
	// Team are some of those who are there.
	Team []Face
	// Articles says that some are published, Transcript that letters can be sent.
	Articles   bool
	Transcript bool
	// PushKey is what browsers subscribe with; "" when nothing is pushed, or the key
	// cannot be read (SECRET_KEY is another one now): a widget works without.
	PushKey string
}

// Storefront looks around. The users are who is at the desk.
func (s *Service) Storefront(ctx context.Context, site models.Site, users []models.UID) (f Storefront, err error) {
	who := models.System(site.AccountID)
	f.Transcript = s.HasMail()
	if f.PushKey, err = s.PushKey(ctx); err != nil {
		s.pushKeys.complain(ctx, err)
	}
	if f.Articles, err = s.store.HasArticles(ctx, who); err != nil {
		return f, err
	}
	if site.AssistantID != nil {
		full, err := s.store.SiteByUID(ctx, who, site.UID)
		if err != nil {
			return f, err
		}
		if full.Assistant != nil && full.Assistant.Published != nil {
			f.Assistant = full.Assistant.Name
		}
	}
	f.Team, err = s.faces(ctx, who, users)
	return f, err
}

// faces keeps the order of the users.
func (s *Service) faces(ctx context.Context, who models.Principal, users []models.UID) ([]Face, error) {
	if len(users) == 0 {
		return nil, nil
	}
	rows, err := s.store.UsersByUID(ctx, who, users[:min(len(users), maxFaces)])
	if err != nil {
		return nil, err
	}
	byUID := make(map[models.UID]models.User, len(rows))
	for _, u := range rows {
		byUID[u.UID] = u
	}
	var all []Face
	for _, uid := range users[:min(len(users), maxFaces)] {
		if u, there := byUID[uid]; there {
			all = append(all, Face{Name: u.Name, Avatar: u.Avatar})
		}
	}
	return all, nil
}
