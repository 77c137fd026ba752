package chat

import (
	"context"
	"slices"
	"unicode/utf8"

	"parley/models"
)

// Identity is what a site says of a person: its own id and the signature under it, or a
// signed token that says the same and ends by itself.
type Identity struct {
	ID    string
	Hash  string
	Token string
}

// What refuses those whom a site does not vouch for.
var (
	ErrIdentityWrong    = models.Fail(models.CodeUnauthorized, "Identity could not be verified")
	ErrIdentityRequired = models.Fail(models.CodeUnauthorized, "Please sign in to chat")
)

// maxStandings is how many conversations a person is shown.
const maxStandings = 50

// Identification is a device that says whose it is.
type Identification struct {
	Identity Identity
	// Email and Name are what the person typed: nobody vouches for them.
	Email, Name string
	// Conversations are those whose tokens the device holds.
	Conversations []models.UID
}

// Identified is a person whom the site vouches for, with what was said on the site.
type Identified struct {
	Contact   models.Contact
	Standings []models.Standing
}

// Identify finds the contact of a signed identity, or makes it, gives it the conversations
// that began on this device before, and lists all that is verified to be the contact's on
// this site. Without a good signature it is ErrIdentityWrong, and nothing changes.
func (s *Service) Identify(ctx context.Context, site models.Site, in Identification) (Identified, error) {
	claims, err := s.verify(site, in.Identity)
	if err != nil {
		return Identified{}, err
	}
	said, err := unsigned(in.Name, in.Email)
	if err != nil {
		return Identified{}, err
	}
	// The order that everybody takes locks in.
	slices.SortFunc(in.Conversations, func(a, b models.UID) int { return slices.Compare(a[:], b[:]) })
	found, err := s.greet(ctx, site, claims, said, in.Conversations)
	if models.HasCode(err, models.CodeConflict) {
		// Another device of the same person was quicker: now there is a contact to find.
		found, err = s.greet(ctx, site, claims, said, in.Conversations)
	}
	if err != nil {
		return Identified{}, err
	}
	s.nudge(ctx)
	standings, err := s.store.Standings(ctx, models.System(site.AccountID), site.ID, found.ID, maxStandings)
	return Identified{Contact: found, Standings: standings}, err
}

// greet finds or makes the contact and gives it the conversations, as one transaction.
// Conversations are locked before contacts, as they are by who posts to them; one that is
// verified stays whose it is, and is not waited for.
func (s *Service) greet(
	ctx context.Context, site models.Site, claims models.IdentityClaims, said hearsay, conversations []models.UID,
) (contact models.Contact, err error) {
	who := models.System(site.AccountID)
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		theirs, err := s.unclaimed(ctx, tx, who, site, conversations)
		if err != nil {
			return err
		}
		found, created, err := s.recognise(ctx, tx, who, claims, said)
		if err != nil {
			return err
		}
		if created {
			e := s.event(who, models.EventContactCreated)
			e.ContactID = &found.ID
			if err := tx.AddEvent(ctx, who, &e); err != nil {
				return err
			}
		}
		for _, c := range theirs {
			if err := s.attach(ctx, tx, who, found, c); err != nil {
				return err
			}
		}
		contact = found
		return nil
	})
	return contact, err
}

// verify says whom the site vouches for.
func (s *Service) verify(site models.Site, i Identity) (models.IdentityClaims, error) {
	claims := models.IdentityClaims{ID: i.ID}
	var ok bool
	if i.Token != "" {
		claims, ok = s.identities.ReadIdentityToken(site, i.Token)
	} else {
		ok = s.identities.VerifyIdentity(site, i.ID, i.Hash)
	}
	if !ok {
		return models.IdentityClaims{}, ErrIdentityWrong
	}
	if err := checkShort("identity", claims.ID, maxNameLength); err != nil || isBlank(claims.ID) {
		return models.IdentityClaims{}, models.Invalid("identity", "The identity's id has 1 to 255 characters")
	}
	// What is signed but makes no sense is left out: the person cannot mend it.
	if claims.Email != "" {
		claims.Email, _ = normalEmail(claims.Email)
	}
	claims.Name = cleanName(claims.Name)
	if utf8.RuneCountInString(claims.Name) > maxNameLength || checkText("name", claims.Name+claims.Email) != nil {
		claims.Name, claims.Email = "", ""
	}
	return claims, nil
}

// hearsay is what somebody typed of himself.
type hearsay struct{ name, email string }

func unsigned(name, email string) (hearsay, error) {
	said := hearsay{name: cleanName(name)}
	if err := checkShort("name", name, maxNameLength); err != nil {
		return said, err
	}
	if isBlank(email) {
		return said, nil
	}
	normal, ok := normalEmail(cleanName(email))
	if !ok || checkText("email", normal) != nil {
		return said, ErrEmailInvalid
	}
	said.email = normal
	return said, nil
}

