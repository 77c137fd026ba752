package models_test

import (
	"testing"

	"parley/models"
)

func TestAMessageOfTheTeamGoesForwardAlone(t *testing.T) {
	t.Parallel()
	all := []models.MessageStatus{
		models.MessageReceived, models.MessageSent, models.MessageDelivered, models.MessageRead, models.MessageFailed,
	}
	leads := map[[2]models.MessageStatus]bool{
		{models.MessageSent, models.MessageDelivered}: true,
		{models.MessageSent, models.MessageRead}:      true,
		{models.MessageSent, models.MessageFailed}:    true,
		{models.MessageDelivered, models.MessageRead}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got := from.Leads(to); got != leads[[2]models.MessageStatus{from, to}] {
				t.Errorf("%s leads to %s: %v", from, to, got)
			}
		}
	}
}

func TestAMessageHasComeAsFarAsTheLastOfItsParts(t *testing.T) {
	t.Parallel()
	id := "x"
	part := func(status models.MessageStatus, taken bool) models.MessagePart {
		p := models.MessagePart{Status: status}
		if taken {
			p.ExternalID = &id
		}
		return p
	}
	sent, delivered, read := part(models.MessageSent, true), part(models.MessageDelivered, true), part(models.MessageRead, true)
	failed, waiting := part(models.MessageFailed, true), part(models.MessageSent, false)
	for what, c := range map[string]struct {
		parts []models.MessagePart
		want  models.MessageStatus
	}{
		"one":                 {[]models.MessagePart{delivered}, models.MessageDelivered},
		"all read":            {[]models.MessagePart{read, read}, models.MessageRead},
		"one behind":          {[]models.MessagePart{read, delivered, read}, models.MessageDelivered},
		"one just sent":       {[]models.MessagePart{read, sent}, models.MessageSent},
		"one waiting":         {[]models.MessagePart{read, waiting}, models.MessageSent},
		"one failed":          {[]models.MessagePart{read, failed, waiting}, models.MessageFailed},
		"waiting then failed": {[]models.MessagePart{waiting, failed}, models.MessageFailed},
	} {
		if got := models.PartsStatus(c.parts); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}
