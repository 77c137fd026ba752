package ratelimit

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// spend charges the key n times at the given moment and returns how many of
// them were within the limit.
func spend(w *windows, key string, now int64, q quota, n int) int {
	within := 0
	for range n {
		if w.charge(key, now, q).used <= q.limit {
			within++
		}
	}
	return within
}

func minute(limit int64) quota { return quota{n: 1, limit: limit, period: 60e9} }

// slots is how many windows the table has room for at present.
func (t *windows) slots() int {
	total := 0
	for i := range t.shards {
		total += len(t.shards[i].sets) * ways
	}
	return total
}

func TestWindowsCountAsAPlainMapDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type plainWindow struct{ used, ends int64 }
		model, table, now := map[string]plainWindow{}, newWindows(1<<14), int64(0)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			now += rapid.Int64Range(0, 30e9).Draw(t, "pause")
			key := strconv.Itoa(rapid.IntRange(0, 20).Draw(t, "key"))
			q := quota{n: rapid.Int64Range(1, 3).Draw(t, "n"), limit: 5, period: 60e9}
			want := model[key]
			if want.ends <= now {
				want = plainWindow{ends: now + q.period}
			}
			want.used = min(want.used, q.limit) + q.n
			if got := table.charge(key, now, q); got != (count(want)) {
				t.Fatalf("at %d key %s stands at %+v, want %+v", now, key, got, want)
			}
			model[key] = want
		}
	})
}

//nolint:paralleltest // the memory of other tests would be counted too
func TestAMillionKeysStayBelowFiftyMegabytes(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	table := newWindows(defaultKeys)
	key := make([]byte, 0, 32)
	for i := range 1_000_000 {
		key = strconv.AppendInt(append(key[:0], "chat.create:"...), int64(i), 10)
		table.charge(string(key), 0, minute(5))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if took := int64(after.HeapAlloc) - int64(before.HeapAlloc); took > 50e6 {
		t.Errorf("a million keys take %d bytes", took)
	}
	remembered := 0
	for i := range 1_000_000 {
		if table.peek("chat.create:"+strconv.Itoa(i), 1).used == 1 {
			remembered++
		}
	}
	if remembered < 960_000 {
		t.Errorf("%d of a million keys remembered", remembered)
	}
}

func TestFewKeysTakeLittleMemory(t *testing.T) {
	t.Parallel()
	table := newWindows(defaultKeys)
	if table.slots() != 0 {
		t.Fatalf("%d places before the first key", table.slots())
	}
	for i := range 1000 {
		table.charge(strconv.Itoa(i), 0, minute(5))
	}
	if bytes := table.slots() * 24; bytes > 1<<20 {
		t.Fatalf("a thousand keys take %d bytes", bytes)
	}
}

func TestKeysWhoseTimeIsOverMakeRoomForOthers(t *testing.T) {
	t.Parallel()
	table := newWindows(defaultKeys)
	for round := range int64(200) {
		for i := range 1000 {
			table.charge(fmt.Sprint(round, i), round*60e9, minute(5))
		}
	}
	if got := table.slots(); got > 1<<16 {
		t.Fatalf("200,000 keys in turn, a thousand at a time, take %d places", got)
	}
}

func TestAFloodOfKeysDoesNotResetACounterThatIsUsedUp(t *testing.T) {
	t.Parallel()
	table := newWindows(4096)
	for i := range 50 {
		spend(table, "victim"+strconv.Itoa(i), 0, minute(5), 5)
	}
	spend(table, "half", 0, minute(10), 5)
	for i := range 500_000 {
		table.charge("flood"+strconv.Itoa(i), 1, minute(5))
	}
	for i := range 50 {
		if got := spend(table, "victim"+strconv.Itoa(i), 2, minute(5), 1); got != 0 {
			t.Fatalf("the flood reset counter %d", i)
		}
	}
	if got := spend(table, "half", 2, minute(10), 10); got != 5 {
		t.Fatalf("%d more calls on a counter with 5 left", got)
	}
	if got := table.slots(); got > 4096 {
		t.Fatalf("the flood takes %d places, 4096 were allowed", got)
	}
}

func TestResettingACounterCostsMoreCallsThanItGives(t *testing.T) {
	t.Parallel()
	table, paid := newWindows(1024), 0
	spend(table, "own", 0, minute(5), 5)
	for i := 0; spend(table, "own", 0, minute(5), 1) == 0; i++ {
		paid += spend(table, "flood"+strconv.Itoa(i), 0, minute(5), 5)
	}
	if paid < 300 {
		t.Fatalf("a reset worth 5 calls came after %d allowed calls on other keys", paid)
	}
}

func TestOfTwoCountsOfOneWindowTheHigherStays(t *testing.T) {
	t.Parallel()
	table := newWindows(1024)
	table.note("a", 0, count{used: 4, ends: 100}, 5)
	table.note("a", 1, count{used: 3, ends: 101}, 5)
	if got := table.peek("a", 2); got != (count{used: 4, ends: 100}) {
		t.Fatalf("an overtaken answer made it %+v", got)
	}
	table.note("a", 3, count{used: 9, ends: 103}, 5)
	if got := table.peek("a", 4); got != (count{used: 5, ends: 103}) {
		t.Fatalf("a refusal made it %+v", got)
	}
	table.note("a", 103, count{used: 1, ends: 200}, 5)
	if got := table.peek("a", 104); got != (count{used: 1, ends: 200}) {
		t.Fatalf("the next window is %+v", got)
	}
}

func TestALimitBeyondThirtyTwoBitsDoesNotWrapAround(t *testing.T) {
	t.Parallel()
	table := newWindows(1024)
	q := quota{n: 1 << 40, limit: 1 << 41, period: 60e9}
	table.charge("a", 0, q)
	if got := table.charge("a", 0, q).used; got < 1<<32-1 {
		t.Fatalf("it stands at %d", got)
	}
}
