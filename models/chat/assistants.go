package chat

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// Bounds of an assistant's settings, in code points.
const (
	maxPromptLength   = 50_000
	maxVariables      = 100
	maxVariableLength = 10_000
	maxModelLength    = 200
	maxTokensAsked    = 100_000
	maxPrice          = 10_000
	maxTemperature    = 2
)

// ErrAssistantNotFound answers for assistants that are not the account's.
var ErrAssistantNotFound = models.Fail(models.CodeNotFound, "Assistant not found")

// Assistants lists the account's, the newest first.
func (s *Service) Assistants(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Assistant], error) {
	if err := allow(who, actAssistants); err != nil {
		return models.List[models.Assistant]{}, err
	}
	return s.store.Assistants(ctx, who, p)
}

// Assistant finds one by uid.
func (s *Service) Assistant(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
	if err := allow(who, actAssistants); err != nil {
		return models.Assistant{}, err
	}
	a, err := s.store.AssistantByUID(ctx, who, assistant)
	return a, asAssistant(err)
}

func asAssistant(err error) error { return inPlaceOf(err, ErrAssistantNotFound) }

// inPlaceOf gives what is not found its own name.
func inPlaceOf(err error, missing *models.Error) error {
	if models.HasCode(err, models.CodeNotFound) {
		return missing
	}
	return err
}

// CreateAssistant makes an assistant; publish makes it what sessions may use at once.
func (s *Service) CreateAssistant(ctx context.Context, who models.Principal, settings models.AssistantSettings, publish bool) (models.Assistant, error) {
	if err := allow(who, actEditAssistants); err != nil {
		return models.Assistant{}, err
	}
	if err := s.checkSettings(ctx, &settings); err != nil {
		return models.Assistant{}, err
	}
	now := s.clock()
	a := models.Assistant{UID: models.NewUID(), Name: settings.Name, Draft: &settings, CreatedAt: now, UpdatedAt: now}
	if publish {
		a.Published, a.PublishedAt = &settings, &now
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.CreateAssistant(ctx, who, &a) })
	return a, err
}

// EditAssistant changes the draft; sessions go on with what was published.
func (s *Service) EditAssistant(ctx context.Context, who models.Principal, assistant models.UID,
	edit func(*models.AssistantSettings) error,
) (models.Assistant, error) {
	return s.alterAssistant(ctx, who, assistant, func(ctx context.Context, _ Tx, a *models.Assistant) error {
		settings := *a.Draft
		if err := edit(&settings); err != nil {
			return err
		}
		if err := s.checkSettings(ctx, &settings); err != nil {
			return err
		}
		a.Draft = &settings
		if a.Published == nil {
			a.Name = settings.Name
		}
		return nil
	})
}

// PublishAssistant makes the draft what sessions use from now on.
func (s *Service) PublishAssistant(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
	return s.alterAssistant(ctx, who, assistant, func(_ context.Context, _ Tx, a *models.Assistant) error {
		now := s.clock()
		a.Published, a.PublishedAt, a.Name = a.Draft, &now, a.Draft.Name
		return nil
	})
}

// DeleteAssistant deletes an assistant: its sessions can be read, and go no further.
func (s *Service) DeleteAssistant(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
	return s.alterAssistant(ctx, who, assistant, func(ctx context.Context, tx Tx, a *models.Assistant) error {
		return tx.RetireAssistant(ctx, who, a.ID, s.clock())
	})
}

func (s *Service) alterAssistant(ctx context.Context, who models.Principal, assistant models.UID,
	change func(ctx context.Context, tx Tx, a *models.Assistant) error,
) (models.Assistant, error) {
	var a models.Assistant
	if err := allow(who, actEditAssistants); err != nil {
		return a, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if a, err = tx.LockAssistant(ctx, who, assistant); err != nil {
			return asAssistant(err)
		}
		if err := change(ctx, tx, &a); err != nil {
			return err
		}
		a.UpdatedAt = s.clock()
		return tx.UpdateAssistant(ctx, who, &a)
	})
	return a, err
}

