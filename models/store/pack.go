package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// packSize is how much text a pack has, unless a single row has more.
const packSize = 16 << 10

// boundary stands between texts. No text and no needle has it: PostgreSQL could not
// store it.
const boundary = "\x00"

// packed is one row of a pack: its id, that of the row it belongs to, which for a
// message is the conversation, and what it says, folded.
type packed struct {
	id, parent int64
	text       string
}

// pack is texts end to end, in the order of their ids. One search over them all is far
// quicker than one for each, and a needle need not be anything that an index of words
// would know.
type pack struct {
	ids, parents []int64
	// ends are where the texts end, each behind its boundary.
	ends []int
	text string
}

// newPack makes one of rows that are in order.
func newPack(rows []packed) *pack {
	p := &pack{}
	var text strings.Builder
	for _, r := range rows {
		text.WriteString(r.text + boundary)
		p.ids, p.parents, p.ends = append(p.ids, r.id), append(p.parents, r.parent), append(p.ends, text.Len())
	}
	p.text = text.String()
	return p
}

// rows takes the pack apart.
func (p *pack) rows() []packed {
	all := make([]packed, len(p.ids))
	from := 0
	for i, end := range p.ends {
		all[i] = packed{p.ids[i], p.parents[i], p.text[from : end-len(boundary)]}
		from = end
	}
	return all
}

// find calls found for the rows that contain the needle, which is folded.
func (p *pack) find(needle string, found func(id, parent int64)) {
	rare := anchor(needle)
	for row, from := 0, 0; ; {
		at := index(p.text, needle, rare, from)
		if at < 0 {
			return
		}
		for p.ends[row] <= at {
			row++
		}
		found(p.ids[row], p.parents[row])
		from = p.ends[row]
		row++
	}
}

// index is where the needle next begins in a text; -1 if it does not. It looks for the
// byte at the place rare alone, which the processor does for many bytes at once:
// strings.Index looks for the first one, and is slow where that is common.
func index(text, needle string, rare, from int) int {
	if needle == "" && from < len(text) {
		return from
	}
	for at := from + rare; at < len(text); at++ {
		i := strings.IndexByte(text[at:], needle[rare])
		if i < 0 {
			return -1
		}
		if at += i; strings.HasPrefix(text[at-rare:], needle) {
			return at - rare
		}
	}
	return -1
}

// usual are the bytes that texts are full of, the commonest first.
const usual = " eatonirslhducmpfgybwvkxjqz"

// anchor is the place in a needle of the byte that is probably the rarest.
func anchor(needle string) int {
	place, best := 0, -1
	for i := range len(needle) {
		rarity := strings.IndexByte(usual, needle[i])
		switch {
		case needle[i] >= 0xc0: // begins a sign: all those of a script begin alike
			rarity = 0
		case rarity < 0:
			rarity = len(usual)
		}
		if rarity > best {
			place, best = i, rarity
		}
	}
	return place
}

// size is roughly what the pack takes in memory.
func (p *pack) size() int { return len(p.text) + 24*len(p.ids) }

// encode is the body of the pack: for each row the steps of its id and its parent and
// the length of its text, and then the texts.
func (p *pack) encode() []byte {
	body := binary.AppendUvarint(nil, uint64(len(p.ids)))
	var id, parent int64
	var end int
	for i := range p.ids {
		body = binary.AppendVarint(body, p.ids[i]-id)
		body = binary.AppendVarint(body, p.parents[i]-parent)
		body = binary.AppendVarint(body, int64(p.ends[i]-end))
		id, parent, end = p.ids[i], p.parents[i], p.ends[i]
	}
	return append(body, p.text...)
}

// errPack is a body that encode did not make.
var errPack = errors.New("store: a search pack cannot be read")

// decode is the pack of a body, which it does not keep.
func decode(body []byte) (*pack, error) {
	rows, read := binary.Uvarint(body)
	if read <= 0 || rows > uint64(len(body)) {
		return nil, errPack
	}
	p := &pack{ids: make([]int64, rows), parents: make([]int64, rows), ends: make([]int, rows)}
	var id, parent, end int64
	for i := range p.ids {
		for _, into := range []*int64{&id, &parent, &end} {
			body = body[read:]
			var step int64
			if step, read = binary.Varint(body); read <= 0 {
				return nil, errPack
			}
			*into += step
		}
		p.ids[i], p.parents[i], p.ends[i] = id, parent, int(end)
	}
	p.text = string(body[read:])
	if !slices.IsSorted(p.ends) || rows == 0 || p.ends[0] < 0 || p.ends[rows-1] != len(p.text) {
		return nil, errPack
	}
	return p, nil
}

// divide puts rows into packs of packSize, in the order of their ids.
func divide(rows []packed) []*pack {
	slices.SortFunc(rows, func(a, b packed) int { return cmp.Compare(a.id, b.id) })
	var all []*pack
	from, size := 0, 0
	for i, r := range rows {
		if size > 0 && size+len(r.text) > packSize {
			all = append(all, newPack(rows[from:i]))
			from, size = i, 0
		}
		size += len(r.text)
	}
	if from < len(rows) {
		all = append(all, newPack(rows[from:]))
	}
	return all
}
