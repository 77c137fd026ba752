package agentapi

import (
	"context"

	"parley/models"
	"parley/models/access"
	"parley/models/view"
	"parley/ratelimit"
	"parley/widget/surface"
)

// done answers an act that has nothing to show.
var done = DoneJSONResponse{Ok: true}

// ListLoginMethods implements GET /v2/auth/methods.
func (a *api) ListLoginMethods(context.Context, ListLoginMethodsRequestObject) (ListLoginMethodsResponseObject, error) {
	return ListLoginMethods200JSONResponse{Password: true, Oidc: a.identities != nil, Mail: a.access.HasMail()}, nil
}

// LogIn implements POST /v2/auth/login.
func (a *api) LogIn(ctx context.Context, r LogInRequestObject) (LogInResponseObject, error) {
	v := visitOf(ctx)
	in := access.Attempt{
		Email: r.Body.Email, Password: r.Body.Password, TOTP: value(r.Body.Totp), From: v.browser(),
		TryCode: func() error { return v.count(ratelimit.AuthCode, v.tries(r.Body.Email)) },
	}
	if r.Body.Account != nil {
		account, err := reference(models.PrefixAccount, "account", *r.Body.Account)
		if err != nil {
			return nil, err
		}
		in.Account = &account
	}
	if err := v.count(ratelimit.AuthAccount, v.tries(in.Email)); err != nil {
		return nil, err
	}
	signed, err := a.access.Login(ctx, in)
	if err != nil {
		return nil, err
	}
	v.welcome(signed)
	return LogIn200JSONResponse{loggedIn(signed)}, nil
}

// loggedIn says who is logged in.
func loggedIn(in access.SignedIn) LoggedInJSONResponse {
	return LoggedInJSONResponse{
		User: view.UserForAgent(in.User), TotpEnabled: len(in.User.TOTPSecret) > 0, ExpiresAt: view.Time(in.Session.ExpiresAt),
		Account: AccountName{ID: models.FormatID(models.PrefixAccount, in.Account.UID), Name: in.Account.Name},
	}
}

// LogOut implements POST /v2/auth/logout.
func (a *api) LogOut(ctx context.Context, _ LogOutRequestObject) (LogOutResponseObject, error) {
	if err := a.access.Logout(ctx, surface.Principal(ctx)); err != nil {
		return nil, err
	}
	v := visitOf(ctx)
	v.g.cookies.set(v.c, sessionCookie, "", 0)
	return LogOut200JSONResponse{done}, nil
}

// ListSessions implements GET /v2/auth/sessions.
func (a *api) ListSessions(ctx context.Context, r ListSessionsRequestObject) (ListSessionsResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	who := surface.Principal(ctx)
	list, err := a.access.Sessions(ctx, who, window)
	if err != nil {
		return nil, err
	}
	encode := func(s models.LoginSession) view.LoginSession { return view.LoginSessionForAgent(s, who.SessionID) }
	return ListSessions200JSONResponse{Data: each(list.Rows, encode), Pagination: pagination(list)}, nil
}

// EndOtherSessions implements DELETE /v2/auth/sessions.
func (a *api) EndOtherSessions(ctx context.Context, _ EndOtherSessionsRequestObject) (EndOtherSessionsResponseObject, error) {
	return EndOtherSessions204Response{}, a.access.EndOtherSessions(ctx, surface.Principal(ctx))
}

// EndSession implements DELETE /v2/auth/sessions/:id.
func (a *api) EndSession(ctx context.Context, r EndSessionRequestObject) (EndSessionResponseObject, error) {
	uid, err := models.ParseID(models.PrefixLogin, r.ID)
	if err != nil {
		return nil, models.ErrNotFound
	}
	return EndSession204Response{}, a.access.EndSession(ctx, surface.Principal(ctx), uid)
}

// ChangePassword implements POST /v2/auth/password.
func (a *api) ChangePassword(ctx context.Context, r ChangePasswordRequestObject) (ChangePasswordResponseObject, error) {
	if err := visitOf(ctx).countUser(ctx, ratelimit.AuthAccount); err != nil {
		return nil, err
	}
	return ChangePassword200JSONResponse{done}, a.access.ChangePassword(ctx, surface.Principal(ctx), r.Body.Current, r.Body.New)
}

// RequestReset implements POST /v2/auth/reset. That an address had its letters already
// is not told either.
func (a *api) RequestReset(ctx context.Context, r RequestResetRequestObject) (RequestResetResponseObject, error) {
	answer := RequestReset202JSONResponse{Ok: true}
	if !visitOf(ctx).allows(ratelimit.AuthMail, nameless(r.Body.Email)) {
		return answer, nil
	}
	return answer, a.access.RequestReset(ctx, r.Body.Email)
}

