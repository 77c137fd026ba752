package store_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// told is how many conversations the reports of these tests tell of: two days' and what
// came of them later.
const told = 900

// happening is something that reports count, as the tables have it.
type happening struct {
	what                  string
	at                    time.Time
	user, channel, labels string
	seconds, score        int64
}

// happenings are read row by row, without a sum, a span or an order.
var happenings = map[string]string{
	"opened": `SELECT c.created_at, 0, c.created_at, coalesce(c.assigned_to, 0), c.channel, c.id FROM conversations c WHERE c.account_id = ?`,
	"closed": `SELECT s.created_at, 0, s.opened_at, coalesce(s.assigned_to, 0), c.channel, c.id
FROM status_changes s JOIN conversations c ON c.id = s.conversation_id WHERE s.status = 'closed' AND s.account_id = ?`,
	"reopened": `SELECT s.created_at, 0, s.opened_at, coalesce(s.assigned_to, 0), c.channel, c.id
FROM status_changes s JOIN conversations c ON c.id = s.conversation_id WHERE s.status = 'open' AND s.account_id = ?`,
	"received": `SELECT m.created_at, 0, m.created_at, coalesce(c.assigned_to, 0), c.channel, c.id
FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE NOT m.internal AND m.deleted_at IS NULL AND m.author_kind = 'contact' AND m.account_id = ?`,
	"sent": `SELECT m.created_at, 0, m.created_at, coalesce(m.user_id, 0), c.channel, c.id
FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE NOT m.internal AND m.deleted_at IS NULL AND m.author_kind <> 'contact' AND m.account_id = ?`,
	"answered": `SELECT c.created_at, 0, c.first_response_at, coalesce(m.user_id, 0), c.channel, c.id
FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.created_at = c.first_response_at AND NOT m.internal WHERE m.public_seq > 1 AND c.account_id = ?`,
	"rated": `SELECT r.created_at, r.score, r.created_at, coalesce(c.assigned_to, 0), c.channel, c.id
FROM ratings r JOIN conversations c ON c.id = r.conversation_id WHERE r.account_id = ?`,
}

// history is an account of which everything can be told.
func history(t *testing.T, s *store.Store, bulk storetest.Bulk) (storetest.Company, []happening) {
	t.Helper()
	c := storetest.NewCompany(t, s)
	bulk.Talks(t, c, told, func(i int) []string { return slices.Repeat([]string{"Where is my order?"}, 1+i%5) })
	bulk.History(t, c, told)
	account := c.Owner.AccountID
	for _, change := range []string{
		"UPDATE messages SET author_kind = 'user', user_id = %d WHERE seq = 1 AND conversation_id %% 6 = 0",
		"UPDATE conversations SET first_response_at = (SELECT m.created_at FROM messages m WHERE m.conversation_id = conversations.id AND m.seq = 1 AND %d > 0) WHERE id %% 6 = 0",
		"UPDATE messages SET deleted_at = created_at WHERE id %% 7 = 0 AND %d > 0",
		"UPDATE messages SET author_kind = 'assistant', user_id = NULL WHERE seq = 4 AND id %% 5 = 0 AND %d > 0",
		"UPDATE messages SET internal = true, public_seq = NULL WHERE seq > 2 AND id %% 9 = 0 AND %d > 0",
	} {
		bulk.Run(t, fmt.Sprintf(change, c.Owner.UserID)+" AND account_id = ?", account)
	}
	var all []happening
	for what, query := range happenings {
		all = append(all, happened(t, bulk, what, strings.Replace(query, "?", strconv.FormatInt(account, 10), 1))...)
	}
	return c, all
}

