package agentapi

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/ratelimit"
	"parley/widget/surface"
)

// user answers with a member of the team.
func user(u models.User, err error) (UserJSONResponse, error) {
	return UserJSONResponse(view.UserForAgent(u)), err
}

// GetUser implements GET /v2/users/:id.
func (a *api) GetUser(ctx context.Context, r GetUserRequestObject) (GetUserResponseObject, error) {
	uid, err := pathID(models.PrefixUser, r.ID)
	if err != nil {
		return nil, err
	}
	answer, err := user(a.chat.User(ctx, surface.Principal(ctx), uid))
	return GetUser200JSONResponse{answer}, err
}

// CreateUser implements POST /v2/users.
func (a *api) CreateUser(ctx context.Context, r CreateUserRequestObject) (CreateUserResponseObject, error) {
	answer, err := user(a.chat.CreateUser(ctx, surface.Principal(ctx), chat.NewUser{
		Name: r.Body.Name, Email: r.Body.Email, Role: models.Role(r.Body.Role),
	}))
	return CreateUser201JSONResponse{answer}, err
}

// UpdateUser implements PATCH /v2/users/:id.
func (a *api) UpdateUser(ctx context.Context, r UpdateUserRequestObject) (UpdateUserResponseObject, error) {
	uid, err := pathID(models.PrefixUser, r.ID)
	if err != nil {
		return nil, err
	}
	answer, err := user(a.chat.UpdateUser(ctx, surface.Principal(ctx), uid, chat.UserChange{
		Name: r.Body.Name, Role: (*models.Role)(r.Body.Role),
		Availability: (*models.Availability)(r.Body.Availability), Disabled: r.Body.Disabled,
		Avatar: given(r.Body.AvatarURL), Notices: r.Body.Notices.change(),
	}))
	return UpdateUser200JSONResponse{answer}, err
}

// DeleteUser implements DELETE /v2/users/:id.
func (a *api) DeleteUser(ctx context.Context, r DeleteUserRequestObject) (DeleteUserResponseObject, error) {
	uid, err := pathID(models.PrefixUser, r.ID)
	if err != nil {
		return nil, err
	}
	return DeleteUser204Response{}, a.chat.DisableUser(ctx, surface.Principal(ctx), uid)
}

// GetMe implements GET /v2/me.
func (a *api) GetMe(ctx context.Context, _ GetMeRequestObject) (GetMeResponseObject, error) {
	who := surface.Principal(ctx)
	self, err := a.chat.Self(ctx, who)
	if models.HasCode(err, models.CodeNotFound) {
		return nil, errKey // revoked just now
	}
	if err != nil {
		return nil, err
	}
	me := Me{
		User: view.UserForAgent(self.User), Account: view.AccountForAgent(self.Account),
		Key: nullable.NewNullNullable[APIKey](), Scopes: who.Scopes, Sandbox: self.Account.IsSandbox(), Limits: a.limits(),
		TotpEnabled: len(self.User.TOTPSecret) > 0,
	}
	if self.Key != nil {
		me.Key.Set(view.KeyForAgent(*self.Key))
	}
	return GetMe200JSONResponse(me), nil
}

// limits are what the caller has to keep within.
func (a *api) limits() CallerLimits {
	rule := a.rules[ratelimit.Agent]
	limits := CallerLimits{
		Requests: nullable.NewNullNullable[int64](), PeriodSeconds: int64(rule.Period.Seconds()),
		MessageLength: models.MaxMessageLength, UploadBytes: a.chat.UploadLimits().MaxBytes,
	}
	if rule.Limit != ratelimit.Unlimited {
		limits.Requests.Set(rule.Limit)
	}
	return limits
}

// change reads what is to change of a user's notices; nil is nothing.
func (n *NoticeChange) change() chat.NoticeChange {
	if n == nil {
		return chat.NoticeChange{}
	}
	return chat.NoticeChange{
		NewConversation: n.NewConversation, Assigned: n.Assigned, Mentioned: n.Mentioned, WaitingMinutes: n.WaitingMinutes,
	}
}

// UpdateMe implements PATCH /v2/me.
func (a *api) UpdateMe(ctx context.Context, r UpdateMeRequestObject) (UpdateMeResponseObject, error) {
	answer, err := user(a.chat.UpdateSelf(ctx, surface.Principal(ctx), chat.UserChange{
		Name: r.Body.Name, Availability: (*models.Availability)(r.Body.Availability),
		Avatar: given(r.Body.AvatarURL), Notices: r.Body.Notices.change(),
	}))
	return UpdateMe200JSONResponse{answer}, err
}

// GetAccount implements GET /v2/account.
func (a *api) GetAccount(ctx context.Context, _ GetAccountRequestObject) (GetAccountResponseObject, error) {
	account, err := a.chat.Account(ctx, surface.Principal(ctx))
	return GetAccount200JSONResponse(view.AccountForAgent(account)), err
}

// UpdateAccount implements PATCH /v2/account.
func (a *api) UpdateAccount(ctx context.Context, r UpdateAccountRequestObject) (UpdateAccountResponseObject, error) {
	account, err := a.chat.UpdateAccount(ctx, surface.Principal(ctx), chat.AccountChange{
		Name: r.Body.Name, TimeZone: r.Body.TimeZone,
	})
	return UpdateAccount200JSONResponse(view.AccountForAgent(account)), err
}

// pathID reads the id of a row in a path. A malformed one is as unknown as any other.
func pathID(prefix models.Prefix, given string) (models.UID, error) {
	uid, err := models.ParseID(prefix, given)
	if err != nil {
		return uid, models.ErrNotFound
	}
	return uid, nil
}
