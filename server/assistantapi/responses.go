package assistantapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// responseRequest is OpenAI's request of a response.
type responseRequest struct {
	Model              string   `json:"model"`
	Input              turns    `json:"input"`
	Instructions       *string  `json:"instructions"`
	PreviousResponseID *string  `json:"previous_response_id"`
	Stream             bool     `json:"stream"`
	Temperature        *float64 `json:"temperature"`
	MaxOutputTokens    *int     `json:"max_output_tokens"`
	Tools              []any    `json:"tools"`
}

func (r responseRequest) question() (q chat.Question, err error) {
	if len(r.Tools) > 0 {
		return q, errTools
	}
	if q.Previous, err = reference(r.PreviousResponseID, chatID); err != nil {
		return q, errUnstored
	}
	if q.Input, err = r.Input.texts(); err != nil {
		return q, err
	}
	if r.Instructions != nil && *r.Instructions != "" {
		q.Input = append([]models.ChatTurn{{Role: models.RoleOfSystem, Content: *r.Instructions}}, q.Input...)
	}
	q.Overrides.Model = models.ModelSettings{Temperature: r.Temperature, MaxTokens: r.MaxOutputTokens}
	return modelled(q, r.Model, nil)
}

// responseFields are what those of a chat are called here.
var responseFields = fields{temperatureField: "temperature", maxTokensField: "max_output_tokens"}

// response is OpenAI's response.
type response struct {
	ID                 string         `json:"id"`
	Object             string         `json:"object"`
	CreatedAt          int64          `json:"created_at"`
	Status             string         `json:"status"`
	Error              *openAIProblem `json:"error"`
	IncompleteDetails  *incomplete    `json:"incomplete_details"`
	Instructions       *string        `json:"instructions"`
	Metadata           struct{}       `json:"metadata"`
	Model              string         `json:"model"`
	Output             []item         `json:"output"`
	ParallelToolCalls  bool           `json:"parallel_tool_calls"`
	PreviousResponseID *string        `json:"previous_response_id"`
	Temperature        *float64       `json:"temperature"`
	ToolChoice         string         `json:"tool_choice"`
	Tools              []any          `json:"tools"`
	TopP               *float64       `json:"top_p"`
	Usage              *responseUsage `json:"usage"`
}

type incomplete struct {
	Reason string `json:"reason"`
}

type item struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Status  string `json:"status"`
	Role    string `json:"role"`
	Content []part `json:"content"`
}

type part struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Annotations []any  `json:"annotations"`
}

