package chat

import (
	"context"
	"net/url"
	"strings"

	"parley/models"
)

// What keeps a team from being changed.
var (
	errSharedTeam = models.Fail(models.CodeForbidden, "The sandbox shares the team of the live account, and does not change it")
	errOwnersOnly = models.Fail(models.CodeForbidden, "Only an owner may make and change owners")
	errLastOwner  = models.Fail(models.CodeConflict, "The account needs at least one owner")
)

// NewUser is somebody who is to join the team.
type NewUser struct {
	Name  string
	Email string
	Role  models.Role
}

// UserChange is what to change of a user; nil stays as it is.
type UserChange struct {
	Name         *string
	Role         *models.Role
	Availability *models.Availability
	Avatar       models.Given[string]
	Disabled     *bool
	Notices      NoticeChange
}

// NoticeChange is what to change of what a user is told of.
type NoticeChange struct {
	NewConversation, Assigned, Mentioned *bool
	WaitingMinutes                       *int
}

// CreateUser takes somebody into the team, who has no password until invited.
func (s *Service) CreateUser(ctx context.Context, who models.Principal, in NewUser) (models.User, error) {
	if err := allow(who, actEditTeam); err != nil {
		return models.User{}, err
	}
	u, err := s.newUser(in)
	if err != nil {
		return models.User{}, err
	}
	if err := mayChange(who, u.Role); err != nil {
		return models.User{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := lockTeam(ctx, tx, who); err != nil {
			return err
		}
		u.ID = 0
		return tx.CreateUser(ctx, who, &u)
	})
	return u, err
}

func (s *Service) newUser(in NewUser) (models.User, error) {
	name, err := requiredName(in.Name)
	if err != nil {
		return models.User{}, err
	}
	if err := checkRole(in.Role); err != nil {
		return models.User{}, err
	}
	email, ok := normalEmail(in.Email)
	if !ok || checkText("email", email) != nil {
		return models.User{}, models.Invalid("email", "The email is not a valid e-mail address")
	}
	now := s.clock()
	return models.User{
		UID: models.NewUID(), Email: email, Name: name, Role: in.Role,
		Availability: models.AvailabilityOffline, CreatedAt: now, UpdatedAt: now,
	}, nil
}

// lockTeam makes changes of one team wait for each other, so that the last owner is
// not taken twice; the team of a sandbox is not its own.
func lockTeam(ctx context.Context, tx Tx, who models.Principal) error {
	account, err := tx.LockAccount(ctx, who)
	if err == nil && account.IsSandbox() {
		return errSharedTeam
	}
	return err
}

// mayChange says whether who may make users of these roles, or make them others: an
// owner may everything, an admin everything but what concerns owners.
func mayChange(who models.Principal, roles ...models.Role) error {
	for _, role := range roles {
		switch {
		case who.Role == models.RoleOwner:
		case who.Role != models.RoleAdmin:
			return models.ErrForbidden
		case role == models.RoleOwner:
			return errOwnersOnly
		}
	}
	return nil
}

// UpdateUser changes a member of the team. Another role ends sessions and sockets, which
// begin anew with it; disabling ends keys too, and takes the conversations away.
func (s *Service) UpdateUser(ctx context.Context, who models.Principal, user models.UID, c UserChange) (models.User, error) {
	if err := allow(who, actEditTeam); err != nil {
		return models.User{}, err
	}
	return s.changeUser(ctx, who, user, c)
}

// UpdateSelf changes the acting user's own name, availability and notices.
func (s *Service) UpdateSelf(ctx context.Context, who models.Principal, c UserChange) (models.User, error) {
	if err := allow(who, actEditSelf); err != nil {
		return models.User{}, err
	}
	return s.changeUser(ctx, who, who.UserUID, UserChange{
		Name: c.Name, Availability: c.Availability, Avatar: c.Avatar, Notices: c.Notices,
	})
}

// DisableUser is the end of a user: the row stays, since messages name it.
func (s *Service) DisableUser(ctx context.Context, who models.Principal, user models.UID) error {
	disabled := true
	_, err := s.UpdateUser(ctx, who, user, UserChange{Disabled: &disabled})
	return err
}

