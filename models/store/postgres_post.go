package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/models"
	"parley/models/chat"
)

// postSQL posts messages of different conversations in one statement: it advances the
// conversations, which takes their row locks, and inserts messages and events. A
// conversation that is not there, is not the visitor's, has the client id already, or
// is a blocked contact's, gives no row. What it does is what tx.Post does. The place
// of %s is a source of input rows named p; postOneSQL takes one row as plain
// parameters, which costs PostgreSQL half as much as a row of JSON. No index serves IS NOT DISTINCT FROM, nor
// a subquery compared with NULL by a hash: on a database without statistics
// PostgreSQL would walk all the account's conversations, or all messages.
const postSQL = `WITH advanced AS (
  UPDATE conversations c SET
    seq = c.seq + 1,
    public_seq = c.public_seq + (NOT p.internal)::int,
    message_count = c.message_count + (NOT p.internal)::int,
    unread_count = c.unread_count + (p.author_kind = 'contact' AND NOT p.internal)::int,
    tick_at = greatest(p.now, c.tick_at + interval '1 microsecond'),
    updated_at = greatest(p.now, c.tick_at + interval '1 microsecond'),
    last_message_at = CASE WHEN p.internal THEN c.last_message_at ELSE greatest(p.now, c.tick_at + interval '1 microsecond') END,
    last_message_preview = CASE WHEN p.internal THEN c.last_message_preview ELSE p.preview END,
    last_message_by = CASE WHEN p.internal THEN c.last_message_by ELSE p.author_kind END,
    first_response_at = CASE WHEN c.first_response_at IS NULL AND p.author_kind = 'user' AND NOT p.internal
      THEN greatest(p.now, c.tick_at + interval '1 microsecond') ELSE c.first_response_at END,
    assistant_active = c.assistant_active AND NOT (p.author_kind = 'user' AND NOT p.internal),
    handoff_reason = CASE WHEN c.assistant_active AND p.author_kind = 'user' AND NOT p.internal THEN 'agent' ELSE c.handoff_reason END,
    handed_off_at = CASE WHEN c.assistant_active AND p.author_kind = 'user' AND NOT p.internal
      THEN greatest(p.now, c.tick_at + interval '1 microsecond') ELSE c.handed_off_at END,
    status = CASE WHEN p.reopens THEN 'open' ELSE c.status END,
    reopened_at = CASE WHEN p.reopens AND c.status <> 'open'
      THEN greatest(p.now, c.tick_at + interval '1 microsecond') ELSE c.reopened_at END,
    closed_at = CASE WHEN p.reopens AND c.status <> 'open' THEN NULL ELSE c.closed_at END,
    resolution_reason = CASE WHEN p.reopens AND c.status <> 'open' THEN NULL ELSE c.resolution_reason END,
    survey_asked = c.survey_asked AND NOT (p.reopens AND c.status <> 'open')
  FROM %s
  WHERE c.uid = p.conversation AND c.account_id IS NOT DISTINCT FROM p.account_id AND (p.visitor_of IS NULL OR c.id = p.visitor_of)
    AND (p.client_id IS NULL OR (SELECT m.id FROM messages m
      WHERE m.conversation_id = c.id AND m.author_kind = p.author_kind AND m.client_id = p.client_id) IS NULL)
    AND (p.internal OR (SELECT k.status FROM contacts k WHERE k.id = c.contact_id) <> 'blocked')
  RETURNING p.*, c.id AS conversation_id, c.contact_id, c.channel, c.seq, c.public_seq, c.tick_at,
    coalesce(c.reopened_at = c.tick_at, false) AS reopened, coalesce(c.handed_off_at = c.tick_at, false) AS silenced,
    c.status AS conversation_status, p.reopens AND c.channel = 'chat' AND c.assistant_active AND NOT c.taken_over AND c.assigned_to IS NULL AS asks,
    NOT p.internal AND p.author_kind <> 'contact' AND c.channel NOT IN ('chat', 'api') AS outside, nextval('messages_id_seq') AS message_id
), written AS (
  INSERT INTO messages (id, uid, account_id, conversation_id, seq, public_seq, author_kind, user_id, assistant_id, author,
    message_type, content, internal, status, client_id, speaker, from_address, external_id, created_at)
  SELECT message_id, uid, account_id, conversation_id, seq, CASE WHEN NOT internal THEN public_seq END, author_kind,
    user_id, assistant_id, author, message_type, content, internal, status, client_id, speaker, from_address,
    external_id, tick_at
  FROM advanced
), told AS (
  INSERT INTO events (uid, account_id, type, actor_kind, actor_user_id, conversation_id, message_id, created_at)
  SELECT event_uid, account_id, event_type, actor_kind, actor_user_id, conversation_id, message_id, tick_at FROM advanced
  UNION ALL
  SELECT reopen_uid, account_id, 'conversation.reopened', actor_kind, actor_user_id, conversation_id, NULL, tick_at
  FROM advanced WHERE reopened
), contacted AS (
  UPDATE contacts k SET last_contacted = greatest(k.last_contacted, latest.at)
  FROM (SELECT contact_id, max(tick_at) AS at FROM advanced
    WHERE NOT internal AND author_kind IN ('user', 'assistant') GROUP BY contact_id ORDER BY contact_id) AS latest
  WHERE k.id = latest.contact_id
), queued AS (
  INSERT INTO jobs (uid, account_id, kind, unique_key, payload, run_at, attempt, created_at)
  SELECT gen_random_uuid(), account_id, '` + chat.JobSend + `', typeid, jsonb_build_object('message', typeid, 'channel', channel),
    tick_at, 0, tick_at
  FROM advanced WHERE outside
  UNION ALL
  SELECT gen_random_uuid(), account_id, '` + chat.JobAnswer + `', typeid, jsonb_build_object('message', typeid), tick_at, 0, tick_at
  FROM advanced WHERE asks
)
SELECT ord, reopened, silenced, conversation_status, outside OR asks, message_id, conversation_id, seq, public_seq, tick_at FROM advanced`

