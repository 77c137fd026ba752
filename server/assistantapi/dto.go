package assistantapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/oapi-codegen/nullable"

	"parley/models"
	"parley/models/chat"
)

// The page of a list that asks for none, and the longest there is.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// page reads how much of a list is wanted. More than there may be is cut; what makes no
// sense is refused.
func page(limit, offset *int) (models.Page, error) {
	p := models.Page{Limit: defaultLimit}
	if limit != nil {
		p.Limit = min(*limit, maxLimit)
	}
	if offset != nil {
		p.Offset = *offset
	}
	if p.Limit < 1 {
		return p, models.Invalid("limit", "limit must be a whole number of 1 or more")
	}
	if p.Offset < 0 {
		return p, models.Invalid("offset", "offset must be a whole number of 0 or more")
	}
	return p, nil
}

// identity reads an id. A malformed one is as unknown as any other.
func identity(kind models.Prefix, given string, missing error) (models.UID, error) {
	uid, err := models.ParseHandle(kind, given)
	if err != nil && kind == models.HandleAssistant {
		uid, err = models.ParseID(models.PrefixAssistant, given) // as the Agent surface spells it
	}
	if err != nil {
		return uid, missing
	}
	return uid, nil
}

func assistantID(given string) (models.UID, error) {
	return identity(models.HandleAssistant, given, chat.ErrAssistantNotFound)
}

func sessionID(given string) (models.UID, error) {
	return identity(models.HandleSession, given, chat.ErrSessionNotFound)
}

func chatID(given string) (models.UID, error) {
	return identity(models.HandleChat, given, chat.ErrChatNotFound)
}

// reference reads an optional id.
func reference(given *string, read func(string) (models.UID, error)) (*models.UID, error) {
	if given == nil {
		return nil, nil
	}
	uid, err := read(*given)
	return &uid, err
}

// turns are an input: a text, or turns whose content is a text or parts of text.
type turns []models.ChatTurn

// UnmarshalJSON implements json.Unmarshaler.
func (t *turns) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*t = turns{{Role: models.RoleOfUser, Content: text}}
		return nil
	}
	var given []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(raw, &given); err != nil {
		return fmt.Errorf("read turns: %w", err)
	}
	*t = make(turns, 0, len(given))
	for _, g := range given {
		content, err := contentOf(g.Content)
		if err != nil {
			return err
		}
		role := g.Role
		if role == "developer" { // what OpenAI calls the system by now
			role = models.RoleOfSystem
		}
		*t = append(*t, models.ChatTurn{Role: role, Content: content})
	}
	return nil
}

// notText stands for a part that is no text. No turn can have it: it is refused where
// the input is judged.
const notText = "\x00"

func contentOf(raw json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, nil
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return "", fmt.Errorf("read the parts of a turn: %w", err)
	}
	texts := make([]string, 0, len(parts))
	for _, p := range parts {
		if p.Type != "text" && p.Type != "input_text" && p.Type != "output_text" {
			return notText, nil
		}
		texts = append(texts, p.Text)
	}
	return strings.Join(texts, "\n"), nil
}

// texts are the turns, unless one of them is something else.
func (t *turns) texts() ([]models.ChatTurn, error) {
	for _, turn := range *t {
		if turn.Content == notText {
			return nil, models.Invalid("input", "input may hold texts alone: parts of the type text")
		}
	}
	return *t, nil
}

// system joins the turns of the role system, if there are any.
func (t *turns) system() *string {
	if t == nil {
		return nil
	}
	var found []string
	for _, turn := range *t {
		if turn.Role == models.RoleOfSystem {
			found = append(found, turn.Content)
		}
	}
	if found == nil {
		return nil
	}
	joined := strings.Join(found, "\n\n")
	return &joined
}

// values are variables; numbers and truth values are spelled as JSON does.
type values map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (v *values) UnmarshalJSON(raw []byte) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(raw, &given); err != nil {
		return fmt.Errorf("read variables: %w", err)
	}
	*v = make(values, len(given))
	for name, value := range given {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		(*v)[name] = text
	}
	return nil
}