func (s *Service) changeUser(ctx context.Context, who models.Principal, user models.UID, c UserChange) (models.User, error) {
	if err := c.check(); err != nil {
		return models.User{}, err
	}
	var before, after models.User
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if err := lockTeam(ctx, tx, who); err != nil {
			return err
		}
		if before, err = tx.UserByUID(ctx, who, user); err != nil {
			return err
		}
		after = s.changed(before, c)
		if user != who.UserUID || before.Role != after.Role || isActive(before) != isActive(after) {
			if err := mayChange(who, before.Role, after.Role); err != nil {
				return err
			}
		}
		return s.keepUser(ctx, tx, who, before, after)
	})
	if err == nil && standingOf(before) != standingOf(after) {
		s.nudge(ctx)
		s.bell.Ring(ctx, models.Doorbell{Kind: models.BellRevoked, AccountID: who.AccountID, UserID: after.ID})
	}
	return after, err
}

// keepUser writes what became of a user, and what follows from it.
func (s *Service) keepUser(ctx context.Context, tx Tx, who models.Principal, before, after models.User) error {
	if isOwner(before) && !isOwner(after) {
		others, err := tx.OtherOwners(ctx, who, before.ID)
		if err != nil {
			return err
		}
		if others == 0 {
			return errLastOwner
		}
	}
	if err := tx.UpdateUser(ctx, who, &after); err != nil {
		return err
	}
	if standingOf(before) == standingOf(after) {
		return nil
	}
	if err := tx.EndSessions(ctx, who, after.ID); err != nil || isActive(after) {
		return err
	}
	if err := tx.DeleteLoginTokens(ctx, who, after.ID); err != nil {
		return err
	}
	e := s.event(who, models.EventConversationAssigned)
	e.Detail = map[string]any{"assigned_to": nil, "previously_assigned_to": typeID(&after.UID)}
	return tx.Unassign(ctx, who, after.ID, e)
}

// standing is what sessions, sockets and keys of a user rest on: they end with it.
type standing struct {
	role   models.Role
	active bool
}

func standingOf(u models.User) standing { return standing{u.Role, isActive(u)} }

func isActive(u models.User) bool { return u.DisabledAt == nil }

func isOwner(u models.User) bool { return isActive(u) && u.Role == models.RoleOwner }

// changed is the user with the change.
func (s *Service) changed(u models.User, c UserChange) models.User {
	now := s.clock()
	u.UpdatedAt = now
	if c.Name != nil {
		u.Name = *c.Name
	}
	if c.Role != nil {
		u.Role = *c.Role
	}
	if c.Availability != nil {
		u.Availability = *c.Availability
	}
	c.Avatar.Into(&u.Avatar)
	set(&u.Notices.NewConversation, c.Notices.NewConversation)
	set(&u.Notices.Assigned, c.Notices.Assigned)
	set(&u.Notices.Mentioned, c.Notices.Mentioned)
	set(&u.Notices.WaitingMinutes, c.Notices.WaitingMinutes)
	switch {
	case c.Disabled == nil:
	case !*c.Disabled:
		u.DisabledAt = nil
	case isActive(u):
		u.DisabledAt, u.Availability = &now, models.AvailabilityOffline
	}
	return u
}

func (c *UserChange) check() error {
	if c.Name != nil {
		name, err := requiredName(*c.Name)
		if err != nil {
			return err
		}
		c.Name = &name
	}
	if err := checkAvatar(c.Avatar.To); err != nil {
		return err
	}
	if err := checkMinutes("notices.waiting_minutes", c.Notices.WaitingMinutes); err != nil {
		return err
	}
	if c.Availability != nil {
		switch *c.Availability {
		case models.AvailabilityOnline, models.AvailabilityAway, models.AvailabilityOffline:
		default:
			return models.Invalid("availability", "The availability must be online, away or offline")
		}
	}
	if c.Role != nil {
		return checkRole(*c.Role)
	}
	return nil
}

// checkAvatar wants a picture that every visitor's browser may fetch: on https, and with
// nothing of ours in its address.
func checkAvatar(address *string) error {
	if address == nil {
		return nil
	}
	u, err := url.Parse(*address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || cleanAddress(*address) == "" ||
		strings.ContainsAny(*address, " \"'<>\\") || checkText("avatar_url", *address) != nil {
		return models.Invalid("avatar_url", "The avatar_url must be the address of a picture, beginning with https://")
	}
	return nil
}

func checkRole(role models.Role) error {
	switch role {
	case models.RoleOwner, models.RoleAdmin, models.RoleAgent:
		return nil
	default:
		return models.Invalid("role", "The role must be owner, admin or agent")
	}
}

// requiredName is a name that has to be there, without what would disturb the text
// around it.
func requiredName(given string) (string, error) {
	if err := checkShort("name", given, maxNameLength); err != nil {
		return "", err
	}
	name := cleanName(given)
	if isBlank(name) {
		return "", models.Invalid("name", "The name must not be empty")
	}
	return name, nil
}
