package email

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"parley/models"
	"parley/models/chat"
)

// maxID is the longest id that is kept as it is, in bytes; a longer one by its hash.
const maxID = 250

// maxThread is how many ids of a thread are looked at: the last ones are the nearest.
const maxThread = 50

// wholeName is the file with the text as it came, where it is not certain that all of
// what was folded away was said before.
const wholeName = "whole-message.txt"

// read reads a letter: a message of a customer, or what became of one of ours. What a
// machine wrote, or we ourselves, is nothing: machines must not talk to each other for
// ever.
func read(ctx context.Context, line chat.Line, raw []byte) (chat.Report, error) {
	if len(raw) > maxLetter {
		return chat.Report{}, models.Fail(models.CodeTooLarge, "The letter is too large (maximum 30 MB)")
	}
	letter, err := enmime.NewParser(enmime.SkipMalformedParts(true)).ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return chat.Report{}, models.Invalid("", "This is not a letter (RFC 5322)").Because(err)
	}
	if receipts, is := bounce(letter, line.Values["address"]); is {
		return chat.Report{Receipts: receipts}, nil
	}
	from, err := sender(letter)
	if err != nil {
		return chat.Report{}, models.Invalid("", "The letter does not say who wrote it").Because(err)
	}
	if why := unwanted(letter, from.Address, line.Values["address"]); why != "" {
		slog.InfoContext(ctx, "email: a letter was left out", "channel", line.Account.UID, "reason", why)
		return chat.Report{}, nil
	}
	return chat.Report{Arrivals: []chat.Arrival{arrival(letter, from, raw)}}, nil
}

// sender is who wrote. Reply-To is not believed: a thread belongs to who writes in it.
func sender(letter *enmime.Envelope) (mail.Address, error) {
	list, err := letter.AddressList("From")
	if err != nil || len(list) == 0 {
		return mail.Address{}, mail.ErrHeaderNotPresent
	}
	return *list[0], nil
}

// unwanted says why a letter is nobody's message; "" when it is somebody's.
func unwanted(letter *enmime.Envelope, from, own string) string {
	head := func(name string) string { return strings.ToLower(strings.TrimSpace(letter.GetHeader(name))) }
	automatic, _, _ := strings.Cut(head("Auto-Submitted"), ";")
	switch {
	case strings.EqualFold(from, own):
		return "our own"
	case automatic != "" && strings.TrimSpace(automatic) != "no": // RFC 3834 §5
		return "automatic"
	case slices.Contains([]string{"bulk", "junk", "list", "auto_reply"}, head("Precedence")):
		return "bulk"
	case head("X-Autoreply") != "" || head("X-Autorespond") != "":
		return "automatic"
	case head("Return-Path") == "<>": // what must not be answered: RFC 5321 §4.5.5
		return "no return path"
	}
	if id := firstID(letter.GetHeader("Message-ID")); id != "" {
		if _, ours := referenceOf(id, own); ours {
			return "our own"
		}
	}
	return ""
}

// arrival makes a message of a letter.
func arrival(letter *enmime.Envelope, from mail.Address, raw []byte) chat.Arrival {
	whole := strings.ReplaceAll(letter.Text, "\r\n", "\n")
	fresh, certain := fold(whole)
	a := chat.Arrival{
		From: strings.ToLower(from.Address), Name: from.Name, Subject: strings.TrimSpace(letter.GetHeader("Subject")),
		Content: fresh, ExternalID: idOf(letter, raw), References: thread(letter), Files: files(letter),
	}
	if strings.TrimSpace(fresh) == "" && len(a.Files) == 0 {
		a.Content = or(strings.TrimSpace(whole), or(a.Subject, "(an empty letter)"))
	} else if !certain {
		a.Files = append(a.Files, chat.Upload{Filename: wholeName, Body: strings.NewReader(whole)})
	}
	return a
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// files are what came with a letter: pictures in the text too, but not the text itself.
func files(letter *enmime.Envelope) []chat.Upload {
	var all []chat.Upload
	for _, part := range slices.Concat(letter.Attachments, letter.Inlines, letter.OtherParts) {
		if len(part.Content) == 0 || strings.HasPrefix(part.ContentType, "multipart/") {
			continue
		}
		name := part.FileName
		if name == "" {
			name = "file" + ending(part.ContentType)
		}
		all = append(all, chat.Upload{Filename: name, Body: bytes.NewReader(part.Content)})
	}
	return all
}

// ending is that of a file that came without a name.
func ending(contentType string) string {
	known := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt"}
	if e, there := known[contentType]; there {
		return e
	}
	all, err := mime.ExtensionsByType(contentType)
	if err != nil || len(all) == 0 {
		return ""
	}
	return all[0]
}

var messageIDs = regexp.MustCompile(`<([^<>\s]+)>`)

func firstID(header string) string {
	if found := messageIDs.FindStringSubmatch(header); found != nil {
		return found[1]
	}
	return ""
}

// idOf is what a letter is called: by its own id, or by what it says when it has none.
func idOf(letter *enmime.Envelope, raw []byte) string {
	if id := firstID(letter.GetHeader("Message-ID")); id != "" {
		return shortID(id)
	}
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func shortID(id string) string {
	id = strings.ToValidUTF8(id, "?")
	if len(id) <= maxID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// thread are the letters that this one answers.
func thread(letter *enmime.Envelope) []string {
	var ids []string
	for _, found := range messageIDs.FindAllStringSubmatch(letter.GetHeader("References")+" "+letter.GetHeader("In-Reply-To"), -1) {
		if id := shortID(found[1]); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids[max(0, len(ids)-maxThread):]
}
