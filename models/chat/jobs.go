package chat

import (
	"context"
	"fmt"

	"parley/models"
	"parley/models/jobs"
)

// Jobs are the kinds of job that this package queues, for the runner.
func (s *Service) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{JobSend: {Run: s.send}, JobForget: {Run: s.forgetKeys}}
}

// pokeJobs tells the runner that there is something to do.
func (s *Service) pokeJobs(ctx context.Context) { models.AfterCommit(ctx, s.queued) }

// send hands a message to its channel. Nothing leaves a sandbox: there a message stays
// sent. Elsewhere a channel has to be configured, and none can be yet.
func (s *Service) send(ctx context.Context, a *jobs.Attempt) error {
	who := models.System(a.Job.AccountID)
	text, _ := a.Job.Payload["message"].(string)
	channel, _ := a.Job.Payload["channel"].(string)
	message, err := models.ParseID(models.PrefixMessage, text)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	return a.Finish(ctx, func(ctx context.Context) error {
		defer s.nudge(ctx)
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			sandbox, err := tx.IsSandbox(ctx, who)
			if err != nil || sandbox {
				return err
			}
			return s.fail(ctx, tx, who, message, "The channel "+channel+" is not configured")
		})
	})
}

func (s *Service) fail(ctx context.Context, tx Tx, who models.Principal, message models.UID, reason string) error {
	m, failed, err := tx.FailMessage(ctx, who, message, reason)
	if err != nil || !failed {
		return err
	}
	e := s.event(who, models.EventConversationUpdated)
	e.ConversationID = &m.ConversationID
	e.Detail = map[string]any{
		"message_id": models.FormatID(models.PrefixMessage, m.UID), "message_status": models.MessageFailed, "failure_reason": reason,
	}
	return tx.AddEvent(ctx, who, &e)
}

// queueForget has the bytes of files deleted once the transaction is committed.
func (s *Service) queueForget(ctx context.Context, tx Tx, who models.Principal, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	now := s.clock()
	return tx.AddJob(ctx, who, &models.Job{
		Kind: JobForget, Payload: map[string]any{"keys": keys}, RunAt: now, CreatedAt: now,
	})
}

func (s *Service) forgetKeys(ctx context.Context, a *jobs.Attempt) error {
	keys, _ := a.Job.Payload["keys"].([]any)
	for _, key := range keys {
		name, _ := key.(string)
		if err := s.blobs.Delete(ctx, name); err != nil {
			return fmt.Errorf("delete the bytes of a file: %w", err)
		}
	}
	return nil
}
