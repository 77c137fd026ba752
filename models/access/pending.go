package access

import (
	"context"

	"parley/models"
)

// Pending is an invitation that nobody has taken up yet. It may be over.
type Pending struct {
	User  models.User
	Token models.LoginToken
}

// Invitations lists who was invited and has not come, the newest first.
func (s *Service) Invitations(ctx context.Context, who models.Principal, p models.Page) (models.List[Pending], error) {
	team, err := s.teamOf(ctx, who, models.ScopeAdminRead)
	if err != nil {
		return models.List[Pending]{}, err
	}
	return s.store.Invitations(ctx, team, p)
}

// InviteAgain sends somebody who never came a new link; the old one is void.
func (s *Service) InviteAgain(ctx context.Context, who models.Principal, user models.UID) (Invited, error) {
	found, err := s.invitee(ctx, who, user)
	if err != nil {
		return Invited{}, err
	}
	return s.Invite(ctx, who, Invite{Email: found.Email, Name: found.Name, Role: found.Role})
}

// Uninvite takes an invitation back: the link is void, and the user gone.
func (s *Service) Uninvite(ctx context.Context, who models.Principal, user models.UID) error {
	found, err := s.invitee(ctx, who, user)
	if err != nil {
		return err
	}
	return s.store.Uninvite(ctx, found.AccountID, user, models.Now(s.now()))
}

// invitee finds somebody whose invitation this principal may change: that of an owner is
// the owners' alone.
func (s *Service) invitee(ctx context.Context, who models.Principal, user models.UID) (models.User, error) {
	team, err := s.teamOf(ctx, who, models.ScopeAdminWrite)
	if err != nil {
		return models.User{}, err
	}
	found, err := s.store.Invitee(ctx, team, user)
	if err == nil && found.Role == models.RoleOwner && who.Role != models.RoleOwner {
		return models.User{}, models.ErrForbidden
	}
	return found, err
}

// teamOf is the account whose team the principal belongs to: the live one of a sandbox.
func (s *Service) teamOf(ctx context.Context, who models.Principal, scope models.Scope) (int64, error) {
	if !who.IsTeam() || !who.May(scope) {
		return 0, models.ErrForbidden.With("required_permission", string(scope))
	}
	member, err := s.store.Member(ctx, who.AccountID, who.UserID)
	return member.Account.ID, err
}
