package assistantapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// frames spell the events of a stream, in order: one begin, deltas, and end or fail.
type frames interface {
	begin(t chat.Turn) []frame
	delta(text string) []frame
	end(r chat.Reply) []frame
	fail(e *models.Error) []frame
}

// frame is one server-sent event; raw stands for data as it is.
type frame struct {
	event string
	data  any
	raw   string
}

// doneFrame ends a stream whose answer is stored.
var doneFrame = frame{raw: "[DONE]"}

// step is something that happened to a turn under way: the first one that is set.
type step struct {
	err   error
	reply *chat.Reply
	turn  *chat.Turn
	text  string
}

// stepsAhead is how far an engine may run ahead of a slow reader.
const stepsAhead = 64

// stream is an answer that is written while it is made. It holds nothing of the request:
// that is over when the writing begins.
type stream struct {
	frames frames
	first  []step
	steps  <-chan step
	// last is how it ended. It is there when steps is closed, however slow the reader is:
	// an end that was left out would look like an answer.
	last step
	beat time.Duration
	stop context.CancelFunc
}

// stream asks, and waits for the first piece: what goes wrong before it is an ordinary
// error, and who hangs up before it is not waited for. Later the beat finds out.
func (a *api) stream(ctx context.Context, q chat.Question, f frames) (*stream, error) {
	who := surface.Principal(ctx)
	asking, stop := surface.Outlive(ctx, chat.TurnTime)
	defer context.AfterFunc(ctx, stop)()
	steps := make(chan step, stepsAhead)
	s := &stream{frames: f, steps: steps, beat: a.beat, stop: stop}
	tell := func(s step) {
		select {
		case steps <- s:
		case <-asking.Done(): // nobody listens
		}
	}
	go func() {
		defer close(steps)
		reply, err := a.desk.Ask(asking, who, q, chat.Hearer{
			Begun: func(t chat.Turn) { tell(step{turn: &t}) },
			Delta: func(text string) { tell(step{text: text}) },
		})
		s.last = step{err: err}
		if err == nil {
			s.last = step{reply: &reply}
		}
	}()
	for next := range steps {
		if s.first = append(s.first, next); next.turn == nil {
			return s, nil
		}
	}
	if s.last.err != nil {
		stop()
		return nil, s.last.err
	}
	return s, nil
}

// write begins the response; the writer runs when the handler has returned.
func (s *stream) write(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	c.Context().SetBodyStreamWriter(s.run)
	return nil
}

// VisitCreateChatResponse implements CreateChatResponseObject.
func (s *stream) VisitCreateChatResponse(c *fiber.Ctx) error { return s.write(c) }

// VisitCreateCompletionResponse implements CreateCompletionResponseObject.
func (s *stream) VisitCreateCompletionResponse(c *fiber.Ctx) error { return s.write(c) }

// VisitCreateResponseResponse implements CreateResponseResponseObject.
func (s *stream) VisitCreateResponseResponse(c *fiber.Ctx) error { return s.write(c) }

// run writes until the turn has ended or the reader has gone, who then takes the turn
// along.
func (s *stream) run(w *bufio.Writer) {
	defer s.stop()
	for _, first := range s.first {
		if s.put(w, first) != nil {
			return
		}
	}
	beat := time.NewTicker(s.beat)
	defer beat.Stop()
	for {
		select {
		case next, more := <-s.steps:
			if !more {
				_ = s.put(w, s.last) // whoever has gone needs no end
				return
			}
			if s.put(w, next) != nil {
				return
			}
		case <-beat.C:
			if flush(w, ": still there\n\n") != nil {
				return
			}
		}
	}
}

// put writes one step.
func (s *stream) put(w *bufio.Writer, next step) error {
	for _, f := range s.spell(next) {
		if err := f.write(w); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (s *stream) spell(next step) []frame {
	switch {
	case next.err != nil:
		return s.frames.fail(surface.Failure(next.err))
	case next.reply != nil:
		return s.frames.end(*next.reply)
	case next.turn != nil:
		return s.frames.begin(*next.turn)
	default:
		return s.frames.delta(next.text)
	}
}

func (f frame) write(w *bufio.Writer) error {
	if f.event != "" {
		if _, err := fmt.Fprintf(w, "event: %s\n", f.event); err != nil {
			return err
		}
	}
	data := []byte(f.raw)
	if f.raw == "" {
		var err error
		if data, err = json.Marshal(f.data); err != nil {
			return fmt.Errorf("encode a piece of a stream: %w", err)
		}
	}
	_, err := fmt.Fprintf(w, "data: %s\n\n", data)
	return err
}

func flush(w *bufio.Writer, text string) error {
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	return w.Flush()
}
