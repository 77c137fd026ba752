package models_test

import (
	"testing"

	"parley/models"
)

func FuzzAnIDHasOneSpelling(f *testing.F) {
	for _, seed := range []string{
		"conv_01h455vb4pex5vsknk084sn02q", "conv_", "", "_", "conv_81h455vb4pex5vsknk084sn02q", "CONV_01H455VB4PEX5VSKNK084SN02Q",
		"conv_01h455vb4pex5vsknk084sn0il", "conv_01h455vb4pex5vsknk084sn02q\n", "conv_7zzzzzzzzzzzzzzzzzzzzzzzzz", "usr_01h455vb4pex5vsknk084sn02q",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		uid, err := models.ParseID(models.PrefixConversation, text)
		if err == nil && models.FormatID(models.PrefixConversation, uid) != text {
			t.Errorf("%q is read as %s, which is spelled %s", text, uid, models.FormatID(models.PrefixConversation, uid))
		}
	})
}
