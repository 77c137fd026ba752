package realtime

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/models"
	"parley/models/chat"
)

// world is the chat service and the credentials in memory: what sockets consume, and
// the database behind several nodes.
type world struct {
	mu            sync.Mutex
	conversations map[int64]*room
	events        map[int64][]models.Event
	forgotten     map[int64]int64 // events up to here are gone from the log
	sites         map[string]models.Site
	tokens        map[string]int64
	keys          map[string]models.Principal
	revoked       map[int64]bool
	// lost are roles that holders of keys had before.
	lost map[int64]map[models.Role]bool
	// remembers says that keys are believed from memory, also revoked ones.
	remembers bool
	bells     []chat.Bell
	reads     []int64
	nextID    int64

	transcripts atomic.Int64
	eventReads  atomic.Int64
	typed       chan bool
	// Faults: what the next calls do instead.
	postError  atomic.Pointer[models.Error]
	readError  atomic.Pointer[models.Error]
	panicking  atomic.Bool
	refusals   atomic.Int64 // this many sends are refused by the limiter
	noUpgrades atomic.Bool
}

type room struct {
	models.Conversation
	messages []models.Message
}

func newWorld() *world {
	return &world{
		conversations: map[int64]*room{}, events: map[int64][]models.Event{}, forgotten: map[int64]int64{},
		sites: map[string]models.Site{}, tokens: map[string]int64{}, keys: map[string]models.Principal{},
		revoked: map[int64]bool{}, lost: map[int64]map[models.Role]bool{}, typed: make(chan bool, 100),
	}
}

const testAccount = 7

// addSite makes a site of the account, with its key.
func (w *world) addSite(key string, origins ...string) models.Site {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nextID++
	site := models.Site{ID: w.nextID, UID: models.NewUID(), AccountID: testAccount, SiteKey: key, AllowedOrigins: origins}
	w.sites[key] = site
	return site
}

// addConversation makes an empty conversation whose visitor holds the token.
func (w *world) addConversation(site models.Site, token string) models.Conversation {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nextID++
	c := models.Conversation{
		ID: w.nextID, UID: models.NewUID(), AccountID: site.AccountID, SiteID: &site.ID,
		Status: models.StatusOpen, AuthorName: "Jane",
	}
	w.conversations[c.ID] = &room{Conversation: c}
	w.tokens[fmt.Sprint(site.ID, "/", token)] = c.ID
	return c
}

func (w *world) addKey(key string, userID int64, scopes ...models.Scope) models.Principal {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nextID++
	who := models.Principal{
		Kind: models.KindKey, AccountID: testAccount, UserID: userID, UserUID: models.NewUID(), Name: "Sarah",
		KeyID: w.nextID, KeyKind: models.KeyKindAgent, Scopes: scopes,
	}
	w.keys[key] = who
	return who
}

// post stores a message and rings; hushed does not ring.
func (w *world) post(conversation models.Conversation, text string) models.Message {
	m := w.hushed(conversation, text)
	w.ring(models.Doorbell{
		Kind: models.BellMessage, AccountID: m.AccountID, ConversationID: m.ConversationID,
		ConversationUID: m.ConversationUID, Seq: *m.PublicSeq, Message: &m,
	})
	w.ringEvents(m.AccountID)
	return m
}

func (w *world) hushed(conversation models.Conversation, text string) models.Message {
	m, _ := w.store(conversation.ID, models.Message{AuthorKind: models.ByUser, Author: "Sarah", Content: text})
	return m
}

func (w *world) store(conversationID int64, m models.Message) (models.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.conversations[conversationID]
	if r == nil {
		return m, models.ErrConversationNotFound
	}
	r.PublicSeq++
	seq := r.PublicSeq
	w.nextID++
	m.ID, m.UID, m.AccountID, m.ConversationID = w.nextID, models.NewUID(), r.AccountID, r.ID
	m.Seq, m.PublicSeq, m.ConversationUID = seq, &seq, r.UID
	m.MessageType, m.Status = models.TypeText, models.MessageSent
	m.CreatedAt = models.Now(time.Now())
	r.messages = append(r.messages, m)
	w.log(models.EventMessageSent, &r.Conversation, &m)
	return m, nil
}

