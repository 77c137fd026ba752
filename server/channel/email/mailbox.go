package email

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"parley/models"
	"parley/models/chat"
	smtp "parley/server/mail"
)

// The ports of IMAP where the account names none: RFC 8314.
const (
	imapPort    = 143
	imapTLSPort = 993
)

// overlap is how far back letters are looked at again when a mailbox was numbered anew,
// or looked at for the first time: those that were taken in are known by their ids.
const overlap = 24 * time.Hour

// place is how far a mailbox was read: the last letter's number, which means something
// as long as the mailbox keeps its validity (RFC 9051 §2.3.1.1), and when that was.
type place struct {
	Validity uint32    `json:"validity"`
	UID      imap.UID  `json:"uid"`
	At       time.Time `json:"at"`
}

// Polls implements chat.Poller.
func (*Carrier) Polls(line chat.Line) bool { return line.Values["imap_host"] != "" }

// Answerable implements chat.Answerable: letters come in one way or the other.
func (c *Carrier) Answerable(line chat.Line) bool {
	return c.Polls(line) || line.Values["inbound_secret"] != ""
}

// Poll implements chat.Poller. The mailbox stays as it is: letters are not marked as
// seen, so that people may read in it too.
func (c *Carrier) Poll(ctx context.Context, line chat.Line, from string, take chat.Take) error {
	box, err := c.open(ctx, line)
	if err != nil {
		return err
	}
	defer box.close()
	at := place{At: line.Account.CreatedAt}
	if from != "" {
		if err := json.Unmarshal([]byte(from), &at); err != nil {
			return fmt.Errorf("email: place in the mailbox: %w", err)
		}
	}
	letters, err := box.after(at)
	if err != nil {
		return unreachable(err)
	}
	for _, l := range letters {
		report, err := box.read(ctx, line, l)
		if err != nil {
			return err
		}
		if err := take(ctx, report, place{box.validity, l.UID, l.InternalDate}.text()); err != nil {
			return err
		}
		at = place{box.validity, l.UID, l.InternalDate}
	}
	if at.Validity == box.validity && at.UID+1 >= box.next {
		return nil
	}
	return take(ctx, chat.Report{}, place{box.validity, max(box.next, 1) - 1, at.At}.text())
}

func (p place) text() string {
	encoded, _ := json.Marshal(p) // numbers and a time always encode
	return string(encoded)
}

// box is an open mailbox.
type box struct {
	client   *imapclient.Client
	folder   string
	count    uint32
	validity uint32
	next     imap.UID
	release  func() bool
}

func (b *box) close() {
	b.release()
	_ = b.client.Close() // nothing is under way
}

// open logs in and opens the folder for reading. The connection ends with ctx.
func (c *Carrier) open(ctx context.Context, line chat.Line) (*box, error) {
	conn, err := c.connect(ctx, line)
	if err != nil {
		return nil, unreachable(err)
	}
	b := &box{folder: or(line.Values["imap_folder"], "INBOX"), release: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	if b.client, err = c.greet(conn, line); err != nil {
		b.release()
		_ = conn.Close()
		return nil, unreachable(err)
	}
	user, password := login(line, "imap")
	if err := b.client.Login(user, password).Wait(); err != nil {
		b.close()
		return nil, notLetIn("The mailbox does not let us in", err)
	}
	selected, err := b.client.Select(b.folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		b.close()
		return nil, notLetIn("The folder "+b.folder+" cannot be opened", err)
	}
	b.count, b.validity, b.next = selected.NumMessages, selected.UIDValidity, selected.UIDNext
	return b, nil
}

// connect reaches the server, encrypted where that comes first.
func (c *Carrier) connect(ctx context.Context, line chat.Line) (net.Conn, error) {
	security, port := line.Values["imap_security"], portOf(line.Values["imap_port"])
	encrypted := security == "" || security == securityTLS
	if port == 0 {
		port = imapPort
		if encrypted {
			port = imapTLSPort
		}
	}
	address := net.JoinHostPort(line.Values["imap_host"], strconv.Itoa(port))
	if encrypted {
		return smtp.DialTLS(ctx, c.Dialer, address, c.secured(line))
	}
	return c.Dialer.DialContext(ctx, "tcp", address)
}

func (c *Carrier) secured(line chat.Line) *tls.Config {
	return &tls.Config{ServerName: line.Values["imap_host"], RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
}

// greet begins to talk IMAP, encrypted by now.
func (c *Carrier) greet(conn net.Conn, line chat.Line) (*imapclient.Client, error) {
	if line.Values["imap_security"] != securityStartTLS {
		client := imapclient.New(conn, nil)
		return client, client.WaitGreeting()
	}
	return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: c.secured(line)})
}

// after lists the letters behind a place, the oldest first, without their texts.
func (b *box) after(at place) ([]*imapclient.FetchMessageBuffer, error) {
	known := at.Validity == b.validity
	criteria := &imap.SearchCriteria{Since: at.At.Add(-overlap).UTC()}
	if known {
		var later imap.UIDSet
		later.AddRange(at.UID+1, 0) // 0 is the last one there is
		criteria = &imap.SearchCriteria{UID: []imap.UIDSet{later}}
	}
	found, err := b.client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, err
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool {
		return known && uid <= at.UID // a range to the last one always has that one
	})
	if len(uids) == 0 {
		return nil, nil
	}
	letters, err := b.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}).Collect()
	if err != nil {
		return nil, err
	}
	if !known { // days are all that a search knows
		first := at.At
		if at.Validity != 0 {
			first = first.Add(-overlap)
		}
		letters = slices.DeleteFunc(letters, func(l *imapclient.FetchMessageBuffer) bool {
			return l.InternalDate.Before(first.Truncate(time.Second))
		})
	}
	slices.SortFunc(letters, func(a, b *imapclient.FetchMessageBuffer) int { return int(a.UID) - int(b.UID) })
	return letters, nil
}

// read reads one letter. One that cannot be read is passed over: it will not get better.
func (b *box) read(ctx context.Context, line chat.Line, l *imapclient.FetchMessageBuffer) (chat.Report, error) {
	passed := func(reason error) (chat.Report, error) {
		slog.WarnContext(ctx, "email: a letter was passed over", "channel", line.Account.UID, "uid", uint32(l.UID), "error", reason)
		return chat.Report{}, nil
	}
	if l.RFC822Size > maxLetter {
		return passed(errors.New("it is too large"))
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	letters, err := b.client.Fetch(imap.UIDSetNum(l.UID), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil {
		return chat.Report{}, unreachable(err)
	}
	if len(letters) == 0 {
		return passed(errors.New("somebody deleted it"))
	}
	report, err := read(ctx, line, letters[0].FindBodySection(whole))
	var unreadable *models.Error
	if errors.As(err, &unreadable) {
		return passed(err)
	}
	return report, err
}

func unreachable(err error) error {
	return &chat.CarrierError{Reason: "The mailbox could not be reached", Temporary: true, Err: err}
}

// notLetIn tells what the server says. It may say otherwise tomorrow.
func notLetIn(what string, err error) error {
	var said *imap.Error
	if errors.As(err, &said) && said.Text != "" {
		what += ": " + said.Text
	}
	return &chat.CarrierError{Reason: what, Temporary: true, Err: err}
}
