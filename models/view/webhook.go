package view

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"parley/models"
)

// WebhookBody encodes an event as webhooks carry it, before the first attempt.
func WebhookBody(e models.Event) (string, error) {
	v := EnvelopeFor(e)
	v.Pos = 0 // their order is not promised
	body, err := json.Marshal(v)
	return string(body), err
}

// WithRetryCount is a body of WebhookBody at a later attempt.
func WithRetryCount(body string, retries int64) ([]byte, error) {
	var v struct {
		ID             string          `json:"id"`
		Type           string          `json:"type"`
		Timestamp      json.RawMessage `json:"timestamp"`
		RetryCount     int64           `json:"retry_count"`
		OrganizationID string          `json:"organization_id"`
		Data           json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return nil, fmt.Errorf("read the body of a delivery: %w", err)
	}
	v.RetryCount = retries
	return json.Marshal(v)
}

// The headers of a delivery (https://www.standardwebhooks.com). The signature is left
// out where a delivery is shown.
const (
	HeaderWebhookID        = "webhook-id"
	HeaderWebhookTimestamp = "webhook-timestamp"
	HeaderWebhookSignature = "webhook-signature"
)

// AgentWebhook is a webhook as the team sees it: never its secret, but for
// SigningSecret, which is set in the answers that make one.
type AgentWebhook struct {
	ID          string             `json:"id"`
	URL         string             `json:"url"`
	Events      []models.EventType `json:"events"`
	Active      bool               `json:"active"`
	RetryPolicy string             `json:"retry_policy"`
	// DisabledReason says why the program switched it off, and FailingSince since when
	// every attempt has failed.
	DisabledReason *string `json:"disabled_reason"`
	FailingSince   *Time   `json:"failing_since"`
	// PreviousSecretUntil is when the secret before the last rotation stops signing.
	PreviousSecretUntil *Time  `json:"previous_secret_until"`
	CreatedAt           Time   `json:"created_at"`
	UpdatedAt           Time   `json:"updated_at"`
	SigningSecret       string `json:"signing_secret,omitempty"`
}

// WebhookForAgent encodes a webhook for the team.
func WebhookForAgent(w models.Webhook) AgentWebhook {
	return AgentWebhook{
		ID: models.FormatID(models.PrefixWebhook, w.UID), URL: w.URL, Events: list(w.Events), Active: w.Active,
		RetryPolicy: "exponential", DisabledReason: w.DisabledReason, FailingSince: timeOrNil(w.FailingSince),
		PreviousSecretUntil: timeOrNil(w.PreviousUntil), CreatedAt: Time(w.CreatedAt), UpdatedAt: Time(w.UpdatedAt),
	}
}

// AgentDelivery is a delivery as the team sees it: what was sent, what came back, and
// every attempt.
type AgentDelivery struct {
	ID            string           `json:"id"`
	WebhookID     string           `json:"webhook_id"`
	EventID       string           `json:"event_id"`
	EventType     models.EventType `json:"event_type"`
	Cause         string           `json:"cause"`
	Status        string           `json:"status"`
	RetryCount    int64            `json:"retry_count"`
	NextAttemptAt *Time            `json:"next_attempt_at"`
	Error         *string          `json:"error"`
	Request       DeliveryRequest  `json:"request"`
	// Response is what the last attempt was answered; null when there was no answer.
	Response  *DeliveryResponse `json:"response"`
	Attempts  []DeliveryAttempt `json:"attempts"`
	CreatedAt Time              `json:"created_at"`
	UpdatedAt Time              `json:"updated_at"`
}

// DeliveryRequest is what the last attempt sent, or the first one will send.
type DeliveryRequest struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// DeliveryResponse is the beginning of an answer, as text.
type DeliveryResponse struct {
	StatusCode int64  `json:"status_code"`
	Body       string `json:"body"`
	DurationMS int64  `json:"duration_ms"`
}

// DeliveryAttempt is one attempt.
type DeliveryAttempt struct {
	Number     int64   `json:"number"`
	At         Time    `json:"at"`
	DurationMS int64   `json:"duration_ms"`
	StatusCode *int64  `json:"status_code"`
	Error      *string `json:"error"`
}

// DeliveryForAgent encodes a delivery whose webhook is loaded.
func DeliveryForAgent(d models.WebhookDelivery) AgentDelivery {
	v := AgentDelivery{
		ID: models.FormatID(models.PrefixDelivery, d.UID), EventID: models.FormatID(models.PrefixEvent, d.EventUID),
		EventType: d.EventType, Cause: string(d.Cause), Status: string(d.Status), RetryCount: d.Retries(),
		NextAttemptAt: timeOrNil(d.NextAt), Error: d.LastError, Request: requestOf(d),
		Attempts: make([]DeliveryAttempt, 0, len(d.History)), CreatedAt: Time(d.CreatedAt), UpdatedAt: Time(d.UpdatedAt),
	}
	if d.Webhook != nil {
		v.WebhookID = models.FormatID(models.PrefixWebhook, d.Webhook.UID)
	}
	if d.ResponseCode != nil {
		v.Response = &DeliveryResponse{StatusCode: *d.ResponseCode}
		if d.ResponseBody != nil {
			v.Response.Body = *d.ResponseBody
		}
		if d.DurationMS != nil {
			v.Response.DurationMS = *d.DurationMS
		}
	}
	for _, a := range d.History {
		v.Attempts = append(v.Attempts, attemptOf(a))
	}
	return v
}

func attemptOf(a models.DeliveryAttempt) DeliveryAttempt {
	v := DeliveryAttempt{Number: a.Number, At: Time(a.At), DurationMS: a.DurationMS}
	if a.StatusCode != 0 {
		v.StatusCode = &a.StatusCode
	}
	if a.Error != "" {
		v.Error = &a.Error
	}
	return v
}

func requestOf(d models.WebhookDelivery) DeliveryRequest {
	r := DeliveryRequest{URL: d.URL, Body: d.Body, Headers: DeliveryHeaders(d)}
	if again, err := WithRetryCount(d.Body, d.Retries()); err == nil {
		r.Body = string(again)
	}
	if n := len(d.History); n > 0 {
		r.Headers[HeaderWebhookTimestamp] = Timestamp(d.History[n-1].At)
	}
	return r
}

// DeliveryHeaders are the headers that every attempt of a delivery has.
func DeliveryHeaders(d models.WebhookDelivery) map[string]string {
	return map[string]string{
		"content-type": "application/json; charset=utf-8", HeaderWebhookID: models.FormatID(models.PrefixEvent, d.EventUID),
	}
}

// Timestamp is a moment as the header of a delivery spells it.
func Timestamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