// log appends an event; called with mu held.
func (w *world) log(kind models.EventType, c *models.Conversation, m *models.Message) {
	account := int64(testAccount)
	if c != nil {
		account = c.AccountID
	}
	pos := w.forgotten[account] + int64(len(w.events[account])) + 1
	w.events[account] = append(w.events[account], models.Event{
		ID: pos, UID: models.NewUID(), AccountID: account, Type: kind, Pos: &pos, Conversation: c, Message: m,
		CreatedAt: models.Now(time.Now()),
	})
}

// happen appends an event of the account, without a doorbell.
func (w *world) happen(kind models.EventType) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log(kind, nil, nil)
}

// forget drops the oldest events of the log.
func (w *world) forget(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events[testAccount] = w.events[testAccount][n:]
	w.forgotten[testAccount] += int64(n)
}

func (w *world) ring(d models.Doorbell) {
	w.mu.Lock()
	bells := slices.Clone(w.bells)
	w.mu.Unlock()
	if len(bells) > 0 {
		bells[0].Ring(d)
	}
}

func (w *world) ringEvents(account int64) {
	_, last, _ := w.EventSpan(context.Background(), models.System(account))
	w.ring(models.Doorbell{Kind: models.BellEvents, AccountID: account, Pos: last})
}

// Post implements Chat.
func (w *world) Post(_ context.Context, who models.Principal, _ models.UID, d chat.Draft) (models.Message, error) {
	if w.panicking.Load() {
		panic("a secret of the inside")
	}
	if err := w.postError.Load(); err != nil {
		return models.Message{}, err
	}
	if d.Content == "" {
		return models.Message{}, models.ErrMessageRequired
	}
	if m, ok := w.posted(who.ConversationID, d.ClientID); ok {
		return m, nil
	}
	m, err := w.store(who.ConversationID, models.Message{
		AuthorKind: models.ByContact, Author: "Jane", Content: d.Content, ClientID: &d.ClientID,
	})
	if err != nil {
		return m, err
	}
	w.ring(models.Doorbell{
		Kind: models.BellMessage, AccountID: m.AccountID, ConversationID: m.ConversationID, Seq: *m.PublicSeq, Message: &m,
	})
	w.ringEvents(m.AccountID)
	return m, nil
}

func (w *world) posted(conversationID int64, clientID string) (models.Message, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.conversations[conversationID].messages {
		if m.ClientID != nil && *m.ClientID == clientID {
			return m, true
		}
	}
	return models.Message{}, false
}

// MarkRead implements Chat.
func (w *world) MarkRead(_ context.Context, who models.Principal, conversation models.UID, seq int64) (models.Conversation, error) {
	c, err := w.find(conversation)
	if err != nil {
		return c, err
	}
	w.mu.Lock()
	w.reads = append(w.reads, seq)
	w.mu.Unlock()
	from := models.ByUser
	if who.Kind == models.KindVisitor {
		from = models.ByContact
	}
	w.ring(models.Doorbell{Kind: models.BellRead, AccountID: c.AccountID, ConversationID: c.ID, Seq: seq, From: from})
	return c, nil
}

func (w *world) find(conversation models.UID) (models.Conversation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.conversations {
		if r.UID == conversation {
			return r.Conversation, nil
		}
	}
	return models.Conversation{}, models.ErrConversationNotFound
}

// Typing implements Chat.
func (w *world) Typing(_ context.Context, who models.Principal, conversation models.UID, active bool) (models.Conversation, error) {
	c, err := w.find(conversation)
	if err != nil {
		return models.Conversation{}, err
	}
	from := models.ByUser
	if who.Kind == models.KindVisitor {
		from = models.ByContact
	}
	w.ring(models.Doorbell{
		Kind: models.BellTyping, AccountID: c.AccountID, ConversationID: c.ID, ConversationUID: c.UID,
		From: from, Author: who.Name, Active: active, UserUID: who.UserUID,
	})
	w.typed <- active
	return models.Conversation{}, nil
}

