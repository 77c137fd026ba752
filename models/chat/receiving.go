package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"parley/models"
	"parley/models/jobs"
)

const (
	// receiveAttempts is how often files of an incoming message are asked for before it is
	// taken in without them: for about four minutes, since the text waits as well.
	receiveAttempts = 8
	// fetchTime bounds the fetching of one file.
	fetchTime = 20 * time.Second
	// maxHandleLength bounds what a provider calls a contact.
	maxHandleLength = 255
)

// missingFile stands in a message for a file that could not be had.
const missingFile = "[A file of this message could not be fetched]"

// Hook is a provider calling one of an account's addresses. What it tells is stored when
// Hook returns, so that the provider may forget it; an error that is not the provider's
// mistake has it call again. An unknown account, or one that is switched off, is
// ErrChannelNotFound.
func (s *Service) Hook(ctx context.Context, kind models.Channel, channel models.UID, r HookRequest) (HookAnswer, error) {
	account, err := s.store.ChannelByUID(ctx, channel)
	if err != nil {
		return HookAnswer{}, err
	}
	if account.Kind != kind || account.DisabledAt != nil {
		return HookAnswer{}, ErrChannelNotFound
	}
	carrier, line, err := s.line(account)
	if err != nil {
		return HookAnswer{}, err
	}
	if line.Hooks[r.Hook] == "" {
		return HookAnswer{}, ErrChannelNotFound
	}
	report, err := carrier.Receive(ctx, line, r)
	if err != nil {
		return HookAnswer{}, err
	}
	return report.Answer, s.TakeReport(ctx, line, report)
}