// recognise finds the contact of an identity, by the id that the site signed, else by the
// address that it signed if that is nobody else's; or makes it. What was typed finds and
// changes nobody: an address that a contact has already is noted as what it is.
func (s *Service) recognise(
	ctx context.Context, tx Tx, who models.Principal, claims models.IdentityClaims, said hearsay,
) (models.Contact, bool, error) {
	c, err := tx.LockContact(ctx, who, ContactRef{ExternalID: claims.ID})
	if err == nil {
		c, err = s.enrich(ctx, tx, who, c, claims)
		return c, false, err
	}
	if !models.HasCode(err, models.CodeNotFound) {
		return c, false, err
	}
	if claims.Email != "" {
		c, err = tx.LockContact(ctx, who, ContactRef{Email: claims.Email})
		if err == nil && c.ExternalID == nil {
			c, err = s.enrich(ctx, tx, who, c, claims)
			return c, false, err
		}
		if err != nil && !models.HasCode(err, models.CodeNotFound) {
			return c, false, err
		}
	}
	return s.introduce(ctx, tx, who, claims, said)
}

// enrich gives a contact what the site signed and it lacks.
func (s *Service) enrich(
	ctx context.Context, tx Tx, who models.Principal, c models.Contact, claims models.IdentityClaims,
) (models.Contact, error) {
	before := c
	if c.FullName() == nil && claims.Name != "" {
		c.FirstName, c.LastName = models.SplitName(claims.Name)
	}
	if c.Email == nil && claims.Email != "" {
		_, err := tx.Contact(ctx, who, ContactRef{Email: claims.Email})
		if err != nil && !models.HasCode(err, models.CodeNotFound) {
			return c, err
		}
		if err != nil {
			c.Email = &claims.Email
		}
	}
	changed := changedFields(before, c)
	if c.ExternalID == nil {
		c.ExternalID = &claims.ID
		changed = append(changed, "external_id")
	}
	if len(changed) == 0 {
		return c, nil
	}
	c.UpdatedAt = s.clock()
	if err := tx.UpdateContact(ctx, who, &c); err != nil {
		return c, err
	}
	return c, s.tellOfContact(ctx, tx, who, c, map[string]any{"fields": changed})
}

// introduce makes the contact of an identity that is new. An address that somebody has is
// kept beside.
func (s *Service) introduce(
	ctx context.Context, tx Tx, who models.Principal, claims models.IdentityClaims, said hearsay,
) (models.Contact, bool, error) {
	name, email := claims.Name, claims.Email
	if name == "" {
		name = said.name
	}
	if email == "" {
		email = said.email
	}
	first, last := models.SplitName(name)
	now := s.clock()
	fresh := models.Contact{
		UID: models.NewUID(), AccountID: who.AccountID, ExternalID: &claims.ID, FirstName: first, LastName: last,
		Status: models.ContactActive, Metadata: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
	if email != "" {
		_, err := tx.Contact(ctx, who, ContactRef{Email: email})
		switch {
		case models.HasCode(err, models.CodeNotFound):
			fresh.Email = &email
		case err != nil:
			return fresh, false, err
		default:
			fresh.Metadata[unverifiedEmail] = email
		}
	}
	c := fresh
	created, err := tx.FindOrCreateContact(ctx, who, &c)
	if err == nil && !created && (c.ExternalID == nil || *c.ExternalID != claims.ID) {
		// Somebody else took the address just now: the contact goes without.
		c = fresh
		c.Email, c.Metadata = nil, map[string]any{unverifiedEmail: email}
		created, err = tx.FindOrCreateContact(ctx, who, &c)
	}
	return c, created, err
}

// unclaimed locks those conversations that began on the site and are not verified to be
// somebody's.
func (s *Service) unclaimed(ctx context.Context, tx Tx, who models.Principal, site models.Site, conversations []models.UID) ([]models.Conversation, error) {
	free := func(c models.Conversation) bool { return !c.Verified && c.SiteID != nil && *c.SiteID == site.ID }
	var all []models.Conversation
	for _, conversation := range conversations {
		c, err := tx.Conversation(ctx, who, conversation)
		if err == nil && free(c) {
			c, err = tx.LockConversation(ctx, who, conversation)
		}
		switch {
		case err == nil && free(c):
			all = append(all, c)
		case gone(err) != nil:
			return nil, err
		}
	}
	return all, nil
}

// attach gives a conversation, which is locked, to the contact. A blocked contact's stays
// where it is, or signing in would be a way out.
func (s *Service) attach(ctx context.Context, tx Tx, who models.Principal, contact models.Contact, c models.Conversation) error {
	if c.Contact != nil && c.Contact.Status == models.ContactBlocked && c.ContactID != contact.ID {
		return nil
	}
	e := s.event(who, models.EventConversationUpdated)
	e.Detail = map[string]any{"verified": true}
	if c.Contact != nil && c.ContactID != contact.ID {
		e.Detail["previous_contact_id"] = models.FormatID(models.PrefixContact, c.Contact.UID)
	}
	c.ContactID, c.Verified = contact.ID, true
	return s.apply(ctx, tx, who, &c, change{columns: []string{"contact_id", "verified"}, event: &e})
}
