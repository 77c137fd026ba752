package surface

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/models"
)

// conform judges a decoded value by a schema: types, required names, enumerations
// and whether numbers fit. Lengths and ranges are the domain's to judge, which has
// sentences of its own for them. The error blames the field.
func conform(schema *openapi3.Schema, value any, field string) error {
	if value == nil {
		if schema.PermitsNull() || isFree(schema) {
			return nil
		}
		return mismatch(schema, field)
	}
	if choices := append(slices.Clone(schema.OneOf), schema.AnyOf...); len(choices) > 0 {
		return conformOne(schema, choices, value, field)
	}
	for _, part := range schema.AllOf {
		if err := conform(part.Value, value, field); err != nil {
			return err
		}
	}
	if !hasType(schema, value) {
		return mismatch(schema, field)
	}
	if words := enumeration(schema.Enum); len(words) > 0 && !slices.Contains(words, fmt.Sprint(value)) {
		return models.Invalid(field, name(field)+" must be one of "+strings.Join(words, ", "))
	}
	switch v := value.(type) {
	case map[string]any:
		return conformObject(schema, v, field)
	case []any:
		return conformArray(schema, v, field)
	default:
		return nil
	}
}

// conformOne wants one of several schemas to fit.
func conformOne(schema *openapi3.Schema, choices openapi3.SchemaRefs, value any, field string) error {
	var last error
	for _, choice := range choices {
		err := conform(choice.Value, value, field)
		if err == nil {
			return nil
		}
		// Where the outer type is right, what is wrong inside is the better answer.
		if hasType(choice.Value, value) {
			last = err
		}
	}
	if last == nil {
		return mismatch(schema, field)
	}
	return last
}

func conformObject(schema *openapi3.Schema, object map[string]any, field string) error {
	for _, wanted := range schema.Required {
		if _, given := object[wanted]; !given {
			path := join(field, wanted)
			return models.Invalid(path, path+" is required")
		}
	}
	for _, key := range sortedKeys(object) {
		property := schema.Properties[key]
		if property == nil {
			property = schema.AdditionalProperties.Schema
		}
		if property == nil {
			continue // unknown names are ignored
		}
		if err := conform(property.Value, object[key], join(field, key)); err != nil {
			return err
		}
	}
	return nil
}

func conformArray(schema *openapi3.Schema, array []any, field string) error {
	if schema.Items == nil {
		return nil
	}
	for i, value := range array {
		if err := conform(schema.Items.Value, value, join(field, strconv.Itoa(i))); err != nil {
			return err
		}
	}
	return nil
}

// isFree says whether the schema lets anything in.
func isFree(schema *openapi3.Schema) bool {
	return len(schema.Type.Slice()) == 0 && len(schema.OneOf)+len(schema.AnyOf)+len(schema.AllOf) == 0
}

// hasType says whether the value is of one of the schema's types.
func hasType(schema *openapi3.Schema, value any) bool {
	if len(schema.Type.Slice()) == 0 {
		return true
	}
	switch v := value.(type) {
	case string:
		return schema.Type.Includes(openapi3.TypeString)
	case bool:
		return schema.Type.Includes(openapi3.TypeBoolean)
	case map[string]any:
		return schema.Type.Includes(openapi3.TypeObject)
	case []any:
		return schema.Type.Includes(openapi3.TypeArray)
	case json.Number:
		return schema.Type.Includes(openapi3.TypeNumber) || schema.Type.Includes(openapi3.TypeInteger) && fits(v, schema.Format)
	default:
		return false
	}
}

// fits says whether the number is a whole one that the format's Go type holds.
func fits(n json.Number, format string) bool {
	bits := strconv.IntSize
	switch format {
	case "int32":
		bits = 32
	case "int64":
		bits = 64
	}
	_, err := strconv.ParseInt(n.String(), 10, bits)
	return err == nil
}

// mismatch says what the schema would have wanted.
func mismatch(schema *openapi3.Schema, field string) error {
	kinds := schema.Type.Slice()
	for _, choice := range append(slices.Clone(schema.OneOf), schema.AnyOf...) {
		kinds = append(kinds, choice.Value.Type.Slice()...)
	}
	words := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		if word, known := kindWords[kind]; known {
			words = append(words, word)
		}
	}
	if schema.PermitsNull() {
		words = append(words, "null")
	}
	return models.Invalid(field, name(field)+" must be "+strings.Join(words, " or "))
}

var kindWords = map[string]string{
	openapi3.TypeString: "a string", openapi3.TypeBoolean: "true or false", openapi3.TypeObject: "an object",
	openapi3.TypeArray: "an array", openapi3.TypeNumber: "a number", openapi3.TypeInteger: "a whole number",
}

func name(field string) string {
	if field == "" {
		return "The request body"
	}
	return field
}

func enumeration(values []any) []string {
	words := make([]string, 0, len(values))
	for _, v := range values {
		words = append(words, fmt.Sprint(v))
	}
	return words
}

// sortedKeys makes the first mistake in a body the same one each time.
func sortedKeys[V any](object map[string]V) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