// columns are those of the statement's input; see values.
var columns = []struct{ name, kind string }{
	{"ord", "int"}, {"account_id", "bigint"}, {"conversation", "uuid"}, {"visitor_of", "bigint"}, {"uid", "uuid"},
	{"typeid", "text"}, {"author_kind", "text"}, {"user_id", "bigint"}, {"assistant_id", "bigint"}, {"author", "text"},
	{"message_type", "text"}, {"content", "text"}, {"internal", "boolean"}, {"status", "text"}, {"client_id", "text"},
	{"speaker", "text"}, {"from_address", "text"}, {"external_id", "text"}, {"now", "timestamptz"}, {"preview", "text"},
	{"reopens", "boolean"}, {"event_uid", "uuid"}, {"event_type", "text"}, {"reopen_uid", "uuid"},
	{"actor_kind", "text"}, {"actor_user_id", "bigint"},
}

// values are the input of one post, in the order of columns.
func (p *pending) values(ord int) []any {
	m := p.entry.Message
	var visitorOf *int64
	if p.who.Kind == models.KindVisitor {
		visitorOf = &p.who.ConversationID
	}
	return []any{
		ord, p.who.AccountID, p.entry.Conversation, visitorOf, m.UID,
		models.FormatID(models.PrefixMessage, m.UID), string(m.AuthorKind), m.UserID, m.AssistantID, m.Author,
		string(m.MessageType), m.Content, m.Internal, string(m.Status), m.ClientID,
		m.Speaker, m.FromAddress, m.ExternalID, models.Now(p.entry.Now), models.Preview(m.Content),
		reopens(m), models.NewUID(), string(eventOf(m)), models.NewUID(),
		string(p.who.Kind), reference(p.who.UserID),
	}
}

var postOneSQL, postManySQL = postStatements()

