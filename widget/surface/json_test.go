package surface_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/models"
	"parley/widget/surface"
)

const (
	notJSON   = "The request body is not valid JSON"
	notObject = "The request body must be a JSON object"
	notUTF8   = "The request body is not valid UTF-8"
	tooDeep   = "The request body nests deeper than 32 levels"
)

// badJSON is what the decoder refuses, with the sentence and the field it blames.
var badJSON = []struct{ body, sentence, field string }{
	{"", notJSON, ""},
	{" ", notJSON, ""},
	{"{", notJSON, ""},
	{"}", notJSON, ""},
	{`{"a"`, notJSON, ""},
	{`{"a":`, notJSON, ""},
	{`{"a":1`, notJSON, ""},
	{`{"a":1,}`, notJSON, ""},
	{`{"a":1}}`, notJSON, ""},
	{`{"a":1} x`, notJSON, ""},
	{`{"a":1}{"b":2}`, notJSON, ""},
	{`{"a":1} null`, notJSON, ""},
	{`{a:1}`, notJSON, ""},
	{`{'a':1}`, notJSON, ""},
	{`{"a":01}`, notJSON, ""},
	{`{"a":+1}`, notJSON, ""},
	{`{"a":.5}`, notJSON, ""},
	{`{"a":NaN}`, notJSON, ""},
	{`{"a":Infinity}`, notJSON, ""},
	{`{"a":0x10}`, notJSON, ""},
	{`{"a":True}`, notJSON, ""},
	{`{"a":undefined}`, notJSON, ""},
	{`{"a":"\x41"}`, notJSON, ""},
	{`{"a":"\u12"}`, notJSON, ""},
	{"{\"a\":\"\n\"}", notJSON, ""},
	{"{\"a\":\"\x00\"}", notJSON, ""},
	{"{\"a\":1}\x00", notJSON, ""},
	{"\uFEFF{}", notJSON, ""},
	{"/* c */{}", notJSON, ""},
	{`{"a":[1,]}`, notJSON, ""},
	{`{"a":[1 2]}`, notJSON, ""},
	{`null`, notObject, ""},
	{`true`, notObject, ""},
	{`7`, notObject, ""},
	{`"text"`, notObject, ""},
	{`[]`, notObject, ""},
	{`[{"a":1}]`, notObject, ""},
	{"{\"a\":\"\xff\"}", notUTF8, ""},
	{"{\"a\":\"\xc3\"}", notUTF8, ""},
	{"{\"a\":\"\xed\xa0\x80\"}", notUTF8, ""},
	{"{\"\xff\":1}", notUTF8, ""},
	{"\xff\xfe{\x00}\x00", notUTF8, ""},
	{`{"a":"x\u0000y"}`, "a must not contain NUL characters", "a"},
	{`{"a":{"b":["\u0000"]}}`, "a.b.0 must not contain NUL characters", "a.b.0"},
	{`{"a\u0000":1}`, "a must not contain NUL characters", "a"},
	{`{"a":"\ud800"}`, "a contains half of a surrogate pair", "a"},
	{`{"a":"\udc00"}`, "a contains half of a surrogate pair", "a"},
	{`{"a":"\ud800\ud800"}`, "a contains half of a surrogate pair", "a"},
	{`{"a":"\ud83dx\ude00"}`, "a contains half of a surrogate pair", "a"},
	{`{"a":"\\\ud83d"}`, "a contains half of a surrogate pair", "a"},
	{`{"\ud800":1}`, "\uFFFD contains half of a surrogate pair", "\uFFFD"},
	{`{"a":1e400}`, "a is a number out of range", "a"},
	{`{"a":[-1e999]}`, "a.0 is a number out of range", "a.0"},
	{`{"a":1,"a":2}`, "a is given twice", "a"},
	{`{"a":1,"\u0061":2}`, "a is given twice", "a"},
	{`{"o":{"a":1,"a":1}}`, "o.a is given twice", "o.a"},
	{`{"__proto__":1,"__proto__":2}`, "__proto__ is given twice", "__proto__"},
	{nested(33, "{", `"a":`, "}"), tooDeep, ""},
	{nested(40, "[", "", "]"), tooDeep, ""},
	{nested(5000, "[", "", "]"), tooDeep, ""},
	{nested(20_000, "[", "", "]"), notJSON, ""},
}

