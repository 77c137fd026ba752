package surface

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// isSecret says whether a document marks a property x-secret: it is shown once, and
// no kept answer has it.
func isSecret(schema *openapi3.Schema) bool {
	marked, _ := schema.Extensions["x-secret"].(bool)
	return marked
}

// withoutSecrets is the body of an answer without what its schema marks as secret.
func (op Operation) withoutSecrets(status int, body []byte) ([]byte, error) {
	schema := op.answerSchema(status)
	if schema == nil || len(body) == 0 {
		return body, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", op.ID, err)
	}
	if !redact(schema, value) {
		return body, nil
	}
	return json.Marshal(value)
}

// answerSchema is what the document says of the operation's JSON answer.
func (op Operation) answerSchema(status int) *openapi3.Schema {
	response := op.responses.Status(status)
	if response == nil {
		response = op.responses.Default()
	}
	if response == nil {
		return nil
	}
	media := response.Value.Content[mediaJSON]
	if media == nil || media.Schema == nil {
		return nil
	}
	return media.Schema.Value
}

// redact takes the secrets out of a decoded value, and says whether there were any.
func redact(schema *openapi3.Schema, value any) bool {
	found := false
	for _, list := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		for _, part := range list {
			found = redact(part.Value, value) || found
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for name, property := range schema.Properties {
			inside, given := v[name]
			switch {
			case !given:
			case isSecret(property.Value):
				delete(v, name)
				found = true
			default:
				found = redact(property.Value, inside) || found
			}
		}
	case []any:
		if schema.Items == nil {
			return found
		}
		for _, item := range v {
			found = redact(schema.Items.Value, item) || found
		}
	}
	return found
}
