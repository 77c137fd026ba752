package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parley/models"
)

// signs are what the texts of these tests are drawn from.
var signs = []rune("aaabbcd  \t\n.,%_'\"\\ÄßİΣς退款東京ですสวัสดีمرحبا🙂")

func draw(random *rand.Rand, length int) string {
	text := make([]rune, length)
	for i := range text {
		text[i] = signs[random.IntN(len(signs))]
	}
	return string(text)
}

// library is rows with ids that leave gaps, of a few parents.
func library(random *rand.Rand, rows int) []packed {
	var all []packed
	id := int64(random.IntN(100) + 1)
	for range rows {
		all = append(all, packed{id, int64(random.IntN(5)) + 1, fold(draw(random, random.IntN(60)))})
		id += int64(random.IntN(3) + 1)
	}
	return all
}

func TestAPackGivesBackWhatWasPutIn(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for rows := 1; rows < 40; rows++ {
		want := library(random, rows)
		p, err := decode(newPack(want).encode())
		if err != nil {
			t.Fatal(err)
		}
		if got := p.rows(); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestAPackFindsWhatReadingEveryTextFinds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 2))
	hits := 0
	for range 300 {
		rows := library(random, 20)
		p := newPack(rows)
		for range 30 {
			needle := fold(draw(random, 1+random.IntN(3)))
			var got, want []int64
			p.find(needle, func(id, _ int64) { got = append(got, id) })
			for _, r := range rows {
				if strings.Contains(r.text, needle) {
					want = append(want, r.id)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q: %v, want %v", needle, got, want)
			}
			hits += len(want)
		}
	}
	if hits < 1000 {
		t.Errorf("only %d rows were found at all", hits)
	}
}

func TestTheAnchorIsARareByte(t *testing.T) {
	t.Parallel()
	for needle, want := range map[string]int{"": 0, "e": 0, "tea": 0, "order": 2, "is my": 4, "a1": 1, "退款": 1} {
		if got := anchor(needle); got != want {
			t.Errorf("the anchor of %q is %d, want %d", needle, got, want)
		}
	}
}

func TestNoNeedleReachesFromOneTextIntoTheNext(t *testing.T) {
	t.Parallel()
	p := newPack([]packed{{1, 1, "one" + boundary + "two"}, {2, 1, "three"}})
	for needle, want := range map[string]int{"onetwo": 0, "twothree": 0, "two": 1, "e": 2, "": 2} {
		n := 0
		p.find(needle, func(int64, int64) { n++ })
		if n != want {
			t.Errorf("%q was found %d times, want %d", needle, n, want)
		}
	}
}

func TestABodyThatIsNoPackIsRefused(t *testing.T) {
	t.Parallel()
	whole := newPack([]packed{{1, 2, "hello"}, {9, 2, "world"}}).encode()
	for i := range whole {
		if p, err := decode(whole[:i]); err == nil {
			t.Errorf("the first %d bytes became %v", i, p)
		}
	}
	for _, body := range [][]byte{{0xff}, {0xff, 0xff, 0x7f}, {2, 1, 1, 4, 1, 1, 1, 'a', 'b'}} {
		if p, err := decode(body); err == nil {
			t.Errorf("%v became %v", body, p)
		}
	}
}

func FuzzAPackIsReadOrRefused(f *testing.F) {
	f.Add(newPack([]packed{{1, 2, "hello"}, {9, 2, "world"}}).encode())
	f.Add([]byte{1, 2, 2, 3, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := decode(body)
		if err != nil {
			return
		}
		p.find("l", func(id, _ int64) {
			if !slices.Contains(p.ids, id) {
				t.Errorf("%d was found, which is not there", id)
			}
		})
	})
}

func TestRowsAreDividedInTheOrderOfIDs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", packSize/3)
	var ids []int64
	packs := divide([]packed{{5, 1, long}, {1, 1, long}, {3, 1, strings.Repeat(long, 5)}, {4, 1, long}, {2, 1, long}})
	for _, p := range packs {
		if len(p.ids) > 1 && len(p.text) > packSize+len(p.ids) {
			t.Errorf("%d bytes are in one pack", len(p.text))
		}
		ids = append(ids, p.ids...)
	}
	if !slices.Equal(ids, []int64{1, 2, 3, 4, 5}) || len(packs) != 3 {
		t.Errorf("%d packs with %v", len(packs), ids)
	}
}

