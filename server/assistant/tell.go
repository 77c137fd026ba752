package assistant

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/view"
)

// A server that does not answer holds up few of a node's workers, and no other account's.
const (
	tellWorkers = 16
	tellShare   = 4
)

// Caller calls addresses that people typed.
type Caller interface {
	Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, answer string, err error)
}

// Teller tells assistants' servers of their chats.
type Teller struct {
	Chat   *chat.Service
	Caller Caller
}

// Jobs are the kinds of job of a Teller, for the runner.
func (t Teller) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{chat.JobTell: {Run: t.tell, Workers: tellWorkers, Share: tellShare}}
}

// told is what an assistant's server is sent.
type told struct {
	Message message `json:"message"`
}

type message struct {
	Type      string        `json:"type"`
	ID        string        `json:"id"`
	Timestamp view.Time     `json:"timestamp"`
	Chat      *view.Chat    `json:"chat"`
	Session   session       `json:"session"`
	Assistant assistantName `json:"assistant"`
}

type session struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type assistantName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// tell makes one call. Any answer of 2xx is success; everything else is tried again.
func (t Teller) tell(ctx context.Context, a *jobs.Attempt) error {
	c, s, owner, err := t.Chat.ReadNews(ctx, a.Job)
	if models.HasCode(err, models.CodeNotFound) {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless) // erased since
	}
	if err != nil {
		return err
	}
	if owner.Published == nil || owner.Published.Server == nil {
		return nil // nobody is to be told any more
	}
	body, err := json.Marshal(told{newsOf(a.Job, c, s, owner)})
	if err != nil {
		return fmt.Errorf("encode what is told of a chat: %w", err)
	}
	status, _, err := t.Caller.Post(ctx, owner.Published.Server.URL, map[string]string{"Content-Type": "application/json"}, body)
	switch {
	case err != nil:
		return err
	case status < http.StatusOK || status >= http.StatusMultipleChoices:
		return fmt.Errorf("the assistant's server answered %d", status)
	}
	return nil
}

func newsOf(j models.Job, c models.Chat, s models.Session, a models.Assistant) message {
	kind, _ := j.Payload["type"].(string)
	id, _ := j.Payload["event"].(string)
	at, _ := j.Payload["at"].(string)
	when, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		when = j.CreatedAt
	}
	m := message{
		Type: kind, ID: id, Timestamp: view.Time(when),
		Session:   session{models.FormatHandle(models.HandleSession, s.UID), string(s.Status)},
		Assistant: assistantName{models.FormatHandle(models.HandleAssistant, a.UID), a.Name},
	}
	if c.ID != 0 {
		encoded := view.ChatFor(c)
		m.Chat = &encoded
	}
	return m
}
