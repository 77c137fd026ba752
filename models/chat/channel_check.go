package chat

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/models"
)

// maxValueLength is the longest setting of a channel, in code points: room for a token
// or a signature.
const maxValueLength = 4_096

// applyChannel checks a change against the form of the kind and puts it into the row.
func (s *Service) applyChannel(carrier Carrier, row *models.ChannelAccount, c ChannelChange) error {
	if c.Name != nil {
		name, err := requiredName(*c.Name)
		if err != nil {
			return err
		}
		row.Name = name
	}
	if c.Enabled != nil {
		row.DisabledAt = nil
		if now := s.clock(); !*c.Enabled {
			row.DisabledAt = &now
		}
	}
	values, err := s.channelValues(*row)
	if err != nil {
		return err
	}
	kind := carrier.Kind()
	if err := mergeValues(kind, values, c.Values); err != nil {
		return err
	}
	if row.Address, err = carrier.Address(values); err != nil {
		return err
	}
	return s.sealValues(kind, row, values)
}

// CheckChannel says what is wrong with the settings of a new account; the error blames
// "settings.NAME".
func CheckChannel(carrier Carrier, c ChannelChange) error {
	values := map[string]string{}
	if err := mergeValues(carrier.Kind(), values, c.Values); err != nil {
		return err
	}
	_, err := carrier.Address(values)
	return err
}

// TryChannel asks the provider whether it would let a new account in.
func TryChannel(ctx context.Context, carrier Carrier, c ChannelChange) (found string, err error) {
	values := map[string]string{}
	if err := mergeValues(carrier.Kind(), values, c.Values); err != nil {
		return "", err
	}
	return carrier.Test(ctx, Line{Values: values})
}

// mergeValues puts given values over those there are, and looks whether the whole is
// what the form asks for.
func mergeValues(kind models.ChannelKind, values map[string]string, given map[string]*string) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(kind.Fields, func(f models.ChannelField) bool { return f.Name == name })
		if at < 0 {
			return models.Invalid("settings."+printable(name), "This kind of channel has no such setting")
		}
		value := strings.TrimSpace(deref(given[name]))
		if value == "" {
			delete(values, name)
			continue
		}
		if err := checkValue(kind.Fields[at], value); err != nil {
			return err
		}
		values[name] = value
	}
	for _, f := range kind.Fields {
		if values[f.Name] == "" && f.Generated {
			values[f.Name] = strings.ToLower(rand.Text())
		}
		if values[f.Name] == "" && f.Required {
			return models.Invalid("settings."+f.Name, "settings."+f.Name+" is required")
		}
	}
	return nil
}

func checkValue(f models.ChannelField, value string) error {
	field := "settings." + f.Name
	if utf8.RuneCountInString(value) > maxValueLength {
		return models.Invalid(field, "The value of "+field+" is too long")
	}
	if err := checkText(field, value); err != nil {
		return err
	}
	if !f.Multiline && strings.ContainsFunc(value, unicode.IsControl) {
		return models.Invalid(field, "The value of "+field+" must be on one line")
	}
	if len(f.Options) > 0 && !slices.Contains(f.Options, value) {
		return models.Invalid(field, field+" must be one of "+strings.Join(f.Options, ", "))
	}
	if f.Pattern == "" {
		return nil
	}
	if whole, err := regexp.Compile("^(?:" + f.Pattern + ")$"); err != nil || !whole.MatchString(value) {
		return models.Invalid(field, "The value of "+field+" does not look like "+f.Example).Because(err)
	}
	return nil
}

// sealValues keeps the secret ones sealed and the others as they are.
func (s *Service) sealValues(kind models.ChannelKind, row *models.ChannelAccount, values map[string]string) error {
	secrets := map[string]string{}
	row.Settings = map[string]any{}
	for _, f := range kind.Fields {
		value, set := values[f.Name]
		switch {
		case !set:
		case f.Secret:
			secrets[f.Name] = value
		default:
			row.Settings[f.Name] = value
		}
	}
	row.SecretNames, row.Secrets = sortedNames(secrets), nil
	if len(secrets) == 0 {
		return nil
	}
	encoded, err := json.Marshal(secrets)
	if err != nil {
		return err
	}
	row.Secrets, err = s.seals.Seal(encoded)
	return err
}

func sortedNames(values map[string]string) []string {
	return append([]string{}, slices.Sorted(maps.Keys(values))...)
}

// printable is a name that somebody made up, fit to be told back.
func printable(name string) string {
	name = cleanName(strings.ToValidUTF8(name, "?"))
	if r := []rune(name); len(r) > maxLocaleLength {
		return string(r[:maxLocaleLength])
	}
	return name
}
