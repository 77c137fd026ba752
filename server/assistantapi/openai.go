package assistantapi

import (
	"context"
	"errors"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// Errors of OpenAI's calls.
var (
	errNoModel  = models.Fail(models.CodeNotFound, "The model does not exist; model is the id of a published assistant")
	errTools    = models.Invalid("tools", "tools are not supported; leave them out")
	errChoices  = models.Invalid("n", "n must be 1")
	errUnstored = &models.Error{Code: models.CodeNotFound, Message: "The previous response was not found", Field: "previous_response_id"}
)

// modelEntry is an assistant as OpenAI's clients see it.
type modelEntry struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

type modelList struct {
	Object string       `json:"object"`
	Data   []modelEntry `json:"data"`
}

func modelOf(a models.Assistant) modelEntry {
	return modelEntry{ID: models.FormatHandle(models.HandleAssistant, a.UID), Object: "model", Created: a.CreatedAt.Unix(), OwnedBy: a.Name}
}

// ListModels implements GET /openai/v1/models.
func (a *api) ListModels(ctx context.Context, _ ListModelsRequestObject) (ListModelsResponseObject, error) {
	list, err := a.chat.Assistants(ctx, surface.Principal(ctx), models.Page{Limit: maxLimit})
	answer := modelList{Object: "list", Data: []modelEntry{}}
	for _, row := range list.Rows {
		if row.Published != nil {
			answer.Data = append(answer.Data, modelOf(row))
		}
	}
	return ListModels200JSONResponse(answer), err
}

// GetModel implements GET /openai/v1/models/:model.
func (a *api) GetModel(ctx context.Context, r GetModelRequestObject) (GetModelResponseObject, error) {
	uid, err := assistantID(r.Model)
	if err != nil {
		return nil, errNoModel
	}
	found, err := a.chat.Assistant(ctx, surface.Principal(ctx), uid)
	if errors.Is(err, chat.ErrAssistantNotFound) || err == nil && found.Published == nil {
		return nil, errNoModel
	}
	return GetModel200JSONResponse(modelOf(found)), err
}

// completionRequest is OpenAI's request of a chat completion.
type completionRequest struct {
	Model         string `json:"model"`
	Messages      turns  `json:"messages"`
	Stream        bool   `json:"stream"`
	StreamOptions *struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Temperature         *float64 `json:"temperature"`
	MaxTokens           *int     `json:"max_tokens"`
	MaxCompletionTokens *int     `json:"max_completion_tokens"`
	N                   *int     `json:"n"`
	Tools               []any    `json:"tools"`
}

func (r completionRequest) question() (q chat.Question, err error) {
	if len(r.Tools) > 0 {
		return q, errTools
	}
	if r.N != nil && *r.N != 1 {
		return q, errChoices
	}
	if r.MaxCompletionTokens == nil {
		r.MaxCompletionTokens = r.MaxTokens
	}
	q.Overrides.Model = models.ModelSettings{Temperature: r.Temperature, MaxTokens: r.MaxCompletionTokens}
	q.Input, err = r.Messages.texts()
	return modelled(q, r.Model, err)
}

// fields are what those of a chat are called here.
func (r completionRequest) fields() fields {
	limit := "max_tokens"
	if r.MaxCompletionTokens != nil {
		limit = "max_completion_tokens"
	}
	return fields{"input": "messages", temperatureField: "temperature", maxTokensField: limit}
}

// modelled puts the assistant into a question.
func modelled(q chat.Question, model string, err error) (chat.Question, error) {
	if err != nil {
		return q, err
	}
	uid, err := assistantID(model)
	if err != nil {
		return q, errNoModel
	}
	q.Assistant = &uid
	return q, nil
}

// fields are the names of a chat's fields in a request of OpenAI's.
type fields map[string]string

// What a chat calls what it is told of the model.
const (
	temperatureField = "assistantOverrides.model.temperature"
	maxTokensField   = "assistantOverrides.model.maxTokens"
)

// inOpenAI gives errors, and the fields that they blame, the names that OpenAI's clients
// know.
func (f fields) inOpenAI(err error) error {
	switch {
	case errors.Is(err, chat.ErrAssistantNotFound), errors.Is(err, chat.ErrNotPublished):
		return errNoModel
	case errors.Is(err, chat.ErrChatNotFound):
		return errUnstored
	}
	var e *models.Error
	if !errors.As(err, &e) || f[e.Field] == "" {
		return err
	}
	named := *e
	named.Field = f[e.Field]
	if rest, begins := strings.CutPrefix(e.Message, e.Field+" "); begins {
		named.Message = named.Field + " " + rest
	}
	return &named
}

// completion is OpenAI's chat completion, whole or a chunk of one.
type completion struct {
	ID      string   `json:"id"`
	Object  string   `json:"object"`
	Created int64    `json:"created"`
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   *usage   `json:"usage,omitempty"`
}

type choice struct {
	Index        int            `json:"index"`
	Message      *choiceMessage `json:"message,omitempty"`
	Delta        *choiceDelta   `json:"delta,omitempty"`
	Logprobs     *struct{}      `json:"logprobs"`
	FinishReason *string        `json:"finish_reason"`
}

type choiceMessage struct {
	Role    string  `json:"role"`
	Content string  `json:"content"`
	Refusal *string `json:"refusal"`
}

type choiceDelta struct {
	Role    string `json:"role,omitempty"`
	Content string `json:"content,omitempty"`
}

type usage struct {
	PromptTokens     int64 `json:"prompt_tokens"`
	CompletionTokens int64 `json:"completion_tokens"`
	TotalTokens      int64 `json:"total_tokens"`
}

func usageOf(c models.Chat) *usage {
	return &usage{c.InputTokens, c.OutputTokens, c.InputTokens + c.OutputTokens}
}

// CreateCompletion implements POST /openai/v1/chat/completions.
func (a *api) CreateCompletion(ctx context.Context, r CreateCompletionRequestObject) (CreateCompletionResponseObject, error) {
	q, err := r.Body.question()
	if err != nil {
		return nil, r.Body.fields().inOpenAI(err)
	}
	if r.Body.Stream {
		s, err := a.stream(ctx, q, &chunks{usage: r.Body.StreamOptions != nil && r.Body.StreamOptions.IncludeUsage, model: r.Body.Model})
		if err != nil {
			return nil, r.Body.fields().inOpenAI(err)
		}
		return s, nil
	}
	reply, err := a.desk.Ask(ctx, surface.Principal(ctx), q, chat.Hearer{})
	if err != nil {
		return nil, r.Body.fields().inOpenAI(err)
	}
	finish := finishReason(reply)
	return CreateCompletion200JSONResponse(completion{
		ID: models.FormatHandle(models.HandleChat, reply.Chat.UID), Object: "chat.completion", Created: reply.Chat.CreatedAt.Unix(),
		Model: r.Body.Model, Usage: usageOf(reply.Chat),
		Choices: []choice{{Message: &choiceMessage{Role: models.RoleOfAssistant, Content: reply.Text}, FinishReason: &finish}},
	}), nil
}

func finishReason(r chat.Reply) string {
	if r.Cut {
		return "length"
	}
	return "stop"
}

// chunks spell a completion's stream.
type chunks struct {
	model string
	usage bool
	base  completion
}

func (s *chunks) chunk(c choice) frame {
	piece := s.base
	piece.Choices = []choice{c}
	return frame{data: piece}
}

func (s *chunks) begin(t chat.Turn) []frame {
	s.base = completion{
		ID: models.FormatHandle(models.HandleChat, t.Chat.UID), Object: "chat.completion.chunk", Created: t.Chat.CreatedAt.Unix(), Model: s.model,
	}
	return []frame{s.chunk(choice{Delta: &choiceDelta{Role: models.RoleOfAssistant}})}
}

func (s *chunks) delta(text string) []frame {
	return []frame{s.chunk(choice{Delta: &choiceDelta{Content: text}})}
}

func (s *chunks) end(r chat.Reply) []frame {
	finish := finishReason(r)
	all := []frame{s.chunk(choice{Delta: &choiceDelta{}, FinishReason: &finish})}
	if s.usage {
		last := s.base
		last.Choices, last.Usage = []choice{}, usageOf(r.Chat)
		all = append(all, frame{data: last})
	}
	return append(all, doneFrame)
}

func (s *chunks) fail(e *models.Error) []frame {
	return []frame{{data: openAIFailure{openAIErrorOf(e)}}}
}
