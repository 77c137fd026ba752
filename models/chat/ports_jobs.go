package chat

import (
	"context"
	"time"

	"parley/models"
)

// The kinds of job that this package does.
const (
	// JobSend hands a message to the outside; its payload names the message. The store
	// queues it with the message, in the same transaction.
	JobSend = "channel.send"
	// JobReceive takes in a message whose files, or whose author's name, have yet to be
	// asked for.
	JobReceive = "channel.receive"
	// JobForget deletes the bytes of files; its payload lists their keys.
	JobForget = "files.forget"
)

// JobStore hands out work. It serves the program itself, across all accounts.
type JobStore interface {
	// ClaimJobs leases due jobs of these kinds, the longest waiting first. A lease that
	// ends makes the job due again, with a higher attempt.
	ClaimJobs(ctx context.Context, c Claim) ([]models.Job, error)
	// PutOffJob makes a job that failed due again later, unless the lease was lost.
	PutOffJob(ctx context.Context, j models.Job, until time.Time, reason string) error
	// TakeStaleFiles deletes files that have waited for their message since before the
	// given time, in any account, and queues JobForget for their bytes.
	TakeStaleFiles(ctx context.Context, before time.Time, limit int) (taken int, err error)
}

// JobTx queues work and ends it.
type JobTx interface {
	AddJob(ctx context.Context, who models.Principal, j *models.Job) error
	// FinishJob ends a job; one whose lease was lost is ErrLeaseLost, which undoes the
	// transaction.
	FinishJob(ctx context.Context, j models.Job) error
	// IsSandbox says whether the principal's account holds test data only.
	IsSandbox(ctx context.Context, who models.Principal) (bool, error)
	// FailMessage turns a message that is sent into a failed one; false when it is gone,
	// or something else by now.
	FailMessage(ctx context.Context, who models.Principal, message models.UID, reason string) (models.Message, bool, error)
}

// Claim asks for jobs.
type Claim struct {
	Kinds []string
	Now   time.Time
	Lease time.Duration
	Limit int
}

// ErrLeaseLost tells a worker that another one has its job.
var ErrLeaseLost = models.Fail(models.CodeConflict, "The lease of this job was lost")
