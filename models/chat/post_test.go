package chat_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestPostsOfBothSidesAreNumberedAndRing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		s.bell.take()
		reply := s.post(s.owner, c, "Sure!")
		question := s.post(visitor, c, "Thanks")
		if *reply.PublicSeq != 2 || *question.PublicSeq != 3 || !question.CreatedAt.After(reply.CreatedAt) {
			t.Errorf("numbers %d, %d at %s, %s", *reply.PublicSeq, *question.PublicSeq, reply.CreatedAt, question.CreatedAt)
		}
		if reply.AuthorKind != models.ByUser || reply.Author != "Owner" || reply.Status != models.MessageSent ||
			question.AuthorKind != models.ByContact || question.Author != "Jane Doe" || question.Status != models.MessageReceived {
			t.Errorf("reply %+v\nquestion %+v", reply, question)
		}
		rung := s.bell.take()
		if len(rung) != 2 || rung[0].Seq != 2 || rung[1].Seq != 3 || rung[0].ConversationID != c.ID || rung[0].Message.ID != reply.ID {
			t.Errorf("rang: %+v", rung)
		}
		got := s.reload(c)
		if got.MessageCount != 3 || got.UnreadCount != 2 || got.LastMessagePreview != "Thanks" || !got.LastMessageAt.Equal(question.CreatedAt) {
			t.Errorf("the conversation is %+v", got)
		}
	})
}

func TestANoteIsTheTeamsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		s.bell.take()
		note, err := s.chat.Post(s.t.Context(), s.owner, c.UID, chat.Draft{Content: "careful", Internal: true})
		if err != nil || note.PublicSeq != nil {
			t.Fatalf("%+v, %v", note, err)
		}
		reply := s.post(s.owner, c, "Hello")
		if *reply.PublicSeq != 2 {
			t.Errorf("the note took a public number: the reply has %d", *reply.PublicSeq)
		}
		if texts := s.transcript(visitor); !slices.Equal(texts, []string{"Hi, I need help.", "Hello"}) {
			t.Errorf("the visitor reads %q", texts)
		}
		all, err := s.chat.Messages(s.t.Context(), s.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 10}})
		if err != nil || all.Total != 3 || !all.Rows[1].Internal {
			t.Errorf("the team reads %+v, %v", all, err)
		}
		if rung := s.bell.take(); len(rung) != 1 {
			t.Errorf("the note rang: %+v", rung)
		}
		if got := s.reload(c); got.MessageCount != 2 || got.LastMessagePreview != "Hello" {
			t.Errorf("the note counts: %+v", got)
		}
		if _, err := s.chat.Post(s.t.Context(), visitor, c.UID, chat.Draft{Content: "x", Internal: true}); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("a visitor wrote a note: %v", err)
		}
		want := []models.EventType{
			models.EventContactCreated, models.EventConversationCreated, models.EventMessageReceived, models.EventNoteCreated, models.EventMessageSent,
		}
		if types := s.events(); !slices.Equal(types, want) {
			t.Errorf("the log has %v", types)
		}
	})
}

func TestConcurrentRetriesOfOneClientIDStoreOneMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		s.bell.take()
		var (
			wg  sync.WaitGroup
			mu  sync.Mutex
			ids = map[int64]int{}
		)
		for range 20 {
			wg.Go(func() {
				m, err := s.chat.Post(s.t.Context(), visitor, c.UID, chat.Draft{Content: "once", ClientID: "same"})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[m.ID]++
			})
		}
		wg.Wait()
		if len(ids) != 1 {
			t.Errorf("the retries were answered with %d messages", len(ids))
		}
		if texts := s.transcript(visitor); len(texts) != 2 {
			t.Errorf("stored: %q", texts)
		}
		if m := s.post(visitor, c, "next"); *m.PublicSeq != 3 {
			t.Errorf("the retries burnt numbers: the next is %d", *m.PublicSeq)
		}
		if rung := s.bell.take(); len(rung) != 2 {
			t.Errorf("%d doorbells for two messages", len(rung))
		}
	})
}

