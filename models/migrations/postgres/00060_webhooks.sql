-- Deliveries are their own queue: claimed by a lease and fenced by their attempt.

-- +goose Up
ALTER TABLE webhooks ADD COLUMN from_pos bigint NOT NULL DEFAULT 0;

ALTER TABLE webhook_deliveries ADD COLUMN contact_id bigint;
ALTER TABLE webhook_deliveries ADD COLUMN prior_attempts bigint NOT NULL DEFAULT 0;
ALTER TABLE webhook_deliveries ADD COLUMN lease_until timestamptz;
ALTER TABLE webhook_deliveries ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE webhook_deliveries ADD COLUMN history jsonb;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_contact ON webhook_deliveries (contact_id) WHERE contact_id IS NOT NULL;
