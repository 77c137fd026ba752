package models_test

import (
	"testing"

	"parley/models"
)

func TestNullIsNotAbsent(t *testing.T) {
	t.Parallel()
	old, fresh := "old", "fresh"
	for name, c := range map[string]struct {
		given             models.Given[string]
		changed, replaced *string
	}{
		"absent": {models.Given[string]{}, &old, nil},
		"null":   {models.Give[string](nil), nil, nil},
		"given":  {models.Give(&fresh), &fresh, &fresh},
	} {
		changed, replaced := &old, &old
		c.given.Into(&changed)
		c.given.OrNone().Into(&replaced)
		if changed != c.changed || replaced != c.replaced {
			t.Errorf("%s: a change gives %v, a replacement %v", name, changed, replaced)
		}
	}
}
