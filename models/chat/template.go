package chat

import (
	"regexp"
	"strings"

	"parley/models"
)

// maxRendered bounds what a template becomes, in bytes: each value may have 10,000
// characters, and stand in thousands of places.
const maxRendered = 200_000

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`)

// Render puts values in the places {{name}} of a template. It goes over the template
// once, so that a value which looks like a place stays as it is; an unknown name becomes
// nothing, and what is no name stays text. It ends before the part with which it would
// have more than 200,000 bytes.
func Render(template string, values map[string]string) string {
	text, _ := render(template, values)
	return text
}

// render says besides whether that is all.
func render(template string, values map[string]string) (rendered string, whole bool) {
	var text strings.Builder
	end := 0
	for _, place := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		before, value := template[end:place[0]], values[template[place[2]:place[3]]]
		if text.Len()+len(before)+len(value) > maxRendered {
			return text.String(), false
		}
		text.WriteString(before)
		text.WriteString(value)
		end = place[1]
	}
	if text.Len()+len(template)-end > maxRendered {
		return text.String(), false
	}
	text.WriteString(template[end:])
	return text.String(), true
}

// checkRendered refuses templates that would become too long; field is where the values
// stand.
func checkRendered(field string, a models.AssistantSettings) error {
	for _, template := range []string{a.FirstMessage, a.SystemPrompt} {
		if _, whole := render(template, a.Variables); !whole {
			return models.Invalid(field, field+" make firstMessage or systemPrompt too long (maximum 200000 bytes)")
		}
	}
	return nil
}
