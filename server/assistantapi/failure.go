package assistantapi

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

// WriteError answers in the surface's error shape.
func WriteError(c *fiber.Ctx, e *models.Error) error {
	return c.Status(surface.Status(e.Code)).JSON(failure(e))
}

// problem is the surface's error shape.
type problem struct {
	Message    string `json:"message"`
	Error      string `json:"error"`
	StatusCode int    `json:"statusCode"`
}

func failure(e *models.Error) problem {
	status := surface.Status(e.Code)
	return problem{Message: e.Message, Error: http.StatusText(status), StatusCode: status}
}

// WriteOpenAIError answers in OpenAI's error shape.
func WriteOpenAIError(c *fiber.Ctx, e *models.Error) error {
	return c.Status(surface.Status(e.Code)).JSON(openAIFailure{openAIErrorOf(e)})
}

// openAIFailure is OpenAI's error shape.
type openAIFailure struct {
	Error openAIProblem `json:"error"`
}

type openAIProblem struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

// openAITypes are the types that OpenAI's clients know, by status.
var openAITypes = map[int]string{
	http.StatusUnauthorized: "authentication_error", http.StatusForbidden: "permission_error",
	http.StatusTooManyRequests: "rate_limit_error",
}

func openAIErrorOf(e *models.Error) openAIProblem {
	status := surface.Status(e.Code)
	p := openAIProblem{Message: e.Message, Type: "invalid_request_error"}
	if kind, known := openAITypes[status]; known {
		p.Type = kind
	} else if status >= http.StatusInternalServerError {
		p.Type = "server_error"
	}
	if e.Field != "" {
		p.Param = &e.Field
	}
	code := string(e.Code)
	if e.Code == models.CodeUnauthorized {
		code = "invalid_api_key"
	}
	if e.Message == errNoModel.Message {
		code = "model_not_found"
	}
	p.Code = &code
	return p
}
