package surface_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

func TestAnAPIKeyIsReadFromEitherHeaderAndIsOne(t *testing.T) {
	t.Parallel()
	app := fiber.New(surface.Config())
	app.Get("/", func(c *fiber.Ctx) error {
		key, err := surface.APIKey(c)
		if err != nil {
			key = "refused: " + surface.Failure(err).Message
		}
		return c.SendString(key)
	})
	for _, c := range []struct {
		headers http.Header
		want    string
	}{
		{http.Header{}, ""},
		{http.Header{"X-Api-Key": {"a"}}, "a"},
		{http.Header{"Authorization": {"Bearer a"}}, "a"},
		{http.Header{"Authorization": {"bEARER   a"}}, "a"},
		{http.Header{"Authorization": {"Basic a"}}, ""},
		{http.Header{"Authorization": {"a"}}, ""},
		{http.Header{"X-Api-Key": {"a"}, "Authorization": {"Bearer a"}}, "a"},
		{http.Header{"X-Api-Key": {"a"}, "Authorization": {"Basic b"}}, "a"},
		{http.Header{"X-Api-Key": {"a", "b"}}, "refused: " + surface.ErrTwoKeys.Message},
		{http.Header{"X-Api-Key": {"a"}, "Authorization": {"Bearer b"}}, "refused: " + surface.ErrTwoKeys.Message},
		{http.Header{"X-Api-Key": {""}}, "refused: " + surface.ErrNoKey.Message},
		{http.Header{"Authorization": {"Bearer "}}, "refused: " + surface.ErrNoKey.Message},
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		request.Header = c.headers
		response, err := app.Test(request, -1)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 100)
		n, _ := response.Body.Read(got) // an empty answer is at its end at once
		_ = response.Body.Close()
		if string(got[:n]) != c.want {
			t.Errorf("%v: %q, want %q", c.headers, got[:n], c.want)
		}
	}
}

func TestACallCountsForTheKeyOrForTheUserInAllSessions(t *testing.T) {
	t.Parallel()
	for want, who := range map[string]models.Principal{
		"7":      {Kind: models.KindKey, KeyID: 7, UserID: 3},
		"user/3": {Kind: models.KindUser, UserID: 3, SessionID: 9},
	} {
		if got := surface.Holder(who); got != want {
			t.Errorf("%+v counts for %q, want %q", who, got, want)
		}
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	op := surface.Operation{Scope: models.ScopeContactsRead}
	err := op.Permit(models.Principal{Scopes: []models.Scope{models.ScopeContactsWrite}})
	if e := models.AsError(err); e.Code != models.CodeForbidden || e.Details[surface.DetailScope] != "contacts:read" {
		t.Errorf("refused with %v", err)
	}
	if err := op.Permit(models.Principal{Scopes: []models.Scope{models.ScopeContactsRead}}); err != nil {
		t.Error(err)
	}
	if err := (surface.Operation{}).Permit(models.Principal{}); err != nil {
		t.Errorf("an operation for any key: %v", err)
	}
}
