package main

import "strings"

// badObjects are bodies that no operation may take.
var badObjects = []string{
	" ", "\x00", "{", "}", "{}}", "{}{}", "{} {}", "{}x", "{}\n\x00", "[]", "[{}]", "null", "true", "false", "0", "-", "1e1", `"text"`, "'text'",
	"undefined", "NaN", "Infinity", "\ufeff{}", "// c\n{}", "/* c */{}", "<a/>", "a=b", "a: b", `{"a"}`, `{"a":}`, `{"a":1`, `{"a":"x`, `{"a":1,}`,
	`{,"a":1}`, `{"a":1 "b":2}`, `{a:1}`, `{'a':1}`, "{\"a\":\"x\ny\"}", "{\"a\":\"x\ty\"}", `{"a":"\q"}`, `{"a":"\u00"}`, `{"a":"\u{41}"}`,
	"{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xf4\x90\x80\x80\"}", "{\"\xff\":1}", "\xff\xfe{\x00}\x00",
	`{"a":"\ud800"}`, `{"a":"\udc00"}`, `{"a":"\udfff\ud800"}`, `{"a":"x\u0000y"}`, `{"a\u0000":1}`, `{"a":{"b":["\u0000"]}}`,
	`{"a":1,"a":1}`, `{"a":1,"\u0061":2}`, `{"a":{"b":1,"b":2}}`, `{"a":1e400}`, `{"a":[-1e400]}`, `{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":0x10}`,
	`{"a":1e}`, `{"a":--1}`, `{"a":tru}`, `{"a":TRUE}`, `{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`,
	strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
}

// heavyObjects are more of them, which every surface gets once.
var heavyObjects = []string{
	`{"a":` + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + `}`, strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000),
	`{"a":"` + strings.Repeat("x", 1<<20) + `"}`, strings.Repeat(" ", 1<<20+1),
}

// wrongTypes are values by the type that they are not.
var wrongTypes = map[string][]any{
	"string":  {5, 1.5, true, []any{}, map[string]any{}, []any{"x"}, map[string]any{"$ne": 1}},
	"integer": {"5", 1.5, true, []any{}, map[string]any{}, 1e300},
	"number":  {"5", true, []any{}, map[string]any{}},
	"boolean": {"true", 1, 0, []any{}, map[string]any{}},
	"array":   {"x", 5, true, map[string]any{"0": "x"}},
	"object":  {"x", 5, true, []any{}},
}

// badTexts are texts that a field may hold or refuse, but that break nothing.
var badTexts = []string{
	"", " ", "\u200b", "\u202e\u2066evil", "x\u0000y", "'; DROP TABLE messages; --", `" OR "1"="1`, "%", "_", `\`, `%_\`, "*", ":*&!|", "a & b", "-", "()",
	"${7*7}", "{{constructor.constructor('x')()}}", "%s%n%d", "<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd", "__proto__",
	strings.Repeat("x", 10_001), strings.Repeat("é", 10_001), strings.Repeat("😀", 300), "İ", "ß", "ﬃ", "\u0301\u0301\u0301", "日本", "मराठी", "\ufffe\uffff", "\r\nX-Evil: 1",
}

// badMedia are types of bodies, and badEncodings spellings of them, that nobody takes.
var (
	badMedia     = []string{"text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin1", "json"}
	badEncodings = []string{"gzip", "br", "identity", "deflate, gzip"}
)

// badIDs stand where a path names a row.
var badIDs = []string{
	"x", "0", "-1", "1.5", "9223372036854775808", "1e9", "null", "undefined", "true", "%20", "%00", "%ff", "%c0%af", "%2e%2e", "..%2f..%2fetc", "%5c", "a%2fb",
	"%0d%0aX-Evil:%201", "'", "%27%20OR%201=1--", "%25", "_", "*", "(select)", "conv_", "_01h455vb4pex5vsknk084sn02q", "conv_01h455vb4pex5vsknk084sn02",
	"conv_01h455vb4pex5vsknk084sn02qq", "CONV_01H455VB4PEX5VSKNK084SN02Q", "conv_81h455vb4pex5vsknk084sn02q", "conv_01h455vb4pex5vsknk084sn0il",
	"usr_01h455vb4pex5vsknk084sn02q", "00000000-0000-0000-0000-000000000000", "%E2%80%AE", "%F0%9F%98%80", "%D9%A1", strings.Repeat("a", 3000),
}

// badNumbers stand where a query has a whole number.
var badNumbers = []string{
	"-1", "1.5", "x", "", "1e3", " 1", "1 ", "+1", "0x10", "NaN", "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1,2", "true",
	"null", "[]", "%", "'", "\u0661", "1\x00", "\xff",
}

// badChoices stand where a query has one of a few words, or an id.
var badChoices = []string{
	"x", "OPEN", "open,closed", "open;drop", "' OR 1=1 --", "created_at", "created_at:", "created_at:desc;", "id:asc", "password_hash:asc", "%", "_", "null",
	"[]", "{}", "open\x00", "\xff", strings.Repeat("x", 3000), "usr_", "cnt_01h455vb4pex5vsknk084sn0", "1",
}

// badKeys are credentials that are none.
var badKeys = []map[string]string{
	{}, {"X-API-Key": ""}, {"X-API-Key": " "}, {"X-API-Key": "x"}, {"X-API-Key": "sk_live_"}, {"X-API-Key": "sk_live_'; --"}, {"X-API-Key": "sk_test_\xff\xfe"},
	{"X-API-Key": "sk_live_" + strings.Repeat("a", 3000)}, {"X-API-Key": "null"}, {"X-API-Key": "sk_live_%00"}, {"X-API-Key": "SK_LIVE_AAAAAAAAAAAAAAAAAAAAAAAAAA"},
	{"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x y"}, {"Authorization": "Basic Og=="},
	{"Authorization": "Basic !!!"}, {"Authorization": "Digest x"}, {"Authorization": "Bearer " + strings.Repeat("x", 3000)}, {"Authorization": "bearer\tx"},
	{"Cookie": "session=x"}, {"Cookie": "__Host-session=" + strings.Repeat("x", 2000)}, {"X-API-Key": "sf_live_v1_aaaaaaaaaaaaaaaaaaaaaaaaaa"},
	{"X-Site-Key": "x"}, {"X-API-Key": "site_x", "X-Site-Key": "site_y"},
}