// Conversation implements Chat.
func (w *world) Conversation(_ context.Context, _ models.Principal, conversation models.UID) (models.Conversation, error) {
	return w.find(conversation)
}

// Transcript implements Chat.
func (w *world) Transcript(ctx context.Context, _ models.Principal, q chat.TranscriptQuery) ([]models.Message, error) {
	w.transcripts.Add(1)
	if err := w.readError.Load(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.conversations[q.ConversationID].messages
	page := all[min(int(q.After), len(all)):]
	return slices.Clone(page[:min(q.Limit, len(page))]), nil
}

// EventsAfter implements Chat.
func (w *world) EventsAfter(_ context.Context, who models.Principal, pos int64, limit int) ([]models.Event, error) {
	w.eventReads.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.events[who.AccountID]
	from := min(max(int(pos-w.forgotten[who.AccountID]), 0), len(all))
	return slices.Clone(all[from:min(from+limit, len(all))]), nil
}

// EventSpan implements Chat.
func (w *world) EventSpan(_ context.Context, who models.Principal) (first, last int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.events[who.AccountID]
	if len(all) == 0 {
		return 0, 0, nil
	}
	return *all[0].Pos, *all[len(all)-1].Pos, nil
}

// PublicSeqs implements Chat.
func (w *world) PublicSeqs(_ context.Context, ids []int64) (map[int64]int64, error) {
	if err := w.readError.Load(); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	seqs := map[int64]int64{}
	for _, id := range ids {
		if r := w.conversations[id]; r != nil {
			seqs[id] = r.PublicSeq
		}
	}
	return seqs, nil
}

// EventPositions implements Chat.
func (w *world) EventPositions(ctx context.Context, accounts []int64) (map[int64]int64, error) {
	places := map[int64]int64{}
	for _, id := range accounts {
		_, places[id], _ = w.EventSpan(ctx, models.System(id))
	}
	return places, nil
}

// Site implements Access.
func (w *world) Site(_ context.Context, key string) (models.Site, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	site, ok := w.sites[key]
	if !ok {
		return site, models.Fail(models.CodeUnauthorized, "Invalid API key")
	}
	return site, nil
}

// OriginAllowed implements Access.
func (w *world) OriginAllowed(site models.Site, origin string) bool {
	return len(site.AllowedOrigins) == 0 || slices.Contains(site.AllowedOrigins, origin)
}

// Visitor implements Access.
func (w *world) Visitor(_ context.Context, site models.Site, token string) (models.Principal, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.tokens[fmt.Sprint(site.ID, "/", token)]
	if !ok {
		return models.Principal{}, models.ErrConversationNotFound
	}
	return models.Principal{
		Kind: models.KindVisitor, AccountID: site.AccountID, SiteID: site.ID, Name: "Jane",
		ConversationID: id, ConversationUID: w.conversations[id].UID,
	}, nil
}

// Key implements Access.
func (w *world) Key(_ context.Context, key string) (models.Principal, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who, ok := w.keys[key]
	if !ok || (w.revoked[who.KeyID] && !w.remembers) {
		return models.Principal{}, models.ErrUnauthorized
	}
	return who, nil
}

// StillStands implements Access.
func (w *world) StillStands(_ context.Context, who models.Principal) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.revoked[who.KeyID] && !w.lost[who.KeyID][who.Role]
}

func (w *world) revoke(who models.Principal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked[who.KeyID] = true
}

// TakeUpgrade implements Limiter.
func (w *world) TakeUpgrade(context.Context, models.Site, string) Verdict {
	return Verdict{
		Allowed: !w.noUpgrades.Load(), RetryAfter: time.Minute,
		Headers: func(set func(name, value string)) { set("X-RateLimit-Limit", "30") },
	}
}

// TakeSend implements Limiter.
func (w *world) TakeSend(_ context.Context, s Sender) Verdict {
	if len(s.TokenHash) == 0 || s.IP == "" || s.ConversationID == 0 || s.SiteID == 0 {
		panic("whom does this count for?")
	}
	return Verdict{Allowed: w.refusals.Add(-1) < 0, RetryAfter: 1500 * time.Millisecond}
}
