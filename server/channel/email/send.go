package email

import (
	"context"
	"html"
	"io"
	"net/mail"
	"regexp"
	"strings"

	"parley/models"
	"parley/models/chat"
	smtp "parley/server/mail"
)

// Divide implements chat.Carrier: a letter is one piece.
func (*Carrier) Divide(_ chat.Line, o chat.Outgoing) ([]chat.Piece, error) {
	if o.Message.MessageType == models.TypeTemplate {
		return nil, &chat.CarrierError{Reason: "There are no templates in e-mail; send the text itself"}
	}
	var bytes int64
	for _, a := range o.Message.Attachments {
		bytes += a.Size
	}
	if bytes > maxFiles {
		return nil, &chat.CarrierError{Reason: "The files are too large for one letter (maximum 20 MB)"}
	}
	return []chat.Piece{{Text: o.Message.Content, Files: o.Message.Attachments}}, nil
}

// Send implements chat.Carrier. The id of the letter is the same on each try, so that
// a mail program that gets it twice may show it once.
func (c *Carrier) Send(ctx context.Context, line chat.Line, p chat.Parcel) (string, error) {
	server, err := c.server(line)
	if err != nil {
		return "", err
	}
	letter := compose(line, p)
	files, err := openAll(ctx, p)
	defer func() {
		for _, f := range files {
			_ = f.Close() // it was only read from
		}
	}()
	if err != nil {
		return "", &chat.CarrierError{Reason: "A file of the message could not be read", Temporary: true, Err: err}
	}
	for i, f := range files {
		letter.Files = append(letter.Files, smtp.File{Name: p.Files[i].Filename, ContentType: p.Files[i].ContentType, Body: f})
	}
	if err := server.Deliver(ctx, letter); err != nil {
		return "", refused("The mail server did not take it", err)
	}
	return letter.MessageID, nil
}

func openAll(ctx context.Context, p chat.Parcel) ([]io.ReadSeekCloser, error) {
	files := make([]io.ReadSeekCloser, 0, len(p.Files))
	for _, a := range p.Files {
		f, err := p.Open(ctx, a)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

// compose writes the letter, without its files.
func compose(line chat.Line, p chat.Parcel) smtp.Letter {
	address := strings.ToLower(line.Values["address"])
	l := smtp.Letter{
		From: mail.Address{Name: senderName(p.Message, line.Account.Name), Address: address}, To: p.To,
		MessageID: messageID(p.Message.UID, p.Reference, address), Subject: subject(p.Outgoing),
		Text: p.Text, HTML: toHTML(p.Text), Headers: map[string]string{},
	}
	for _, id := range p.References {
		if isMessageID(id) {
			l.References = append(l.References, id)
		}
	}
	if n := len(l.References); n > 0 {
		l.InReplyTo = l.References[n-1]
	}
	if p.Message.AuthorKind != models.ByUser { // no machine is to answer another one
		l.Headers["Auto-Submitted"] = "auto-replied"
		l.Headers["X-Auto-Response-Suppress"] = "All"
	}
	return l
}

// senderName says who writes, and for whom.
func senderName(m models.Message, team string) string {
	author := strings.TrimSpace(m.Author)
	if author == "" || m.AuthorKind == models.BySystem || strings.EqualFold(author, team) {
		return team
	}
	return author + " via " + team
}

// subject goes on from what there is, or says something where nobody did.
func subject(o chat.Outgoing) string {
	text := ""
	if o.Conversation.Subject != nil {
		text = strings.TrimSpace(*o.Conversation.Subject)
	}
	switch {
	case text == "" && len(o.References) == 0:
		return "A message from " + o.Message.Author
	case text == "":
		return "Re: your message"
	case len(o.References) == 0 || answered.MatchString(text):
		return text
	}
	return "Re: " + text
}

// answered are subjects that are an answer's already, in the languages that have a word
// of their own for it.
var answered = regexp.MustCompile(`(?i)^(re|aw|sv|vs|ref|rif|res|odp|ynt|antw)(\[\d+\])?\s*:`)

// idMark begins the ids of our letters.
const idMark = "parley."

// messageID is what our letters are called: the message, the part that is sent, and
// where from.
func messageID(message models.UID, reference, address string) string {
	return idMark + models.EncodeSuffix(message) + "." + reference + "@" + smtp.Domain(address)
}

// referenceOf reads the part out of the id of one of our letters.
func referenceOf(id, address string) (reference string, ours bool) {
	name, domain, _ := strings.Cut(id, "@")
	parts := strings.Split(name, ".")
	if len(parts) != 3 || parts[0]+"." != idMark || !strings.EqualFold(domain, smtp.Domain(address)) {
		return "", false
	}
	return parts[2], true
}

// isMessageID says whether an id may stand in a header as it is.
func isMessageID(id string) bool {
	return messageIDs.MatchString("<"+id+">") && len(id) <= maxID && strings.Contains(id, "@")
}

var links = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)\]]`)

// toHTML says a text in HTML: paragraphs, lines and links, and nothing that it did not
// say.
func toHTML(text string) string {
	var out strings.Builder
	out.WriteString("<!DOCTYPE html><html><body>")
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n\n") {
		out.WriteString("<p>")
		from := 0
		for _, at := range links.FindAllStringIndex(paragraph, -1) {
			address := html.EscapeString(paragraph[at[0]:at[1]])
			out.WriteString(escape(paragraph[from:at[0]]) + `<a href="` + address + `">` + address + "</a>")
			from = at[1]
		}
		out.WriteString(escape(paragraph[from:]) + "</p>\n")
	}
	out.WriteString("</body></html>")
	return out.String()
}

func escape(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n")
}
