package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"parley/models"
)

// fact is something that reports count: a query over conversations c.
type fact struct {
	from string // what stands beside or before c, and the condition
	at   string // when it happened
	user string // whose it is
	// value is a number to describe: seconds, or a score; empty when counting will do.
	value func(q queries) string
	keep  func(f *models.Figures, r tally)
}

// tally is what a query found of one fact in one group.
type tally struct {
	Grouped                        string
	Number, Sum, Median, P90       int64
	Score1, Score2, Score3, Score4 int64
	Score5                         int64
}

func (r tally) spread() models.Spread {
	return models.Spread{Count: r.Number, Median: r.Median, P90: r.P90}
}

// facts are all that a report tells.
var facts = []fact{
	{
		from: "conversations c WHERE", at: "c.created_at", user: "c.assigned_to",
		keep: func(f *models.Figures, r tally) { f.Opened = r.Number },
	},
	{
		from: "status_changes s JOIN conversations c ON c.id = s.conversation_id WHERE s.status = 'closed' AND",
		at:   "s.created_at", user: "s.assigned_to",
		value: func(q queries) string { return q.seconds("s.opened_at", "s.created_at") },
		keep:  func(f *models.Figures, r tally) { f.Closed, f.Resolution = r.Number, r.spread() },
	},
	{
		from: "status_changes s JOIN conversations c ON c.id = s.conversation_id WHERE s.status = 'open' AND",
		at:   "s.created_at", user: "s.assigned_to",
		keep: func(f *models.Figures, r tally) { f.Reopened = r.Number },
	},
	{
		from: "messages m JOIN conversations c ON c.id = m.conversation_id WHERE NOT m.internal AND m.deleted_at IS NULL AND m.author_kind = 'contact' AND",
		at:   "m.created_at", user: "c.assigned_to",
		keep: func(f *models.Figures, r tally) { f.Received = r.Number },
	},
	{
		from: "messages m JOIN conversations c ON c.id = m.conversation_id WHERE NOT m.internal AND m.deleted_at IS NULL AND m.author_kind <> 'contact' AND",
		at:   "m.created_at", user: "m.user_id",
		keep: func(f *models.Figures, r tally) { f.Sent = r.Number },
	},
	{
		// A conversation that the team itself began has no first answer: that is its first message.
		from: "conversations c JOIN messages m ON m.conversation_id = c.id AND m.created_at = c.first_response_at AND NOT m.internal WHERE m.public_seq > 1 AND",
		at:   "c.created_at", user: "m.user_id",
		value: func(q queries) string { return q.seconds("c.created_at", "c.first_response_at") },
		keep:  func(f *models.Figures, r tally) { f.FirstResponse = r.spread() },
	},
	{
		from: "ratings r JOIN conversations c ON c.id = r.conversation_id WHERE", at: "r.created_at", user: "c.assigned_to",
		value: func(queries) string { return "r.score" },
		keep: func(f *models.Figures, r tally) {
			f.Ratings = models.Scores{Count: r.Number, Sum: r.Sum, Of: [5]int64{r.Score1, r.Score2, r.Score3, r.Score4, r.Score5}}
		},
	},
}

// shift is a span in which the clocks of a time zone are the same number of seconds
// ahead of UTC.
type shift struct {
	from, to time.Time
	ahead    int
}

// shifts cuts the query's span where the clocks change.
func shifts(q models.ReportQuery) []shift {
	var all []shift
	for at, end := q.From, q.End(); at.Before(end); {
		_, ahead := at.Zone()
		_, to := at.ZoneBounds()
		if to.IsZero() || to.After(end) {
			to = end
		}
		all = append(all, shift{at.UTC(), to.UTC(), ahead})
		at = to
	}
	return all
}

// Report computes the figures; see chat.ReportReader.
func (q queries) Report(ctx context.Context, who models.Principal, rq models.ReportQuery) (models.Report, error) {
	report := models.Report{ReportQuery: rq}
	if err := confineTeam(who); err != nil {
		return report, err
	}
	groups := map[string]*models.Figures{}
	for _, f := range facts {
		total, err := q.count(ctx, who, rq, f, "")
		if err != nil {
			return report, err
		}
		for _, r := range total {
			f.keep(&report.Total, r)
		}
		rows, err := q.count(ctx, who, rq, f, rq.Group)
		if err != nil {
			return report, err
		}
		for _, r := range rows {
			if groups[r.Grouped] == nil {
				groups[r.Grouped] = &models.Figures{}
			}
			f.keep(groups[r.Grouped], r)
		}
	}
	var err error
	report.Groups, err = q.arrange(ctx, who, rq, groups)
	return report, err
}

// fragment is a piece of SQL with its arguments.
type fragment struct {
	sql  string
	args []any
}

func (f *fragment) add(sql string, args ...any) {
	f.sql += sql
	f.args = append(f.args, args...)
}

