package chat

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// Opening is what a visitor starts a conversation with.
type Opening struct {
	Name, Email, Message, VisitorToken string
	ClientID, Locale, Subject          string
	Page                               *models.WebPage
	Custom                             map[string]any
	Identity                           *Identity

	// claims are what the identity says, once it is verified.
	claims *models.IdentityClaims
}

// Errors of Start, in the order they are looked for.
var (
	ErrOpeningIncomplete   = Unprocessable("Name, email, message, and visitor_token are required")
	ErrEmailInvalid        = &models.Error{Code: models.CodeInvalid, Message: "Invalid email address", Field: "email"}
	ErrVisitorTokenTooLong = &models.Error{Code: models.CodeInvalid, Message: "Visitor token is too long (maximum 255 characters)", Field: "visitor_token"}
)

// Unprocessable makes an error that blames the whole input rather than one field.
func Unprocessable(message string) *models.Error {
	return &models.Error{Code: models.CodeInvalid, Message: message}
}

// Start opens a conversation on a site with the visitor's first message, as one
// transaction: contact, conversation and message are all there, or none is. The
// same visitor token with the same client id answers the first conversation again;
// otherwise a token that is taken is models.ErrVisitorTokenTaken.
func (s *Service) Start(ctx context.Context, site models.Site, o Opening) (models.Conversation, error) {
	who := models.Principal{Kind: models.KindVisitor, AccountID: site.AccountID, SiteID: site.ID}
	o, err := s.checkOpening(site, o)
	if err != nil {
		return models.Conversation{}, err
	}
	if first, err := s.startedBefore(ctx, site, o); err == nil || !errors.Is(err, models.ErrConversationNotFound) {
		return first, err
	}
	c, posted, err := s.open(ctx, who, site, o)
	if models.HasCode(err, models.CodeConflict) {
		// Somebody was quicker with the same token: a retry of ours, or a stranger.
		if first, again := s.startedBefore(ctx, site, o); !errors.Is(again, models.ErrConversationNotFound) {
			return first, again
		}
	}
	if err != nil {
		return models.Conversation{}, err
	}
	s.announce(ctx, posted)
	return c, nil
}

// checkOpening looks for the first thing wrong with o, and gives it back cleaned.
func (s *Service) checkOpening(site models.Site, o Opening) (Opening, error) {
	if isBlank(o.Name) || isBlank(o.Email) || isBlank(o.Message) || isBlank(o.VisitorToken) {
		return o, ErrOpeningIncomplete
	}
	o.Message, o.VisitorToken = strings.TrimSpace(o.Message), strings.TrimSpace(o.VisitorToken)
	email, ok := normalEmail(strings.TrimSpace(o.Email))
	if !ok {
		return o, ErrEmailInvalid
	}
	err := checkContent(o.Message, 0)
	if err != nil {
		return o, err
	}
	if utf8.RuneCountInString(o.VisitorToken) > models.MaxVisitorTokenLength {
		return o, ErrVisitorTokenTooLong
	}
	o.Name, o.Email, o.Locale, o.Page = cleanName(o.Name), email, cleanLocale(o.Locale), cleanPage(o.Page)
	if err := checkRest(o); err != nil {
		return o, err
	}
	if o.Custom, err = answers(site.Prechat, o.Custom); err != nil {
		return o, err
	}
	return s.vouch(site, o)
}

// checkRest looks at what an opening may carry besides the required four.
func checkRest(o Opening) error {
	short := []struct {
		field, value string
		limit        int
	}{
		{"name", o.Name, maxNameLength}, {"client_id", o.ClientID, maxClientIDLength},
		{"visitor_token", o.VisitorToken, models.MaxVisitorTokenLength},
		{"subject", o.Subject, maxSubjectLength},
	}
	for _, f := range short {
		if err := checkShort(f.field, f.value, f.limit); err != nil {
			return err
		}
	}
	return nil
}

// vouch asks for a signed identity where the site does, and reads the one that is given.
func (s *Service) vouch(site models.Site, o Opening) (Opening, error) {
	if o.Identity == nil {
		if site.IdentityRequired {
			return o, ErrIdentityRequired
		}
		return o, nil
	}
	claims, err := s.verify(site, *o.Identity)
	if err != nil {
		return o, err
	}
	o.claims = &claims
	if claims.Name != "" {
		o.Name = claims.Name
	}
	return o, nil
}

