package chat

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"parley/models"
)

// maxMetadataBytes bounds a contact's metadata, as JSON.
const maxMetadataBytes = 16 << 10

// Errors of contacts.
var (
	ErrContactNotFound  = models.Fail(models.CodeNotFound, "Contact not found")
	ErrContactNameless  = models.Invalid("", "A contact needs a phone number, an e-mail address or a name")
	ErrPhoneInvalid     = models.Invalid("phone", "The phone must be a number in E.164 form, such as +14155550123")
	ErrMetadataTooLarge = models.Invalid("metadata", "The metadata are too large (maximum 16 KB)")
	// ErrContactBlocked is for the team; ErrBlocked tells the visitor.
	ErrContactBlocked = models.Fail(models.CodeConflict, "The contact is blocked; set its status to active first")
	ErrBlocked        = models.Fail(models.CodeForbidden, "You have been blocked and cannot write here any more")
)

// ContactInput is what a person says of a contact.
type ContactInput struct {
	Phone, Email, FirstName, LastName models.Given[string]
	PreferredChannel                  models.Given[models.Channel]
	Status                            *models.ContactStatus
	Metadata                          models.Given[map[string]any]
	// Expected is how the contact looked to who changes it.
	Expected models.Expected
}

// phonePattern is E.164: a plus, and up to fifteen digits of which the first is not 0.
var phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// ParseContactRef reads what names a contact: its id, its number or its address.
// Anything else is ErrContactNotFound.
func ParseContactRef(s string) (ContactRef, error) {
	if uid, err := models.ParseID(models.PrefixContact, s); err == nil {
		return ContactRef{UID: &uid}, nil
	}
	if phonePattern.MatchString(s) {
		return ContactRef{Phone: s}, nil
	}
	if email, ok := normalEmail(s); ok && checkText("id", s) == nil {
		return ContactRef{Email: email}, nil
	}
	return ContactRef{}, ErrContactNotFound
}

// Contact finds one.
func (s *Service) Contact(ctx context.Context, who models.Principal, ref ContactRef) (models.Contact, error) {
	if err := allow(who, actContacts); err != nil {
		return models.Contact{}, err
	}
	return s.store.Contact(ctx, who, ref)
}

// CreateContact makes a contact. A phone or e-mail of another contact is a conflict
// whose details name that one as existing_id.
func (s *Service) CreateContact(ctx context.Context, who models.Principal, in ContactInput) (models.Contact, error) {
	if err := allow(who, actEditContacts); err != nil {
		return models.Contact{}, err
	}
	now := s.clock()
	c := models.Contact{
		UID: models.NewUID(), AccountID: who.AccountID, Status: models.ContactActive, Metadata: map[string]any{},
		CreatedAt: now, UpdatedAt: now,
	}
	if err := in.apply(&c); err != nil {
		return models.Contact{}, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.CreateContact(ctx, who, &c); err != nil {
			return err
		}
		e := s.event(who, models.EventContactCreated)
		e.ContactID = &c.ID
		return tx.AddEvent(ctx, who, &e)
	})
	if err != nil {
		return models.Contact{}, s.nameTaken(ctx, who, c, err)
	}
	s.nudge(ctx)
	return c, nil
}

// UpdateContact changes what the input names.
func (s *Service) UpdateContact(ctx context.Context, who models.Principal, ref ContactRef, in ContactInput) (models.Contact, error) {
	if err := allow(who, actEditContacts); err != nil {
		return models.Contact{}, err
	}
	var c models.Contact
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.LockContact(ctx, who, ref); err != nil {
			return err
		}
		if err := in.Expected.MeetsContact(c); err != nil {
			return err
		}
		before := c
		if err := in.apply(&c); err != nil {
			return err
		}
		changed := changedFields(before, c)
		if len(changed) == 0 {
			return nil
		}
		c.UpdatedAt = s.clock()
		if err := tx.UpdateContact(ctx, who, &c); err != nil {
			return err
		}
		return s.tellOfContact(ctx, tx, who, c, map[string]any{"fields": changed})
	})
	if err != nil {
		return models.Contact{}, s.nameTaken(ctx, who, c, err)
	}
	s.nudge(ctx)
	return c, nil
}

