package chat

import "regexp"

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`)

// Render puts values in the places {{name}} of a template. It goes over the template
// once, so that a value which looks like a place stays as it is; an unknown name becomes
// nothing, and what is no name stays text.
func Render(template string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(template, func(place string) string {
		return values[placeholder.FindStringSubmatch(place)[1]]
	})
}
