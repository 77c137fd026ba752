package models

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestSuffixesMatchTheVectorsOfTheTypeIDSpecification(t *testing.T) {
	t.Parallel()
	vectors := map[string]string{
		"00000000-0000-0000-0000-000000000000": "00000000000000000000000000",
		"00000000-0000-0000-0000-000000000001": "00000000000000000000000001",
		"00000000-0000-0000-0000-00000000000a": "0000000000000000000000000a",
		"00000000-0000-0000-0000-000000000010": "0000000000000000000000000g",
		"00000000-0000-0000-0000-000000000020": "00000000000000000000000010",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "7zzzzzzzzzzzzzzzzzzzzzzzzz",
		"0110c853-1d09-52d8-d73e-1194e95b5f19": "0123456789abcdefghjkmnpqrs",
		"01890a5d-ac96-774b-bcce-b302099a8057": "01h455vb4pex5vsknk084sn02q",
	}
	for in, want := range vectors {
		if got := EncodeSuffix(uuid.MustParse(in)); got != want {
			t.Errorf("EncodeSuffix(%s) = %s, want %s", in, got, want)
		}
		if back, err := DecodeSuffix(want); err != nil || back.String() != in {
			t.Errorf("DecodeSuffix(%s) = %s, %v", want, back, err)
		}
	}
}

func TestEveryUIDSurvivesItsTypeID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := UID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		back, err := ParseID(PrefixMessage, FormatID(PrefixMessage, id))
		if err != nil || back != id {
			t.Fatalf("%s came back as %s, %v", id, back, err)
		}
	})
}

func TestAnythingElseIsMalformed(t *testing.T) {
	t.Parallel()
	good := FormatID(PrefixContact, NewUID())
	bad := []string{
		"", "cnt_", "cnt", good[:len(good)-1], good + "0", strings.ToUpper(good),
		"conv_" + good[4:], "cnt_8zzzzzzzzzzzzzzzzzzzzzzzzz", "cnt_01h455vb4pex5vsknk084sn02l",
		"cnt_" + strings.Repeat("u", 26), "cnt_01h455vb4pex5vsknk084sn0\x00q", "cnt_\n" + good[5:],
	}
	for _, s := range bad {
		if id, err := ParseID(PrefixContact, s); err == nil {
			t.Errorf("ParseID(%q) = %s, want an error", s, id)
		}
	}
}
