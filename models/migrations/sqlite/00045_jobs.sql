-- +goose Up
-- Jobs are claimed kind by kind, the longest due first: a kind with a hundred thousand
-- rows must not be walked through to find another's.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE done_at IS NULL;
CREATE INDEX jobs_given_up ON jobs (done_at) WHERE done_at IS NOT NULL;
