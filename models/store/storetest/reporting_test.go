package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// berlin changes its clocks in the night to 2026-03-29, from 2 to 3.
func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	return zone
}

// rate gives a talk a rating at a time.
func (c Company) rate(t testing.TB, k Talk, score int, at time.Time) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.CreateRating(ctx, c.System, &models.Rating{ConversationID: k.Conversation.ID, Score: score, CreatedAt: at})
	})
}

// talkAt makes a talk that began at a time.
func (c Company) talkAt(t testing.TB, at time.Time) Talk {
	t.Helper()
	k := c.NewTalk(t)
	k.Conversation = conversationOf(k.Contact.ID, c.Site.ID, models.TokenHash(unique("token")))
	k.Conversation.CreatedAt = at
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.CreateConversation(ctx, c.System, &k.Conversation)
	})
	k.Visitor.ConversationID, k.Visitor.ConversationUID = k.Conversation.ID, k.Conversation.UID
	return k
}

// at is the entry at a time.
func at(e chat.Entry, now time.Time) chat.Entry {
	e.Now = now
	return e
}

var reporting = map[string]func(*testing.T, *store.Store){
	"a report counts by the days of a zone that changes its clocks": func(t *testing.T, s *store.Store) {
		c, zone := NewCompany(t, s), berlin(t)
		day := func(d, hour, minute int) time.Time { return time.Date(2026, time.March, d, hour, minute, 0, 0, zone) }
		// The short Sunday begins at 23:00 UTC and ends at 22:00 UTC.
		first, second, third := c.talkAt(t, day(28, 23, 59)), c.talkAt(t, day(29, 0, 0)), c.talkAt(t, day(29, 23, 59))
		post(t, s, first.Visitor, at(first.Says("1"), day(28, 23, 59)))
		post(t, s, c.Owner, at(first.Answers(c.Owner, "2"), day(29, 0, 9))) // after 10 minutes
		post(t, s, second.Visitor, at(second.Says("0"), day(29, 0, 0)))
		post(t, s, c.Owner, at(second.Answers(c.Owner, "3"), day(29, 4, 0)))  // after 3 hours, since the clocks change
		post(t, s, c.Owner, at(second.Notes(c.Owner, "note"), day(29, 4, 1))) // counts nowhere
		post(t, s, third.Visitor, at(third.Says("4"), day(30, 0, 0)))
		c.label(t, first, "vip")
		c.rate(t, first, 5, day(29, 12, 0))
		c.rate(t, second, 2, day(29, 23, 0))
		q := models.ReportQuery{From: day(28, 0, 0), To: day(30, 0, 0), Group: models.ReportByDay}
		report, err := s.Report(t.Context(), c.Owner, q)
		must(t, err)
		scores := models.Scores{Count: 2, Sum: 7, Of: [5]int64{0, 1, 0, 0, 1}}
		answers := func(count, median, p90 int64) models.Spread {
			return models.Spread{Count: count, Median: median, P90: p90}
		}
		equal(t, "the days", report.Groups, []models.GroupFigures{
			{Key: "2026-03-28", Figures: models.Figures{Opened: 1, Received: 1, FirstResponse: answers(1, 600, 600)}},
			{Key: "2026-03-29", Figures: models.Figures{Opened: 2, Received: 1, Sent: 2, FirstResponse: answers(1, 10_800, 10_800), Ratings: scores}},
			{Key: "2026-03-30", Figures: models.Figures{Received: 1}},
		})
		equal(t, "the whole", report.Total, models.Figures{
			Opened: 3, Received: 3, Sent: 2, FirstResponse: answers(2, 600, 10_800), Ratings: scores,
		})
		q.Group = models.ReportByUser
		report, err = s.Report(t.Context(), c.Owner, q)
		must(t, err)
		equal(t, "the users", len(report.Groups), 2)
		equal(t, "nobody's", report.Groups[0], models.GroupFigures{Figures: models.Figures{Opened: 3, Received: 3, Ratings: scores}})
		equal(t, "the owner's", report.Groups[1].Figures, models.Figures{Sent: 2, FirstResponse: answers(2, 600, 10_800)})
		equal(t, "the owner", *report.Groups[1].User, c.Rows.Owner)
		q.Group = models.ReportByLabel
		report, err = s.Report(t.Context(), c.Owner, q)
		must(t, err)
		equal(t, "the labels", report.Groups, []models.GroupFigures{{Key: "vip", Figures: models.Figures{
			Opened: 1, Received: 1, Sent: 1, FirstResponse: answers(1, 600, 600), Ratings: models.Scores{Count: 1, Sum: 5, Of: [5]int64{0, 0, 0, 0, 1}},
		}}})
	},
	"a day begins at one o'clock where the clocks skip midnight": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		zone, err := time.LoadLocation("America/Santiago")
		must(t, err)
		day := func(d, hour, minute int) time.Time {
			return time.Date(2026, time.September, d, hour, minute, 0, 0, zone)
		}
		for _, began := range []time.Time{day(5, 22, 59), day(5, 23, 30), day(6, 1, 0), day(6, 23, 59), day(7, 0, 0)} {
			c.talkAt(t, began)
		}
		for _, want := range []struct {
			from, to int
			opened   []models.GroupFigures
		}{
			{5, 7, []models.GroupFigures{
				{Key: "2026-09-05", Figures: models.Figures{Opened: 2}}, {Key: "2026-09-06", Figures: models.Figures{Opened: 2}},
				{Key: "2026-09-07", Figures: models.Figures{Opened: 1}},
			}},
			{6, 6, []models.GroupFigures{{Key: "2026-09-06", Figures: models.Figures{Opened: 2}}}},
		} {
			report, err := s.Report(t.Context(), c.Owner, models.ReportQuery{From: day(want.from, 0, 0), To: day(want.to, 0, 0), Group: models.ReportByDay})
			must(t, err)
			equal(t, "the days", report.Groups, want.opened)
		}
	},
	"a report describes durations by values that occurred": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		start := time.Date(2026, time.May, 1, 8, 0, 0, 999_999_000, time.UTC)
		for i := range 10 {
			k := c.talkAt(t, start)
			post(t, s, k.Visitor, at(k.Says("Hi"), start))
			post(t, s, c.Owner, at(k.Answers(c.Owner, "Hello"), start.Add(time.Duration(i+1)*time.Minute)))
		}
		other := NewCompany(t, s)
		k := other.talkAt(t, start)
		post(t, s, k.Visitor, at(k.Says("Hi"), start))
		post(t, s, other.Owner, at(k.Answers(other.Owner, "Hello"), start.Add(time.Hour)))
		report, err := s.Report(t.Context(), c.Owner, models.ReportQuery{
			From: start.Truncate(24 * time.Hour), To: start.Truncate(24 * time.Hour), Group: models.ReportByChannel,
		})
		must(t, err)
		equal(t, "first responses", report.Total.FirstResponse, models.Spread{Count: 10, Median: 300, P90: 540})
		equal(t, "the channel", report.Groups, []models.GroupFigures{{Key: "chat", Figures: report.Total}})
	},
	"a conversation that the team began is answered by nobody": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		start := time.Date(2026, time.May, 1, 8, 0, 0, 0, time.UTC)
		k := c.talkAt(t, start)
		post(t, s, c.Owner, at(k.Answers(c.Owner, "Your order is ready"), start))
		post(t, s, k.Visitor, at(k.Says("Thanks"), start.Add(time.Minute)))
		post(t, s, c.Owner, at(k.Answers(c.Owner, "You are welcome"), start.Add(time.Hour)))
		day := start.Truncate(24 * time.Hour)
		report, err := s.Report(t.Context(), c.Owner, models.ReportQuery{From: day, To: day, Group: models.ReportByUser})
		must(t, err)
		equal(t, "the whole", report.Total, models.Figures{Opened: 1, Received: 1, Sent: 2})
	},
	"closing and opening again are counted each time": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		today := time.Now().UTC().Truncate(24 * time.Hour)
		for _, status := range []models.ConversationStatus{models.StatusClosed, models.StatusOpen, models.StatusClosed, models.StatusArchived} {
			c.change(t, k, []string{"status"}, func(row *models.Conversation) { row.Status = status })
			c.change(t, k, []string{"status"}, func(row *models.Conversation) { row.Status = status })
		}
		post(t, s, k.Visitor, k.Says("Still broken"))
		report, err := s.Report(t.Context(), c.Owner, models.ReportQuery{From: today.AddDate(0, 0, -1), To: today.AddDate(0, 0, 1), Group: models.ReportByDay})
		must(t, err)
		equal(t, "closed", report.Total.Closed, 2)
		equal(t, "resolutions", report.Total.Resolution.Count, 2)
		equal(t, "reopened", report.Total.Reopened, 2)
	},
}
