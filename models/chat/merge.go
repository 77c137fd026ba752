package chat

import (
	"bytes"
	"context"

	"parley/models"
)

// ErrMergeSelf blames a merge of a contact with itself.
var ErrMergeSelf = models.Invalid("from", "A contact cannot be merged with itself")

// MergeContacts moves everything of the contact from to the contact into, and deletes
// from: conversations with all that is in them, and what into does not have, its
// phone, e-mail, names, external id and metadata. Where both have an open
// conversation on a channel that allows one, the one of from is closed as a duplicate.
// Addresses that had no place are kept in the metadata under merged_from.
func (s *Service) MergeContacts(ctx context.Context, who models.Principal, into ContactRef, from models.UID) (models.Contact, error) {
	if err := allow(who, actEditContacts); err != nil {
		return models.Contact{}, err
	}
	var (
		kept   models.Contact
		closed []models.Conversation
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		var gone models.Contact
		if kept, gone, err = lockBoth(ctx, tx, who, into, from); err != nil {
			return err
		}
		if closed, err = s.closeRivals(ctx, tx, who, gone, kept); err != nil {
			return err
		}
		if err := tx.AbsorbContact(ctx, who, gone.ID, kept.ID); err != nil {
			return err
		}
		inherit(&kept, gone)
		kept.UpdatedAt = s.clock()
		if err := tx.UpdateContact(ctx, who, &kept); err != nil {
			return err
		}
		return s.tellOfMerge(ctx, tx, who, kept, gone)
	})
	if err != nil {
		return models.Contact{}, err
	}
	for _, c := range closed {
		s.ringFor(ctx, c, change{ring: true})
	}
	s.nudge(ctx)
	return kept, nil
}

// lockBoth locks in one order, whichever is merged into which.
func lockBoth(ctx context.Context, tx Tx, who models.Principal, into ContactRef, from models.UID) (kept, gone models.Contact, err error) {
	target, err := tx.Contact(ctx, who, into)
	if err != nil {
		return kept, gone, err
	}
	if target.UID == from {
		return kept, gone, ErrMergeSelf
	}
	lock := func(uid models.UID, c *models.Contact) error {
		found, err := tx.LockContact(ctx, who, ContactRef{UID: &uid})
		*c = found
		return err
	}
	if bytes.Compare(target.UID[:], from[:]) < 0 {
		if err = lock(target.UID, &kept); err == nil {
			err = blameFrom(lock(from, &gone))
		}
		return kept, gone, err
	}
	if err = blameFrom(lock(from, &gone)); err == nil {
		err = lock(target.UID, &kept)
	}
	return kept, gone, err
}

func blameFrom(err error) error {
	if models.HasCode(err, models.CodeNotFound) {
		return models.Invalid("from", "There is no such contact in this account")
	}
	return err
}

func (s *Service) closeRivals(ctx context.Context, tx Tx, who models.Principal, gone, kept models.Contact) ([]models.Conversation, error) {
	rivals, err := tx.RivalConversations(ctx, who, gone.ID, kept.ID)
	if err != nil {
		return nil, err
	}
	closed := make([]models.Conversation, 0, len(rivals))
	for _, uid := range rivals {
		c, err := tx.LockConversation(ctx, who, uid)
		if err != nil {
			return nil, err
		}
		if err := s.apply(ctx, tx, who, &c, s.closeNow(who, &c, Resolution{Reason: models.ReasonDuplicate})); err != nil {
			return nil, err
		}
		closed = append(closed, c)
	}
	return closed, nil
}

// inherit gives kept what it lacks.
func inherit(kept *models.Contact, gone models.Contact) {
	rest := map[string]any{}
	take := func(field string, mine **string, theirs *string) {
		switch {
		case *mine == nil:
			*mine = theirs
		case theirs != nil:
			rest[field] = *theirs
		}
	}
	take("phone", &kept.Phone, gone.Phone)
	take("email", &kept.Email, gone.Email)
	take("external_id", &kept.ExternalID, gone.ExternalID)
	if kept.FullName() == nil {
		kept.FirstName, kept.LastName = gone.FirstName, gone.LastName
	}
	if kept.PreferredChannel == nil {
		kept.PreferredChannel = gone.PreferredChannel
	}
	if gone.LastContacted != nil && (kept.LastContacted == nil || gone.LastContacted.After(*kept.LastContacted)) {
		kept.LastContacted = gone.LastContacted
	}
	inheritMetadata(kept, gone, rest)
}

func inheritMetadata(kept *models.Contact, gone models.Contact, rest map[string]any) {
	all := map[string]any{}
	for key, value := range gone.Metadata {
		all[key] = value
	}
	for key, value := range kept.Metadata {
		all[key] = value
	}
	if len(rest) > 0 {
		rest["id"] = models.FormatID(models.PrefixContact, gone.UID)
		earlier, _ := all["merged_from"].([]any)
		all["merged_from"] = append(append([]any{}, earlier...), rest)
	}
	kept.Metadata = all
}

func (s *Service) tellOfMerge(ctx context.Context, tx Tx, who models.Principal, kept, gone models.Contact) error {
	lost := models.FormatID(models.PrefixContact, gone.UID)
	deleted := s.event(who, models.EventContactDeleted)
	deleted.Detail = map[string]any{"contact_id": lost, "merged_into": models.FormatID(models.PrefixContact, kept.UID)}
	if err := tx.AddEvent(ctx, who, &deleted); err != nil {
		return err
	}
	return s.tellOfContact(ctx, tx, who, kept, map[string]any{"merged_from": lost})
}
