package storetest

import (
	"testing"
	"time"

	"parley/models"
)

// How long conversations with a history wait at most until they are answered, and closed.
const (
	answeredWithin = 5 * time.Hour
	closedWithin   = 3 * 24 * time.Hour
)

const (
	historyRow = `INSERT INTO status_changes (account_id, conversation_id, status, assigned_to, opened_at, created_at)
SELECT {0:bigint}, {1:bigint}, {2:text}, {3:bigint}, {4:timestamptz}, {5:timestamptz}`
	scoreRow = `INSERT INTO ratings (uid, account_id, conversation_id, resolve_count, score, created_at)
SELECT {0:uuid}, {1:bigint}, {2:bigint}, 1, {3:bigint}, {4:timestamptz}`
	answerTime = `UPDATE messages SET created_at = {1:timestamptz}`
	answered   = `UPDATE conversations SET first_response_at =
(SELECT m.created_at FROM messages m WHERE m.conversation_id = conversations.id AND m.seq = 2) WHERE account_id = ?`
)

// History gives the conversations that Talks made what a report tells of: every second
// message is the owner's, the second of each conversation is its first answer, three of
// four were closed, every tenth opened again, and every fifth rated.
func (b Bulk) History(t testing.TB, c Company, talks int) {
	t.Helper()
	account := c.Rows.Live.ID
	b.Run(t, "UPDATE messages SET author_kind = 'user', user_id = ?, status = 'sent' WHERE account_id = ? AND seq % 2 = 0", c.Owner.UserID, account)
	const step = 500
	for from := 0; from < talks; from += step {
		var changes, scores, answers [][]any
		for i := from; i < min(from+step, talks); i++ {
			id := account*1_000_000 + int64(i)
			began := moment().Add(time.Duration(i-talks) * time.Minute)
			answers = append(answers, []any{id, b.time(began.Add(spread(i, answeredWithin)))})
			if closed := began.Add(spread(i, closedWithin)); i%4 != 0 {
				changes = append(changes, []any{account, id, "closed", owner(c, i), b.time(began), b.time(closed)})
				if i%10 == 1 {
					changes = append(changes, []any{account, id, "open", owner(c, i), b.time(began), b.time(closed.Add(time.Hour))})
				}
			}
			if i%5 == 1 {
				scores = append(scores, []any{models.NewUID(), account, id, i%25/5 + 1, b.time(began.Add(time.Hour))})
			}
		}
		b.insert(t, historyRow, changes)
		b.insert(t, scoreRow, scores)
		b.write(t, answerTime, " WHERE messages.id = {0:bigint} * 100 + 1", answers)
	}
	b.Run(t, answered, account)
}

// spread is a time up to a bound, another one for most conversations.
func spread(i int, within time.Duration) time.Duration {
	return time.Duration(i*7919%int(within/time.Second)) * time.Second
}
