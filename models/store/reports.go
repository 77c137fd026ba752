package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/models"
)

// fact is something that reports count.
type fact struct {
	from, where string
	row         string // the alias of the row that happened, which has the account and the time
	talk        string // its conversation's id
	user        string // whose it is
	// value is a number to describe: seconds, or a score; nil when counting will do.
	value func(q queries) string
	keep  func(f *models.Figures, t tally)
}

// The conditions of messages are such that an index has all they look at: a message is
// public if it has a public number. The first answer is looked up for each conversation,
// and never joined: without statistics PostgreSQL reads all answers for each of them.
const (
	toldMessage = "m.public_seq IS NOT NULL AND m.deleted_at IS NULL AND m.author_kind "
	firstAnswer = "FROM messages m WHERE m.account_id = c.account_id AND m.author_kind = 'user' AND m.created_at = c.first_response_at " +
		"AND m.conversation_id = c.id AND m.public_seq IS NOT NULL LIMIT 1)"
)

// facts are all that a report tells.
var facts = []fact{
	{
		from: "conversations c", row: "c", talk: "c.id", user: "c.assigned_to",
		keep: func(f *models.Figures, t tally) { f.Opened = t.number },
	},
	{
		from: "status_changes s", where: "s.status = 'closed'", row: "s", talk: "s.conversation_id", user: "s.assigned_to",
		value: func(q queries) string { return q.epoch("s.created_at") + " - " + q.epoch("s.opened_at") },
		keep:  func(f *models.Figures, t tally) { f.Closed, f.Resolution = t.number, t.spread() },
	},
	{
		from: "status_changes s", where: "s.status = 'open'", row: "s", talk: "s.conversation_id", user: "s.assigned_to",
		keep: func(f *models.Figures, t tally) { f.Reopened = t.number },
	},
	{
		from: "messages m", where: toldMessage + "= 'contact'", row: "m", talk: "m.conversation_id", user: "c.assigned_to",
		keep: func(f *models.Figures, t tally) { f.Received = t.number },
	},
	{
		from: "messages m", where: toldMessage + "IN ('user', 'assistant', 'system')", row: "m", talk: "m.conversation_id", user: "m.user_id",
		keep: func(f *models.Figures, t tally) { f.Sent = t.number },
	},
	{
		// A conversation that the team itself began has no first answer: that is its first message.
		from: "conversations c", where: "c.first_response_at IS NOT NULL AND (SELECT m.public_seq " + firstAnswer + " > 1",
		row: "c", talk: "c.id", user: "(SELECT m.user_id " + firstAnswer,
		value: func(q queries) string { return q.epoch("c.first_response_at") + " - " + q.epoch("c.created_at") },
		keep:  func(f *models.Figures, t tally) { f.FirstResponse = t.spread() },
	},
	{
		from: "ratings r", row: "r", talk: "r.conversation_id", user: "c.assigned_to",
		value: func(queries) string { return "r.score" },
		keep:  func(f *models.Figures, t tally) { f.Ratings = t.scores() },
	},
}

// Report computes the figures; see chat.ReportReader.
func (q queries) Report(ctx context.Context, who models.Principal, rq models.ReportQuery) (models.Report, error) {
	report := models.Report{ReportQuery: rq}
	if err := confineTeam(who); err != nil {
		return report, err
	}
	days := daysOf(rq)
	groups := map[string]*models.Figures{}
	if rq.Group == models.ReportByDay {
		for _, d := range days {
			groups[d.name] = &models.Figures{}
		}
	}
	for _, f := range facts {
		total, found, err := q.find(ctx, who, f, rq.Group, days)
		if err != nil {
			return report, err
		}
		f.keep(&report.Total, total)
		for key, t := range found {
			if groups[key] == nil {
				groups[key] = &models.Figures{}
			}
			f.keep(groups[key], t)
		}
	}
	var err error
	report.Groups, err = q.arrange(ctx, who, rq, groups)
	return report, err
}

