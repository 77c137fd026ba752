package chat

import (
	"context"
	"fmt"

	"parley/models"
	"parley/models/jobs"
)

// Jobs are the kinds of job that this package queues, for the runner.
func (s *Service) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{
		JobSend: {
			Run: s.send, GivenUp: s.sendGivenUp, Attempts: sendAttempts, Timeout: sendTimeout, Workers: sendWorkers,
			Pause: jobs.Doubling(sendPause, sendPauseMax),
		},
		JobReceive:       {Run: s.receive, Attempts: receiveAttempts + 2, Pause: jobs.Doubling(sendPause, sendPauseMax)},
		JobForget:        {Run: s.forgetKeys},
		JobVisitorNotice: {Run: s.noticeVisitor}, JobTeamNotice: {Run: s.noticeUser},
		JobLetter:     {Run: s.sendLetter, Timeout: letterTimeout, Workers: letterWorkers},
		JobTranscript: {Run: s.sendTranscript, Timeout: letterTimeout, Workers: letterWorkers},
		JobPush: {
			Run: s.push, GivenUp: s.pushGivenUp, Attempts: pushAttempts, Timeout: pushTimeout, Workers: pushWorkers, Share: pushShare,
			Pause: jobs.Doubling(pushRetry, pushRetryMax),
		},
		JobPoll: {Run: s.poll, Attempts: pollAttempts, Timeout: pollTimeout, Pause: jobs.Doubling(pollPause, pollPauseMax)},
	}
}

// pokeJobs tells the runner that there is something to do.
func (s *Service) pokeJobs(ctx context.Context) { models.AfterCommit(ctx, s.queued) }

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
