package realtime

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"parley/models"
)

const (
	// redisQueue is how many notes wait for the publishing goroutine, redisBatch how
	// many of them go in one round trip.
	redisQueue = 4096
	redisBatch = 256
	// probeEvery is how often a node hears itself through the bus, deafAfter how long
	// silence may last until the subscription is taken for dead.
	probeEvery = time.Second
	deafAfter  = 2 * time.Second
	// publishTimeout bounds one round trip of the publisher.
	publishTimeout = time.Second
	// publishPause is how long the publisher rests after a failure: a Redis that is away
	// refuses at once, and should not be asked for each doorbell.
	publishPause = 100 * time.Millisecond
	// retryFirst and retryMost bound the pause before the next try to subscribe.
	retryFirst = 50 * time.Millisecond
	retryMost  = time.Second
)

// RedisOptions are what a RedisBus stands on.
type RedisOptions struct {
	// Client is used for publishing and subscribing; its owner closes it. It wants
	// short time-outs and ContextTimeoutEnabled, as NewRedisClient sets them.
	Client redis.UniversalClient
	// Prefix begins the names of the channels; "" means "parley:bus". Redis does not
	// separate channels by database number.
	Prefix string
	// Counters may be nil.
	Counters *Counters
}

// RedisBus carries notes over Redis pub/sub: 64 bucket channels that every node
// subscribes to, so that visitors come and go without a SUBSCRIBE, and one command
// brings a node back. On a Redis cluster a plain PUBLISH reaches every member, so
// the same channels serve there.
//
// One goroutine publishes, in pipelines and off the callers' path. Another one
// receives; go-redis' own Channel drops what a slow reader leaves in its buffer and
// reconnects without a word. A subscription that hears nothing for two seconds,
// though the node sends itself a probe every second, is half-open: it is replaced.
type RedisBus struct {
	client   redis.UniversalClient
	node     string
	channels []string
	queue    chan Note
	counters *Counters
}

// NewRedisBus makes a RedisBus. It does not wait for Redis.
func NewRedisBus(o RedisOptions) *RedisBus {
	if o.Prefix == "" {
		o.Prefix = "parley:bus"
	}
	if o.Counters == nil {
		o.Counters = &Counters{}
	}
	b := &RedisBus{
		client: o.Client, node: models.NewUID().String(), queue: make(chan Note, redisQueue), counters: o.Counters,
	}
	for i := range buckets {
		b.channels = append(b.channels, fmt.Sprintf("%s:%02d", o.Prefix, i))
	}
	b.channels = append(b.channels, o.Prefix+":probe:"+b.node)
	return b
}

// probeChannel is the last channel, which is this node's alone.
func (b *RedisBus) probeChannel() string { return b.channels[buckets] }

// RedisLog puts go-redis' own lines among ours, for redis.SetLogger: it would print
// them to the error output, one for each failed try to reach a Redis that is away.
type RedisLog struct{}

// Printf implements go-redis' logger.
func (RedisLog) Printf(ctx context.Context, format string, args ...any) {
	slog.DebugContext(ctx, "redis client", "message", fmt.Sprintf(format, args...))
}

// NewRedisClient makes a client with time-outs that suit a bus and a limiter, from
// redis:// or rediss:// with one host, or several separated by commas for a cluster.
// It does not connect.
func NewRedisClient(address string) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("redis address: %w", err)
	}
	hosts := strings.Split(u.Host, ",")
	u.Host = hosts[0]
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, fmt.Errorf("redis address: %w", err)
	}
	addresses := append([]string{o.Addr}, hosts[1:]...)
	return redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: addresses, DB: o.DB, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
		ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1,
	}), nil
}

// Publish implements Bus.
func (b *RedisBus) Publish(n Note) {
	select {
	case b.queue <- n:
	default:
		b.counters.BusDropped.Add(1)
	}
}

