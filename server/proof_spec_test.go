package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/models"
	"parley/server/assistantapi"
	"parley/server/inboxapi"
	"parley/widget/surface"
)

// The proofs of this package read the documents of all surfaces and try every
// operation in them, so that a new operation is tried as soon as it is described. What
// they cannot guess a document says beside the operation:
//
//	x-id     on a parameter or property: what it names, as a TypeID's prefix, however
//	         the surface spells ids; or token, activity and file of the Chat surface;
//	         or none; or what proves who somebody is: login, invitation, reset, setup
//	         and code, or invited, a user who has not come yet
//	x-after  operations that come first, so that the example makes sense
//	x-answer what is different in this operation's answer from its schema's example
//	x-owners that an owner alone may do it, with this in the body, to another owner
//	x-unique on a property: its example gets a number, since there may be one alone

// described is an operation with everything that its document says of it.
type described struct {
	surface.Operation
	spec   *surface.Spec
	doc    *openapi3.Operation
	params openapi3.Parameters
	slots  []slot
}

// slot is a place in a request that names a row.
type slot struct {
	place string // path, query or body
	name  string // of the parameter, or the property's path: attachments.0
	kind  string // as x-id says
}

// idName is how names look that name a row.
var idName = regexp.MustCompile(`(^|_)ids?$|[a-z]Ids?$|^assigned_to$|^attachments$`)

// operations reads the documents. A place that looks like an id and does not say of
// what is an error.
func operations(specs []*surface.Spec) (ops []described, problems []string) {
	for _, spec := range specs {
		for _, op := range spec.Operations() {
			path := regexp.MustCompile(`:([a-z_A-Z]+)`).ReplaceAllString(op.Path, "{$1}")
			item := spec.Document.Paths.Find(path)
			d := described{Operation: op, spec: spec, doc: item.GetOperation(op.Method)}
			d.params = append(slices.Clone(item.Parameters), d.doc.Parameters...)
			var open []string
			d.slots, open = d.findSlots()
			problems = append(problems, open...)
			ops = append(ops, d)
		}
	}
	return ops, problems
}

func (d described) String() string {
	return d.Method + " " + d.spec.Prefix() + d.Path + " (" + d.ID + ")"
}

// findSlots says where the operation takes ids, and where it may but does not say so.
func (d described) findSlots() (slots []slot, problems []string) {
	for _, p := range d.params {
		kind, said := p.Value.Extensions["x-id"].(string)
		if !said && (p.Value.In == openapi3.ParameterInPath || idName.MatchString(p.Value.Name)) {
			problems = append(problems, fmt.Sprintf(
				"%s: the %s parameter %s may name a row: write x-id beside it, with the prefix of its ids, or none", d, p.Value.In, p.Value.Name))
		}
		if said && kind != "none" {
			slots = append(slots, slot{p.Value.In, p.Value.Name, kind})
		}
	}
	if schema := d.bodySchema(); schema != nil {
		inside, open := d.findInBody(schema, "", 0)
		slots, problems = append(slots, inside...), append(problems, open...)
	}
	return slots, problems
}

func (d described) findInBody(schema *openapi3.Schema, at string, depth int) (slots []slot, problems []string) {
	if depth > 5 {
		return nil, nil
	}
	below := func(schema *openapi3.Schema, at string) {
		inside, open := d.findInBody(schema, at, depth+1)
		slots, problems = append(slots, inside...), append(problems, open...)
	}
	for _, parts := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		for _, part := range parts {
			below(part.Value, at)
		}
	}
	for name, property := range schema.Properties {
		path, leaf := strings.TrimPrefix(at+"."+name, "."), property.Value
		if leaf.Items != nil {
			path, leaf = path+".0", leaf.Items.Value
		}
		kind, said := leaf.Extensions["x-id"].(string)
		switch {
		case said && kind != "none":
			slots = append(slots, slot{"body", path, kind})
		case !said && idName.MatchString(name) && len(leaf.Properties) == 0:
			problems = append(problems, fmt.Sprintf(
				"%s: %s in the body may name a row: write x-id in its schema, with the prefix of its ids, or none", d, path))
		}
		below(leaf, path)
	}
	return slots, problems
}

// media is the JSON that the operation takes; nil when it takes none.
func (d described) media() *openapi3.MediaType {
	if d.doc.RequestBody == nil {
		return nil
	}
	return d.doc.RequestBody.Value.Content["application/json"]
}

func (d described) bodySchema() *openapi3.Schema {
	if m := d.media(); m != nil && m.Schema != nil {
		return m.Schema.Value
	}
	return nil
}

