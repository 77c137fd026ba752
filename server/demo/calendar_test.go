package demo

import (
	"slices"
	"testing"
	"time"
)

func TestConversationsBeginWhenPeopleAreUp(t *testing.T) {
	t.Parallel()
	all := starts(dice(1, 0), now, 5000)
	if !slices.IsSortedFunc(all, time.Time.Compare) {
		t.Error("they are out of order")
	}
	night, sunday, first, second := 0, 0, 0, 0
	for _, at := range all {
		if at.After(now.Add(-fresh)) || at.Before(now.AddDate(0, 0, -Days)) {
			t.Errorf("one begins at %v", at)
		}
		if at.Hour() < 6 {
			night++
		}
		if at.Weekday() == time.Sunday {
			sunday++
		}
		if at.Before(now.AddDate(0, 0, -Days/2)) {
			first++
		} else {
			second++
		}
	}
	if night > 500 || sunday > 500 || second <= first {
		t.Errorf("%d at night, %d on Sundays, %d in the first half and %d in the second", night, sunday, first, second)
	}
}

func TestTheTeamAnswersInWorkingHoursAsARule(t *testing.T) {
	t.Parallel()
	d := dice(2, 0)
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	saturday := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	monday := 0
	for range 200 {
		if got := attended(d, noon); !got.Equal(noon) {
			t.Fatalf("at noon on a Wednesday the team comes at %v", got)
		}
		got := attended(d, saturday)
		if got.Before(saturday) {
			t.Fatalf("the team comes at %v, before it was asked", got)
		}
		if got.Weekday() == time.Monday && got.Hour() == begins {
			monday++
		}
	}
	if monday < 100 || monday == 200 {
		t.Errorf("of 200 on a Saturday %d wait until Monday morning", monday)
	}
}

func TestSpansAreAroundTheirMedian(t *testing.T) {
	t.Parallel()
	d := dice(3, 0)
	var all []time.Duration
	for range 1001 {
		all = append(all, soon(d, time.Minute))
	}
	slices.Sort(all)
	if median := all[500]; all[0] <= 0 || median < 50*time.Second || median > 70*time.Second || all[1000] < 3*time.Minute {
		t.Errorf("from %v over %v to %v", all[0], all[500], all[1000])
	}
}

func TestGreetingsAndTextsGoTogether(t *testing.T) {
	t.Parallel()
	talk := &talk{}
	for _, c := range []struct{ greeting, text, want string }{
		{"Guten Tag Anna,", "ich habe es geprüft.", "Guten Tag Anna,\nich habe es geprüft."},
		{"Hallo, hier ist Jonas.", "ich habe es geprüft.", "Hallo, hier ist Jonas.\nIch habe es geprüft."},
		{"Hola.", "¿puedo cambiarlo?", "Hola.\n¿Puedo cambiarlo?"},
		{"أهلًا،", "راجعت الطلب.", "أهلًا،\nراجعت الطلب."},
	} {
		if got := talk.joined(c.greeting, c.text); got != c.want {
			t.Errorf("%q and %q make %q", c.greeting, c.text, got)
		}
	}
	if got := capital("123"); got != "123" {
		t.Errorf("digits become %q", got)
	}
	for _, c := range [][3]string{{"Jürgen", "Müller", "juergen.mueller"}, {"Lucía", "Núñez", "lucia.nunez"}, {"陽菜", "佐藤", "customer"}} {
		if got := plain(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s becomes %q", c[0], c[1], got)
		}
	}
}
