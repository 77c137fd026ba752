package main

import (
	"maps"

	"github.com/getkin/kin-openapi/openapi3"
)

// answerExample is what an answer looks like: the example beside its schema, or that of
// the schema, with what x-answer of the operation says is different here.
func answerExample(op *openapi3.Operation, media *openapi3.MediaType) (any, bool) {
	example, known := media.Example, media.Example != nil
	if !known && media.Schema != nil {
		example, known = exampleOf(media.Schema.Value)
	}
	own, differs := op.Extensions["x-answer"].(map[string]any)
	whole, isObject := example.(map[string]any)
	if !known || !differs || !isObject {
		return example, known
	}
	whole = maps.Clone(whole)
	maps.Copy(whole, own)
	return whole, true
}

// exampleOf is the example of a schema: its own, or one put together from those of
// its parts; false when a required part has none.
func exampleOf(schema *openapi3.Schema) (any, bool) {
	switch {
	case schema.Example != nil:
		return schema.Example, true
	case len(schema.AllOf) == 1 && len(schema.Properties) == 0:
		return exampleOf(schema.AllOf[0].Value)
	case schema.Items != nil:
		item, known := exampleOf(schema.Items.Value)
		return []any{item}, known
	case len(schema.Properties) > 0:
		return exampleObject(schema)
	case len(schema.Enum) > 0:
		return schema.Enum[0], true
	case schema.Type.Is(openapi3.TypeBoolean):
		return true, true
	default:
		return schema.Default, schema.Default != nil
	}
}

// exampleObject leaves out what has no example and need not be there.
func exampleObject(schema *openapi3.Schema) (any, bool) {
	object := map[string]any{}
	for name, property := range schema.Properties {
		if value, known := exampleOf(property.Value); known {
			object[name] = value
		}
	}
	for _, name := range schema.Required {
		if _, known := object[name]; !known {
			return nil, false
		}
	}
	return object, len(object) > 0
}