func TestAVisitorsMessageReopensAndAnAgentsDoesNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		for _, archive := range []bool{false, true} {
			if _, err := s.chat.Resolve(s.t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved, Survey: true}); err != nil {
				t.Fatal(err)
			}
			if archive {
				if _, err := s.chat.Archive(s.t.Context(), s.owner, c.UID); err != nil {
					t.Fatal(err)
				}
			}
			s.post(s.owner, c, "one more thing")
			if got := s.reload(c); got.Status == models.StatusOpen {
				t.Error("an agent's message reopened the conversation")
			}
			s.bell.take()
			s.post(visitor, c, "not quite")
			got := s.reload(c)
			if got.Status != models.StatusOpen || got.ClosedAt != nil || got.ResolutionReason != nil || got.SurveyAsked {
				t.Errorf("after the visitor's message: %+v", got)
			}
			if rung := s.bell.take(); len(rung) != 2 || rung[1].Kind != models.BellConversation || rung[1].Status != models.StatusOpen {
				t.Errorf("rang: %+v", rung)
			}
		}
		n := 0
		for _, e := range s.events() {
			if e == models.EventConversationReopened {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d reopenings in the log", n)
		}
	})
}

func TestBadMessagesAreRefusedAndLeaveNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		_, foreignSite, stranger := newAccount(t, s.access)
		rows := map[string]struct {
			who   models.Principal
			where models.UID
			d     chat.Draft
			want  models.Code
		}{
			"blank":               {visitor, c.UID, chat.Draft{Content: " \u200b"}, models.CodeInvalid},
			"too long":            {visitor, c.UID, chat.Draft{Content: strings.Repeat("x", 10_001)}, models.CodeInvalid},
			"NUL":                 {visitor, c.UID, chat.Draft{Content: "a\x00b"}, models.CodeInvalid},
			"long client id":      {visitor, c.UID, chat.Draft{Content: "a", ClientID: strings.Repeat("x", 256)}, models.CodeInvalid},
			"NUL in client id":    {visitor, c.UID, chat.Draft{Content: "a", ClientID: "a\x00"}, models.CodeInvalid},
			"unknown":             {s.owner, models.NewUID(), chat.Draft{Content: "a"}, models.CodeNotFound},
			"another account's":   {stranger, c.UID, chat.Draft{Content: "a"}, models.CodeNotFound},
			"nobody":              {models.Principal{}, c.UID, chat.Draft{Content: "a"}, models.CodeForbidden},
			"a foreign visitor":   {models.Principal{Kind: models.KindVisitor, AccountID: foreignSite.AccountID, SiteID: foreignSite.ID}, c.UID, chat.Draft{Content: "a"}, models.CodeNotFound},
			"an unknown file":     {s.owner, c.UID, chat.Draft{Content: "a", Attachments: []models.UID{models.NewUID()}}, models.CodeInvalid},
			"six files":           {visitor, c.UID, chat.Draft{Files: slices.Repeat([]chat.Upload{{Filename: "a.txt", Body: strings.NewReader("a")}}, 6)}, models.CodeInvalid},
			"an empty file":       {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("")}}}, models.CodeInvalid},
			"a page":              {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.png", Body: strings.NewReader("<!DOCTYPE html><script>alert(1)</script>")}}}, models.CodeUnsupportedType},
			"a drawing":           {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.png", Body: strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)}}}, models.CodeUnsupportedType},
			"a program":           {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 64))}}}, models.CodeUnsupportedType},
			"a file that breaks":  {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.txt", Body: io.MultiReader(strings.NewReader("a"), broken{})}}}, models.CodeInvalid},
			"one good, one large": {visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("a")}, {Filename: "b.txt", Body: strings.NewReader(strings.Repeat("b", 10<<20+1))}}}, models.CodeTooLarge},
		}
		for name, r := range rows {
			if _, err := s.chat.Post(s.t.Context(), r.who, r.where, r.d); !models.HasCode(err, r.want) {
				t.Errorf("%s: %v, want %s", name, err, r.want)
			}
		}
		if texts := s.transcript(visitor); len(texts) != 1 || s.blobs.count() != 0 {
			t.Errorf("refused messages left %q and %d files", texts, s.blobs.count())
		}
	})
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesAreJudgedByTheirContentAndComeBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		content := picture(t)
		m, err := s.chat.Post(s.t.Context(), visitor, c.UID, chat.Draft{Files: []chat.Upload{
			{Filename: "../holiday.exe", Body: bytes.NewReader(content)}, {Filename: "notes.txt", Body: strings.NewReader("hello")},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Attachments) != 2 || m.MessageType != models.TypeImage {
			t.Fatalf("stored %+v", m)
		}
		a := m.Attachments[0]
		if a.ContentType != "image/png" || a.Filename != "holiday.exe" || *a.Width != 3 || *a.Height != 2 || a.Size != int64(len(content)) {
			t.Errorf("the picture is %+v", a)
		}
		for _, who := range []models.Principal{visitor, s.owner} {
			got, body, err := s.chat.File(s.t.Context(), who, m.ID, a.ID)
			if err != nil || got.UID != a.UID {
				t.Fatalf("%s: %v", who.Kind, err)
			}
			if read, err := io.ReadAll(body); err != nil || !bytes.Equal(read, content) {
				t.Errorf("%s reads %d bytes, %v", who.Kind, len(read), err)
			}
		}
		_, other := s.start("other")
		for name, wrong := range map[string][2]int64{"another message": {m.ID + 1, a.ID}, "another file": {m.ID, a.ID + 1000}, "nonsense": {0, 0}} {
			if _, _, err := s.chat.File(s.t.Context(), visitor, wrong[0], wrong[1]); !models.HasCode(err, models.CodeNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.chat.File(s.t.Context(), other, m.ID, a.ID); !models.HasCode(err, models.CodeNotFound) {
			t.Errorf("another visitor: %v", err)
		}
		texts := s.transcript(visitor)
		if len(texts) != 2 {
			t.Errorf("the visitor reads %q", texts)
		}
	})
}

func TestAFileInANoteDoesNotExistForTheVisitor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		note, err := s.chat.Post(s.t.Context(), s.owner, c.UID, chat.Draft{Internal: true, Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("secret")}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.chat.File(s.t.Context(), visitor, note.ID, note.Attachments[0].ID); !models.HasCode(err, models.CodeNotFound) {
			t.Errorf("the visitor gets %v", err)
		}
	})
}

func TestAReplayedPostKeepsNoSecondCopyOfItsFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		for range 3 {
			m, err := s.chat.Post(s.t.Context(), visitor, c.UID, chat.Draft{ClientID: "x", Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("hello")}}})
			if err != nil || len(m.Attachments) != 1 {
				t.Fatalf("%+v, %v", m, err)
			}
		}
		if s.blobs.count() != 1 {
			t.Errorf("%d files are kept", s.blobs.count())
		}
	})
}

func TestManyWritersGetOneOrderWithoutHoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		const conversations, writers, each = 4, 4, 10
		var wg sync.WaitGroup
		visitors := make([]models.Principal, conversations)
		for i := range conversations {
			c, visitor := s.start(fmt.Sprint("t", i))
			visitors[i] = visitor
			for w := range writers {
				who := []models.Principal{visitor, s.owner}[w%2]
				wg.Go(func() {
					for n := range each {
						if _, err := s.chat.Post(s.t.Context(), who, c.UID, chat.Draft{Content: fmt.Sprintf("%d of writer %d", n, w)}); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		wg.Wait()
		for _, v := range visitors {
			if texts := s.transcript(v); len(texts) != 1+writers*each {
				t.Errorf("%d messages are stored", len(texts))
			}
		}
	})
}