// ConfirmReset implements POST /v2/auth/reset/confirm.
func (a *api) ConfirmReset(ctx context.Context, r ConfirmResetRequestObject) (ConfirmResetResponseObject, error) {
	return ConfirmReset200JSONResponse{done}, a.access.ConfirmReset(ctx, r.Body.Token, r.Body.Password)
}

// InviteUser implements POST /v2/auth/invitations.
func (a *api) InviteUser(ctx context.Context, r InviteUserRequestObject) (InviteUserResponseObject, error) {
	invited, err := a.access.Invite(ctx, surface.Principal(ctx), access.Invite{
		Email: r.Body.Email, Name: r.Body.Name, Role: models.Role(r.Body.Role),
	})
	if err != nil {
		return nil, err
	}
	return InviteUser201JSONResponse(invitation(invited)), nil
}

// invitation encodes an invitation that is on its way.
func invitation(in access.Invited) Invitation {
	answer := Invitation{User: view.UserForAgent(in.User), ExpiresAt: view.Time(in.ExpiresAt)}
	answer.AcceptURL.SetNull()
	if in.AcceptURL != "" {
		answer.AcceptURL.Set(in.AcceptURL)
	}
	return answer
}

// ListInvitations implements GET /v2/auth/invitations.
func (a *api) ListInvitations(ctx context.Context, r ListInvitationsRequestObject) (ListInvitationsResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.access.Invitations(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	encode := func(p access.Pending) PendingInvitation {
		return PendingInvitation{User: view.UserForAgent(p.User), SentAt: view.Time(p.Token.CreatedAt), ExpiresAt: view.Time(p.Token.ExpiresAt)}
	}
	return ListInvitations200JSONResponse{Data: each(list.Rows, encode), Pagination: pagination(list)}, nil
}

// SendInvitationAgain implements POST /v2/auth/invitations/:id.
func (a *api) SendInvitationAgain(ctx context.Context, r SendInvitationAgainRequestObject) (SendInvitationAgainResponseObject, error) {
	uid, err := pathID(models.PrefixUser, r.ID)
	if err != nil {
		return nil, err
	}
	invited, err := a.access.InviteAgain(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return nil, err
	}
	return SendInvitationAgain200JSONResponse(invitation(invited)), nil
}

// RevokeInvitation implements DELETE /v2/auth/invitations/:id.
func (a *api) RevokeInvitation(ctx context.Context, r RevokeInvitationRequestObject) (RevokeInvitationResponseObject, error) {
	uid, err := pathID(models.PrefixUser, r.ID)
	if err != nil {
		return nil, err
	}
	return RevokeInvitation204Response{}, a.access.Uninvite(ctx, surface.Principal(ctx), uid)
}

// AcceptInvitation implements POST /v2/auth/invitations/accept.
func (a *api) AcceptInvitation(ctx context.Context, r AcceptInvitationRequestObject) (AcceptInvitationResponseObject, error) {
	v := visitOf(ctx)
	signed, err := a.access.Accept(ctx, access.Accept{
		Token: r.Body.Token, Name: value(r.Body.Name), Password: r.Body.Password, From: v.browser(),
	})
	if err != nil {
		return nil, err
	}
	v.welcome(signed)
	return AcceptInvitation200JSONResponse{loggedIn(signed)}, nil
}

// SetUpTotp implements POST /v2/auth/totp/setup.
func (a *api) SetUpTotp(ctx context.Context, _ SetUpTotpRequestObject) (SetUpTotpResponseObject, error) {
	setup, err := a.access.SetupTOTP(ctx, surface.Principal(ctx))
	if err != nil {
		return nil, err
	}
	return SetUpTotp200JSONResponse{Secret: setup.Secret, URL: setup.URL, Setup: setup.Token}, nil
}

// ConfirmTotp implements POST /v2/auth/totp/confirm.
func (a *api) ConfirmTotp(ctx context.Context, r ConfirmTotpRequestObject) (ConfirmTotpResponseObject, error) {
	if err := visitOf(ctx).countUser(ctx, ratelimit.AuthCode); err != nil {
		return nil, err
	}
	codes, err := a.access.ConfirmTOTP(ctx, surface.Principal(ctx), r.Body.Setup, r.Body.Code)
	if err != nil {
		return nil, err
	}
	return ConfirmTotp200JSONResponse{RecoveryCodes: codes}, nil
}

// DisableTotp implements POST /v2/auth/totp/disable.
func (a *api) DisableTotp(ctx context.Context, r DisableTotpRequestObject) (DisableTotpResponseObject, error) {
	if err := visitOf(ctx).countUser(ctx, ratelimit.AuthAccount); err != nil {
		return nil, err
	}
	return DisableTotp200JSONResponse{done}, a.access.DisableTOTP(ctx, surface.Principal(ctx), r.Body.Password)
}
