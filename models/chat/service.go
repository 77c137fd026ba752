// Package chat is the one service behind every surface: whoever writes, a visitor, an
// agent, an assistant, a channel or a socket, comes through it. Each act checks who
// may do it, is one database transaction together with the events it causes, and
// rings the doorbell after the commit.
package chat

import (
	"time"

	"parley/models"
)

// Service does the acts of the domain.
type Service struct {
	store      Store
	bell       commitBell
	blobs      Blobs
	identities Identities
	mint       Mint
	now        func() time.Time
	limits     UploadLimits
	addresses  Addresses
	letters    Letters
	envelope   func(models.Event) (string, error)
	poke       chan struct{}
	queued     func()

	deliveryQueued func()
}

// Options are what a Service stands on.
type Options struct {
	Store Store
	Bell  Bell
	Blobs Blobs
	// Identities checks signed identities of visitors.
	Identities Identities
	// Mint makes sites' and API keys' secrets; without it there are no new ones.
	Mint Mint
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Queued is called when a job was queued and is committed; it may be nil.
	Queued func()
	// Uploads bounds files; zero fields take DefaultUploadLimits.
	Uploads UploadLimits
	// Addresses judges webhooks' addresses; without it none is taken.
	Addresses Addresses
	// Letters writes to people when a webhook was switched off; nil means nobody does.
	Letters Letters
	// Envelope encodes an event for webhooks.
	Envelope func(models.Event) (string, error)
	// DeliveryQueued is called when a delivery was queued that a person asked for; it may
	// be nil.
	DeliveryQueued func()
}

// New makes a Service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Queued == nil {
		o.Queued = func() {}
	}
	if o.DeliveryQueued == nil {
		o.DeliveryQueued = func() {} // it is found a little later
	}
	return &Service{
		store: o.Store, bell: commitBell{o.Bell}, blobs: o.Blobs, identities: o.Identities, mint: o.Mint, now: o.Now,
		limits: o.Uploads.orDefault(), addresses: o.Addresses, letters: o.Letters, envelope: o.Envelope,
		poke: make(chan struct{}, 1), queued: o.Queued, deliveryQueued: o.DeliveryQueued,
	}
}

// clock is the one time of an act, in the databases' resolution.
func (s *Service) clock() time.Time { return models.Now(s.now()) }