// checkSettings looks for what is wrong with settings, and cleans them.
func (s *Service) checkSettings(ctx context.Context, a *models.AssistantSettings) error {
	a.Name = cleanName(a.Name)
	if isBlank(a.Name) {
		return models.Invalid("name", "name is required")
	}
	if err := checkShort("name", a.Name, maxNameLength); err != nil {
		return err
	}
	if err := checkPrompts(a.FirstMessage, a.SystemPrompt); err != nil {
		return err
	}
	if err := checkModel("model", a.Model); err != nil {
		return err
	}
	if err := checkVariables("variables", a.Variables); err != nil {
		return err
	}
	if err := checkRendered("variables", *a); err != nil {
		return err
	}
	if err := checkAssistantLimits(a.Limits); err != nil {
		return err
	}
	for field, price := range map[string]float64{"price.input": a.Price.Input, "price.output": a.Price.Output} {
		if price < 0 || price > maxPrice || math.IsNaN(price) {
			return models.Invalid(field, field+" must be between 0 and 10000 US dollars for a million tokens")
		}
	}
	if c := a.Limits.MonthCost; c != nil && *c > 0 && a.Price == (models.Price{}) {
		// What costs nothing never reaches a cap. One of 0 does without: it answers nobody.
		return models.Invalid("limits.costPerMonth", "limits.costPerMonth caps nothing while both prices are 0; set a price first")
	}
	return s.checkServer(ctx, a.Server)
}

// maxAnswers and maxBudget are the largest limits that can be told from none.
const (
	maxAnswers = 10_000_000
	maxBudget  = 10_000_000
)

// checkAssistantLimits judges limits; 0 is to answer nobody.
func checkAssistantLimits(l models.AssistantLimits) error {
	for _, limit := range []struct {
		field string
		given *int
	}{{"limits.turnsPerConversation", l.Turns}, {"limits.perVisitorPerDay", l.VisitorDay}, {"limits.perMonth", l.Month}} {
		if limit.given != nil && (*limit.given < 0 || *limit.given > maxAnswers) {
			return models.Invalid(limit.field, limit.field+" must be between 0 and 10000000, or null")
		}
	}
	if c := l.MonthCost; c != nil && (*c < 0 || *c > maxBudget || math.IsNaN(*c)) {
		return models.Invalid("limits.costPerMonth", "limits.costPerMonth must be between 0 and 10000000 US dollars, or null")
	}
	return nil
}

func checkPrompts(first, system string) error {
	if err := checkText("firstMessage", first); err != nil {
		return err
	}
	if utf8.RuneCountInString(first) > models.MaxMessageLength {
		return models.Invalid("firstMessage", "firstMessage is too long (maximum 10000 characters)")
	}
	if utf8.RuneCountInString(system) > maxPromptLength {
		return models.Invalid("systemPrompt", "systemPrompt is too long (maximum 50000 characters)")
	}
	return checkText("systemPrompt", system)
}

// checkModel judges what is asked of a model; field is where it stands.
func checkModel(field string, m models.ModelSettings) error {
	if err := checkShort(field+".provider", m.Provider, maxModelLength); err != nil {
		return err
	}
	if err := checkShort(field+".model", m.Model, maxModelLength); err != nil {
		return err
	}
	if t := m.Temperature; t != nil && (*t < 0 || *t > maxTemperature) {
		return models.Invalid(field+".temperature", field+".temperature must be between 0 and 2")
	}
	if n := m.MaxTokens; n != nil && (*n < 1 || *n > maxTokensAsked) {
		return models.Invalid(field+".maxTokens", field+".maxTokens must be between 1 and 100000")
	}
	return nil
}

func checkVariables(field string, values map[string]string) error {
	if len(values) > maxVariables {
		return models.Invalid(field, field+" has too many names (maximum 100)")
	}
	for name, value := range values {
		if utf8.RuneCountInString(name) > maxNameLength || utf8.RuneCountInString(value) > maxVariableLength {
			return models.Invalid(field, field+" holds a name or a value that is too long (maximum 255 and 10000 characters)")
		}
		if err := checkText(field, name+value); err != nil {
			return err
		}
	}
	return nil
}

// checkServer judges whom to tell.
func (s *Service) checkServer(ctx context.Context, server *models.AssistantServer) error {
	if server == nil {
		return nil
	}
	for _, e := range server.Events {
		if e != models.EventChatCreated && e != models.EventChatDeleted {
			return models.Invalid("server.events", "server.events may hold chat.created and chat.deleted")
		}
	}
	slices.Sort(server.Events)
	server.Events = slices.Compact(server.Events)
	server.URL = strings.TrimSpace(server.URL)
	if err := checkText("server.url", server.URL); err != nil {
		return err
	}
	if s.addresses == nil {
		return models.Invalid("server.url", errNoAddresses.Message)
	}
	err := s.addresses.Check(ctx, server.URL)
	if models.HasCode(err, models.CodeInvalid) {
		return models.Invalid("server.url", models.AsError(err).Message)
	}
	return err
}