func happened(t *testing.T, bulk storetest.Bulk, what, query string) (all []happening) {
	t.Helper()
	rows, err := bulk.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var from, to time.Time
		var user, talk int64
		h := happening{what: what}
		if err := rows.Scan(&from, &h.score, &to, &user, &h.channel, &talk); err != nil {
			t.Fatal(err)
		}
		h.at, h.seconds = from, to.Truncate(time.Second).Unix()-from.Truncate(time.Second).Unix()
		h.user, h.labels = strconv.FormatInt(user, 10), []string{"billing", "", "", "", ""}[talk%5]
		if what == "closed" {
			h.seconds = -h.seconds // from when it was opened
		}
		all = append(all, h)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// figuresOf counts by hand.
func figuresOf(all []happening) (f models.Figures) {
	seconds := map[string][]int64{}
	for _, h := range all {
		seconds[h.what] = append(seconds[h.what], h.seconds)
		if h.what == "rated" {
			f.Ratings.Count++
			f.Ratings.Sum += h.score
			f.Ratings.Of[h.score-1]++
		}
	}
	count := func(what string) int64 { return int64(len(seconds[what])) }
	f.Opened, f.Closed, f.Reopened = count("opened"), count("closed"), count("reopened")
	f.Received, f.Sent = count("received"), count("sent")
	for what, into := range map[string]*models.Spread{"closed": &f.Resolution, "answered": &f.FirstResponse} {
		sorted := slices.Sorted(slices.Values(seconds[what]))
		into.Count = count(what)
		for part, least := range map[int]*int64{5: &into.Median, 9: &into.P90} {
			// The least value that so many tenths do not exceed.
			for i := len(sorted) - 1; i >= 0 && 10*(i+1) >= part*len(sorted); i-- {
				*least = sorted[i]
			}
		}
	}
	return f
}

// by tells happenings apart as a group does.
func by(group models.ReportGroup, zone *time.Location, all []happening) map[string][]happening {
	groups := map[string][]happening{}
	for _, h := range all {
		key := map[models.ReportGroup]string{
			models.ReportByDay: h.at.In(zone).Format(time.DateOnly), models.ReportByUser: h.user,
			models.ReportByChannel: h.channel, models.ReportByLabel: h.labels,
		}[group]
		if key == "" {
			continue // has no label
		}
		if key == "0" {
			key = ""
		}
		groups[key] = append(groups[key], h)
	}
	return groups
}

func TestAReportHasTheFiguresThatOneCountsByHand(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		history(t, b.store, b.bulk) // somebody else's
		c, all := history(t, b.store, b.bulk)
		for _, name := range []string{"UTC", "Asia/Kathmandu", "America/St_Johns"} {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			year, month, day := time.Now().In(zone).Date()
			q := models.ReportQuery{From: time.Date(year, month, day-2, 0, 0, 0, 0, zone), To: time.Date(year, month, day+1, 0, 0, 0, 0, zone)}
			within := slices.DeleteFunc(slices.Clone(all), func(h happening) bool { return h.at.Before(q.From) || !h.at.Before(q.End()) })
			for _, q.Group = range []models.ReportGroup{models.ReportByDay, models.ReportByUser, models.ReportByChannel, models.ReportByLabel} {
				report, err := b.store.Report(t.Context(), c.Owner, q)
				if err != nil {
					t.Fatal(err)
				}
				isCounted(t, report, within, by(q.Group, zone, within))
			}
		}
	})
}

// isCounted compares a report with what was counted by hand.
func isCounted(t *testing.T, report models.Report, all []happening, groups map[string][]happening) {
	t.Helper()
	if want := figuresOf(all); !reflect.DeepEqual(report.Total, want) || want.Reopened == 0 || want.FirstResponse.Median == 0 {
		t.Errorf("by %s: the whole is\n%+v, want\n%+v", report.Group, report.Total, want)
	}
	keys := []string{}
	for _, g := range report.Groups {
		keys = append(keys, g.Key)
		if report.Group == models.ReportByUser && g.User != nil {
			g.Key = fmt.Sprint(g.User.ID)
		}
		if want := figuresOf(groups[g.Key]); !reflect.DeepEqual(g.Figures, want) {
			t.Errorf("by %s: %q is\n%+v, want\n%+v", report.Group, g.Key, g.Figures, want)
		}
	}
	if want := slices.Sorted(maps.Keys(groups)); len(keys) < len(want) || report.Group != models.ReportByDay && len(keys) != len(want) {
		t.Errorf("by %s: the groups are %q, want %q", report.Group, keys, want)
	}
}