type responseUsage struct {
	InputTokens        int64 `json:"input_tokens"`
	InputTokensDetails struct {
		CachedTokens int64 `json:"cached_tokens"`
	} `json:"input_tokens_details"`
	OutputTokens        int64 `json:"output_tokens"`
	OutputTokensDetails struct {
		ReasoningTokens int64 `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	TotalTokens int64 `json:"total_tokens"`
}

// begun is a response without an answer yet.
func (r responseRequest) begun(c models.Chat) response {
	return response{
		ID: models.FormatHandle(models.HandleChat, c.UID), Object: "response", CreatedAt: c.CreatedAt.Unix(), Status: "in_progress",
		Instructions: r.Instructions, Model: r.Model, Output: []item{}, PreviousResponseID: r.PreviousResponseID,
		Temperature: r.Temperature, ToolChoice: "none", Tools: []any{},
	}
}

// itemOf is the one item of a response.
func itemOf(c models.Chat, status, text string) item {
	i := item{
		ID: models.FormatID(models.PrefixMessage, c.UID), Type: "message", Status: status, Role: models.RoleOfAssistant, Content: []part{},
	}
	if status != "in_progress" {
		i.Content = append(i.Content, partOf(text))
	}
	return i
}

func partOf(text string) part { return part{Type: "output_text", Text: text, Annotations: []any{}} }

// answered is a response with its answer.
func (r responseRequest) answered(a chat.Reply) response {
	v := r.begun(a.Chat)
	v.Status = "completed"
	if a.Cut {
		v.Status, v.IncompleteDetails = "incomplete", &incomplete{"max_output_tokens"}
	}
	v.Output = append(v.Output, itemOf(a.Chat, v.Status, a.Text))
	v.Usage = &responseUsage{
		InputTokens: a.Chat.InputTokens, OutputTokens: a.Chat.OutputTokens, TotalTokens: a.Chat.InputTokens + a.Chat.OutputTokens,
	}
	return v
}

// CreateResponse implements POST /openai/v1/responses.
func (a *api) CreateResponse(ctx context.Context, r CreateResponseRequestObject) (CreateResponseResponseObject, error) {
	q, err := r.Body.question()
	if err != nil {
		return nil, err
	}
	if r.Body.Stream {
		s, err := a.stream(ctx, q, &responseFrames{request: *r.Body})
		if err != nil {
			return nil, responseFields.inOpenAI(err)
		}
		return s, nil
	}
	reply, err := a.desk.Ask(ctx, surface.Principal(ctx), q, chat.Hearer{})
	if err != nil {
		return nil, responseFields.inOpenAI(err)
	}
	return CreateResponse200JSONResponse(r.Body.answered(reply)), nil
}

// responseFrames spell a response's stream.
type responseFrames struct {
	request responseRequest
	chat    models.Chat
	number  int
}

// responseEvent is one event of a response's stream; what it has depends on its type.
type responseEvent struct {
	Type           string    `json:"type"`
	SequenceNumber int       `json:"sequence_number"`
	Response       *response `json:"response,omitempty"`
	ItemID         string    `json:"item_id,omitempty"`
	OutputIndex    *int      `json:"output_index,omitempty"`
	ContentIndex   *int      `json:"content_index,omitempty"`
	Item           *item     `json:"item,omitempty"`
	Part           *part     `json:"part,omitempty"`
	Delta          *string   `json:"delta,omitempty"`
	Text           *string   `json:"text,omitempty"`
	Logprobs       *[]any    `json:"logprobs,omitempty"`
	Code           *string   `json:"code,omitempty"`
	Message        string    `json:"message,omitempty"`
}

func (f *responseFrames) event(e responseEvent) frame {
	e.SequenceNumber = f.number
	f.number++
	return frame{event: e.Type, data: e}
}

// inItem is an event about the one item, or the one part of it.
func (f *responseFrames) inItem(e responseEvent) frame {
	zero := 0
	e.OutputIndex = &zero
	if e.Item == nil {
		e.ItemID, e.ContentIndex = models.FormatID(models.PrefixMessage, f.chat.UID), &zero
	}
	return f.event(e)
}

func (f *responseFrames) begin(t chat.Turn) []frame {
	f.chat = t.Chat
	begun := f.request.begun(t.Chat)
	empty, started := partOf(""), itemOf(t.Chat, "in_progress", "")
	return []frame{
		f.event(responseEvent{Type: "response.created", Response: &begun}),
		f.event(responseEvent{Type: "response.in_progress", Response: &begun}),
		f.inItem(responseEvent{Type: "response.output_item.added", Item: &started}),
		f.inItem(responseEvent{Type: "response.content_part.added", Part: &empty}),
	}
}

func (f *responseFrames) delta(text string) []frame {
	return []frame{f.inItem(responseEvent{Type: "response.output_text.delta", Delta: &text, Logprobs: &[]any{}})}
}

func (f *responseFrames) end(r chat.Reply) []frame {
	done := f.request.answered(r)
	whole := partOf(r.Text)
	return []frame{
		f.inItem(responseEvent{Type: "response.output_text.done", Text: &whole.Text, Logprobs: &[]any{}}),
		f.inItem(responseEvent{Type: "response.content_part.done", Part: &whole}),
		f.inItem(responseEvent{Type: "response.output_item.done", Item: &done.Output[0]}),
		f.event(responseEvent{Type: "response." + done.Status, Response: &done}),
	}
}

func (f *responseFrames) fail(e *models.Error) []frame {
	problem := openAIErrorOf(e)
	failed := f.request.begun(f.chat)
	failed.Status, failed.Error = "failed", &problem
	return []frame{
		f.event(responseEvent{Type: "error", Code: problem.Code, Message: problem.Message}),
		f.event(responseEvent{Type: "response.failed", Response: &failed}),
	}
}
