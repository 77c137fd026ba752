package demo

import (
	"bytes"
	"crypto/rand"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"

	"parley/models"
	"parley/models/chat"
)

// finish ends the conversation: it is closed, rated perhaps, opened again by another
// question now and then, and put away in time.
func (t *talk) finish() {
	c := &t.f.Conversation
	if !t.close(soon(t.Rand, 25*time.Minute), t.f.Messages[0].CreatedAt) {
		return
	}
	if (t.channel == models.ChannelChat || t.channel == models.ChannelEmail) && t.chance(38) {
		t.rate()
	}
	if t.chance(4) {
		t.again()
	}
	if c.Status == models.StatusClosed && t.chance(80) && t.passes(21*24*time.Hour) {
		c.Status = models.StatusArchived
		t.changed(models.StatusArchived, *c.ClosedAt)
	}
}

func (t *talk) close(wait time.Duration, opened time.Time) bool {
	if !t.passes(wait) {
		return false
	}
	c := &t.f.Conversation
	reason := models.ReasonIssueResolved
	if t.chance(6) {
		reason = models.ReasonNotIssue
	}
	closed := t.clock
	c.Status, c.ClosedAt, c.ResolutionReason = models.StatusClosed, &closed, &reason
	c.ResolveCount++
	t.changed(models.StatusClosed, opened)
	t.record(models.EventConversationResolved, models.KindUser, nil)
	return true
}

func (t *talk) changed(status models.ConversationStatus, opened time.Time) {
	t.f.Changes = append(t.f.Changes, models.StatusChange{Status: status, AssignedTo: t.f.Conversation.AssignedTo, OpenedAt: opened, CreatedAt: t.clock})
}

// rate is the customer's verdict: mostly a good one.
func (t *talk) rate() {
	c := &t.f.Conversation
	c.SurveyAsked = true
	if !t.passes(soon(t.Rand, 10*time.Minute)) {
		return
	}
	score, list := 5, "good"
	switch roll := t.IntN(100); {
	case roll < 5:
		score, list = 1, "bad"
	case roll < 9:
		score, list = 2, "bad"
	case roll < 18:
		score, list = 3, "bad"
	case roll < 42:
		score = 4
	}
	r := models.Rating{UID: models.NewUID(), ResolveCount: c.ResolveCount, Score: score, CreatedAt: t.clock}
	if t.chance(45) {
		comment := t.words.Replace(t.oneOf(t.language.lists[list]))
		r.Comment = &comment
	}
	c.Rating = &score
	t.f.Ratings = append(t.f.Ratings, r)
	t.record(models.EventRatingCreated, t.visitor(), nil)
}

// again is another question after the end, which opens the conversation again.
func (t *talk) again() {
	if t.channel.OneThread() {
		return // the customer may have an open one there by then
	}
	if !t.passes(soon(t.Rand, 30*time.Hour)) {
		t.over = false
		return
	}
	c := &t.f.Conversation
	c.Status, c.ClosedAt, c.ResolutionReason, c.SurveyAsked = models.StatusOpen, nil, nil, false
	t.say(turn{by: models.ByContact, text: t.sentence("f", 1-t.matter)}, time.Millisecond)
	reopened := t.clock
	c.ReopenedAt = &reopened
	t.changed(models.StatusOpen, t.f.Messages[0].CreatedAt)
	t.record(models.EventConversationReopened, t.visitor(), nil)
	t.say(turn{by: models.ByUser, text: t.sentence("c", 1-t.matter)}, attended(t.Rand, t.clock).Add(soon(t.Rand, 20*time.Minute)).Sub(t.clock))
	t.close(soon(t.Rand, 20*time.Minute), reopened)
}