// count asks for one fact, group by group, or as a whole when there is no group.
func (q queries) count(ctx context.Context, who models.Principal, rq models.ReportQuery, f fact, group models.ReportGroup) ([]tally, error) {
	var all fragment
	for i, z := range shifts(rq) {
		if i > 0 {
			all.add(" UNION ALL ")
		}
		key, from := q.group(f, group, z)
		value := "0"
		if f.value != nil {
			value = f.value(q)
		}
		all.add(fmt.Sprintf("SELECT %s AS grouped, %s AS value FROM %s c.account_id = ? AND %s >= ? AND %s < ?", key, value, from, f.at, f.at),
			who.AccountID, z.from, z.to)
	}
	query := "SELECT grouped, count(*) AS number FROM (" + all.sql + ") AS happened GROUP BY grouped"
	if f.value != nil {
		query = described(all.sql)
	}
	var rows []tally
	err := q.on(ctx).Raw(query, all.args...).Scan(&rows).Error
	return rows, err
}

// described is the query that says of values what a tally holds. The median and the
// ninth decile are values that there are, by rank, so that both databases agree.
func described(happened string) string {
	return `SELECT grouped, max(n) AS number, sum(value) AS sum,
  max(CASE WHEN place = (n + 1) / 2 THEN value END) AS median, max(CASE WHEN place = (n * 9 + 9) / 10 THEN value END) AS p90,
  count(CASE WHEN value = 1 THEN 1 END) AS score1, count(CASE WHEN value = 2 THEN 1 END) AS score2,
  count(CASE WHEN value = 3 THEN 1 END) AS score3, count(CASE WHEN value = 4 THEN 1 END) AS score4,
  count(CASE WHEN value = 5 THEN 1 END) AS score5
FROM (SELECT grouped, value, row_number() OVER (PARTITION BY grouped ORDER BY value) AS place,
  count(*) OVER (PARTITION BY grouped) AS n FROM (` + happened + `) AS happened) AS ranked
GROUP BY grouped`
}

// group is the expression that tells the groups apart, and what it is read from.
func (q queries) group(f fact, group models.ReportGroup, z shift) (key, from string) {
	switch group {
	case models.ReportByDay:
		return q.day(f.at, z.ahead), f.from
	case models.ReportByUser:
		return "coalesce(CAST(" + f.user + " AS text), '')", f.from
	case models.ReportByChannel:
		return "c.channel", f.from
	case models.ReportByLabel:
		return "l.name", "conversation_labels k JOIN labels l ON l.id = k.label_id, " + f.from +
			" k.conversation_id = c.id AND k.account_id = c.account_id AND"
	default:
		return "''", f.from
	}
}

// arrange puts the groups in order: every day of the span, or what there is by name.
func (q queries) arrange(ctx context.Context, who models.Principal, rq models.ReportQuery, groups map[string]*models.Figures) ([]models.GroupFigures, error) {
	if rq.Group == models.ReportByDay {
		for at := rq.From; !at.After(rq.To); at = at.AddDate(0, 0, 1) {
			if day := at.Format(time.DateOnly); groups[day] == nil {
				groups[day] = &models.Figures{}
			}
		}
	}
	keys := make([]string, 0, len(groups))
	var ids []int64
	for key := range groups {
		keys = append(keys, key)
		if id, err := strconv.ParseInt(key, 10, 64); err == nil && rq.Group == models.ReportByUser {
			ids = append(ids, id)
		}
	}
	slices.Sort(keys)
	users, err := q.membersByID(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	all := make([]models.GroupFigures, 0, len(keys))
	for _, key := range keys {
		g := models.GroupFigures{Key: key, Figures: *groups[key]}
		if rq.Group == models.ReportByUser {
			id, _ := strconv.ParseInt(key, 10, 64) // "" is nobody
			g.User = users[id]
		}
		all = append(all, g)
	}
	return all, nil
}

// postgresTimes and sqliteTimes are how the databases reckon with times; parts of a
// second are cut off first, which both can do alike.
type (
	postgresTimes struct{}
	sqliteTimes   struct{}
)

func (postgresTimes) day(at string, ahead int) string {
	return fmt.Sprintf("to_char(%s AT TIME ZONE 'UTC' + interval '%d seconds', 'YYYY-MM-DD')", at, ahead)
}

func (postgresTimes) seconds(from, to string) string {
	return fmt.Sprintf("CAST(extract(epoch FROM date_trunc('second', %s)) - extract(epoch FROM date_trunc('second', %s)) AS bigint)", to, from)
}

func (sqliteTimes) day(at string, ahead int) string {
	return fmt.Sprintf("strftime('%%Y-%%m-%%d', substr(%s, 1, 19), '%d seconds')", at, ahead)
}

func (sqliteTimes) seconds(from, to string) string {
	return fmt.Sprintf("(unixepoch(substr(%s, 1, 19)) - unixepoch(substr(%s, 1, 19)))", to, from)
}
