package chat

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/models"
	"parley/models/jobs"
)

const (
	// maxPushes is how many browsers one conversation is told in.
	maxPushes = 5
	// pushPause lets a visitor read what was written a moment ago.
	pushPause    = 2 * time.Second
	pushAttempts = 6
	pushTimeout  = 20 * time.Second
	// Visitors name whom to call: who does not answer holds up few of a node's workers.
	pushWorkers = 16
	pushShare   = 4
	// With these pauses a push is given up after five minutes.
	pushRetry    = 10 * time.Second
	pushRetryMax = time.Hour
	// pushPreview is how much of an answer a push shows, in code points.
	pushPreview = 120
	// topicBytes make the 32 characters that a topic may have (RFC 8030 §5.4).
	topicBytes = 24
)

// errNoPush is for programs that do not push.
var errNoPush = models.Fail(models.CodeConflict, "Notifications cannot be sent from here")

// pushKeys remembers the program's keys, once they are there.
type pushKeys struct {
	mu   sync.Mutex
	keys PushKeys
	// told says that the log knows that they cannot be read.
	told bool
}

func (k *pushKeys) get() PushKeys {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys
}

func (k *pushKeys) put(keys PushKeys) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.told = keys, false
}

// complain says once what is wrong, and not at every look at a site.
func (k *pushKeys) complain(ctx context.Context, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.told {
		slog.ErrorContext(ctx, "pushes: the program's key cannot be had; widgets go without notifications", "error", err)
	}
	k.told = true
}

// PushKey is the public key that browsers subscribe with; "" when nothing is pushed. The
// pair is made when it is first asked for, by one node for all.
func (s *Service) PushKey(ctx context.Context) (string, error) {
	if s.pusher == nil {
		return "", nil
	}
	keys, err := s.keysToPush(ctx)
	return keys.Public, err
}

// PreparePushes makes the pair before a browser asks for it, so that whoever merely looks
// at a site leaves nothing in the database. Widgets work without it.
func (s *Service) PreparePushes(ctx context.Context) {
	if _, err := s.PushKey(ctx); err != nil {
		s.pushKeys.complain(ctx, err)
	}
}

func (s *Service) keysToPush(ctx context.Context) (PushKeys, error) {
	if known := s.pushKeys.get(); known != (PushKeys{}) {
		return known, nil
	}
	row, err := s.store.PushKey(ctx)
	if models.HasCode(err, models.CodeNotFound) {
		row, err = s.makePushKey(ctx)
	}
	if err != nil {
		return PushKeys{}, err
	}
	private, err := s.seals.Open(row.Private)
	if err != nil {
		return PushKeys{}, fmt.Errorf("the key of pushes: %w", err)
	}
	keys := PushKeys{Public: row.Public, Private: string(private)}
	s.pushKeys.put(keys)
	return keys, nil
}

// makePushKey makes the pair, unless another node was quicker, and reads what there is.
func (s *Service) makePushKey(ctx context.Context) (models.PushKey, error) {
	fresh, err := s.pusher.NewKeys()
	if err != nil {
		return models.PushKey{}, err
	}
	sealed, err := s.seals.Seal([]byte(fresh.Private))
	if err != nil {
		return models.PushKey{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.KeepPushKey(ctx, models.PushKey{Public: fresh.Public, Private: sealed, CreatedAt: s.clock()})
	})
	if err != nil {
		return models.PushKey{}, err
	}
	return s.store.PushKey(ctx)
}

// Subscribe has a visitor told of answers in a browser. The same endpoint again takes the
// place of the first; of more than five the oldest goes.
func (s *Service) Subscribe(ctx context.Context, who models.Principal, t models.PushTarget) error {
	if err := allow(who, actVisit); err != nil {
		return err
	}
	if s.pusher == nil {
		return errNoPush
	}
	if err := s.pusher.Check(ctx, t); err != nil {
		return err
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("spell a subscription: %w", err)
	}
	sealed, err := s.seals.Seal(plain)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockConversation(ctx, who, who.ConversationUID); err != nil {
			return err
		}
		return tx.KeepPushSubscription(ctx, who, &models.PushSubscription{
			UID: models.NewUID(), ConversationID: who.ConversationID, EndpointHash: models.TokenHash(t.Endpoint),
			Sealed: sealed, CreatedAt: s.clock(),
		}, maxPushes)
	})
}

// Unsubscribe ends what Subscribe began; what never began ends well.
func (s *Service) Unsubscribe(ctx context.Context, who models.Principal, endpoint string) error {
	if err := allow(who, actVisit); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.DropPushSubscription(ctx, who, who.ConversationID, models.TokenHash(endpoint))
	})
}

// queuePushes has each of the visitor's browsers told of an answer that was just given,
// before a letter is thought of.
func (s *Service) queuePushes(ctx context.Context, tx Tx, who models.Principal, e models.Event) error {
	c := e.Conversation
	if s.pusher == nil || e.Type != models.EventMessageSent || c.Channel != models.ChannelChat {
		return nil
	}
	all, err := tx.PushSubscriptions(ctx, who, c.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := tx.AddJob(ctx, who, s.pushJob(p.UID, c.UID, e.CreatedAt.Add(pushPause))); err != nil {
			return err
		}
	}
	return nil
}

// pushJob tells one browser, unless that is to happen already.
func (s *Service) pushJob(subscription, conversation models.UID, at time.Time) *models.Job {
	key := "push/" + subscription.String()
	return &models.Job{
		Kind: JobPush, UniqueKey: &key, RunAt: at, CreatedAt: s.clock(),
		Payload: map[string]any{"subscription": subscription.String(), "conversation": models.FormatID(models.PrefixConversation, conversation)},
	}
}