// into puts what was given over the settings.
func (c AssistantChange) into(s *models.AssistantSettings) error {
	give(&s.Name, c.Name)
	give(&s.FirstMessage, c.FirstMessage)
	give(&s.SystemPrompt, c.SystemPrompt)
	give(&s.Knowledge, c.Knowledge)
	give(&s.Handoff, c.Handoff)
	if c.Model != nil {
		c.Model.into(&s.Model)
		if c.SystemPrompt == nil {
			give(&s.SystemPrompt, c.Model.Messages.system())
		}
	}
	if c.Variables != nil {
		s.Variables = *c.Variables
	}
	if c.Price != nil {
		give(&s.Price.Input, c.Price.Input)
		give(&s.Price.Output, c.Price.Output)
	}
	c.Limits.into(&s.Limits)
	if !c.Server.IsSpecified() {
		return nil
	}
	s.Server = nil
	if server, err := c.Server.Get(); err == nil {
		s.Server = server.server()
	}
	return nil
}

// into puts the limits that were given over the others; null is the default again.
func (c *LimitsChange) into(l *models.AssistantLimits) {
	if c == nil {
		return
	}
	bound(&l.Turns, c.TurnsPerConversation)
	bound(&l.VisitorDay, c.PerVisitorPerDay)
	bound(&l.Month, c.PerMonth)
	bound(&l.MonthCost, c.CostPerMonth)
}

func bound[T any](limit **T, given nullable.Nullable[T]) {
	if !given.IsSpecified() {
		return
	}
	*limit = nil
	if value, err := given.Get(); err == nil {
		*limit = &value
	}
}

func give[T any](field *T, given *T) {
	if given != nil {
		*field = *given
	}
}

func (c ModelChange) into(m *models.ModelSettings) {
	give(&m.Provider, c.Provider)
	give(&m.Model, c.Model)
	if c.Temperature != nil {
		m.Temperature = c.Temperature
	}
	if c.MaxTokens != nil {
		m.MaxTokens = c.MaxTokens
	}
}

func (c ServerChange) server() *models.AssistantServer {
	server := models.AssistantServer{URL: c.URL, Events: []models.EventType{models.EventChatCreated, models.EventChatDeleted}}
	if c.Events != nil {
		server.Events = nil
		for _, e := range *c.Events {
			server.Events = append(server.Events, models.EventType(e))
		}
	}
	return &server
}

// change is what a new assistant begins with.
func (n NewAssistant) change() AssistantChange {
	return AssistantChange{
		FirstMessage: n.FirstMessage, Handoff: n.Handoff, Knowledge: n.Knowledge, Model: n.Model, Name: &n.Name,
		Price: n.Price, Limits: n.Limits, Server: n.Server, SystemPrompt: n.SystemPrompt, Variables: n.Variables,
	}
}

// overrides reads what a session or a chat changes; nil is nothing.
func (o *Overrides) overrides() models.Overrides {
	var read models.Overrides
	if o == nil {
		return read
	}
	read.FirstMessage, read.SystemPrompt = o.FirstMessage, o.SystemPrompt
	if o.VariableValues != nil {
		read.Variables = *o.VariableValues
	}
	if o.Model != nil {
		o.Model.into(&read.Model)
		if read.SystemPrompt == nil {
			read.SystemPrompt = o.Model.Messages.system()
		}
	}
	return read
}

// session reads a session to be.
func (n NewSession) session() (chat.NewSession, error) {
	assistant, err := assistantID(n.AssistantID)
	read := chat.NewSession{Name: n.Name, Assistant: assistant, Overrides: n.AssistantOverrides.overrides()}
	if n.ExpirationSeconds != nil {
		if *n.ExpirationSeconds < 1 || *n.ExpirationSeconds > maxSeconds {
			return read, models.Invalid("expirationSeconds", "expirationSeconds must be between 60 and 2592000")
		}
		read.Life = time.Duration(*n.ExpirationSeconds) * time.Second
	}
	return read, err
}

// maxSeconds keeps a number of seconds from running over as a duration.
const maxSeconds = 1 << 30

// question reads a chat to be.
func (n NewChat) question() (q chat.Question, err error) {
	if q.Input, err = n.Input.texts(); err != nil {
		return q, err
	}
	if n.SessionID != nil && n.PreviousChatID != nil { // whatever they name
		return q, chat.ErrTwoPlaces
	}
	q.Overrides = n.AssistantOverrides.overrides()
	if q.Session, err = reference(n.SessionID, sessionID); err != nil {
		return q, err
	}
	if q.Previous, err = reference(n.PreviousChatID, chatID); err != nil {
		return q, err
	}
	q.Assistant, err = reference(n.AssistantID, assistantID)
	return q, err
}

// each encodes rows; no rows are an empty array and never null.
func each[R, V any](rows []R, encode func(R) V) []V {
	views := make([]V, 0, len(rows))
	for _, row := range rows {
		views = append(views, encode(row))
	}
	return views
}
