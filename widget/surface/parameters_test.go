package surface_test

import (
	"net/http"
	"testing"

	"parley/models"
	"parley/widget/surface"
)

func TestAQueryIsJudgedInTheWordsOfABody(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	named := setup(t, surface.Options{QueryCode: models.CodeUnprocessable}, nil)
	for query, want := range map[string]string{
		"?limit=ten": "limit must be a whole number", "?limit=": "limit must be a whole number", "?limit=1.5": "limit must be a whole number",
		"?limit=%2B70": "limit must be a whole number", "?limit=07": "limit must be a whole number",
		"?limit=1&limit=2": "limit must be given once", "?limit=7": "", "?unknown=x": "", "": "",
	} {
		status := http.StatusOK
		if want != "" {
			status = http.StatusBadRequest
		}
		if a := b.do(t, http.MethodGet, "/things/1"+query, "", nil); a.status != status || want != "" && (a.json["error"] != want || a.json["field"] != "limit") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
		if want == "" {
			continue
		}
		if a := named.do(t, http.MethodGet, "/things/1"+query, "", nil); a.status != http.StatusUnprocessableEntity || a.json["error"] != "Invalid limit" {
			t.Errorf("%s where the name is enough: %d %s", query, a.status, a.body)
		}
	}
}