// find asks for one fact, as a whole and group by group. All that happened is in one group,
// unless these are labels.
func (q queries) find(ctx context.Context, who models.Principal, f fact, group models.ReportGroup, days []day) (tally, map[string]tally, error) {
	groups, err := q.tallies(ctx, who, f, group, days)
	if err != nil {
		return tally{}, nil, err
	}
	if group == models.ReportByLabel {
		whole, err := q.tallies(ctx, who, f, "", days)
		return whole[""], groups, err
	}
	all := make([]tally, 0, len(groups))
	for _, t := range groups {
		all = append(all, t)
	}
	return sum(all), groups, nil
}

// tallies asks for one fact, group by group, or as a whole when there is no group.
func (q queries) tallies(ctx context.Context, who models.Principal, f fact, group models.ReportGroup, days []day) (map[string]tally, error) {
	query, arguments, err := q.inquiry(who, f, group, days)
	if err != nil {
		return nil, err
	}
	rows, err := q.on(ctx).Raw(query, arguments...).Rows()
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]tally{}
	for rows.Next() {
		var key string
		var number int64
		if err := rows.Scan(&key, &number); err != nil {
			return nil, translate(err)
		}
		if f.value == nil {
			found[key] = tally{number: number}
			continue
		}
		if group == models.ReportByDay {
			if key, err = on(days, key); err != nil {
				return nil, err
			}
		}
		t := found[key]
		t.values = append(t.values, number)
		found[key] = t
	}
	for key, t := range found {
		found[key] = t.settled()
	}
	return found, translate(rows.Err())
}

// inquiry is the query for one fact: the keys of groups, each with the number of what
// happened, or with one value after the other. Values have the time as the key of a day.
func (q queries) inquiry(who models.Principal, f fact, group models.ReportGroup, days []day) (query string, arguments []any, err error) {
	key, from, where := f.grouped(group)
	source := fmt.Sprintf("FROM %s WHERE %s AND %s.account_id = ? AND %s.created_at >= ", from, where, f.row, f.row)
	and := fmt.Sprintf(" AND %s.created_at < ", f.row)
	if f.value == nil && group == models.ReportByDay {
		spans, err := spansOf(days)
		query := "WITH span AS (" + q.spans() + ") SELECT span.name, (SELECT count(*) " + source + "span.since" + and + "span.until) FROM span"
		return query, []any{spans, who.AccountID}, err // a count of each has nothing to sort
	}
	source += "?" + and + "?"
	arguments = []any{who.AccountID, days[0].since, days[len(days)-1].until}
	if f.value == nil {
		query = "SELECT " + key + " AS grouped, count(*) " + source
		if group != "" {
			query += " GROUP BY grouped"
		}
		return query, arguments, nil
	}
	if group == models.ReportByDay {
		key = "CAST(" + q.epoch(f.row+".created_at") + " AS text)"
	}
	return "SELECT " + key + ", " + f.value(q) + " " + source, arguments, nil
}

// grouped is the expression that tells the groups apart, and what it is read from. CROSS
// JOIN is what SQLite joins as it is written: first what happened, along an index.
func (f fact) grouped(group models.ReportGroup) (key, from, where string) {
	from, where = f.from, "true"
	if f.where != "" {
		where = f.where
	}
	switch group {
	case models.ReportByUser:
		key = "coalesce(CAST(" + f.user + " AS text), '')"
	case models.ReportByChannel:
		key = "c.channel"
	case models.ReportByLabel:
		return "l.name", from + " CROSS JOIN conversation_labels k CROSS JOIN labels l",
			where + " AND k.conversation_id = " + f.talk + " AND l.id = k.label_id"
	default:
		return "''", from, where
	}
	if f.row != "c" && (key == "c.channel" || strings.HasPrefix(f.user, "c.")) {
		from, where = from+" CROSS JOIN conversations c", where+" AND c.id = "+f.talk
	}
	return key, from, where
}

// arrange puts the groups in order.
func (q queries) arrange(ctx context.Context, who models.Principal, rq models.ReportQuery, groups map[string]*models.Figures) ([]models.GroupFigures, error) {
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
