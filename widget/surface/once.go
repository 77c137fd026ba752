package surface

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
)

// The headers of a request that may be sent again, and of an answer that was given
// before.
const (
	HeaderIdempotencyKey     = "Idempotency-Key"
	HeaderIdempotentReplayed = "Idempotent-Replayed"
)

var (
	errKeyLong  = &models.Error{Code: models.CodeInvalid, Field: HeaderIdempotencyKey, Message: "The idempotency key is too long (maximum 255 characters)"}
	errKeyText  = &models.Error{Code: models.CodeInvalid, Field: HeaderIdempotencyKey, Message: "The idempotency key must be valid UTF-8"}
	errKeyTwice = &models.Error{Code: models.CodeInvalid, Field: HeaderIdempotencyKey, Message: "Send one idempotency key"}
)

// Keeper remembers the first answers to requests with an idempotency key; the domain
// service is one. See chat.Replies.
type Keeper interface {
	Once(ctx context.Context, who models.Principal, a models.Attempt, act chat.Act) (reply models.Reply, replayed bool, err error)
}

// errNotKept undoes an act whose answer is a refusal: it stays in the response, but
// the key is free for a better try.
var errNotKept = errors.New("surface: a refusal is not kept")

// once calls the handler, or gives the answer that the same request has had before.
// Only answers below 400 are kept: a refused request has done nothing, and may be
// corrected and sent again under its key.
func (r *Router) once(c *fiber.Ctx, op Operation, handler fiber.Handler) error {
	who := Principal(c.UserContext())
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	// What a login session alone may do carries passwords and codes: not even a hash of
	// such a request is kept.
	if key == "" || op.Caller == LoggedIn || r.options.Keeper == nil || op.Method != http.MethodPost || who.Holder() == "" {
		return handler(c)
	}
	hash, err := requestHash(c)
	if err != nil {
		return err
	}
	attempt := models.Attempt{Holder: who.Holder(), Key: key, RequestHash: hash}
	if op.callsOutside {
		attempt.Lease = OutsideDeadline + Deadline
	}
	outer := c.UserContext()
	reply, replayed, err := r.options.Keeper.Once(outer, who, attempt, func(ctx context.Context) (models.Reply, error) {
		c.Response().ResetBody() // of a try that lost to another transaction
		c.SetUserContext(ctx)
		defer c.SetUserContext(outer)
		return op.answer(c, handler)
	})
	switch {
	case errors.Is(err, errNotKept):
		return nil
	case err != nil || !replayed:
		return err
	}
	c.Set(HeaderIdempotentReplayed, "true")
	c.Response().Header.SetContentType(reply.ContentType)
	return c.Status(reply.StatusCode).Send(reply.Body)
}

// answer calls the handler and reads what it has answered.
func (op Operation) answer(c *fiber.Ctx, handler fiber.Handler) (models.Reply, error) {
	if err := handler(c); err != nil {
		return models.Reply{}, err
	}
	response := c.Response()
	switch status := response.StatusCode(); {
	case status >= http.StatusBadRequest:
		return models.Reply{}, errNotKept
	case response.IsBodyStream():
		return models.Reply{}, nil
	default:
		body, err := op.withoutSecrets(status, slices.Clone(response.Body()))
		return models.Reply{StatusCode: status, ContentType: string(response.Header.ContentType()), Body: body}, err
	}
}

// idempotencyKey is the key that the request carries; "" when there is none.
func idempotencyKey(c *fiber.Ctx) (string, error) {
	given := c.Request().Header.PeekAll(HeaderIdempotencyKey)
	if len(given) == 0 {
		return "", nil
	}
	key := string(given[0])
	for _, other := range given[1:] {
		if string(other) != key {
			return "", errKeyTwice
		}
	}
	switch {
	case !utf8.ValidString(key):
		return "", errKeyText
	case utf8.RuneCountInString(key) > models.MaxIdempotencyKey:
		return "", errKeyLong
	}
	return key, nil
}

// requestHash tells requests apart by method, address and what the body says; how its
// JSON is spelled, or where a form has its boundaries, makes no difference.
func requestHash(c *fiber.Ctx) ([]byte, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s %s\n", c.Method(), c.Request().RequestURI()) // a hash takes everything
	if form := Form(c.UserContext()); form != nil {
		err := hashForm(sum, form)
		return sum.Sum(nil), err
	}
	err := json.NewEncoder(sum).Encode(c.Locals(validatedBody))
	return sum.Sum(nil), err
}

func hashForm(sum hash.Hash, form *multipart.Form) error {
	if err := json.NewEncoder(sum).Encode(form.Value); err != nil {
		return err
	}
	for _, name := range sortedKeys(form.File) {
		for _, file := range form.File[name] {
			if err := hashFile(sum, name, file); err != nil {
				return err
			}
		}
	}
	return nil
}

func hashFile(sum hash.Hash, name string, header *multipart.FileHeader) (err error) {
	_, _ = fmt.Fprintf(sum, "%q %q %d\n", name, header.Filename, header.Size)
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(sum, file)
	return err
}
