package view

import "parley/models"

// Turn is one line of a chat.
type Turn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// AssistantModel is what an assistant asks of a model; null is the model's own choice.
type AssistantModel struct {
	Provider    *string  `json:"provider"`
	Model       *string  `json:"model"`
	Temperature *float64 `json:"temperature"`
	MaxTokens   *int     `json:"maxTokens"`
}

// AssistantServer is whom an assistant's chats are told to.
type AssistantServer struct {
	URL    string   `json:"url"`
	Events []string `json:"events"`
}

// AssistantPrice is what a million tokens cost, in US dollars.
type AssistantPrice struct {
	Input  float64 `json:"input"`
	Output float64 `json:"output"`
}

// AssistantLimits bound what an assistant answers to visitors; null is no bound.
type AssistantLimits struct {
	TurnsPerConversation int64    `json:"turnsPerConversation"`
	PerVisitorPerDay     int64    `json:"perVisitorPerDay"`
	PerMonth             *int     `json:"perMonth"`
	CostPerMonth         *float64 `json:"costPerMonth"`
}

// Assistant is an assistant as it is being edited. Status is draft until it is published
// for the first time, and changed while the draft is ahead of what sessions use.
type Assistant struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	FirstMessage string            `json:"firstMessage"`
	SystemPrompt string            `json:"systemPrompt"`
	Model        AssistantModel    `json:"model"`
	Variables    map[string]string `json:"variables"`
	Knowledge    bool              `json:"knowledge"`
	Handoff      bool              `json:"handoff"`
	Server       *AssistantServer  `json:"server"`
	Price        AssistantPrice    `json:"price"`
	Limits       AssistantLimits   `json:"limits"`
	Status       string            `json:"status"`
	PublishedAt  *Time             `json:"publishedAt"`
	CreatedAt    Time              `json:"createdAt"`
	UpdatedAt    Time              `json:"updatedAt"`
}

// AssistantSession is a session with what was said.
type AssistantSession struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	AssistantID string `json:"assistantId"`
	Status      string `json:"status"`
	Messages    []Turn `json:"messages"`
	ExpiresAt   Time   `json:"expiresAt"`
	CreatedAt   Time   `json:"createdAt"`
	UpdatedAt   Time   `json:"updatedAt"`
}

// Chat is a turn with its answer. Input is a string when that is all there was.
type Chat struct {
	ID        string     `json:"id"`
	SessionID string     `json:"sessionId"`
	Input     any        `json:"input"`
	Output    []Turn     `json:"output"`
	Status    string     `json:"status"`
	Cost      float64    `json:"cost"`
	Usage     ChatUsage  `json:"usage"`
	CreatedAt Time       `json:"createdAt"`
	UpdatedAt Time       `json:"updatedAt"`
	Citations []Citation `json:"citations,omitempty"`
}

// ChatUsage counts tokens.
type ChatUsage struct {
	InputTokens  int64 `json:"inputTokens"`
	OutputTokens int64 `json:"outputTokens"`
}

// Citation is an article that an answer rests on.
type Citation struct {
	ArticleID string `json:"articleId"`
	Title     string `json:"title"`
}

// AssistantFor encodes an assistant's draft.
func AssistantFor(a models.Assistant) Assistant {
	s := *a.Draft
	v := Assistant{
		ID: models.FormatHandle(models.HandleAssistant, a.UID), Name: s.Name, FirstMessage: s.FirstMessage, SystemPrompt: s.SystemPrompt,
		Model: AssistantModel{
			Provider: textOrNil(s.Model.Provider), Model: textOrNil(s.Model.Model), Temperature: s.Model.Temperature, MaxTokens: s.Model.MaxTokens,
		},
		Variables: s.Variables, Knowledge: s.Knowledge, Handoff: s.Handoff, Price: AssistantPrice(s.Price),
		Limits: AssistantLimits{
			TurnsPerConversation: s.Limits.MaxTurns(), PerVisitorPerDay: s.Limits.MaxVisitorDay(),
			PerMonth: s.Limits.Month, CostPerMonth: s.Limits.MonthCost,
		},
		Status: "draft", PublishedAt: timeOrNil(a.PublishedAt), CreatedAt: Time(a.CreatedAt), UpdatedAt: Time(a.UpdatedAt),
	}
	if v.Variables == nil {
		v.Variables = map[string]string{}
	}
	if s.Server != nil {
		v.Server = &AssistantServer{URL: s.Server.URL, Events: []string{}}
		for _, e := range s.Server.Events {
			v.Server.Events = append(v.Server.Events, string(e))
		}
	}
	if a.PublishedAt != nil {
		v.Status = "published"
		if a.UpdatedAt.After(*a.PublishedAt) {
			v.Status = "changed"
		}
	}
	return v
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// SessionFor encodes a session that stands so.
func SessionFor(s models.Session, status models.SessionStatus) AssistantSession {
	return AssistantSession{
		ID: models.FormatHandle(models.HandleSession, s.UID), Name: s.Name,
		AssistantID: models.FormatHandle(models.HandleAssistant, s.AssistantUID), Status: string(status), Messages: Turns(s.Messages),
		ExpiresAt: Time(s.ExpiresAt), CreatedAt: Time(s.CreatedAt), UpdatedAt: Time(s.UpdatedAt),
	}
}

// ChatFor encodes a chat.
func ChatFor(c models.Chat) Chat {
	v := Chat{
		ID: models.FormatHandle(models.HandleChat, c.UID), SessionID: models.FormatHandle(models.HandleSession, c.SessionUID),
		Output: Turns(c.Output), Status: string(c.Status), Cost: c.Cost,
		Usage: ChatUsage{InputTokens: c.InputTokens, OutputTokens: c.OutputTokens}, CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt),
	}
	if len(c.Input) == 1 && c.Input[0].Role == models.RoleOfUser {
		v.Input = c.Input[0].Content
	} else {
		v.Input = Turns(c.Input)
	}
	return v
}

// Turns encodes what was said; nothing is an empty array.
func Turns(turns []models.ChatTurn) []Turn {
	all := make([]Turn, 0, len(turns))
	for _, t := range turns {
		all = append(all, Turn(t))
	}
	return all
}