func TestARowBelongsToTheLastPackThatDoesNotBeginBehindIt(t *testing.T) {
	t.Parallel()
	s := spine{{ID: 7, FirstID: 10}, {ID: 8, FirstID: 20}, {ID: 9, FirstID: 30}}
	if got := s.holding([]int64{1, 10, 19, 30, 99}); !slices.Equal(got, []int64{7, 9}) {
		t.Errorf("the packs are %v", got)
	}
	if got := (spine{}).holding([]int64{1}); got != nil {
		t.Errorf("there is no pack, and yet %v", got)
	}
}

func TestTheNewestRowsAreTheNewestOfAll(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		rows := library(random, 60)
		c := corpus{changed: map[int64]bool{}}
		var fresh, old []packed
		for _, r := range rows {
			switch random.IntN(6) {
			case 0: // the packs have what it said before
				c.changed[r.id] = true
				fresh = append(fresh, r)
				old = append(old, packed{r.id, 99, "a" + r.text})
			default:
				old = append(old, r)
			}
		}
		c.fresh, c.packs = newPack(fresh), []*pack{newPack(old[:25]), newPack(old[25:40]), newPack(old[40:])}
		got := c.find("a", 7)
		var want []int64
		of := map[int64]bool{}
		for _, r := range slices.Backward(rows) {
			if strings.Contains(r.text, "a") {
				of[r.parent] = true
				want = append(want, r.id)
			}
		}
		if want = want[:min(7, len(want))]; !slices.Equal(got.newest, want) {
			t.Fatalf("the newest are %v, want %v", got.newest, want)
		}
		for parent := range of {
			if !got.of[parent] || len(got.of) != len(of) {
				t.Fatalf("found %v, want %v", got.of, of)
			}
		}
	}
}

func TestTheShelfKeepsWhatWasUsedLastWithinItsLimit(t *testing.T) {
	t.Parallel()
	packs := func() map[int64]*pack {
		return map[int64]*pack{1: newPack([]packed{{1, 1, strings.Repeat("x", 1000)}})}
	}
	key := func(account int64) shelfKey { return shelfKey{account, models.SearchMessage} }
	s := newShelf(3500)
	for account := range int64(3) {
		s.put(key(account), packs())
	}
	s.get(key(0))
	s.put(key(3), packs())
	for account, want := range []int{1, 0, 1, 1} {
		if got := len(s.get(key(int64(account)))); got != want {
			t.Errorf("account %d has %d packs on the shelf, want %d", account, got, want)
		}
	}
	s.put(key(0), map[int64]*pack{1: newPack([]packed{{1, 1, strings.Repeat("x", 5000)}})})
	if s.get(key(0)) != nil || s.size > s.limit {
		t.Errorf("what is larger than the shelf is on it: %d bytes", s.size)
	}
	var none *shelf
	none.put(key(0), packs())
	if none.get(key(0)) != nil {
		t.Error("no shelf kept something")
	}
}

func TestWhoseTextsLeftTheShelfIsReadAheadAgain(t *testing.T) {
	t.Parallel()
	a := newAhead()
	s := a.shelf(2500)
	packs := func() map[int64]*pack {
		return map[int64]*pack{1: newPack([]packed{{1, 1, strings.Repeat("x", 1000)}})}
	}
	for account := range int64(3) {
		a.want(account)
		s.put(shelfKey{account, models.SearchMessage}, packs())
	}
	if a.met[0] || !a.met[1] || !a.met[2] {
		t.Errorf("those that need not be asked for again are %v", a.met)
	}
	for _, kind := range []models.SearchKind{models.SearchContact, models.SearchArticle} {
		s.put(shelfKey{2, kind}, packs())
	}
	if a.met[1] || !a.met[2] {
		t.Errorf("an account that takes its own place is read again and again: %v", a.met)
	}
}
