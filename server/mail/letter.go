package mail

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/textproto"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Letter is everything that may be said of one.
type Letter struct {
	From        mail.Address
	To, ReplyTo string
	// MessageID, InReplyTo and References are without angle brackets.
	MessageID, InReplyTo string
	References           []string
	Subject, Text        string
	// HTML, where set, says the same as Text.
	HTML    string
	Headers map[string]string
	Files   []File
}

// File goes with a letter. Its body is read and closed by who gave it.
type File struct {
	Name, ContentType string
	Body              io.ReadSeeker
}

// RefusedError is a server that does not take a letter, or does not let us in.
type RefusedError struct {
	// Said is what the server says, on one line.
	Said string
	// Temporary ones may be no refusal later.
	Temporary bool
	Err       error
}

// Error implements error.
func (r *RefusedError) Error() string { return "mail: " + r.Err.Error() }

// Unwrap gives the cause.
func (r *RefusedError) Unwrap() error { return r.Err }

// compose writes the letter down.
func (l Letter) compose() (*gomail.Msg, error) {
	letter := gomail.NewMsg()
	letter.FromMailAddress(&l.From)
	if err := letter.To(l.To); err != nil {
		return nil, fmt.Errorf("mail: recipient: %w", err)
	}
	if l.ReplyTo != "" {
		if err := letter.ReplyTo(l.ReplyTo); err != nil {
			return nil, fmt.Errorf("mail: address for answers: %w", err)
		}
	}
	letter.Subject(l.Subject)
	letter.SetMessageIDWithValue(l.MessageID)
	letter.SetDate()
	if l.InReplyTo != "" {
		letter.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, "<"+l.InReplyTo+">")
	}
	if len(l.References) > 0 { // folded, since a line has an end
		letter.SetGenHeaderPreformatted(gomail.HeaderReferences, "<"+strings.Join(l.References, ">\r\n <")+">")
	}
	for name, value := range l.Headers {
		letter.SetGenHeaderPreformatted(gomail.Header(name), value)
	}
	letter.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	for _, f := range l.Files {
		letter.AttachReadSeeker(f.Name, f.Body, gomail.WithFileContentType(gomail.ContentType(f.ContentType)))
	}
	return letter, nil
}

// maxSaid bounds what is told of a server's words.
const maxSaid = 300

// permanent is the class of answers that no other try changes: RFC 5321 §4.2.1.
const permanent = 500

// refusal reads what went wrong.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	said, code := err.Error(), 0
	var told *gomail.SendError
	var answer *textproto.Error
	switch {
	case errors.As(err, &told):
		said, _, _ = strings.Cut(told.Error(), ", affected ")
		code = told.ErrorCode()
	case errors.As(err, &answer):
		said, code = answer.Error(), answer.Code
	}
	return &RefusedError{Said: oneLine(said), Temporary: code < permanent, Err: err}
}

// oneLine makes a text fit to be told.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if r := []rune(text); len(r) > maxSaid {
		return string(r[:maxSaid-1]) + "…"
	}
	return text
}
