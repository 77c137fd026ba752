package chat_test

import (
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestAFormIsCheckedWhenItIsSaved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		field := func(name, kind string, options ...string) models.PrechatField {
			return models.PrechatField{Name: name, Label: "Label", Kind: kind, Options: options}
		}
		var many []models.PrechatField
		for _, name := range strings.Split("a b c d e f g h i j k", " ") {
			many = append(many, field(name, "text"))
		}
		for what, c := range map[string]struct {
			fields []models.PrechatField
			blamed string
		}{
			"eleven":                {many, "prechat.fields"},
			"a kind there is not":   {[]models.PrechatField{field("a", "password")}, "prechat.fields.0.type"},
			"no kind":               {[]models.PrechatField{field("a", "")}, "prechat.fields.0.type"},
			"a name twice":          {[]models.PrechatField{field("a", "text"), field("a", "email")}, "prechat.fields.1.name"},
			"a bad name":            {[]models.PrechatField{field("A b", "text")}, "prechat.fields.0.name"},
			"no label":              {[]models.PrechatField{{Name: "a", Kind: "text", Label: "\u200b"}}, "prechat.fields.0.label"},
			"a select of nothing":   {[]models.PrechatField{field("a", "select")}, "prechat.fields.0.options"},
			"options of a text":     {[]models.PrechatField{field("a", "text", "x")}, "prechat.fields.0.options"},
			"an empty option":       {[]models.PrechatField{field("a", "select", "x", " ")}, "prechat.fields.0.options.1"},
			"an option twice":       {[]models.PrechatField{field("a", "select", "x", "x")}, "prechat.fields.0.options.1"},
			"many options":          {[]models.PrechatField{field("a", "select", strings.Split(strings.Repeat("x,", 51), ",")...)}, "prechat.fields.0.options"},
			"an email that is text": {[]models.PrechatField{field("email", "text")}, "prechat.fields.0.type"},
			"all kinds":             {[]models.PrechatField{field("a", "text"), field("b", "email"), field("c", "phone"), field("d", "select", " x ", "y"), field("e", "checkbox"), field("f", "textarea")}, ""},
		} {
			got, err := s.chat.UpdateSite(t.Context(), s.owner, s.site.UID, chat.SiteChange{Prechat: &models.Prechat{Fields: c.fields}})
			if c.blamed == "" {
				if err != nil || got.Prechat.Fields[3].Options[0] != "x" {
					t.Errorf("%s: %+v, %v", what, got.Prechat, err)
				}
				continue
			}
			if err == nil || models.AsError(err).Field != c.blamed {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAFormIsAnsweredBeforeAConversationBegins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.site.Prechat.Fields = []models.PrechatField{
			{Name: "name", Label: "Name", Kind: "text", Required: true}, {Name: "email", Label: "E-mail", Kind: "email", Required: true},
			{Name: "order", Label: "Order number", Kind: "text", Required: true}, {Name: "topic", Label: "Topic", Kind: "select", Options: []string{"Sales", "Help"}},
			{Name: "phone", Label: "Phone", Kind: "phone"}, {Name: "other", Label: "Other e-mail", Kind: "email"},
			{Name: "terms", Label: "Terms", Kind: "checkbox", Required: true},
		}
		good := map[string]any{"order": " 10250 ", "terms": true, "cart": map[string]any{"items": 3}}
		with := func(name string, value any) map[string]any {
			all := map[string]any{}
			for key, v := range good {
				all[key] = v
			}
			all[name] = value
			return all
		}
		for sentence, custom := range map[string]map[string]any{
			"Order number is required":                           {"terms": true},
			"Order number must be a text":                        with("order", 10250),
			"Order number is too long (maximum 2000 characters)": with("order", strings.Repeat("x", 2001)),
			"Topic must be one of Sales, Help":                   with("topic", "Love"),
			"Phone is not a valid phone number":                  with("phone", "call me"),
			"Other e-mail is not a valid e-mail address":         with("other", "jane"),
			"Terms is required":                                  with("terms", false),
			"Terms must be true or false":                        with("terms", "yes"),
			"The custom values are too large (maximum 16 KB)":    with("cart", strings.Repeat("x", 17_000)),
		} {
			o := opening("refused")
			o.Custom = custom
			if _, err := s.chat.Start(t.Context(), s.site, o); !models.HasCode(err, models.CodeInvalid) || models.AsError(err).Message != sentence {
				t.Errorf("%s: %v", sentence, err)
			}
		}
		o := opening("taken")
		o.Custom = with("phone", "+43 (1) 234-567")
		o.Custom["other"] = " "
		c, err := s.chat.Start(t.Context(), s.site, o)
		if err != nil {
			t.Fatal(err)
		}
		got := s.reload(c).Custom
		if _, there := got["other"]; there || got["order"] != "10250" || got["terms"] != true || got["phone"] != "+43 (1) 234-567" || got["cart"] == nil {
			t.Errorf("the team sees %v", got)
		}
		s.site.Prechat.Fields = []models.PrechatField{{Name: "topic", Label: "Topic", Kind: "text"}}
		o = opening("blank")
		o.Custom = map[string]any{"topic": strings.Repeat(" ", 1<<20)}
		if c, err = s.chat.Start(t.Context(), s.site, o); err != nil || len(s.reload(c).Custom) != 0 {
			t.Errorf("a megabyte of blanks: %v, and %d fields are kept", err, len(s.reload(c).Custom))
		}
	})
}