// filled is the conversation as it is stored.
func (t *talk) filled() chat.Filled {
	f := t.f
	c := &f.Conversation
	begun, last := f.Messages[0].CreatedAt, f.Messages[len(f.Messages)-1]
	c.UID, c.Channel, c.Priority, c.Locale = models.NewUID(), t.channel, models.PriorityNormal, t.language.code
	c.AuthorName, c.CreatedAt, c.UpdatedAt, c.LastMessageBy = *t.contact.FullName(), begun, t.clock, last.AuthorKind
	if c.Status == "" {
		c.Status = models.StatusOpen
	}
	if t.chance(30) {
		c.Priority = models.Priority(t.family.priority)
	}
	if t.channel == models.ChannelEmail || t.chance(35) {
		subject := t.words.Replace(t.family.subject)
		c.Subject = &subject
	}
	if t.channel == models.ChannelChat {
		site := t.o.SiteID
		c.SiteID = &site
		c.Page = &models.WebPage{URL: "https://shop.example/" + t.language.code + "/" + t.family.name, Title: t.family.subject}
	}
	f.Contact = t.contact
	c.AgentReadSeq = t.readByTeam()
	for _, name := range t.labels() {
		f.LabelIDs = append(f.LabelIDs, t.o.LabelIDs[name])
	}
	if spoke := lastOutbound(f.Messages); spoke != nil && (t.contact.LastContacted == nil || t.contact.LastContacted.Before(*spoke)) {
		t.contact.LastContacted = spoke
	}
	for _, e := range t.events {
		row := models.Event{UID: models.NewUID(), Type: e.kind, ActorKind: e.actor, MessageID: e.message, CreatedAt: e.at}
		if e.actor == models.KindUser {
			agent := t.agent.ID
			row.ActorUserID = &agent
		}
		f.Events = append(f.Events, row)
	}
	return f
}

// lastOutbound is when the team or its assistant last wrote.
func lastOutbound(messages []models.Message) (at *time.Time) {
	for _, m := range messages {
		if !m.Internal && m.AuthorKind != models.ByContact {
			spoke := m.CreatedAt
			at = &spoke
		}
	}
	return at
}

// readByTeam is the public number up to which the team has read: everything of what is
// closed, and what came before its own words otherwise.
func (t *talk) readByTeam() int64 {
	var public, read int64
	for _, m := range t.f.Messages {
		if m.Internal {
			continue
		}
		public++
		if m.AuthorKind == models.ByUser {
			read = public
		}
	}
	if t.f.Conversation.Status == models.StatusClosed || t.f.Conversation.Status == models.StatusArchived {
		return public
	}
	return read
}

func (t *talk) labels() []string {
	var names []string
	if t.chance(85) {
		names = append(names, t.family.label)
	}
	if t.chance(4) {
		names = append(names, vip)
	}
	return names
}

const (
	// The size of a picture, in points.
	pictureWidth, pictureHeight = 96, 64
	// pictureEvery is of how many conversations one has a picture: few enough that those
	// there may be last to the newest conversation.
	pictureEvery = 10
)

// depict adds a picture to a message: stripes in two colours.
func (t *talk) depict(m *models.Message) {
	t.drawn++
	one := color.RGBA{uint8(t.IntN(256)), uint8(t.IntN(256)), uint8(t.IntN(256)), 255}
	other := color.RGBA{255 - one.R, 255 - one.G, one.B, 255}
	width := 4 + t.IntN(16)
	picture := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	for y := range pictureHeight {
		for x := range pictureWidth {
			if (x+y)/width%2 == 0 {
				picture.Set(x, y, one)
			} else {
				picture.Set(x, y, other)
			}
		}
	}
	var content bytes.Buffer
	if png.Encode(&content, picture) != nil {
		return // it never fails in memory
	}
	w, h := pictureWidth, pictureHeight
	a := models.Attachment{
		UID: models.NewUID(), StorageKey: strings.ToLower(rand.Text()), Filename: "photo.png", ContentType: "image/png",
		Size: int64(content.Len()), Width: &w, Height: &h, CreatedAt: m.CreatedAt,
	}
	m.MessageType, m.Attachments = models.TypeImage, []models.Attachment{a}
	t.pictures = append(t.pictures, Picture{a.StorageKey, content.Bytes()})
}
