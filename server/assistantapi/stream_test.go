package assistantapi

import (
	"bufio"
	"context"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// spelled names what it is given.
type spelled struct{}

func (spelled) begin(chat.Turn) []frame      { return []frame{{raw: "begin"}} }
func (spelled) delta(text string) []frame    { return []frame{{raw: text}} }
func (spelled) end(chat.Reply) []frame       { return []frame{{raw: "end"}} }
func (spelled) fail(e *models.Error) []frame { return []frame{{raw: "fail: " + e.Message}} }
func (spelled) written(s *stream) (text string) {
	var w strings.Builder
	out := bufio.NewWriter(&w)
	s.run(out)
	_ = out.Flush()
	return strings.ReplaceAll(w.String(), "\n\n", "\n")
}

// TestTheEndOfAStreamIsToldHoweverItCame has streams end whose buffer is full, as it is
// before a slow reader, or whose time is over: what they ended with is told all the same.
func TestTheEndOfAStreamIsToldHoweverItCame(t *testing.T) {
	t.Parallel()
	reply := chat.Reply{}
	for want, last := range map[string]step{
		"data: end\n":                    {reply: &reply},
		"data: fail: It took too long\n": {err: models.Fail(models.CodeUpstreamTimeout, "It took too long")},
	} {
		steps := make(chan step, 2)
		steps <- step{text: "a"}
		steps <- step{text: "b"}
		close(steps)
		ctx, stop := context.WithCancel(t.Context())
		stop() // the time is over
		s := &stream{frames: spelled{}, steps: steps, last: last, beat: time.Hour, stop: stop}
		if got := (spelled{}).written(s); got != "data: a\ndata: b\n"+want || ctx.Err() == nil {
			t.Errorf("written is %q", got)
		}
	}
}
