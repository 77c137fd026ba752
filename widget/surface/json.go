package surface

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// maxDepth is how deep arrays and objects may nest; the body itself is level 1.
const maxDepth = 32

var (
	errNotJSON   = models.Invalid("", "The request body is not valid JSON")
	errNotUTF8   = models.Invalid("", "The request body is not valid UTF-8")
	errNotObject = models.Invalid("", "The request body must be a JSON object")
	errTooDeep   = models.Invalid("", "The request body nests deeper than "+strconv.Itoa(maxDepth)+" levels")
)

func errNUL(field string) error {
	return models.Invalid(field, field+" must not contain NUL characters")
}

// DecodeObject reads one JSON object, strictly: valid UTF-8 without a byte order
// mark, one document, nested at most 32 deep, no NUL and no half of a surrogate pair
// in any text, no number beyond what a float64 holds, no name twice in one object.
// Names match exactly: one that differs in case from a known one is unknown.
// Numbers stay json.Number. Errors are models.Errors that blame the field.
func DecodeObject(raw []byte) (map[string]any, error) {
	if !utf8.Valid(raw) {
		return nil, errNotUTF8
	}
	if !json.Valid(raw) {
		return nil, errNotJSON
	}
	d := decoder{Decoder: json.NewDecoder(bytes.NewReader(raw)), raw: raw}
	d.UseNumber()
	value, err := d.value("", 0)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errNotObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	return object, nil
}

// decoder walks over JSON that is known to be well formed.
type decoder struct {
	*json.Decoder
	raw []byte
}

// value reads the next value; field is its path and depth the nesting around it.
func (d decoder) value(field string, depth int) (any, error) {
	start := d.InputOffset()
	token, err := d.Token()
	if err != nil {
		return nil, errNotJSON.Because(err)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, errTooDeep
		}
		if t == '{' {
			return d.object(field, depth+1)
		}
		return d.array(field, depth+1)
	case string:
		return t, checkString(field, t, d.raw[start:d.InputOffset()])
	case json.Number:
		if _, err := t.Float64(); err != nil {
			return nil, models.Invalid(field, field+" is a number out of range")
		}
	}
	return token, nil
}

func (d decoder) object(field string, depth int) (map[string]any, error) {
	object := map[string]any{}
	for d.More() {
		start := d.InputOffset()
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errNotJSON.Because(err)
		}
		path := join(field, name)
		if err := checkString(path, name, d.raw[start:d.InputOffset()]); err != nil {
			return nil, err
		}
		if _, twice := object[name]; twice {
			return nil, models.Invalid(path, path+" is given twice")
		}
		if object[name], err = d.value(path, depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

func (d decoder) array(field string, depth int) ([]any, error) {
	array := []any{}
	for d.More() {
		value, err := d.value(join(field, strconv.Itoa(len(array))), depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := d.Token()
	return array, err
}

// maxPath bounds the path of a field in an error: it is what the client wrote.
const maxPath = 100

// join makes the path of a field, such as page.url or labels.2.
func join(field, name string) string {
	name = strings.ReplaceAll(name, "\x00", "")
	if field != "" {
		name = field + "." + name
	}
	if len(name) > maxPath {
		name = strings.ToValidUTF8(name[:maxPath], "") + "…"
	}
	return name
}

// checkString refuses a text that could not be kept, or not as it was meant. The
// raw form shows escapes that the decoder has replaced.
func checkString(field, text string, raw []byte) error {
	switch {
	case strings.ContainsRune(text, 0):
		return errNUL(field)
	case bytes.Contains(raw, []byte(`\u`)) && !pairedSurrogates(raw):
		return models.Invalid(field, field+" contains half of a surrogate pair")
	default:
		return nil
	}
}

// pairedSurrogates says whether each escaped surrogate stands with its other half.
func pairedSurrogates(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		unit, ok := escapedUnit(raw[i:])
		i++
		switch {
		case !ok || unit < 0xd800 || unit > 0xdfff:
			continue
		case unit >= 0xdc00:
			return false
		}
		low, ok := escapedUnit(raw[i+5:])
		if !ok || low < 0xdc00 || low > 0xdfff {
			return false
		}
		i += 10 // past the rest of both
	}
	return true
}

// escapedUnit reads the UTF-16 unit of \uXXXX at the beginning of raw.
func escapedUnit(raw []byte) (uint64, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return unit, err == nil
}
