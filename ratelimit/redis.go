package ratelimit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	senderCount  = 4   // pipelines under way at once, per node
	pipelineAsks = 512 // at most, in one pipeline
	busyFactor   = 2   // time-outs that a call waits at most, see patience
)

// fixedWindow counts ARGV[1] calls on the key and answers {count, ms left}. The
// period, ARGV[2], begins with the first call. A key that lost its expiry (a
// restored dump, PERSIST) gets one again, or it would be limited for ever.
// Counting nothing changes nothing.
var fixedWindow = redis.NewScript(`
local n = tonumber(ARGV[1])
if n == 0 then
  return {tonumber(redis.call('GET', KEYS[1]) or 0), math.max(redis.call('PTTL', KEYS[1]), 0)}
end
local used = redis.call('INCRBY', KEYS[1], n)
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {used, left}
`)

var errSlow = errors.New("ratelimit: Redis did not answer in time")

// answer is what Redis says of one ask.
type answer struct {
	used int64
	left time.Duration
}

// call is asks whose caller waits for answers. The sender writes answers and
// err before it closes done; a caller that left must not read them.
type call struct {
	asks    []ask
	n       int64
	answers []answer
	err     error
	done    chan struct{}
	left    atomic.Bool
}

// remote counts in Redis. Calls that come while others are under way travel
// together, so a burst of thousands costs a few round trips. (The library's
// driver takes one key at a time, needs Redis at its construction, tells resets
// in whole seconds and leaves a key without expiry as it is.)
type remote struct {
	client  redis.UniversalClient
	prefix  string
	timeout time.Duration
	heard   atomic.Pointer[time.Time] // when Redis last answered

	mu      sync.Mutex
	queue   []*call
	senders int
}

// count counts n calls for each ask, in one round trip, and waits for the
// answers until Redis is silent for the time-out. The caller's own end is not
// heeded: a visitor who hangs up must not look like a dead Redis.
func (r *remote) count(ctx context.Context, asks []ask, n int64) ([]answer, error) {
	c := &call{asks: asks, n: n, answers: make([]answer, len(asks)), done: make(chan struct{})}
	begin := time.Now()
	timer := time.NewTimer(r.timeout)
	defer timer.Stop()
	r.enqueue(ctx, c)
	for {
		select {
		case <-c.done:
			return c.answers, c.err
		case <-timer.C:
			rest := r.patience(begin)
			if rest <= 0 {
				return r.leave(c)
			}
			timer.Reset(rest)
		}
	}
}

// patience is how much longer a call should wait that began at the given time.
// A Redis that was never heard may still be connecting. And while Redis answers
// other calls it is not Redis that is slow but this node that is busy, and
// counting alone would help nobody.
func (r *remote) patience(begin time.Time) time.Duration {
	longest := begin.Add(busyFactor * r.timeout)
	heard := r.heard.Load()
	if heard == nil {
		return time.Until(longest)
	}
	until := heard.Add(r.timeout)
	if until.After(longest) {
		until = longest
	}
	return time.Until(until)
}

// leave gives the call up, unless it was answered in the meantime. On a node
// that is starved of CPU the answer may have come and its reader not yet run:
// let all that is ready to run go first.
func (r *remote) leave(c *call) ([]answer, error) {
	runtime.Gosched()
	select {
	case <-c.done:
		return c.answers, c.err
	default:
		c.left.Store(true)
		return nil, errSlow
	}
}

// forget removes the key.
func (r *remote) forget(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	if err := r.client.Del(ctx, r.key(key)).Err(); err != nil {
		return fmt.Errorf("ratelimit: reset: %w", err)
	}
	return nil
}

func (r *remote) enqueue(ctx context.Context, c *call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, c)
	if r.senders < senderCount {
		r.senders++
		go r.drain(context.WithoutCancel(ctx))
	}
}

// drain sends until nothing waits, and ends.
func (r *remote) drain(ctx context.Context) {
	for batch := r.next(); len(batch) > 0; batch = r.next() {
		r.send(ctx, batch)
	}
}

// next takes calls off the queue, without those nobody waits for any more.
// Taking none means that this sender has ended.
func (r *remote) next() []*call {
	r.mu.Lock()
	defer r.mu.Unlock()
	var batch []*call
	taken, asks := 0, 0
	for _, c := range r.queue {
		if asks >= pipelineAsks {
			break
		}
		taken++
		if !c.left.Load() {
			batch, asks = append(batch, c), asks+len(c.asks)
		}
	}
	r.queue = r.queue[taken:]
	if len(batch) == 0 {
		r.queue = nil
		r.senders--
	}
	return batch
}

// send asks Redis for all calls of the batch in one pipeline, and once more
// for what found the script missing: a fresh or flushed Redis.
func (r *remote) send(ctx context.Context, batch []*call) {
	ctx, cancel := context.WithTimeout(ctx, busyFactor*r.timeout)
	defer cancel()
	var questions []question
	for _, c := range batch {
		for i := range c.asks {
			questions = append(questions, question{c, i})
		}
	}
	if missing := r.run(ctx, questions, fixedWindow.EvalSha); len(missing) > 0 {
		r.run(ctx, missing, fixedWindow.Eval)
	}
	for _, c := range batch {
		close(c.done)
	}
}

// evaluate is how a script is run: by its hash or by its text.
type evaluate func(ctx context.Context, on redis.Scripter, keys []string, args ...any) *redis.Cmd

// question is one ask of a call.
type question struct {
	*call
	index int
}

// run puts the questions to Redis, settles them, and returns those it did not
// settle because the script is missing there.
func (r *remote) run(ctx context.Context, questions []question, eval evaluate) (missing []question) {
	pipe := r.client.Pipeline()
	cmds := make([]*redis.Cmd, len(questions))
	for i, q := range questions {
		a := q.asks[q.index]
		cmds[i] = eval(ctx, pipe, []string{r.key(a.key)}, q.n, a.rate.Period.Milliseconds())
	}
	_, _ = pipe.Exec(ctx) // the first error of all; each command has its own
	answered := 0
	for i, q := range questions {
		pair, err := cmds[i].Int64Slice()
		switch {
		case redis.HasErrorPrefix(err, "NOSCRIPT"):
			missing = append(missing, q)
		case err != nil:
			q.err = fmt.Errorf("ratelimit: %w", err)
		default:
			answered++
			q.answers[q.index] = answer{used: pair[0], left: time.Duration(pair[1]) * time.Millisecond}
		}
	}
	if answered > 0 {
		now := time.Now()
		r.heard.Store(&now)
	}
	return missing
}

// key is hashed: a visitor's token is a secret that stays in this process, and
// a long one must not make a long key.
func (r *remote) key(key string) string {
	sum := sha256.Sum256([]byte(key))
	return r.prefix + ":" + base64.RawURLEncoding.EncodeToString(sum[:16])
}