// tellOfContact writes contact.updated. The log outlives the contact, so detail holds
// nothing personal.
func (s *Service) tellOfContact(ctx context.Context, tx Tx, who models.Principal, c models.Contact, detail map[string]any) error {
	e := s.event(who, models.EventContactUpdated)
	e.ContactID, e.Detail = &c.ID, detail
	return tx.AddEvent(ctx, who, &e)
}

// nameTaken adds to a conflict the id of the contact that has the phone or e-mail.
func (s *Service) nameTaken(ctx context.Context, who models.Principal, c models.Contact, err error) error {
	if !models.HasCode(err, models.CodeConflict) {
		return err
	}
	taken := models.AsError(err)
	ref := ContactRef{}
	switch {
	case taken.Field == "phone" && c.Phone != nil:
		ref.Phone = *c.Phone
	case taken.Field == "email" && c.Email != nil:
		ref.Email = *c.Email
	default:
		return err
	}
	other, failed := s.store.Contact(ctx, who, ref)
	if failed != nil {
		return err // it is gone again: there is nobody to name
	}
	return taken.With("existing_id", models.FormatID(models.PrefixContact, other.UID))
}

// apply checks the input and puts it into c.
func (in ContactInput) apply(c *models.Contact) error {
	if err := in.applyAddresses(c); err != nil {
		return err
	}
	names := []struct {
		field string
		given models.Given[string]
		into  **string
	}{{"first_name", in.FirstName, &c.FirstName}, {"last_name", in.LastName, &c.LastName}}
	for _, n := range names {
		if !n.given.Is {
			continue
		}
		text := deref(n.given.To)
		if err := checkShort(n.field, text, maxNameLength); err != nil {
			return err
		}
		*n.into = pointer(cleanName(text))
	}
	if err := in.applyRest(c); err != nil {
		return err
	}
	if c.Phone == nil && c.Email == nil && (c.FullName() == nil || isBlank(*c.FullName())) {
		return ErrContactNameless
	}
	return nil
}

func (in ContactInput) applyAddresses(c *models.Contact) error {
	if in.Phone.Is {
		phone := strings.TrimSpace(deref(in.Phone.To))
		if in.Phone.To != nil && !phonePattern.MatchString(phone) {
			return ErrPhoneInvalid
		}
		c.Phone = pointer(phone)
	}
	if in.Email.Is {
		email, ok := normalEmail(strings.TrimSpace(deref(in.Email.To)))
		if in.Email.To != nil && !ok {
			return ErrEmailInvalid
		}
		c.Email = pointer(email)
		return checkText("email", email)
	}
	return nil
}

func (in ContactInput) applyRest(c *models.Contact) error {
	if channel := in.PreferredChannel.To; channel != nil && !channel.Valid() {
		return models.Invalid("preferred_channel", "The preferred channel must be chat, whatsapp, instagram, sms, email, voice or api")
	}
	in.PreferredChannel.Into(&c.PreferredChannel)
	if in.Status != nil {
		switch *in.Status {
		case models.ContactActive, models.ContactInactive, models.ContactBlocked:
			c.Status = *in.Status
		default:
			return models.Invalid("status", "The status must be active, inactive or blocked")
		}
	}
	if !in.Metadata.Is {
		return nil
	}
	c.Metadata = map[string]any{}
	set(&c.Metadata, in.Metadata.To)
	return checkMetadata(c.Metadata)
}

func checkMetadata(metadata map[string]any) error {
	encoded, err := json.Marshal(metadata)
	if err != nil {
		return models.Invalid("metadata", "The metadata must be a JSON object").Because(err)
	}
	if len(encoded) > maxMetadataBytes {
		return ErrMetadataTooLarge
	}
	return nil
}

// changedFields names what differs, in the words of the API.
func changedFields(before, after models.Contact) []string {
	changed := []string{}
	note := func(field string, a, b any) {
		x, _ := json.Marshal(a) // texts and metadata that came from JSON encode again
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			changed = append(changed, field)
		}
	}
	note("phone", before.Phone, after.Phone)
	note("email", before.Email, after.Email)
	note("first_name", before.FirstName, after.FirstName)
	note("last_name", before.LastName, after.LastName)
	note("preferred_channel", before.PreferredChannel, after.PreferredChannel)
	note("status", before.Status, after.Status)
	note("metadata", before.Metadata, after.Metadata)
	return changed
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
