// Package bustest holds what every realtime.Bus has to do.
package bustest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/realtime"
)

// patience is how long a note may take.
const patience = 60 * time.Second

// Run checks the bus of a kind. Open makes a medium of its own for one test and
// returns a function that joins one more node to it.
func Run(t *testing.T, open func(t *testing.T) (join func() realtime.Bus)) {
	for name, test := range map[string]func(*testing.T, func() realtime.Bus){
		"every other node gets each note once, the sender none": everyOther,
		"notes of one conversation keep their order":            keepsOrder,
		"a doorbell arrives as it was rung":                     arrivesWhole,
		"what is not a doorbell arrives as told":                rosterArrives,
		"publishing never blocks":                               neverBlocks,
		"a node that ends gets no more":                         ends,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Ear is a receiver that keeps what it hears.
type Ear struct {
	// Notes are what came; Subscribed gets a token each time the bus listens.
	Notes      chan realtime.Note
	Subscribed chan struct{}
}

// Receive implements realtime.Receiver.
func (e *Ear) Receive(n realtime.Note) { e.Notes <- n }

// Resubscribed implements realtime.Receiver.
func (e *Ear) Resubscribed() { e.Subscribed <- struct{}{} }

// Attach runs a bus until the test ends, or stop is called.
func Attach(t *testing.T, bus realtime.Bus) (ear *Ear, stop func()) {
	t.Helper()
	ear = &Ear{Notes: make(chan realtime.Note, 10_000), Subscribed: make(chan struct{}, 100)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- bus.Run(ctx, ear) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the bus ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return ear, stop
}

// Listen is Attach that waits until the bus listens.
func Listen(t *testing.T, bus realtime.Bus) (ear *Ear, stop func()) {
	t.Helper()
	ear, stop = Attach(t, bus)
	await(t, ear.Subscribed)
	return ear, stop
}

func await[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func bell(conversation, seq int64) realtime.Note {
	return realtime.Note{Doorbell: &models.Doorbell{
		Kind: models.BellMessage, AccountID: 1, ConversationID: conversation, Seq: seq,
	}}
}

func everyOther(t *testing.T, join func() realtime.Bus) {
	a, b, c := join(), join(), join()
	earA, _ := Listen(t, a)
	earB, _ := Listen(t, b)
	earC, _ := Listen(t, c)
	const n = 200 // over all buckets
	for i := range int64(n) {
		a.Publish(bell(i, 1))
	}
	for _, ear := range []*Ear{earB, earC} {
		seen := map[int64]int{}
		for range n {
			seen[await(t, ear.Notes).Doorbell.ConversationID]++
		}
		if len(seen) != n {
			t.Errorf("%d different notes came, want %d", len(seen), n)
		}
	}
	// What b says reaches a, and nothing of a's own came before it.
	b.Publish(bell(1000, 1))
	if got := await(t, earA.Notes).Doorbell.ConversationID; got != 1000 {
		t.Errorf("the sender heard %d", got)
	}
}

func keepsOrder(t *testing.T, join func() realtime.Bus) {
	a, b := join(), join()
	ear, _ := Listen(t, b)
	Listen(t, a)
	const n = 1000
	for seq := range int64(n) {
		a.Publish(bell(7, seq))
	}
	for seq := range int64(n) {
		if got := await(t, ear.Notes).Doorbell.Seq; got != seq {
			t.Fatalf("got %d, want %d", got, seq)
		}
	}
}

func arrivesWhole(t *testing.T, join func() realtime.Bus) {
	a, b := join(), join()
	ear, _ := Listen(t, b)
	Listen(t, a)
	now := models.Now(time.Now())
	seq, width, text := int64(3), 640, "c1"
	user, assisted := models.NewUID(), false
	for _, want := range []models.Doorbell{
		{
			Kind: models.BellMessage, AccountID: 1, ConversationID: 2, ConversationUID: models.NewUID(), Seq: 3,
			Message: &models.Message{
				ID: 4, UID: models.NewUID(), AccountID: 1, ConversationID: 2, Seq: 5, PublicSeq: &seq,
				AuthorKind: models.ByUser, UserUID: &user, Author: "Sarah", MessageType: models.TypeImage,
				Content: "<ü\u2028>", Status: models.MessageSent, ClientID: &text, CreatedAt: now,
				Attachments: []models.Attachment{{ID: 6, Filename: "a.png", Size: 7, Width: &width, CreatedAt: now}},
			},
		},
		{Kind: models.BellConversation, AccountID: 1, ConversationID: 2, Status: models.StatusClosed, Survey: true},
		{Kind: models.BellConversation, AccountID: 1, ConversationID: 2, Status: models.StatusOpen, Assisted: &assisted},
		{Kind: models.BellRead, AccountID: 1, ConversationID: 2, Seq: 9, From: models.ByUser},
		{Kind: models.BellEvents, AccountID: 1, Pos: 10},
		{Kind: models.BellTyping, AccountID: 1, ConversationID: 2, From: models.ByContact, Author: "Jane", Active: true},
		{Kind: models.BellViewing, AccountID: 1, ConversationID: 2, ConversationUID: user, UserUID: user, Socket: models.NewUID(), Author: "Sarah", Active: true},
		{Kind: models.BellDelta, AccountID: 1, ConversationID: 2, StreamID: "s", Seq: 3, At: 5, Text: "…"},
		{Kind: models.BellDelta, AccountID: 1, ConversationID: 2, StreamID: "s", Ended: true},
		{Kind: models.BellPage, AccountID: 1, ConversationID: 2, Page: &models.WebPage{URL: "https://shop.example.com/?a=1&b=2", Title: "<ü>"}},
		{Kind: models.BellRevoked, AccountID: 1, KeyID: 11, UserID: 12},
	} {
		a.Publish(realtime.Note{Doorbell: &want})
		if got := await(t, ear.Notes); !reflect.DeepEqual(*got.Doorbell, want) {
			t.Errorf("%s: got %+v, want %+v", want.Kind, *got.Doorbell, want)
		}
	}
}

func rosterArrives(t *testing.T, join func() realtime.Bus) {
	a, b, c := join(), join(), join()
	ear, _ := Listen(t, b)
	Listen(t, a)
	Listen(t, c)
	a.Publish(realtime.Note{Recite: 9})
	if asked := await(t, ear.Notes); asked.Recite != 9 || asked.Doorbell != nil {
		t.Errorf("got %+v", asked)
	}
	want := realtime.Roster{Members: []realtime.Member{
		{AccountID: 1, User: models.NewUID(), Name: "Sarah", Availability: models.AvailabilityAway},
	}}
	a.Publish(realtime.Note{Roster: &want})
	first := await(t, ear.Notes)
	if !reflect.DeepEqual(*first.Roster, want) || first.Doorbell != nil {
		t.Errorf("got %+v, want %+v", first, want)
	}
	c.Publish(realtime.Note{Roster: &want})
	if second := await(t, ear.Notes); first.Node == "" || first.Node == second.Node {
		t.Errorf("two nodes are called %q and %q", first.Node, second.Node)
	}
}

func neverBlocks(t *testing.T, join func() realtime.Bus) {
	a, b := join(), join()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range int64(20_000) { // more than any queue, and nobody carries them
			a.Publish(bell(i, 1))
		}
	}()
	await(t, done)
	ear, _ := Listen(t, b)
	Listen(t, a)
	for deadline := time.Now().Add(patience); ; {
		a.Publish(bell(-1, 1))
		if len(ear.Notes) > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the bus is stuck after an overflow")
		}
	}
}

func ends(t *testing.T, join func() realtime.Bus) {
	a, b, c := join(), join(), join()
	Listen(t, a)
	ear, stop := Listen(t, b)
	other, _ := Listen(t, c)
	stop()
	for i := range int64(10) {
		a.Publish(bell(i, 1))
	}
	for range 10 {
		await(t, other.Notes)
	}
	if n := len(ear.Notes); n != 0 {
		t.Error(fmt.Sprint(n, " notes came after the end"))
	}
}
