package email

import (
	"bufio"
	"bytes"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"parley/models"
	"parley/models/chat"
)

// bounce reads a report of delivery (RFC 3464): what became of one of our letters. It
// is one even when it tells nothing of use.
func bounce(letter *enmime.Envelope, own string) ([]chat.Receipt, bool) {
	root := letter.Root
	if root == nil || !strings.EqualFold(root.ContentType, "multipart/report") {
		return nil, false
	}
	status := root.DepthMatchFirst(func(p *enmime.Part) bool { return p.ContentType == "message/delivery-status" })
	if status == nil {
		return nil, true // a report of another kind, such as one that a letter was read
	}
	reference, ours := referenceOf(originalID(root), own)
	if !ours {
		return nil, true
	}
	r := chat.Receipt{ExternalID: originalID(root), Reference: reference}
	for _, group := range groups(status.Content) {
		switch strings.ToLower(group.Get("Action")) {
		case "failed":
			r.Status, r.Reason = models.MessageFailed, why(group)
			return []chat.Receipt{r}, true
		case "delivered", "relayed", "expanded":
			r.Status = models.MessageDelivered
		}
	}
	if r.Status == "" { // it is only late
		return nil, true
	}
	return []chat.Receipt{r}, true
}

// originalID is the id of the letter that a report is about, which comes with it whole
// or by its head.
func originalID(root *enmime.Part) string {
	original := root.DepthMatchFirst(func(p *enmime.Part) bool {
		return p.ContentType == "message/rfc822" || p.ContentType == "text/rfc822-headers" || p.ContentType == "message/global-headers"
	})
	if original == nil {
		return ""
	}
	head := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.TrimLeft(original.Content, "\r\n"), "\r\n\r\n"...))))
	fields, _ := head.ReadMIMEHeader() // as far as it can be read
	return firstID(fields.Get("Message-Id"))
}

// groups are the fields of a report: the first of the whole, and one for each recipient.
func groups(content []byte) []textproto.MIMEHeader {
	var all []textproto.MIMEHeader
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	for block := range strings.SplitSeq(text, "\n\n") {
		reader := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimSpace(block) + "\n\n")))
		fields, err := reader.ReadMIMEHeader()
		if err == nil && len(fields) > 0 {
			all = append(all, fields)
		}
	}
	return all
}

// why says what a mail server found wrong.
func why(group textproto.MIMEHeader) string {
	said := group.Get("Diagnostic-Code")
	if _, after, typed := strings.Cut(said, ";"); typed {
		said = after
	}
	said = strings.Join(strings.Fields(strings.ToValidUTF8(said, "")), " ")
	if r := []rune(said); len(r) > 300 {
		said = string(r[:299]) + "…"
	}
	reason := "The letter could not be delivered"
	if status := strings.TrimSpace(group.Get("Status")); status != "" && !strings.Contains(said, status) {
		reason += " (" + status + ")"
	}
	if said != "" {
		reason += ": " + said
	}
	return reason
}
