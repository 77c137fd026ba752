package surface

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// wholeNumber is the one way to write a number: the library takes "+70" and "070" too,
// which would be other names of one thing.
var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// checkParameters judges path and query before the generated code binds them, in the
// words that bodies are judged in.
func (op Operation) checkParameters(c *fiber.Ctx, code models.Code) error {
	for _, p := range op.declared {
		switch p.In {
		case openapi3.ParameterInPath:
			if isWhole(p) && !wholeNumber.MatchString(c.Params(p.Name)) {
				return models.ErrNotFound
			}
		case openapi3.ParameterInQuery:
			if code != "" && !isWhole(p) {
				continue // judged by a surface with rules of its own
			}
			if fault := faultOf(p, queryValues(c, p.Name)); fault != "" {
				return unfit(p.Name, fault, code)
			}
		}
	}
	return nil
}

func isWhole(p *openapi3.Parameter) bool {
	return p.Schema != nil && p.Schema.Value.Type.Is(openapi3.TypeInteger)
}

// queryValues are all values that the query has for a name.
func queryValues(c *fiber.Ctx, name string) []string {
	raw := c.Context().QueryArgs().PeekMulti(name)
	values := make([]string, len(raw))
	for i, value := range raw {
		values[i] = string(value)
	}
	return values
}

// faultOf is what is wrong with a parameter's values, or "". What depends on more than
// the document is the handler's to judge.
func faultOf(p *openapi3.Parameter, values []string) string {
	switch {
	case len(values) == 0 && p.Required:
		return "is required"
	case len(values) == 0:
		return ""
	case len(values) > 1:
		return "must be given once"
	case isWhole(p) && !wholeNumber.MatchString(values[0]):
		return "must be a whole number"
	}
	if words := enumeration(p.Schema.Value.Enum); len(words) > 0 && !slices.Contains(words, values[0]) {
		return "must be one of " + strings.Join(words, ", ")
	}
	return ""
}

// unfit blames a query parameter: by its name alone where the surface has a code of its
// own for that.
func unfit(name, fault string, code models.Code) error {
	if code != "" {
		return unbound(name, code)
	}
	return models.Invalid(name, name+" "+fault)
}

// unbound blames a query parameter or header that the generated code could not read.
func unbound(name string, code models.Code) error {
	return &models.Error{Code: cmp.Or(code, models.CodeInvalid), Message: "Invalid " + name, Field: name}
}