// nested is an object that holds a value depth-1 levels deep.
func nested(depth int, open, between, closing string) string {
	inner := strings.Repeat(open+between, depth-2) + open + closing + strings.Repeat(closing, depth-2)
	return `{"a":` + inner + `}`
}

func TestBadJSONIsRefusedWithASentenceAndItsField(t *testing.T) {
	t.Parallel()
	for _, c := range badJSON {
		_, err := surface.DecodeObject([]byte(c.body))
		e := models.AsError(err)
		if err == nil || e.Code != models.CodeInvalid || e.Message != c.sentence || e.Field != c.field {
			t.Errorf("%.60q: %v (field %q), not %q (field %q)", c.body, err, e.Field, c.sentence, c.field)
		}
	}
}

func TestGoodJSONIsDecodedAsItWasMeant(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:                                `{}`,
		" \r\n\t{ } \n":                     `{}`,
		`{"a":"\ud83d\ude00"}`:              `{"a":"😀"}`,
		`{"a":"\\ud800"}`:                   `{"a":"\\ud800"}`,
		`{"a":"\\\\ud800 \u00e9"}`:          `{"a":"\\\\ud800 é"}`,
		`{"role":1,"ROLE":2}`:               `{"ROLE":2,"role":1}`,
		`{"a":9223372036854775808}`:         `{"a":9223372036854775808}`,
		`{"a":[1.50,null,true,{"b":[]}]}`:   `{"a":[1.50,null,true,{"b":[]}]}`,
		`{"__proto__":{"x":1}}`:             `{"__proto__":{"x":1}}`,
		`{"":""}`:                           `{"":""}`,
		`{"a":"\u2028"}`:                    `{"a":"\u2028"}`,
		nested(32, "{", `"a":`, "}"):        nested(32, "{", `"a":`, "}"),
		`{"a":"\"{[","b":"x","c":"\u005c"}`: `{"a":"\"{[","b":"x","c":"\\"}`,
	} {
		object, err := surface.DecodeObject([]byte(body))
		if err != nil {
			t.Errorf("%.60q: %v", body, err)
			continue
		}
		got, err := json.Marshal(object)
		if err != nil || string(got) != want {
			t.Errorf("%.60q became %s (%v)", body, got, err)
		}
	}
}

func TestTheFieldOfAnErrorIsBounded(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("é", 500)
	_, err := surface.DecodeObject([]byte(`{"` + name + `":{"` + name + `":1e400}}`))
	if e := models.AsError(err); len(e.Message) > 200 || !utf8.ValidString(e.Message) {
		t.Errorf("the sentence has %d bytes: %q", len(e.Message), e.Message)
	}
}

// FuzzDecodeObject checks that whatever is accepted is exactly one object that the
// standard library reads alike, and holds nothing that was to be refused.
func FuzzDecodeObject(f *testing.F) {
	for _, c := range badJSON {
		f.Add([]byte(c.body))
	}
	f.Add([]byte(`{"a":"\ud83d\ude00","b":[1,{"c":null}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		object, err := surface.DecodeObject(raw)
		if err != nil {
			if e := models.AsError(err); e.Code != models.CodeInvalid || !utf8.ValidString(e.Message) {
				t.Fatalf("an odd refusal: %v", err)
			}
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		var want map[string]any
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("accepted what encoding/json refuses: %v", err)
		}
		ours, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(ours, theirs) {
			t.Fatalf("%q became %s, not %s", raw, ours, theirs)
		}
		if bytes.Contains(ours, []byte(`\u0000`)) && !bytes.Contains(ours, []byte(`\\u0000`)) {
			t.Fatalf("NUL got in: %s", ours)
		}
	})
}
