package chat

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// The kinds of field that a visitor can be asked for.
const (
	fieldText     = "text"
	fieldEmail    = "email"
	fieldPhone    = "phone"
	fieldArea     = "textarea"
	fieldSelect   = "select"
	fieldCheckbox = "checkbox"
)

// prechatKinds are all of them.
var prechatKinds = []string{fieldText, fieldEmail, fieldPhone, fieldArea, fieldSelect, fieldCheckbox}

// Bounds of the form before the first message, and of what comes with an opening.
const (
	maxPrechatFields = 10
	maxFieldOptions  = 50
	maxOptionLength  = 100
	maxAnswerLength  = 2_000
	maxCustomBytes   = 16 << 10
	leastPhoneDigits = 5
	mostPhoneDigits  = 20
)

// typedApart are the fields that an opening has places of its own for.
var typedApart = []string{"name", "email"}

func cleanFields(given []models.PrechatField) ([]models.PrechatField, error) {
	if len(given) > maxPrechatFields {
		return nil, models.Invalid("prechat.fields", "A site asks for at most 10 fields")
	}
	fields := make([]models.PrechatField, 0, len(given))
	for i, f := range given {
		place := at("prechat.fields", i)
		if slices.ContainsFunc(fields, func(other models.PrechatField) bool { return other.Name == f.Name }) {
			return nil, models.Invalid(place+".name", "Two fields have the same name")
		}
		f, err := cleanField(place, f)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func cleanField(place string, f models.PrechatField) (models.PrechatField, error) {
	if !fieldPattern.MatchString(f.Name) {
		return f, models.Invalid(place+".name", "A field's name has 1 to 40 lower-case letters, digits and underscores, a letter first")
	}
	if !slices.Contains(prechatKinds, f.Kind) {
		return f, models.Invalid(place+".type", "A field's type must be one of "+strings.Join(prechatKinds, ", "))
	}
	if f.Name == "email" && f.Kind != fieldEmail || f.Name == "name" && f.Kind != fieldText {
		return f, models.Invalid(place+".type", "The field "+f.Name+" has the type that its name says")
	}
	f.Label = cleanName(f.Label)
	if isBlank(f.Label) || utf8.RuneCountInString(f.Label) > maxNameLength || checkText("label", f.Label) != nil {
		return f, models.Invalid(place+".label", "A field's label has 1 to 255 characters")
	}
	options, err := cleanOptions(place, f)
	f.Options = options
	return f, err
}

// cleanOptions wants of a select what it offers, and nothing of the others.
func cleanOptions(place string, f models.PrechatField) ([]string, error) {
	if f.Kind != fieldSelect {
		if len(f.Options) > 0 {
			return nil, models.Invalid(place+".options", "Only a select has options")
		}
		return nil, nil
	}
	if len(f.Options) == 0 || len(f.Options) > maxFieldOptions {
		return nil, models.Invalid(place+".options", "A select has 1 to 50 options")
	}
	options := make([]string, 0, len(f.Options))
	for i, text := range f.Options {
		text = cleanName(text)
		if isBlank(text) || utf8.RuneCountInString(text) > maxOptionLength || checkText("options", text) != nil {
			return nil, models.Invalid(at(place+".options", i), "An option has 1 to 100 characters")
		}
		if slices.Contains(options, text) {
			return nil, models.Invalid(at(place+".options", i), "Two options are the same")
		}
		options = append(options, text)
	}
	return options, nil
}

// answers looks whether what came with an opening answers the site's form, and gives it
// back tidied: required fields are there, and each is of its kind. What the form does not
// ask for may come as well; pages say things of their visitors that way.
func answers(form models.Prechat, custom map[string]any) (map[string]any, error) {
	tidy := make(map[string]any, len(custom))
	for name, value := range custom {
		tidy[name] = value
	}
	for _, f := range form.Fields {
		if slices.Contains(typedApart, f.Name) {
			continue
		}
		value, err := answerTo(f, tidy[f.Name])
		if err != nil {
			return nil, err
		}
		if value == nil {
			delete(tidy, f.Name)
			continue
		}
		tidy[f.Name] = value
	}
	if len(custom) == 0 {
		return custom, nil
	}
	encoded, err := json.Marshal(tidy)
	if err != nil || len(encoded) > maxCustomBytes {
		return nil, models.Invalid("custom", "The custom values are too large (maximum 16 KB)")
	}
	return tidy, nil
}

// answerTo is a field's answer in one spelling; nil when there is none.
func answerTo(f models.PrechatField, given any) (any, error) {
	blame := func(sentence string) error { return models.Invalid("custom."+f.Name, f.Label+" "+sentence) }
	if f.Kind == fieldCheckbox {
		ticked, is := given.(bool)
		if given != nil && !is {
			return nil, blame("must be true or false")
		}
		if f.Required && !ticked {
			return nil, blame("is required")
		}
		return given, nil
	}
	text, is := given.(string)
	if given != nil && !is {
		return nil, blame("must be a text")
	}
	if isBlank(text) {
		if f.Required {
			return nil, blame("is required")
		}
		return nil, nil
	}
	text = strings.TrimSpace(text)
	if sentence := wrongFor(f, text); sentence != "" {
		return nil, blame(sentence)
	}
	return text, nil
}

// wrongFor says why a text is no answer to a field; "" when it is one.
func wrongFor(f models.PrechatField, text string) string {
	if utf8.RuneCountInString(text) > maxAnswerLength {
		return "is too long (maximum 2000 characters)"
	}
	switch f.Kind {
	case fieldEmail:
		if _, ok := normalEmail(text); !ok {
			return "is not a valid e-mail address"
		}
	case fieldPhone:
		if !looksLikePhone(text) {
			return "is not a valid phone number"
		}
	case fieldSelect:
		if !slices.Contains(f.Options, text) {
			return "must be one of " + strings.Join(f.Options, ", ")
		}
	}
	return ""
}

// looksLikePhone takes numbers as people write them.
func looksLikePhone(text string) bool {
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -./()", r):
		default:
			return false
		}
	}
	return digits >= leastPhoneDigits && digits <= mostPhoneDigits
}