// startedBefore finds the conversation that the token started already: the same call
// again when the client id is the same, a conflict otherwise.
func (s *Service) startedBefore(ctx context.Context, site models.Site, o Opening) (models.Conversation, error) {
	c, err := s.store.ConversationByVisitor(ctx, site.ID, models.TokenHash(o.VisitorToken))
	if err != nil {
		return models.Conversation{}, err
	}
	if o.ClientID == "" || c.StartClientID == nil || *c.StartClientID != o.ClientID {
		return models.Conversation{}, models.ErrVisitorTokenTaken
	}
	return c, nil
}

func (s *Service) open(ctx context.Context, who models.Principal, site models.Site, o Opening) (c models.Conversation, p Posted, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		contact, created, err := s.meet(ctx, tx, who, o)
		if err != nil {
			return err
		}
		c = s.conversationOf(site, contact, o)
		// What the caller knows of the site may be a few seconds old.
		assistant, _, err := s.assistantOf(ctx, tx, models.System(site.AccountID), c)
		if err != nil {
			return err
		}
		c.AssistantActive = assistant.ID != 0
		if err := tx.CreateConversation(ctx, who, &c); err != nil {
			return err
		}
		c.Contact = &contact
		author := who
		author.ConversationID, author.ConversationUID, author.Name = c.ID, c.UID, c.AuthorName
		if err := s.tellOfStart(ctx, tx, author, c, created); err != nil {
			return err
		}
		entry := s.entry(author, c.UID, Draft{Content: o.Message, ClientID: o.ClientID}, nil)
		p, err = tx.Post(ctx, author, entry)
		return err
	})
	return c, p, err
}

// meet finds or makes the contact of a visitor. An address that somebody typed proves
// nothing: where it belongs to a blocked contact, the visitor becomes a contact without
// one, and cannot tell from the answer that there is such a contact. The team finds the
// address in the metadata. Whoever proves to be the blocked contact is refused by Post.
func (s *Service) meet(ctx context.Context, tx Tx, who models.Principal, o Opening) (models.Contact, bool, error) {
	if o.claims != nil {
		return s.recognise(ctx, tx, models.System(who.AccountID), *o.claims, hearsay{name: o.Name, email: o.Email})
	}
	visitor := s.contactOf(who, o)
	contact := visitor
	created, err := tx.FindOrCreateContact(ctx, who, &contact)
	if err != nil || contact.Status != models.ContactBlocked {
		return contact, created, err
	}
	visitor.Email, visitor.Metadata = nil, map[string]any{unverifiedEmail: *visitor.Email}
	created, err = tx.FindOrCreateContact(ctx, who, &visitor)
	return visitor, created, err
}

// unverifiedEmail is the name in a contact's metadata of an address that is somebody else's.
const unverifiedEmail = "unverified_email"

func (s *Service) tellOfStart(ctx context.Context, tx Tx, who models.Principal, c models.Conversation, newContact bool) error {
	if newContact {
		e := s.event(who, models.EventContactCreated)
		e.ContactID = &c.ContactID
		if err := tx.AddEvent(ctx, who, &e); err != nil {
			return err
		}
	}
	e := s.event(who, models.EventConversationCreated)
	e.ConversationID, e.ContactID = &c.ID, &c.ContactID
	return tx.AddEvent(ctx, who, &e)
}

// contactOf is the contact to be, if nobody has this e-mail yet.
func (s *Service) contactOf(who models.Principal, o Opening) models.Contact {
	first, last := models.SplitName(o.Name)
	now := s.clock()
	return models.Contact{
		UID: models.NewUID(), AccountID: who.AccountID, Email: &o.Email, FirstName: first, LastName: last,
		Status: models.ContactActive, Metadata: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
}

func (s *Service) conversationOf(site models.Site, contact models.Contact, o Opening) models.Conversation {
	now := s.clock()
	return models.Conversation{
		UID: models.NewUID(), AccountID: site.AccountID, ContactID: contact.ID, SiteID: &site.ID,
		Channel: models.ChannelChat, Subject: pointer(cleanName(o.Subject)), Status: models.StatusOpen,
		Priority: models.PriorityNormal, VisitorHash: models.TokenHash(o.VisitorToken), StartClientID: pointer(o.ClientID),
		AuthorName: o.Name, Verified: o.claims != nil, Page: o.Page, Locale: o.Locale, Custom: o.Custom,
		TickAt: now, LastMessageAt: now, LastMessageBy: models.ByContact, CreatedAt: now, UpdatedAt: now,
	}
}

// event is a row of the log that tells of an act of who.
func (s *Service) event(who models.Principal, t models.EventType) models.Event {
	e := models.Event{UID: models.NewUID(), AccountID: who.AccountID, Type: t, ActorKind: who.Kind, CreatedAt: s.clock()}
	if who.IsTeam() {
		e.ActorUserID = &who.UserID
	}
	return e
}
