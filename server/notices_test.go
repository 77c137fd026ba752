package main

import (
	"net/http"
	"strings"
	"testing"

	"parley/models"
	"parley/models/access"
)

func TestUsersChooseLettersAndPeopleEndThem(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		p := openPostroom(t, cfg)
		for body, status := range map[string]int{
			`{"notices":{"new_conversation":true,"waiting_minutes":15}}`: http.StatusOK,
			`{"notices":{"waiting_minutes":-1}}`:                         http.StatusBadRequest,
			`{"notices":{"waiting_minutes":"soon"}}`:                     http.StatusBadRequest,
		} {
			if got := p.call(http.MethodPatch, "/v2/me", body, "Content-Type", "application/json", "X-API-Key", p.key); got.StatusCode != status {
				t.Errorf("%s: %d %s", body, got.StatusCode, got.text)
			}
		}
		var me struct {
			User struct {
				Email   string
				Notices models.Notices
			}
		}
		p.decode(p.get("/v2/me", "X-API-Key", p.key), &me)
		if want := (models.Notices{NewConversation: true, WaitingMinutes: 15}); me.User.Notices != want {
			t.Errorf("notices %+v", me.User.Notices)
		}
		if got := p.brings("From: jane@acme.example\nMessage-ID: <one@acme.example>\n\nWhere is it?\n", "a-secret-of-the-webhook"); got.StatusCode != http.StatusOK {
			t.Fatalf("brought: %d %s", got.StatusCode, got.text)
		}
		if told := p.letterTo(me.User.Email, "New conversation"); !strings.Contains(told, publicURL+"/app/conversations/conv_") {
			t.Errorf("told: %s", told)
		}
		path := strings.TrimPrefix(p.app.access.StopLink(1, "jane@acme.example"), publicURL)
		for _, try := range []struct{ method, path, want string }{
			{http.MethodGet, path, "<button"}, {http.MethodPost, path, "no more of these letters to jane@acme.example"},
			{http.MethodPost, path, "no more"}, {http.MethodGet, access.StopPrefix + "/xyz", "not complete"}, {http.MethodDelete, path, "not allowed"},
		} {
			if got := p.call(try.method, try.path, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded"); !strings.Contains(got.text, try.want) {
				t.Errorf("%s %s: %d %s", try.method, try.path, got.StatusCode, got.text)
			}
		}
	})
}