// Run implements Bus. It returns when ctx ends, and not before: Redis may go and
// come as it likes.
func (b *RedisBus) Run(ctx context.Context, r Receiver) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { b.publish(ctx); return nil })
	g.Go(func() error { b.subscribe(ctx, r); return nil })
	return g.Wait()
}

// publish sends what is queued, and the probes.
func (b *RedisBus) publish(ctx context.Context) {
	probe := time.NewTicker(probeEvery)
	defer probe.Stop()
	batch := make([]Note, 0, redisBatch)
	for {
		select {
		case <-ctx.Done():
			return
		case <-probe.C:
			batch = batch[:0]
		case n := <-b.queue:
			batch = b.gather(append(batch[:0], n))
		}
		if b.send(ctx, batch) {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(publishPause):
		}
	}
}

// gather adds what else is queued, without waiting.
func (b *RedisBus) gather(batch []Note) []Note {
	for len(batch) < redisBatch {
		select {
		case n := <-b.queue:
			batch = append(batch, n)
		default:
			return batch
		}
	}
	return batch
}

// send publishes a batch in one round trip, or the probe if there is none. What
// fails is dropped: by the time Redis is back, sockets have read what they lacked.
func (b *RedisBus) send(ctx context.Context, batch []Note) bool {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	pipe := b.client.Pipeline()
	for _, n := range batch {
		n.Node = b.node
		payload, err := json.Marshal(n)
		if err != nil {
			slog.ErrorContext(ctx, "bus: note not encoded", "error", err)
			continue
		}
		pipe.Publish(ctx, b.channels[bucket(n.key())], payload)
	}
	if len(batch) == 0 {
		pipe.Publish(ctx, b.probeChannel(), "")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		b.counters.BusDropped.Add(int64(len(batch)))
		return false
	}
	b.counters.BusPublished.Add(int64(len(batch)))
	return true
}

// subscribe keeps a subscription, replacing each that ends.
func (b *RedisBus) subscribe(ctx context.Context, r Receiver) {
	pause := retryFirst
	for ctx.Err() == nil {
		heard, err := b.listen(ctx, r)
		b.counters.BusListening.Store(0)
		if ctx.Err() != nil {
			return
		}
		b.counters.BusFailures.Add(1)
		if heard {
			pause = retryFirst
			slog.WarnContext(ctx, "bus: subscription lost", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, retryMost)
	}
}

// listen subscribes and receives until something fails; heard says whether the
// subscription was confirmed.
func (b *RedisBus) listen(ctx context.Context, r Receiver) (heard bool, err error) {
	sub := b.client.Subscribe(ctx)
	stop := context.AfterFunc(ctx, func() { _ = sub.Close() }) // wakes a receiver that waits
	defer func() {
		if stop() {
			_ = sub.Close() // nothing to be done about a connection that does not close
		}
	}()
	if err := sub.Subscribe(ctx, b.channels...); err != nil {
		return false, err
	}
	for missing := len(b.channels); ; {
		reply, err := sub.ReceiveTimeout(ctx, deafAfter)
		if err != nil {
			return heard, err
		}
		switch reply := reply.(type) {
		case *redis.Subscription:
			if missing--; missing == 0 {
				// go-redis may move to another server by itself: then all are confirmed anew.
				heard, missing = true, len(b.channels)
				b.counters.BusSubscriptions.Add(1)
				b.counters.BusListening.Store(1)
				r.Resubscribed()
			}
		case *redis.Message:
			b.hear(ctx, r, reply)
		}
	}
}

func (b *RedisBus) hear(ctx context.Context, r Receiver, m *redis.Message) {
	if m.Channel == b.probeChannel() {
		return // that it came is all it says
	}
	var n Note
	if err := json.Unmarshal([]byte(m.Payload), &n); err != nil {
		slog.WarnContext(ctx, "bus: unreadable note", "error", err)
		return
	}
	if n.Node == b.node {
		return
	}
	b.counters.BusReceived.Add(1)
	r.Receive(n)
}
