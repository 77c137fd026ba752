package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/models"
	"parley/models/jobs"
)

// JobPoll looks into the mailbox of one channel account, and queues itself anew.
const JobPoll = "channel.poll"

const (
	// pollPause is how long a mailbox is left alone.
	pollPause = 30 * time.Second
	// pollTimeout is how long one look may take; what was taken in until then stays so.
	pollTimeout = 10 * time.Minute
	// pollAttempts and pollPauseMax: one that cannot be looked into is left alone longer.
	pollAttempts = 10
	pollPauseMax = 15 * time.Minute
)

// Take stores a report, and that everything up to the place is dealt with.
type Take func(ctx context.Context, r Report, place string) error

// Poller is a Carrier that looks for messages by itself.
type Poller interface {
	// Polls says whether there is anything to look into for the account.
	Polls(line Line) bool
	// Poll hands over what came since a place, the oldest first. The place is "" for an
	// account that was never looked into. What is handed over again is known by its id.
	Poll(ctx context.Context, line Line, place string, take Take) error
}

// RunPolling sees to it that every mailbox is looked into, until ctx ends. Each node runs
// one: the jobs are unique.
func (s *Service) RunPolling(ctx context.Context) error {
	tick := time.NewTicker(pollPause)
	defer tick.Stop()
	for {
		if err := s.QueuePolls(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "channels: mailboxes were not queued, trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// QueuePolls queues a look into each mailbox that none is queued for.
func (s *Service) QueuePolls(ctx context.Context) error {
	defer s.queued()
	for kind, carrier := range s.carriers {
		poller, polls := carrier.(Poller)
		if !polls {
			continue
		}
		lines, err := s.Lines(ctx, kind)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if !poller.Polls(line) {
				continue
			}
			if err := s.queuePoll(ctx, line.Account, s.clock()); err != nil {
				return err
			}
		}
	}
	return nil
}

// queuePoll queues a look, unless the account is a sandbox's, which calls nobody.
func (s *Service) queuePoll(ctx context.Context, account models.ChannelAccount, at time.Time) error {
	who, id := models.System(account.AccountID), models.FormatID(models.PrefixChannel, account.UID)
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if sandbox, err := tx.IsSandbox(ctx, who); err != nil || sandbox {
			return err
		}
		return tx.AddJob(ctx, who, &models.Job{
			Kind: JobPoll, UniqueKey: &id, Payload: map[string]any{"channel": id}, RunAt: at, CreatedAt: s.clock(),
		})
	})
}

// poll looks into one mailbox. An account that is gone, or wants it no more, is let go.
func (s *Service) poll(ctx context.Context, a *jobs.Attempt) error {
	text, _ := a.Job.Payload["channel"].(string)
	uid, err := models.ParseID(models.PrefixChannel, text)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	account, err := s.store.ChannelByUID(ctx, uid)
	if errors.Is(err, ErrChannelNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	carrier, line, err := s.line(account)
	if err != nil {
		return err
	}
	poller, polls := carrier.(Poller)
	if !polls || account.DisabledAt != nil || !poller.Polls(line) {
		return nil
	}
	who := models.System(account.AccountID)
	place, err := s.store.ChannelPlace(ctx, who, account.ID)
	if err != nil {
		return err
	}
	err = poller.Poll(ctx, line, place, func(ctx context.Context, r Report, place string) error {
		if err := s.TakeReport(ctx, line, r); err != nil {
			return err
		}
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			return tx.KeepChannelPlace(ctx, who, models.ChannelPlace{ChannelID: account.ID, Place: place, UpdatedAt: s.clock()})
		})
	})
	if err != nil {
		return err
	}
	return a.Finish(ctx, func(ctx context.Context) error { return s.queuePoll(ctx, account, s.clock().Add(pollPause)) })
}