// example is a fresh copy of the request's example; nil when there is no body, or no
// example of it.
func (d described) example() any {
	m := d.media()
	if m == nil {
		return nil
	}
	value := m.Example
	if value == nil && m.Schema != nil {
		value, _ = exampleOf(m.Schema.Value)
	}
	return deepCopy(value)
}

// answer is a fresh copy of what the document shows as the answer when all goes well;
// false when it shows nothing.
func (d described) answer() (any, bool) {
	status, schema := d.success()
	if schema == nil {
		return nil, false
	}
	example, known := answerExample(d.doc, d.doc.Responses.Status(status).Value.Content["application/json"])
	return deepCopy(example), known
}

// success is the status and the schema of the answer when all goes well.
func (d described) success() (status int, schema *openapi3.Schema) {
	for _, status := range []int{200, 201, 202, 204, 101, 302} {
		if r := d.doc.Responses.Status(status); r != nil {
			if m := r.Value.Content["application/json"]; m != nil && m.Schema != nil {
				return status, m.Schema.Value
			}
			return status, nil
		}
	}
	return 0, nil
}

// makes is the kind of row that the operation creates; "" when it creates none.
func (d described) makes() string {
	_, schema := d.success()
	if d.Method != http.MethodPost || schema == nil || strings.Contains(d.Path, ":") {
		return ""
	}
	id := schema.Properties["id"]
	if id == nil {
		return ""
	}
	prefix, _, found := strings.Cut(strings.TrimPrefix(id.Value.Pattern, "^"), "_")
	if !found {
		return ""
	}
	return prefix
}

// spelled is an id as the operation's surface spells it: the Inbox surface has UUIDs.
func (d described) spelled(id string) string {
	prefix, suffix, found := strings.Cut(id, "_")
	if !found || !d.inbox() || len(prefix) > 4 {
		return id
	}
	uid, err := models.DecodeSuffix(suffix)
	if err != nil {
		return id
	}
	return uid.String()
}

// inbox says whether the operation is one of the Inbox surface.
func (d described) inbox() bool { return strings.HasPrefix(d.spec.Prefix()+d.Path, inboxapi.Prefix) }

// keysAlone says whether logins are nobody to the operation.
func (d described) keysAlone() bool {
	return d.inbox() || surfaceName(d.spec) == "MCP" || strings.HasPrefix(d.spec.Prefix()+d.Path, assistantapi.PrefixOpenAI)
}

// calledWithKey says whether the holders of API keys may call the operation.
func (d described) calledWithKey() bool { return d.Caller == surface.KeyHolder }

// uniqueText says what in an example must differ from row to row.
var uniqueText = regexp.MustCompile(`^[^@\s]+@example\.com$|^\+\d{8,15}$`)

// distinct makes the values of an example unlike those of its other uses.
func distinct(schema *openapi3.Schema, value any, number int64) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			var inner *openapi3.Schema
			if schema != nil && schema.Properties[name] != nil {
				inner = schema.Properties[name].Value
			}
			if text, is := v[name].(string); is && (name == "shortcut" || name == "name") {
				v[name] = text + strconv.FormatInt(number, 10)
				continue
			}
			v[name] = distinct(inner, v[name], number)
		}
	case string:
		unique := schema != nil && schema.Extensions["x-unique"] == true
		switch {
		case strings.HasPrefix(v, "+") && uniqueText.MatchString(v):
			return fmt.Sprintf("+1415%07d", 2000000+number)
		case uniqueText.MatchString(v):
			return fmt.Sprintf("n%d.%s", number, v)
		case unique:
			return v + strconv.FormatInt(number, 10)
		}
	}
	return value
}

// put sets what lies at a path such as attachments.0 of a decoded body. Objects and
// lists on the way are made.
func put(body any, path string, value any) any {
	name, rest, deeper := strings.Cut(path, ".")
	if i, err := strconv.Atoi(name); err == nil {
		list, _ := body.([]any)
		for len(list) <= i {
			list = append(list, nil)
		}
		list = list[:i+1]
		if deeper {
			value = put(list[i], rest, value)
		}
		list[i] = value
		return list
	}
	object, _ := body.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	if deeper {
		value = put(object[name], rest, value)
	}
	object[name] = value
	return object
}

// holds says whether a decoded body has something at the path.
func holds(body any, path string) bool {
	for name := range strings.SplitSeq(path, ".") {
		switch v := body.(type) {
		case map[string]any:
			if v[name] == nil {
				return false
			}
			body = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return false
			}
			body = v[i]
		default:
			return false
		}
	}
	return true
}

func deepCopy(value any) any {
	if value == nil {
		return nil
	}
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	var fresh any
	if err := json.Unmarshal(raw, &fresh); err != nil {
		panic(err)
	}
	return fresh
}
