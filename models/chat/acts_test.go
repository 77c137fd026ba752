package chat_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// done fails the test on an error and gives the conversation on.
func done(t *testing.T) func(models.Conversation, error) models.Conversation {
	return func(c models.Conversation, err error) models.Conversation {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func TestAssigningTellsOnceAndSilencesTheAssistant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		user := s.owner.UserUID
		got := done(t)(s.chat.Assign(s.t.Context(), s.owner, c.UID, chat.Assignment{To: &user, Note: "a good customer"}))
		if got.Assignee == nil || got.Assignee.UID != user || got.AssistantActive {
			t.Errorf("assigned: %+v", got)
		}
		done(t)(s.chat.Assign(s.t.Context(), s.owner, c.UID, chat.Assignment{To: &user}))
		got = done(t)(s.chat.Assign(s.t.Context(), s.owner, c.UID, chat.Assignment{}))
		if got.Assignee != nil || got.AssignedTo != nil {
			t.Errorf("unassigned: %+v", got)
		}
		want := []models.EventType{models.EventConversationAssigned, models.EventNoteCreated, models.EventConversationAssigned}
		if types := s.events()[3:]; !slices.Equal(types, want) {
			t.Errorf("the log has %v, want %v", types, want)
		}
		if texts := s.transcript(visitor); len(texts) != 1 {
			t.Errorf("the visitor reads %q", texts)
		}
	})
}

func TestAssigningToNobodyKnownChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("t")
		_, _, stranger := newAccount(t, s.access)
		for _, user := range []models.UID{models.NewUID(), stranger.UserUID, {}} {
			_, err := s.chat.Assign(s.t.Context(), s.owner, c.UID, chat.Assignment{To: &user, Note: "must not stay"})
			if e := models.AsError(err); e.Code != models.CodeInvalid || e.Field != "assigned_to" {
				t.Errorf("assigned to %s: %v", user, err)
			}
		}
		if types := s.events(); len(types) != 3 {
			t.Errorf("something happened: %v", types[3:])
		}
	})
}

func TestASandboxAssignsItsConversationsToTheSamePeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		tester, err := s.access.Key(s.t.Context(), s.creds.TestKey)
		if err != nil {
			t.Fatal(err)
		}
		site, err := s.access.Site(s.t.Context(), s.creds.TestSiteKey)
		if err != nil {
			t.Fatal(err)
		}
		c := done(t)(s.chat.Start(s.t.Context(), site, opening("t")))
		user := s.owner.UserUID
		if got := done(t)(s.chat.Assign(s.t.Context(), tester, c.UID, chat.Assignment{To: &user})); got.Assignee == nil || got.Assignee.UID != user {
			t.Errorf("assigned: %+v", got)
		}
		users, err := s.chat.Users(s.t.Context(), tester, models.Page{Limit: 10})
		if err != nil || users.Total != 1 || users.Rows[0].UID != user {
			t.Errorf("the sandbox lists %+v, %v", users, err)
		}
		if _, err := s.chat.Conversation(s.t.Context(), s.owner, c.UID); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("the live key sees the sandbox: %v", err)
		}
	})
}

func TestLabelsAreASetWhoeverAddsThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("t")
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if _, err := s.chat.Label(s.t.Context(), s.owner, c.UID, []string{fmt.Sprint("label ", i), "shared"}, chat.LabelAdd); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := s.reload(c).Labels; len(got) != 11 || !slices.IsSorted(got) {
			t.Errorf("labels: %q", got)
		}
		got := done(t)(s.chat.Label(s.t.Context(), s.owner, c.UID, []string{"shared", "unknown"}, chat.LabelRemove))
		if len(got.Labels) != 10 {
			t.Errorf("after removing: %q", got.Labels)
		}
		got = done(t)(s.chat.Label(s.t.Context(), s.owner, c.UID, []string{"b", "a", "B", " a "}, chat.LabelReplace))
		if !slices.Equal(got.Labels, []string{"a", "b"}) {
			t.Errorf("after replacing: %q", got.Labels)
		}
		before := len(s.events())
		done(t)(s.chat.Label(s.t.Context(), s.owner, c.UID, []string{"a"}, chat.LabelAdd))
		if after := s.events(); len(after) != before {
			t.Errorf("adding what is there was told: %v", after[before:])
		}
		for name, bad := range map[string][]string{"blank": {" "}, "NUL": {"a\x00"}, "too many": slices.Repeat([]string{"x"}, 51)} {
			if _, err := s.chat.Label(s.t.Context(), s.owner, c.UID, bad, chat.LabelAdd); !models.HasCode(err, models.CodeInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.chat.Label(s.t.Context(), s.owner, c.UID, []string{"a"}, "toggle"); models.AsError(err).Field != "action" {
			t.Errorf("an unknown action: %v", err)
		}
	})
}

func TestTheStatusFlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("t")
		s.bell.take()
		if _, err := s.chat.Archive(s.t.Context(), s.owner, c.UID); !errors.Is(err, chat.ErrNotClosed) {
			t.Errorf("archiving an open one: %v", err)
		}
		if _, err := s.chat.Resolve(s.t.Context(), s.owner, c.UID, chat.Resolution{Reason: "bored"}); !errors.Is(err, chat.ErrReasonNeeded) {
			t.Errorf("an unknown reason: %v", err)
		}
		got := done(t)(s.chat.Resolve(s.t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonDuplicate, Survey: true, Note: "see the other"}))
		if got.Status != models.StatusClosed || got.ClosedAt == nil || *got.ResolutionReason != models.ReasonDuplicate {
			t.Errorf("resolved: %+v", got)
		}
		if rung := s.bell.take(); len(rung) != 1 || rung[0].Status != models.StatusClosed || !rung[0].Survey {
			t.Errorf("rang: %+v", rung)
		}
		got = done(t)(s.chat.Resolve(s.t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam, Survey: true}))
		if *got.ResolutionReason != models.ReasonSpam || len(s.bell.take()) != 0 || got.ResolveCount != 1 {
			t.Errorf("resolved again: %+v", got)
		}
		if got = done(t)(s.chat.Archive(s.t.Context(), s.owner, c.UID)); got.Status != models.StatusArchived {
			t.Errorf("archived: %+v", got)
		}
		if _, err := s.chat.Archive(s.t.Context(), s.owner, c.UID); !errors.Is(err, chat.ErrNotClosed) {
			t.Errorf("archiving an archived one: %v", err)
		}
		if _, err := s.chat.Resolve(s.t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam}); !errors.Is(err, chat.ErrArchived) {
			t.Errorf("resolving an archived one: %v", err)
		}
		got = done(t)(s.chat.Reopen(s.t.Context(), s.owner, c.UID))
		done(t)(s.chat.Reopen(s.t.Context(), s.owner, c.UID))
		if got.Status != models.StatusOpen || got.ClosedAt != nil || got.ResolutionReason != nil {
			t.Errorf("reopened: %+v", got)
		}
		want := []models.EventType{
			models.EventConversationResolved, models.EventNoteCreated, models.EventConversationUpdated,
			models.EventConversationUpdated, models.EventConversationReopened,
		}
		if types := s.events()[3:]; !slices.Equal(types, want) {
			t.Errorf("the log has %v, want %v", types, want)
		}
	})
}

func TestEachResolveIsRatedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		if err := s.chat.Rate(s.t.Context(), visitor, 5, ""); !errors.Is(err, chat.ErrNothingToRate) {
			t.Errorf("before any resolve: %v", err)
		}
		resolve := chat.Resolution{Reason: models.ReasonIssueResolved, Survey: true}
		done(t)(s.chat.Resolve(s.t.Context(), s.owner, c.UID, resolve))
		for _, score := range []int{0, 6, -1} {
			if err := s.chat.Rate(s.t.Context(), visitor, score, ""); models.AsError(err).Field != "score" {
				t.Errorf("score %d: %v", score, err)
			}
		}
		if err := s.chat.Rate(s.t.Context(), visitor, 4, "quick"); err != nil {
			t.Fatal(err)
		}
		if err := s.chat.Rate(s.t.Context(), visitor, 1, ""); !errors.Is(err, chat.ErrRatedBefore) {
			t.Errorf("twice: %v", err)
		}
		if got := s.reload(c); got.Rating == nil || *got.Rating != 4 {
			t.Errorf("the rating is %v", got.Rating)
		}
		s.post(visitor, c, "again")
		done(t)(s.chat.Resolve(s.t.Context(), s.owner, c.UID, resolve))
		if err := s.chat.Rate(s.t.Context(), visitor, 2, ""); err != nil {
			t.Errorf("after the second resolve: %v", err)
		}
		if err := s.chat.Rate(s.t.Context(), s.owner, 5, ""); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("an agent rates himself: %v", err)
		}
	})
}

