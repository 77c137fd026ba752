package widget_test

import (
	"net/http"
	"testing"
	"time"

	"parley/models"
)

func TestTheConfigTellsTheWidgetHowToDrawItself(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		a := s.get(t, "/config")
		a.want(t, "config", http.StatusOK, "")
		config := a.object(t)
		theme, _ := config["theme"].(map[string]any)
		uploads, _ := config["uploads"].(map[string]any)
		prechat, _ := config["prechat"].(map[string]any)
		types, _ := uploads["types"].([]any)
		asked, _ := prechat["fields"].([]any)
		if config["greeting"] != "Hi there! How can we help?" || config["name"] != "My company" || config["locale"] != "" ||
			theme["position"] != "right" || config["assistant"] != nil || config["identity_required"] != false || config["survey"] != true {
			t.Errorf("the config is %s", a.body)
		}
		if uploads["max_bytes"] != float64(10<<20) || uploads["max_files"] != 5.0 || len(types) == 0 || len(asked) != 2 {
			t.Errorf("the config is %s", a.body)
		}
	})
}

func TestListsOfTheConfigAreNeverNull(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) {
		site.OfficeHours, site.Prechat = models.OfficeHours{}, models.Prechat{}
	}})
	// The contract's transport looks at the types.
	s.get(t, "/config").want(t, "an empty site", http.StatusOK, "")
}

func TestOnlineMeansAgentsOrOfficeHours(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) {
		site.OfficeHours = models.OfficeHours{
			Enabled: true, TimeZone: "Europe/Vienna", Holidays: []string{"2026-01-06"},
			Days: []models.OfficeDay{{Weekday: 2, Opens: "09:00", Closes: "17:00"}},
		}
	}})
	for at, want := range map[string]bool{
		"2026-01-13T07:59:59Z": false, "2026-01-13T08:00:00Z": true, "2026-01-13T15:59:59Z": true, "2026-01-13T16:00:00Z": false,
		"2026-01-14T10:00:00Z": false, "2026-01-06T10:00:00Z": false, "2026-07-14T07:00:00Z": true,
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		s.at.Store(&moment)
		if got := s.get(t, "/config").object(t)["online"]; got != want {
			t.Errorf("at %s online is %v", at, got)
		}
	}
	s.agents.online.Store(true)
	if got := s.get(t, "/config").object(t)["online"]; got != true {
		t.Error("agents are there, and nobody is told")
	}
}
