// Package assistant makes the answers of assistants: engines behind one port, and what
// leads an answer from the question to the conversation. It acts through models/chat
// like everyone else.
package assistant

import (
	"context"

	"parley/models"
)

// Engine answers one question. The contract of every engine:
//
//   - emit, unless it is nil, is called with each piece of the text as it is made, in
//     order, from the goroutine that called Answer. The pieces joined are Answer.Text.
//   - An answer without an error has a text that is not blank, unless it hands off, and
//     Ask.Handoff is set. One that hands off as Ask.HandsOff lets it need not be emitted.
//   - An error is one of this package's, with its cause behind it, or ctx's own. After
//     an error nothing that was emitted counts, and of the Answer only Usage and Model,
//     which tell what it cost nevertheless.
//   - It sends away nothing but what Ask holds.
//   - It returns soon after ctx ends.
type Engine interface {
	Answer(ctx context.Context, ask Ask, emit func(delta string)) (Answer, error)
}

// Ask is everything an engine may know when it answers.
type Ask struct {
	// System is the rendered system prompt, FirstMessage the assistant's opening turn;
	// either may be empty.
	System       string
	FirstMessage string
	// Turns is the conversation as its customer sees it, oldest first; the last one is
	// the question, of the role user.
	Turns []models.ChatTurn
	// Passages is what the account's knowledge base holds on the question, best first;
	// empty when nothing was found or the assistant is not to use it.
	Passages []Passage
	Model    ModelSettings
	// Handoff says that a person stands behind the assistant, whom it may offer.
	Handoff bool
	// HandsOff says that Answer.Handoff brings a person by itself, whatever the reason, so
	// that none need be offered. Otherwise only who asks for one gets one.
	HandsOff bool
	// Locale is the language of the person who asks, where known ("de", "pt-BR").
	Locale string
}

// Question is the text of the last turn.
func (a Ask) Question() string {
	if len(a.Turns) == 0 {
		return ""
	}
	return a.Turns[len(a.Turns)-1].Content
}

// ModelSettings are what an assistant asks of a model.
type ModelSettings = models.ModelSettings

// Passage is a part of a published article that bears on a question.
type Passage struct {
	// ArticleUID and Title name the article; Heading is the one the passage stands under.
	ArticleUID models.UID
	Title      string
	Heading    string
	Content    string
	// Score is how well it fits; only its order means something. Coverage is how much of
	// what the question asks about it speaks of, from 0 to 1; 0 when nobody has looked.
	Score    float64
	Coverage float64
}

// Citation is an article an answer rests on.
type Citation = models.Citation

// Usage is what an answer cost its engine.
type Usage struct {
	InputTokens  int
	OutputTokens int
}

// Answer is what an engine made of a question.
type Answer struct {
	Text      string
	Citations []Citation
	Usage     Usage
	// Model is the name of what answered.
	Model string
	// Cut says that the text ends early, because it may be no longer.
	Cut bool
	// KnewIt is false when the engine found nothing and the text says so.
	KnewIt bool
	// Handoff says that a person should go on: asked for, or because nothing was found.
	Handoff bool
}

// spent is what is left of an answer that failed.
func (a Answer) spent() Answer { return Answer{Usage: a.Usage, Model: a.Model} }

// Knowledge finds passages of the published articles of the principal's account that
// bear on a question, best first, at most limit; none is no error.
type Knowledge interface {
	Passages(ctx context.Context, p models.Principal, question string, limit int) ([]Passage, error)
}

// How an engine fails. Surfaces answer ErrTimeout with 504 and the others with 502.
var (
	ErrTimeout  = models.Fail(models.CodeUpstreamTimeout, "The assistant's model did not answer in time; nothing was stored, try again")
	ErrUpstream = models.Fail(models.CodeUpstream, "The assistant's model could not answer; nothing was stored, try again")
	ErrLimited  = models.Fail(models.CodeUpstream, "The assistant's model takes no more requests for now; nothing was stored, try again shortly")
)
