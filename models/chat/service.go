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
	carriers   map[models.Channel]Carrier
	seals      Seals
	links      FileLinks
	publicURL  string
	mailer     Mailer
	pusher     Pusher
	pushKeys   *pushKeys
	visitors   Visitors
	notices    NoticeLinks
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
	// Carriers take messages outside, one for each kind of channel.
	Carriers []Carrier
	// Seals keep the secrets of channel accounts; needed with Carriers.
	Seals Seals
	// Links make files public for providers that fetch them; needed with Carriers.
	Links FileLinks
	// Mailer writes to those who are away; nil means that no mail is set up.
	Mailer Mailer
	// Pusher tells browsers, whose addresses Seals keep; nil means that nobody does.
	Pusher Pusher
	// Visitors know who looks at a conversation; nil means that nobody knows.
	Visitors Visitors
	// Notices are addresses for letters; needed with Mailer.
	Notices NoticeLinks
	// PublicURL is where providers reach the program.
	PublicURL string
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
	carriers := make(map[models.Channel]Carrier, len(o.Carriers))
	for _, carrier := range o.Carriers {
		carriers[carrier.Kind().Kind] = carrier
	}
	return &Service{
		store: o.Store, bell: commitBell{o.Bell}, blobs: o.Blobs, identities: o.Identities, mint: o.Mint, now: o.Now,
		limits: o.Uploads.orDefault(), addresses: o.Addresses, letters: o.Letters, envelope: o.Envelope,
		carriers: carriers, seals: o.Seals, links: o.Links, publicURL: o.PublicURL,
		mailer: o.Mailer, pusher: o.Pusher, pushKeys: &pushKeys{}, visitors: o.Visitors, notices: o.Notices,
		poke: make(chan struct{}, 1), queued: o.Queued, deliveryQueued: o.DeliveryQueued,
	}
}

// clock is the one time of an act, in the databases' resolution.
func (s *Service) clock() time.Time { return models.Now(s.now()) }