func TestReadMarksGoForwardAndNoFurtherThanTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		reply := s.post(s.owner, c, "Hello")
		s.bell.take()
		got := done(t)(s.chat.MarkRead(s.t.Context(), s.owner, c.UID, 0))
		if got.UnreadCount != 0 || got.AgentReadSeq != 2 {
			t.Errorf("read by the team: %+v", got)
		}
		if rung := s.bell.take(); len(rung) != 1 || rung[0].From != models.ByUser || rung[0].Seq != 2 {
			t.Errorf("rang: %+v", rung)
		}
		for _, seq := range []int64{1, 99, 1, 2} {
			done(t)(s.chat.MarkRead(s.t.Context(), visitor, visitor.ConversationUID, seq))
		}
		if got := s.reload(c); got.VisitorReadSeq != 2 {
			t.Errorf("read by the visitor up to %d", got.VisitorReadSeq)
		}
		if rung := s.bell.take(); len(rung) != 2 || rung[1].From != models.ByContact {
			t.Errorf("rang: %+v", rung)
		}
		list, err := s.chat.Messages(s.t.Context(), s.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 10}})
		if err != nil || list.Rows[1].ID != reply.ID || list.Rows[1].Status != models.MessageRead || list.Rows[0].Status != models.MessageReceived {
			t.Errorf("the statuses are %+v, %v", list.Rows, err)
		}
		if _, err := s.chat.MarkRead(s.t.Context(), visitor, visitor.ConversationUID, -1); models.AsError(err).Field != "seq" {
			t.Errorf("a negative number: %v", err)
		}
		if types := s.events(); types[len(types)-1] != models.EventMessageRead {
			t.Errorf("the log ends with %v", types)
		}
		s.post(visitor, c, "one more")
		if got := s.reload(c); got.UnreadCount != 1 {
			t.Errorf("unread: %d", got.UnreadCount)
		}
	})
}

func TestTypingRingsForTheOtherSideAndIsNotStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		s.bell.take()
		for _, who := range []models.Principal{visitor, s.owner} {
			if _, err := s.chat.Typing(s.t.Context(), who, c.UID, true); err != nil {
				t.Fatal(err)
			}
		}
		rung := s.bell.take()
		if len(rung) != 2 || rung[0].From != models.ByContact || rung[1].From != models.ByUser || rung[1].ConversationID != c.ID || rung[1].Author != "Owner" {
			t.Errorf("rang: %+v", rung)
		}
		_, _, stranger := newAccount(t, s.access)
		if _, err := s.chat.Typing(s.t.Context(), stranger, c.UID, true); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("a stranger types: %v", err)
		}
		if types := s.events(); len(types) != 3 {
			t.Errorf("typing was stored: %v", types)
		}
	})
}

func TestTheSequencerRingsForEveryCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		ctx, stop := context.WithCancel(s.t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.chat.RunSequencer(ctx) }()
		c, visitor := s.start("t")
		s.post(visitor, c, "and another")
		soon(t, "the log has four places", func() bool {
			_, last, err := s.chat.EventSpan(s.t.Context(), s.owner)
			return err == nil && last == 4
		})
		soon(t, "the doorbell says so", func() bool {
			return slices.ContainsFunc(s.bell.take(), func(d models.Doorbell) bool {
				return d.Kind == models.BellEvents && d.AccountID == s.owner.AccountID && d.Pos == 4
			})
		})
		heads, err := s.chat.EventPositions(s.t.Context(), []int64{s.owner.AccountID, -1})
		if err != nil || len(heads) != 1 || heads[s.owner.AccountID] != 4 {
			t.Errorf("EventPositions = %v, %v", heads, err)
		}
		seqs, err := s.chat.PublicSeqs(s.t.Context(), []int64{c.ID, -1})
		if err != nil || len(seqs) != 1 || seqs[c.ID] != 2 {
			t.Errorf("PublicSeqs = %v, %v", seqs, err)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the sequencer ended with %v", err)
		}
	})
}

func TestAVisitorReadsNothingButTheOwnConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, visitor := s.start("mine")
		other, _ := s.start("theirs")
		calls := map[string]error{}
		_, calls["list"] = s.chat.Conversations(s.t.Context(), visitor, chat.ConversationQuery{Page: models.Page{Limit: 1}})
		_, calls["messages"] = s.chat.Messages(s.t.Context(), visitor, chat.MessageQuery{Conversation: visitor.ConversationUID, Page: models.Page{Limit: 1}})
		_, calls["users"] = s.chat.Users(s.t.Context(), visitor, models.Page{Limit: 1})
		_, calls["contacts"] = s.chat.Contacts(s.t.Context(), visitor, chat.ContactQuery{Page: models.Page{Limit: 1}})
		_, calls["events"] = s.chat.EventsAfter(s.t.Context(), visitor, 0, 1)
		_, calls["resolve"] = s.chat.Resolve(s.t.Context(), visitor, visitor.ConversationUID, chat.Resolution{Reason: models.ReasonSpam})
		_, calls["another's"] = s.chat.Conversation(s.t.Context(), visitor, other.UID)
		_, calls["mark another's"] = s.chat.MarkRead(s.t.Context(), visitor, other.UID, 1)
		messages, err := s.chat.Transcript(s.t.Context(), visitor, chat.TranscriptQuery{ConversationID: other.ID})
		if err == nil && len(messages) > 0 {
			t.Error("another's transcript can be read")
		}
		for name, err := range calls {
			if !models.HasCode(err, models.CodeForbidden) && !models.HasCode(err, models.CodeNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
