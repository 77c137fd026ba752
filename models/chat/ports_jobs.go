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

// FileSweeper finds files that nobody used. It serves the program itself, across all
// accounts.
type FileSweeper interface {
	// TakeStaleFiles deletes files that have waited for their message since before the
	// given time, in any account, and queues JobForget for their bytes.
	TakeStaleFiles(ctx context.Context, before time.Time, limit int) (taken int, err error)
}

// JobTx queues work, and changes what it is about.
type JobTx interface {
	// AddJob queues work; where the same kind has the unique key already, nothing happens.
	AddJob(ctx context.Context, who models.Principal, j *models.Job) error
	// IsSandbox says whether the principal's account holds test data only.
	IsSandbox(ctx context.Context, who models.Principal) (bool, error)
	// FailMessage turns a message that is sent into a failed one; false when it is gone,
	// or something else by now.
	FailMessage(ctx context.Context, who models.Principal, message models.UID, reason string) (models.Message, bool, error)
}
