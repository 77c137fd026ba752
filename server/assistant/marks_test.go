package assistant_test

import (
	"strings"
	"testing"

	"parley/models"
	"parley/server/assistant"
)

// visitorAsks is a question of a visitor who can be handed off.
func visitorAsks(text string) assistant.Ask {
	ask := question(text)
	ask.Handoff, ask.HandsOff = true, true
	return ask
}

func TestAModelHandsOffByAMarkThatNobodySees(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pieces []string
		want   string
		leaves bool
		knew   bool
	}{
		"alone":           {[]string{"[[person]]"}, "", true, true},
		"unknown":         {[]string{"[[unknown]]"}, "", true, false},
		"in capitals":     {[]string{"[[UNKNOWN]]"}, "", true, false},
		"cut anywhere":    {[]string{"I see none. ", "[", "[unk", "nown]", "]"}, "I see none.", true, false},
		"in the middle":   {[]string{"One [[per", "son]]two"}, "One two", true, true},
		"both":            {[]string{"[[person]][[unknown]]"}, "", true, false},
		"no mark":         {[]string{"See [", "1] and [[2]]"}, "See [1] and [[2]]", false, true},
		"half a mark":     {[]string{"It ends so: [[pers"}, "It ends so: [[pers", false, true},
		"half, then text": {[]string{"[[", "x]] is ", "text"}, "[[x]] is text", false, true},
	} {
		f := model(t, says(test.pieces...))
		var shown strings.Builder
		a, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), visitorAsks("What?"), func(d string) { shown.WriteString(d) })
		if err != nil || a.Text != test.want || shown.String() != test.want || a.Handoff != test.leaves || a.KnewIt != test.knew {
			t.Errorf("%s: %+v and %q shown, %v", name, a, shown.String(), err)
		}
		if !strings.Contains(f.calls[0], "[[person]]") {
			t.Errorf("the model is not told of the mark: %s", f.calls[0])
		}
	}
}

func TestOtherwiseAMarkIsText(t *testing.T) {
	t.Parallel()
	f := model(t, says("Write [[person]]."))
	ask := question("How do I write a mark?") // with nobody behind the assistant
	a, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), ask, nil)
	if err != nil || a.Text != "Write [[person]]." || a.Handoff || strings.Contains(f.calls[0], "When you cannot help") {
		t.Errorf("%+v, %v, asked by %s", a, err, f.calls[0])
	}
}

func TestAnAnswerOfNothingIsStillNone(t *testing.T) {
	t.Parallel()
	f := model(t, says(" ", "\n"))
	if a, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), visitorAsks("What?"), nil); !models.HasCode(err, models.CodeUpstream) {
		t.Errorf("%+v, %v", a, err)
	}
}
