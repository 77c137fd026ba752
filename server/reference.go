package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"

	"parley/ratelimit"
	"parley/widget/surface"
)

// docsFolder is where the build leaves the reference page.
const docsFolder = "docs"

// reference is the document of all surfaces, and the page that shows it.
type reference struct {
	publicURL string
	document  asset
	page      asset
	files     map[string]asset
}

// newReference merges the documents of the surfaces.
func newReference(publicURL string, dist fs.FS, specs []*surface.Spec, limits ratelimit.Rules) (*reference, error) {
	r := &reference{publicURL: publicURL}
	merged, err := mergeDocuments(specs, limits)
	if err != nil {
		return nil, err
	}
	if r.document, err = newAsset("openapi.json", cacheNever, merged); err != nil {
		return nil, err
	}
	if r.page, err = fileAsset(dist, docsFolder+"/index.html", cacheNever); err != nil {
		return nil, err
	}
	folder, err := fs.Sub(dist, docsFolder)
	if err != nil {
		return nil, err
	}
	r.files, err = loadAssets(folder, cacheBriefly)
	return r, err
}

// mount registers the document and the page.
func (r *reference) mount(app fiber.Router) {
	app.Get("/openapi.json", r.answerDocument)
	app.Get("/docs", r.answerPage)
	app.Get("/docs/:file", r.answerFile)
}

// answerDocument is for tools anywhere: there is nothing secret in it.
func (r *reference) answerDocument(c *fiber.Ctx) error {
	shared(c)
	return r.document.serve(c)
}

func (r *reference) answerPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(r.publicURL, "'none'").String())
	return r.page.serve(c)
}

func (r *reference) answerFile(c *fiber.Ctx) error {
	file, known := r.files[c.Params("file")]
	if !known {
		return fiber.ErrNotFound
	}
	return file.serve(c)
}

// mergeDocuments makes one OpenAPI document of all: paths with their prefixes, and
// names of components and operations under the surface's, since the surfaces use the
// same ones for different things.
func mergeDocuments(specs []*surface.Spec, limits ratelimit.Rules) ([]byte, error) {
	merged := map[string]any{
		"openapi": "3.0.3",
		"info": map[string]any{
			"title": "Parley", "version": "1",
			"description": "Every surface of the server, over the same conversations: what is written through one is seen through all.",
		},
		"servers": []any{map[string]any{"url": "/"}},
	}
	paths, components, tags := map[string]any{}, map[string]any{}, []any{}
	for _, spec := range specs {
		m := merger{name: surfaceName(spec), spec: spec, limits: limits}
		part, err := m.document()
		if err != nil {
			return nil, fmt.Errorf("merge the document of %s: %w", spec.Prefix(), err)
		}
		tags = append(tags, map[string]any{"name": m.name, "description": spec.Document.Info.Description})
		for path, item := range object(part["paths"]) {
			paths[spec.Prefix()+path] = item
		}
		for kind, named := range object(part["components"]) {
			all := object(components[kind])
			maps.Copy(all, object(named))
			components[kind] = all
		}
	}
	merged["paths"], merged["components"], merged["tags"] = paths, components, tags
	return json.Marshal(merged)
}

// surfaceName is the surface as a word: Parley Agent API is Agent.
func surfaceName(spec *surface.Spec) string {
	words := strings.Fields(spec.Document.Info.Title)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "Parley" || w == "API" })
	return strings.Join(words, "")
}

// merger prepares one surface's document.
type merger struct {
	name   string
	spec   *surface.Spec
	limits ratelimit.Rules
}

// document is the surface's document with everything under its own name.
func (m merger) document() (map[string]any, error) {
	raw, err := m.spec.Document.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, err
	}
	for kind, named := range object(document["components"]) {
		renamed := map[string]any{}
		for name, component := range object(named) {
			renamed[m.name+"."+name] = component
		}
		object(document["components"])[kind] = renamed
	}
	for path, item := range m.spec.Document.Paths.Map() {
		for method, op := range item.Operations() {
			written := object(object(object(document["paths"])[path])[strings.ToLower(method)])
			m.complete(written, op, document["security"])
		}
	}
	m.tidy(document)
	return document, nil
}

// tidy spells references anew and takes out what only our own generator reads.
func (m merger) tidy(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			target, isText := inner.(string)
			switch {
			case key == "$ref" && isText:
				v[key] = m.renamed(target)
			case strings.HasPrefix(key, "x-"):
				delete(v, key)
			case key != "example":
				m.tidy(inner)
			}
		}
	case []any:
		for _, inner := range v {
			m.tidy(inner)
		}
	}
}

// renamed is #/components/schemas/Agent.Message for …/Message.
func (m merger) renamed(target string) string {
	folder, name, _ := strings.Cut(strings.TrimPrefix(target, "#/components/"), "/")
	return "#/components/" + folder + "/" + m.name + "." + name
}

