package access

import (
	"context"
	"errors"
	"log/slog"

	"parley/models"
)

// Session finds who acts with a login session's token, in the live account or, if
// asked for, in its sandbox. Unknown and ended sessions, and those of disabled users,
// are all models.ErrUnauthorized.
func (s *Service) Session(ctx context.Context, token string, sandbox bool) (models.Principal, error) {
	if token == "" || len(token) > 100 {
		return models.Principal{}, models.ErrUnauthorized
	}
	hash := models.TokenHash(token)
	standing, err := s.sessions.get(string(hash), func() (Standing, error) { return s.store.SessionByHash(ctx, hash) })
	if errors.Is(err, models.ErrNotFound) || (err == nil && !s.lasts(standing)) {
		return models.Principal{}, models.ErrUnauthorized
	}
	if err != nil {
		return models.Principal{}, err
	}
	s.touchSession(ctx, standing.Session)
	return principalOfSession(standing, sandbox), nil
}

func principalOfSession(st Standing, sandbox bool) models.Principal {
	who := models.Principal{
		Kind: models.KindUser, AccountID: st.User.AccountID, UserID: st.User.ID, UserUID: st.User.UID,
		Name: st.User.Name, Avatar: st.User.Avatar, Role: st.User.Role, Scopes: st.User.Role.Scopes(), SessionID: st.Session.ID,
	}
	if sandbox {
		who.AccountID = st.SandboxID
	}
	return who
}

// lasts says whether the session is neither over nor idle for too long.
func (s *Service) lasts(st Standing) bool {
	now := s.now()
	return st.User.DisabledAt == nil && now.Before(st.Session.ExpiresAt) && now.Sub(st.Session.LastSeenAt) < sessionIdle
}

// sessionStands asks again; see StillStands.
func (s *Service) sessionStands(ctx context.Context, who models.Principal) bool {
	st, err := s.store.SessionByID(ctx, who.SessionID)
	if errors.Is(err, models.ErrNotFound) {
		return false
	}
	return err != nil || s.lasts(st) && st.User.ID == who.UserID && st.User.Role == who.Role
}

func (s *Service) touchSession(ctx context.Context, session models.LoginSession) {
	now := models.Now(s.now())
	if now.Sub(session.LastSeenAt) < touchPause {
		return
	}
	if err := s.store.TouchSession(ctx, session.ID, now); err != nil {
		slog.WarnContext(ctx, "access: use of a session not noted", "session_id", session.ID, "error", err)
		return
	}
	s.sessions.forget(string(session.TokenHash))
}

// Logout ends the session of the principal.
func (s *Service) Logout(ctx context.Context, who models.Principal) error {
	st, err := s.store.SessionByID(ctx, who.SessionID)
	if err != nil {
		return gone(err)
	}
	return s.EndSession(ctx, who, st.Session.UID)
}

// Sessions lists where the principal is logged in.
func (s *Service) Sessions(ctx context.Context, who models.Principal, p models.Page) (models.List[models.LoginSession], error) {
	now := models.Now(s.now())
	return s.store.Sessions(ctx, who.UserID, SessionQuery{UsedAfter: now.Add(-sessionIdle), Now: now, Page: p})
}

// EndSession ends one session of the principal's user, and closes its sockets.
func (s *Service) EndSession(ctx context.Context, who models.Principal, session models.UID) error {
	ended, err := s.store.EndSession(ctx, who.UserID, session)
	if err != nil {
		return err
	}
	s.ended(ended)
	return nil
}

// EndOtherSessions ends all sessions of the principal's user but the current one.
func (s *Service) EndOtherSessions(ctx context.Context, who models.Principal) error {
	ended, err := s.store.EndSessions(ctx, who.UserID, who.SessionID)
	if err != nil {
		return err
	}
	s.ended(ended...)
	return nil
}

// ended forgets sessions and closes their sockets.
func (s *Service) ended(sessions ...models.LoginSession) {
	for _, session := range sessions {
		s.sessions.forget(string(session.TokenHash))
		s.ring(models.Doorbell{Kind: models.BellRevoked, AccountID: session.AccountID, SessionID: session.ID})
	}
}

func (s *Service) ring(d models.Doorbell) {
	if s.bell != nil {
		s.bell.Ring(d)
	}
}

// gone turns "there is no such session" into what its holder is told.
func gone(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return models.ErrUnauthorized
	}
	return err
}