// postStatements completes postSQL with its two sources.
func postStatements() (one, many string) {
	var plain, record []string
	for i, c := range columns {
		plain = append(plain, fmt.Sprintf("$%d::%s AS %s", i+1, c.kind, c.name))
		record = append(record, c.name+" "+c.kind)
	}
	one = "(SELECT " + strings.Join(plain, ", ") + ") AS p"
	many = "jsonb_to_recordset($1::jsonb) AS p(" + strings.Join(record, ", ") + ")"
	return fmt.Sprintf(postSQL, one), fmt.Sprintf(postSQL, many)
}

// postLimit ends a statement whose callers may all have gone.
const postLimit = 15 * time.Second

// postBatch posts what is pending by one statement. Those that it wrote are marked
// written; the others need a closer look. The rows go in the order of their
// conversations, which is the order of the locks, so that two nodes cannot wait for
// each other.
func (p *postgres) postBatch(ctx context.Context, batch []*pending) error {
	slices.SortFunc(batch, func(a, b *pending) int {
		return bytes.Compare(a.entry.Conversation[:], b.entry.Conversation[:])
	})
	ctx, cancel := context.WithTimeout(ctx, postLimit)
	defer cancel()
	begin := time.Now()
	err := translate(p.send(ctx, batch))
	p.observer.Statement(outcomeOf(err), time.Since(begin))
	p.observer.Batch(len(batch))
	return err
}

func (p *postgres) send(ctx context.Context, batch []*pending) error {
	statement, arguments := postOneSQL, batch[0].plain()
	if len(batch) > 1 {
		rows, err := record(batch)
		if err != nil {
			return err
		}
		statement, arguments = postManySQL, []any{rows}
	}
	// GORM's pool without its builder, which would spell the statement anew each time.
	result, err := p.postDB.Statement.ConnPool.QueryContext(ctx, statement, arguments...)
	if err != nil {
		return err
	}
	defer func() { _ = result.Close() }() // its error is that of Err below
	for result.Next() {
		if err := receive(result, batch); err != nil {
			return err
		}
	}
	return result.Err()
}

// plain are the values as the driver sends them fastest.
func (p *pending) plain() []any {
	values := p.values(0)
	for i, v := range values {
		if uid, ok := v.(models.UID); ok {
			values[i] = [16]byte(uid)
		}
	}
	return values
}

// record spells the values of a batch as JSON.
func record(batch []*pending) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	// Messages are no HTML here, and escaping makes them longer.
	encoder.SetEscapeHTML(false)
	separator := byte('[')
	for ord, p := range batch {
		for i, v := range p.values(ord) {
			out.WriteByte(separator)
			if i == 0 {
				out.WriteByte('{')
			}
			out.WriteString(`"` + columns[i].name + `":`)
			if err := encoder.Encode(v); err != nil {
				return "", fmt.Errorf("encode a post: %w", err)
			}
			separator = ','
		}
		out.WriteByte('}')
	}
	out.WriteByte(']')
	return out.String(), nil
}

// receive reads a row of the answer into the post that it belongs to.
func receive(result *sql.Rows, batch []*pending) error {
	var ord int
	var reopened, silenced, queued bool
	var status models.ConversationStatus
	var id, conversation, seq, public int64
	var at time.Time
	if err := result.Scan(&ord, &reopened, &silenced, &status, &queued, &id, &conversation, &seq, &public, &at); err != nil {
		return err
	}
	p := batch[ord]
	m := p.entry.Message
	m.ID, m.AccountID, m.ConversationID, m.ConversationUID = id, p.who.AccountID, conversation, p.entry.Conversation
	m.Seq, m.CreatedAt = seq, at
	if !m.Internal {
		m.PublicSeq = &public
	}
	m.UserUID = userUID(p.who, m)
	m.Attachments = []models.Attachment{}
	p.posted, p.written = chat.Posted{Message: m, Reopened: reopened, Queued: queued, Silenced: silenced, Status: status}, true
	return nil
}