// complete says in an operation what the document says elsewhere or in x-words.
func (m merger) complete(written map[string]any, op *openapi3.Operation, security any) {
	written["operationId"] = strings.ToLower(m.name) + "." + op.OperationID
	written["tags"] = []any{m.name}
	text, _ := written["description"].(string)
	written["description"] = strings.TrimSpace(text) + "\n\n" + m.conditions(op)
	if own := written["security"]; own != nil {
		security = own
	}
	written["security"] = m.schemes(security)
	responses := object(written["responses"])
	m.showAnswers(responses, op)
	if otherwise := responses["default"]; otherwise != nil {
		for status, when := range m.refusals(op) {
			if responses[status] == nil {
				responses[status] = describedAs(otherwise, when)
			}
		}
	}
}

// showAnswers writes out what the operation answers when all goes well, each with an
// example; a response that several share is written out for each, since each answers
// something else.
func (m merger) showAnswers(responses map[string]any, op *openapi3.Operation) {
	for status, response := range op.Responses.Map() {
		media := response.Value.Content["application/json"]
		if media == nil || !strings.HasPrefix(status, "2") {
			continue
		}
		shown := object(responses[status])
		if target, shared := shown["$ref"].(string); shared {
			shown = m.component(target)
			responses[status] = shown
		}
		if example, known := answerExample(op, media); known {
			object(object(shown["content"])["application/json"])["example"] = example
		}
	}
}

// component is a fresh copy of what #/components/responses/Name stands for.
func (m merger) component(target string) map[string]any {
	response := m.spec.Document.Components.Responses[strings.TrimPrefix(target, "#/components/responses/")]
	raw, err := json.Marshal(response.Value)
	if err != nil {
		return map[string]any{}
	}
	var written map[string]any
	if json.Unmarshal(raw, &written) != nil {
		return map[string]any{}
	}
	return written
}

// conditions tells the scope and the limits.
func (m merger) conditions(op *openapi3.Operation) string {
	var all []string
	if scope, _ := op.Extensions["x-scope"].(string); scope != "none" {
		all = append(all, "Needs the scope `"+scope+"`.")
	}
	var names []any
	switch limit := op.Extensions["x-limit"].(type) {
	case string:
		names = []any{limit}
	case []any:
		names = limit
	}
	for _, name := range names {
		if rule, known := m.limits[fmt.Sprint(name)]; known && rule.Limit > 0 {
			all = append(all, fmt.Sprintf("At most %d calls in %.0f seconds (the limit `%s`).", rule.Limit, rule.Period.Seconds(), name))
		}
	}
	return strings.Join(all, " ")
}

// schemes are requirements of security by the merged names.
func (m merger) schemes(security any) []any {
	list, _ := security.([]any)
	renamed := []any{}
	for _, one := range list {
		requirement := map[string]any{}
		for name, scopes := range object(one) {
			requirement[m.name+"."+name] = scopes
		}
		renamed = append(renamed, requirement)
	}
	return renamed
}

// refusals are the errors that the operation can be expected to answer.
func (m merger) refusals(op *openapi3.Operation) map[string]string {
	all := map[string]string{"400": "The request makes no sense; the error names the field."}
	if principal, _ := op.Extensions["x-principal"].(string); principal != "none" {
		all["401"] = "The credential is missing, unknown, expired or revoked."
	}
	if scope, _ := op.Extensions["x-scope"].(string); scope != "none" {
		all["403"] = "The credential lacks the scope."
	}
	if len(op.Parameters) > 0 || op.RequestBody != nil {
		all["404"] = "Something that the address names is not there, or not yours."
	}
	if limit, _ := op.Extensions["x-limit"].(string); limit != "none" {
		all["429"] = "Too many calls; Retry-After says how many seconds to wait."
	}
	return all
}

// describedAs is a response like another one for a case of its own.
func describedAs(otherwise any, when string) map[string]any {
	// A copy to its depth: tidy spells each reference anew, and once.
	own := object(copied(otherwise))
	if target, isRef := own["$ref"].(string); isRef {
		return map[string]any{"description": when, "content": contentLike(target)}
	}
	own["description"] = when
	return own
}

// contentLike is the content of the errors of a surface, whose schema is named Error
// like the response.
func contentLike(target string) map[string]any {
	schema := strings.Replace(target, "/responses/", "/schemas/", 1)
	return map[string]any{"application/json": map[string]any{"schema": map[string]any{"$ref": schema}}}
}

// copied is a decoded JSON value that shares nothing with the one given.
func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		own := make(map[string]any, len(v))
		for key, inner := range v {
			own[key] = copied(inner)
		}
		return own
	case []any:
		own := make([]any, len(v))
		for i, inner := range v {
			own[i] = copied(inner)
		}
		return own
	default:
		return v
	}
}

// object is a decoded JSON object; an empty one when it is something else.
func object(value any) map[string]any {
	if found, is := value.(map[string]any); is {
		return found
	}
	return map[string]any{}
}
