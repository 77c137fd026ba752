package mcp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/google/jsonschema-go/jsonschema"

	"parley/models"
)

// retry is what the input of every tool has that writes. It is an argument, since that is
// what a model sees and sets: most clients send the same headers with every call.
type retry struct {
	IdempotencyKey string `json:"idempotency_key,omitempty" jsonschema:"a word of your own for this one act, such as a fresh UUID. If the answer gets lost, call again with the same key and the same arguments: within 24 hours nothing is done twice and you are given the first answer. Another act needs another key"`
}

func (r retry) key() string { return r.IdempotencyKey }

// retried is the input of a tool that writes.
type retried interface{ key() string }

// writing makes a tool that changes something, and does it once for each key.
func writing[In retried](d *desk, a about, run func(ctx context.Context, who models.Principal, in In) (any, error)) (tool, error) {
	a.scope, a.writes = models.ScopeConversationsWrite, true
	others := a.limits
	a.limits = func(s *jsonschema.Schema) {
		long(s, "idempotency_key", 0, models.MaxIdempotencyKey)
		if others != nil {
			others(s)
		}
	}
	return define(a, func(ctx context.Context, who models.Principal, in In) (any, error) {
		if in.key() == "" {
			return run(ctx, who, in)
		}
		asked, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("spell what %s was asked: %w", a.name, err)
		}
		hash := sha256.Sum256(fmt.Appendf(nil, "%s %s", a.name, asked))
		attempt := models.Attempt{Holder: who.Holder(), Key: in.key(), RequestHash: hash[:]}
		return d.once(ctx, who, attempt, func(ctx context.Context) (any, error) { return run(ctx, who, in) })
	})
}

// once acts, and keeps the result in the same transaction; or gives what was kept.
func (d *desk) once(ctx context.Context, who models.Principal, a models.Attempt, act func(context.Context) (any, error)) (any, error) {
	kept, _, err := d.chat.Once(ctx, who, a, func(ctx context.Context) (models.Reply, error) {
		result, err := act(ctx)
		if err != nil {
			return models.Reply{}, err
		}
		body, err := json.Marshal(result)
		return models.Reply{StatusCode: http.StatusOK, ContentType: fiber.MIMEApplicationJSON, Body: body}, err
	})
	if errors.Is(err, models.ErrKeyReused) {
		return nil, models.Invalid("idempotency_key", models.ErrKeyReused.Message)
	}
	return json.RawMessage(kept.Body), err
}