// push tells one browser, if the visitor is away and has not read the answer.
func (s *Service) push(ctx context.Context, a *jobs.Attempt) error {
	if s.pusher == nil {
		return fmt.Errorf("nothing is pushed: %w", jobs.ErrHopeless)
	}
	who := models.System(a.Job.AccountID)
	text, _ := a.Job.Payload["subscription"].(string)
	id, _ := a.Job.Payload["conversation"].(string)
	var subscription models.UID
	conversation, err := models.ParseID(models.PrefixConversation, id)
	if err = errors.Join(err, subscription.UnmarshalText([]byte(text))); err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	p, err := s.store.PushSubscription(ctx, who, subscription)
	if err != nil {
		return gone(err)
	}
	c, err := s.store.Conversation(ctx, who, conversation)
	if err != nil {
		return gone(err)
	}
	news, err := s.unreadNews(ctx, who, c)
	if err != nil {
		return gone(err)
	}
	over := false
	if news != nil {
		if over, err = s.pushTo(ctx, who, p, *news); err != nil {
			return err
		}
	}
	return a.Finish(ctx, func(ctx context.Context) error {
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			if over {
				return tx.DropPushSubscription(ctx, who, p.ConversationID, p.EndpointHash)
			}
			return s.pushAgain(ctx, tx, p, c)
		})
	})
}

// pushAgain looks once more: what was said while a push was on its way found its job still
// there, and queued none.
func (s *Service) pushAgain(ctx context.Context, tx Tx, p models.PushSubscription, seen models.Conversation) error {
	who := models.System(seen.AccountID)
	c, err := tx.Conversation(ctx, who, seen.UID)
	if err != nil || c.PublicSeq <= seen.PublicSeq {
		return gone(err)
	}
	return tx.AddJob(ctx, who, s.pushJob(p.UID, c.UID, s.clock().Add(pushPause)))
}

// unread is an answer that its visitor has not read.
type unread struct {
	conversation models.Conversation
	message      models.Message
}

// unreadNews is the newest answer, while the visitor is away and has not read it.
func (s *Service) unreadNews(ctx context.Context, who models.Principal, c models.Conversation) (*unread, error) {
	if c.Contact != nil && c.Contact.Status == models.ContactBlocked {
		return nil, nil
	}
	said, err := s.store.Transcript(ctx, who, TranscriptQuery{ConversationID: c.ID, After: c.VisitorReadSeq})
	if err != nil {
		return nil, err
	}
	first := unreadAnswer(c, said)
	if first == nil || first.CreatedAt.Before(s.clock().Add(-noticeLife)) {
		return nil, nil
	}
	if s.visitors != nil && s.visitors.Watched(ctx, c.ID) {
		return nil, nil
	}
	return &unread{conversation: c, message: said[len(said)-1]}, nil
}

// news is what a push says: who answered, how it begins, and where a click on it leads.
// A later one with the same tag takes the place of the earlier on the screen.
type news struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	URL   string `json:"url,omitempty"`
	Tag   string `json:"tag"`
}

// newsOf writes what a push says of an answer.
func (s *Service) newsOf(ctx context.Context, who models.Principal, u unread) ([]byte, error) {
	link, err := s.linkTo(ctx, who, u.conversation)
	if err != nil {
		return nil, err
	}
	preview := u.message.Content
	if isBlank(preview) && len(u.message.Attachments) > 0 {
		preview = "[" + u.message.Attachments[0].Filename + "]"
	}
	payload, err := json.Marshal(news{
		Title: u.message.Author, Body: cut(preview, pushPreview), URL: link,
		Tag: "parley-" + models.FormatID(models.PrefixConversation, u.conversation.UID),
	})
	if err != nil {
		return nil, fmt.Errorf("spell a push: %w", err)
	}
	return payload, nil
}

// linkTo opens a conversation in a page of its own, as in letters; "" when its site is gone.
func (s *Service) linkTo(ctx context.Context, who models.Principal, c models.Conversation) (string, error) {
	if s.notices == nil || c.SiteID == nil {
		return "", nil
	}
	var link string
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		site, err := tx.SiteOf(ctx, who, *c.SiteID)
		if err != nil {
			return gone(err)
		}
		link = s.notices.ConversationLink(site.SiteKey, c.UID)
		return nil
	})
	return link, err
}

// pushGivenUp forgets a browser whose push service was not to be reached for as long as it
// was tried: each further answer would wait for it again. A browser that is there
// subscribes anew when its visitor is back.
func (s *Service) pushGivenUp(ctx context.Context, j models.Job, reason error) error {
	if !models.HasCode(reason, models.CodeUnavailable) {
		return nil
	}
	who := models.System(j.AccountID)
	text, _ := j.Payload["subscription"].(string)
	var subscription models.UID
	// What cannot be read is the zero identity, which nobody has.
	_ = subscription.UnmarshalText([]byte(text))
	p, err := s.store.PushSubscription(ctx, who, subscription)
	if err != nil {
		return gone(err)
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.DropPushSubscription(ctx, who, p.ConversationID, p.EndpointHash)
	})
}

// pushTo calls; over says that the browser is gone for good.
func (s *Service) pushTo(ctx context.Context, who models.Principal, p models.PushSubscription, u unread) (over bool, err error) {
	plain, err := s.seals.Open(p.Sealed)
	if err != nil {
		return false, fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	var target models.PushTarget
	if err := json.Unmarshal(plain, &target); err != nil {
		return false, fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	keys, err := s.keysToPush(ctx)
	if err != nil {
		return false, err
	}
	payload, err := s.newsOf(ctx, who, u)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(u.conversation.UID[:])
	return s.pusher.Push(ctx, Push{
		Target: target, Keys: keys, Payload: payload, Topic: base64.RawURLEncoding.EncodeToString(sum[:topicBytes]),
	})
}