// Lines are the accounts of a kind that are switched on, of everybody: for carriers that
// look for messages by themselves.
func (s *Service) Lines(ctx context.Context, kind models.Channel) ([]Line, error) {
	accounts, err := s.store.ChannelsOfKind(ctx, kind)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(accounts))
	for _, account := range accounts {
		_, line, err := s.line(account)
		if err != nil {
			slog.WarnContext(ctx, "channels: an account cannot be opened", "channel", account.UID, "error", err)
			continue
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// TakeReport stores what a carrier brought in. Everything in it may come twice, and in
// any order. What can never be stored is logged and passed over, or the provider would
// bring it for ever.
func (s *Service) TakeReport(ctx context.Context, line Line, report Report) error {
	lines := map[string]*Line{"": &line, line.Account.Address: &line}
	for _, r := range report.Receipts {
		through, err := s.through(ctx, lines, r.Through)
		if err == nil && through != nil {
			err = s.takeReceipt(ctx, *through, r)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range report.Arrivals {
		through, err := s.through(ctx, lines, a.Through)
		if err == nil && through != nil {
			err = s.takeArrival(ctx, *through, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// through finds the account that something came through: one app of a provider may serve
// several, and has one hook. What came for an account that is not here, or is switched
// off, is nobody's.
func (s *Service) through(ctx context.Context, known map[string]*Line, address string) (*Line, error) {
	if line, there := known[address]; there {
		return line, nil
	}
	called := known[""].Account
	known[address] = nil
	account, err := s.store.ChannelByAddress(ctx, called.AccountID, called.Kind, address)
	if errors.Is(err, ErrChannelNotFound) || err == nil && account.DisabledAt != nil {
		slog.InfoContext(ctx, "channels: something came for an account that is not connected", "channel", called.UID)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, line, err := s.line(account)
	if err == nil {
		known[address] = &line
	}
	return known[address], err
}

// takeReceipt notes how far a part of a message has come. Receipts of messages that are
// not ours, or not any more, are of no use.
func (s *Service) takeReceipt(ctx context.Context, line Line, r Receipt) error {
	who := models.Principal{Kind: models.KindChannel, AccountID: line.Account.AccountID, Name: line.Account.Name}
	reference, _ := models.DecodeSuffix(r.Reference) // the zero uid is nobody's
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		part, err := tx.MessagePart(ctx, who, line.Account.ID, r.ExternalID, reference)
		if err != nil {
			return gone(err)
		}
		m, err := tx.LockMessage(ctx, who, part.MessageID)
		if err != nil {
			return gone(err)
		}
		// Read again, now that nobody else changes it.
		if part, err = tx.MessagePart(ctx, who, line.Account.ID, r.ExternalID, reference); err != nil {
			return gone(err)
		}
		if part.ExternalID == nil && r.ExternalID != "" {
			part.ExternalID = &r.ExternalID
		}
		if part.Status.Leads(r.Status) {
			part.Status = r.Status
		}
		if err := tx.UpdateMessagePart(ctx, who, &part); err != nil {
			return err
		}
		return s.advance(ctx, tx, who, m, r.Reason)
	})
	s.nudge(ctx)
	return err
}

// takeArrival takes in a message, at once if all of it is there, else by a job that asks
// for the rest: providers do not wait for long.
func (s *Service) takeArrival(ctx context.Context, line Line, a Arrival) error {
	later, err := s.needsAsking(ctx, line, a)
	if err != nil {
		return err
	}
	if later {
		return s.queueArrival(ctx, line, a)
	}
	return s.enter(ctx, line, a)
}

// needsAsking says whether the provider has to be asked for files, or for the name of
// somebody who writes for the first time.
func (s *Service) needsAsking(ctx context.Context, line Line, a Arrival) (bool, error) {
	carrier := s.carriers[line.Account.Kind]
	if _, fetches := carrier.(Fetcher); fetches && len(a.Media) > 0 {
		return true, nil
	}
	if _, knows := carrier.(Profiler); !knows || a.Name != "" || carrier.Kind().Addressing != models.ByHandle {
		return false, nil
	}
	who := models.Principal{Kind: models.KindChannel, AccountID: line.Account.AccountID}
	stranger := false
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.LockContactByAddress(ctx, who, line.Account.ID, a.From)
		stranger = errors.Is(err, ErrContactNotFound)
		if stranger {
			return nil
		}
		return err
	})
	return stranger, err
}

func (s *Service) queueArrival(ctx context.Context, line Line, a Arrival) error {
	encoded, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("keep a message for later: %w", err)
	}
	now := s.clock()
	who := models.System(line.Account.AccountID)
	key := models.FormatID(models.PrefixChannel, line.Account.UID) + "/" + a.ExternalID
	defer s.pokeJobs(ctx)
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.AddJob(ctx, who, &models.Job{
			Kind: JobReceive, UniqueKey: &key, RunAt: now, CreatedAt: now,
			Payload: map[string]any{"channel": models.FormatID(models.PrefixChannel, line.Account.UID), "arrival": string(encoded)},
		})
	})
}

// receive asks the provider for what a message lacks, and takes it in.
func (s *Service) receive(ctx context.Context, try *jobs.Attempt) error {
	channel, a, err := readArrival(try.Job)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	account, err := s.store.ChannelByUID(ctx, channel)
	if errors.Is(err, ErrChannelNotFound) {
		return nil // the account is gone, and what came through it is nobody's
	}
	if err != nil {
		return err
	}
	carrier, line, err := s.line(account)
	if err != nil {
		return err
	}
	s.ask(ctx, carrier, line, &a)
	files, err := s.fetchAll(ctx, carrier, line, &a, try.Job.Attempt >= receiveAttempts)
	if err != nil {
		return err
	}
	a.Files = files
	return s.enter(ctx, line, a)
}

func readArrival(j models.Job) (channel models.UID, a Arrival, err error) {
	text, _ := j.Payload["channel"].(string)
	if channel, err = models.ParseID(models.PrefixChannel, text); err != nil {
		return channel, a, err
	}
	kept, _ := j.Payload["arrival"].(string)
	return channel, a, json.Unmarshal([]byte(kept), &a)
}

// ask finds out what a stranger is called. A name is a convenience: without it the
// message comes in all the same.
func (s *Service) ask(ctx context.Context, carrier Carrier, line Line, a *Arrival) {
	profiler, knows := carrier.(Profiler)
	if !knows || a.Name != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	name, err := profiler.Profile(ctx, line, a.From)
	if err != nil {
		slog.WarnContext(ctx, "channels: a contact's name could not be asked for", "channel", line.Account.UID, "error", err)
	}
	a.Name = name
}

// fetchAll fetches the files of a message. One that can never be had, or on the last try
// cannot, is told of in the text.
func (s *Service) fetchAll(ctx context.Context, carrier Carrier, line Line, a *Arrival, last bool) ([]Upload, error) {
	fetcher, fetches := carrier.(Fetcher)
	if !fetches {
		return nil, nil
	}
	var files []Upload
	for _, m := range a.Media {
		content, err := s.fetch(ctx, fetcher, line, m)
		var told *CarrierError
		switch {
		case err == nil:
			files = append(files, Upload{Filename: m.Filename, Body: strings.NewReader(content)})
		case last, errors.As(err, &told) && !told.Temporary:
			slog.WarnContext(ctx, "channels: a file was given up", "channel", line.Account.UID, "error", err)
			a.Content = strings.TrimSpace(a.Content + "\n" + missingFile)
		default:
			return nil, err
		}
	}
	return files, nil
}

// fetch reads a file, and no more of it than may be kept.
func (s *Service) fetch(ctx context.Context, fetcher Fetcher, line Line, m Media) (content string, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	body, err := fetcher.Fetch(ctx, line, m)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	read, err := io.ReadAll(io.LimitReader(body, s.limits.MaxBytes+1))
	if int64(len(read)) > s.limits.MaxBytes {
		return "", &CarrierError{Reason: s.errFileTooLarge().Error()}
	}
	return string(read), err
}

// enter takes a whole message in, and passes over what no other try would mend.
func (s *Service) enter(ctx context.Context, line Line, a Arrival) error {
	who := models.Principal{Kind: models.KindChannel, AccountID: line.Account.AccountID}
	in := Incoming{
		Channel: line.Account.Kind, Content: cleanContent(a.Content), Subject: cut(cleanName(a.Subject), maxSubjectLength),
		ExternalID: a.ExternalID, References: a.References, through: &line.Account,
	}
	in.From.Name = cut(cleanName(strings.ToValidUTF8(a.Name, "")), maxNameLength)
	switch s.carriers[line.Account.Kind].Kind().Addressing {
	case models.ByPhone:
		in.From.Phone = a.From
	case models.ByEmail:
		in.From.Email = a.From
	case models.ByHandle:
		in.handle = a.From
	}
	in, in.Files = s.keepWhatMay(ctx, in, a.Files)
	_, err := s.Inbound(ctx, who, in)
	if err == nil || models.HasCode(err, models.CodeUnavailable) || models.HasCode(err, models.CodeInternal) {
		return err
	}
	var known *models.Error
	if !errors.As(err, &known) {
		return err
	}
	slog.WarnContext(ctx, "channels: a message was passed over", "channel", line.Account.UID, "external_id", a.ExternalID, "error", err)
	return nil
}

// keepWhatMay keeps those files that may be kept. Of the others the text tells.
func (s *Service) keepWhatMay(ctx context.Context, in Incoming, uploads []Upload) (Incoming, []models.Attachment) {
	var files []models.Attachment
	for _, u := range uploads {
		a, err := s.keepOne(ctx, u)
		if err == nil && len(files) < s.limits.MaxFiles {
			files = append(files, a)
			continue
		}
		in.Content = strings.TrimSpace(in.Content + "\n[The file " + cleanFilename(u.Filename) + " was not kept]")
	}
	return in, files
}

// cleanContent makes a text one that can be a message.
func cleanContent(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
	return cut(text, models.MaxMessageLength)
}

// cut shortens a text to so many code points.
func cut(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return text
}
