package chat

import (
	"context"

	"parley/models"
)

// EraseContact deletes a contact with everything that was said to and by it. What
// remains in the event log tells that something happened, and to nobody. The files'
// bytes go by a job, so that a crash leaves none behind.
func (s *Service) EraseContact(ctx context.Context, who models.Principal, ref ContactRef) error {
	if err := allow(who, actEditContacts); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockContact(ctx, who, ref)
		if err != nil {
			return err
		}
		keys, err := tx.EraseContact(ctx, who, c.ID)
		if err != nil {
			return err
		}
		if err := s.queueForget(ctx, tx, who, keys); err != nil {
			return err
		}
		e := s.event(who, models.EventContactDeleted)
		e.Detail = map[string]any{"contact_id": models.FormatID(models.PrefixContact, c.UID)}
		return tx.AddEvent(ctx, who, &e)
	})
	if err != nil {
		return err
	}
	s.nudge(ctx)
	s.pokeJobs(ctx)
	return nil
}

// Dossier is everything of one contact, for a person who asks what is known.
func (s *Service) Dossier(ctx context.Context, who models.Principal, ref ContactRef) (models.Dossier, error) {
	if err := allow(who, actContacts); err != nil {
		return models.Dossier{}, err
	}
	if err := allowToReadAll(who); err != nil {
		return models.Dossier{}, err
	}
	return s.store.Dossier(ctx, who, ref)
}
