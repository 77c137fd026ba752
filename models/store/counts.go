package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// The statements of ConversationCounts. Open conversations are few beside the others,
// and the index by status finds them; of closed and archived ones it only counts.
const (
	countStatuses = `SELECT status, count(*) AS number FROM conversations WHERE account_id = ? GROUP BY status`
	countOpen     = `SELECT c.channel, s.uid AS site, c.assigned_to, count(*) AS number,
count(CASE WHEN c.unread_count > 0 AND NOT c.assistant_active THEN 1 END) AS unread FROM conversations c
LEFT JOIN sites s ON s.id = c.site_id WHERE c.account_id = ? AND c.status = 'open' GROUP BY c.channel, s.uid, c.assigned_to`
	// From the open conversations to their labels: SQLite keeps the order of what is
	// crossed. The account stands beside each table, or PostgreSQL would look for its
	// labels among all.
	countLabels = `SELECT l.name, count(*) AS number FROM conversations c
CROSS JOIN conversation_labels cl CROSS JOIN labels l
WHERE c.account_id = ? AND c.status = 'open' AND cl.account_id = ? AND cl.conversation_id = c.id
AND l.account_id = ? AND l.id = cl.label_id GROUP BY l.id, l.name`
	countMentions = `SELECT count(*) FROM mentions m
JOIN conversations c ON c.account_id = m.account_id AND c.id = m.conversation_id
WHERE m.account_id = ? AND m.user_id = ? AND c.status = 'open'`
)

// ConversationCounts counts; see chat.VisitorReader.
func (q queries) ConversationCounts(ctx context.Context, who models.Principal) (chat.ConversationCounts, error) {
	n := chat.ConversationCounts{Channels: map[models.Channel]int64{}, Sites: map[models.UID]int64{}, Labels: map[string]int64{}}
	if err := confineTeam(who); err != nil {
		return n, err
	}
	for _, count := range []func(context.Context, models.Principal, *chat.ConversationCounts) error{
		q.countStatuses, q.countOpen, q.countLabels,
	} {
		if err := count(ctx, who, &n); err != nil {
			return n, err
		}
	}
	err := scan(q.on(ctx).Raw(countMentions, who.AccountID, who.UserID), &n.Mentioned)
	return n, err
}

func (q queries) countStatuses(ctx context.Context, who models.Principal, n *chat.ConversationCounts) error {
	var rows []struct {
		Status models.ConversationStatus
		Number int64
	}
	err := scan(q.on(ctx).Raw(countStatuses, who.AccountID), &rows)
	for _, r := range rows {
		switch r.Status {
		case models.StatusOpen:
			n.Open = r.Number
		case models.StatusClosed:
			n.Closed = r.Number
		case models.StatusArchived:
			n.Archived = r.Number
		}
	}
	return err
}

func (q queries) countOpen(ctx context.Context, who models.Principal, n *chat.ConversationCounts) error {
	var rows []struct {
		Channel    models.Channel
		Site       *models.UID
		AssignedTo *int64
		Number     int64
		Unread     int64
	}
	err := scan(q.on(ctx).Raw(countOpen, who.AccountID), &rows)
	for _, r := range rows {
		n.Channels[r.Channel] += r.Number
		if r.Site != nil {
			n.Sites[*r.Site] += r.Number
		}
		switch {
		case r.AssignedTo == nil:
			n.Unassigned += r.Number
			n.Unread += r.Unread
		case *r.AssignedTo == who.UserID:
			n.Mine += r.Number
			n.Unread += r.Unread
		}
	}
	return err
}

func (q queries) countLabels(ctx context.Context, who models.Principal, n *chat.ConversationCounts) error {
	query := countLabels
	if q.serial() {
		// Else SQLite may take the index by label, in which it reads all of the account's for
		// each conversation: of 50,000 conversations that took 18 s instead of 4 ms.
		query = strings.Replace(query, "cl.account_id", "+cl.account_id", 1)
	}
	return countNames(q.on(ctx).Raw(query, who.AccountID, who.AccountID, who.AccountID), n.Labels)
}

// ArticleCounts counts; see chat.KnowledgeReader.
func (q queries) ArticleCounts(ctx context.Context, who models.Principal) (chat.ArticleCounts, error) {
	n := chat.ArticleCounts{Tags: map[string]int64{}, Languages: map[string]int64{}}
	if err := confine(who); err != nil {
		return n, err
	}
	var states []struct {
		Published bool
		Number    int64
	}
	err := scan(q.readable(ctx, who).Model(&models.Article{}).Select("published, count(*) AS number").Group("published"), &states)
	for _, s := range states {
		if s.Published {
			n.Published = s.Number
		} else {
			n.Drafts = s.Number
		}
	}
	if err != nil {
		return n, err
	}
	languages := q.readable(ctx, who).Model(&models.Article{}).Where("language IS NOT NULL")
	if err := countNames(languages.Select("language AS name, count(*) AS number").Group("language"), n.Languages); err != nil {
		return n, err
	}
	tags := q.readable(ctx, who).Table("articles, " + q.items("articles.tags"))
	return n, countNames(tags.Select("value AS name, count(*) AS number").Group("value"), n.Tags)
}

// countNames reads names with numbers.
func countNames(db *gorm.DB, into map[string]int64) error {
	var rows []struct {
		Name   string
		Number int64
	}
	err := scan(db, &rows)
	for _, r := range rows {
		into[r.Name] = r.Number
	}
	return err
}
