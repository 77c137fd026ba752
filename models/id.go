package models

import (
	"encoding/base32"
	"errors"
	"strings"

	"github.com/google/uuid"
)

// UID is the outward identity of a row: a UUIDv7, so that it sorts by creation.
type UID = uuid.UUID

// NewUID makes a UID.
func NewUID() UID { return uuid.Must(uuid.NewV7()) }

// Prefix names the kind of row in a TypeID, such as "conv" in "conv_01h4…".
type Prefix string

// The TypeID prefixes of the Agent surface.
const (
	PrefixAccount      Prefix = "org"
	PrefixContact      Prefix = "cnt"
	PrefixConversation Prefix = "conv"
	PrefixMessage      Prefix = "msg"
	PrefixUser         Prefix = "usr"
	PrefixWebhook      Prefix = "wh"
	PrefixEvent        Prefix = "evt"
	PrefixAttachment   Prefix = "att"
	PrefixSite         Prefix = "site"
	PrefixKey          Prefix = "key"
	PrefixAssistant    Prefix = "asst"
	PrefixLabel        Prefix = "lbl"
	PrefixArticle      Prefix = "art"
	PrefixCanned       Prefix = "can"
	PrefixChannel      Prefix = "chn"
	PrefixDelivery     Prefix = "del"
	PrefixLogin        Prefix = "ses"
)

// The kinds that the Assistant surface names in ids of its own spelling.
const (
	HandleAssistant Prefix = "assistant"
	HandleSession   Prefix = "session"
	HandleChat      Prefix = "chat"
)

// ErrMalformedID is what ParseID answers for anything that is not an id of the
// kind asked for.
var ErrMalformedID = errors.New("malformed id")

// crockford is the alphabet of TypeID 0.3: lower-case Crockford base32.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// suffixLength is the length of 128 bits in base32, front-padded with two zero bits.
const suffixLength = 26

// FormatID spells a UID as a TypeID: the prefix, an underscore and 26 base32
// characters (https://github.com/jetify-com/typeid, version 0.3).
func FormatID(p Prefix, id UID) string { return string(p) + "_" + EncodeSuffix(id) }

// ParseID reads a TypeID of the given kind. Anything else is ErrMalformedID.
func ParseID(p Prefix, s string) (UID, error) {
	suffix, ok := strings.CutPrefix(s, string(p)+"_")
	if !ok {
		return UID{}, ErrMalformedID
	}
	return DecodeSuffix(suffix)
}

// FormatHandle spells a UID as the Assistant surface does: the kind, a hyphen and the 26
// characters of a TypeID.
func FormatHandle(kind Prefix, id UID) string { return string(kind) + "-" + EncodeSuffix(id) }

// ParseHandle reads what FormatHandle wrote. Anything else is ErrMalformedID.
func ParseHandle(kind Prefix, s string) (UID, error) {
	suffix, ok := strings.CutPrefix(s, string(kind)+"-")
	if !ok {
		return UID{}, ErrMalformedID
	}
	return DecodeSuffix(suffix)
}

// EncodeSuffix spells the 128 bits of a UID as 26 base32 characters.
func EncodeSuffix(id UID) string {
	// A TypeID has 130 bits, the first two zero: the UID is shifted right by two bits,
	// and the buffer filled up to whole groups of base32.
	var wide [20]byte
	for i, b := range id {
		wide[i] |= b >> 2
		wide[i+1] = b << 6
	}
	var out [32]byte
	crockford.Encode(out[:], wide[:])
	return string(out[:suffixLength])
}

// DecodeSuffix reads what EncodeSuffix wrote. Upper case, a wrong length, a foreign
// character and a number above 128 bits are ErrMalformedID.
func DecodeSuffix(s string) (UID, error) {
	// The decoder passes over line breaks, so they are refused here.
	if len(s) != suffixLength || s[0] > '7' || strings.ContainsAny(s, "\r\n") {
		return UID{}, ErrMalformedID
	}
	var wide [20]byte
	if _, err := crockford.Decode(wide[:], []byte(s+"000000")); err != nil {
		return UID{}, ErrMalformedID
	}
	var id UID
	for i := range id {
		id[i] = wide[i]<<2 | wide[i+1]>>6
	}
	return id, nil
}
