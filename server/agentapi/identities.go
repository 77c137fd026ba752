package agentapi

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"parley/models"
	"parley/models/access"
)

// Identities are an identity provider (OpenID Connect).
type Identities interface {
	// Begin gives the address to send a browser to, and what Finish needs to know the
	// answer by; that is for the browser to keep.
	Begin(ctx context.Context) (address, flow string, err error)
	// Finish turns what the provider sent the browser back with into a verified e-mail
	// address.
	Finish(ctx context.Context, flow, state, code string) (email string, err error)
}

// flowTime is how long a person may take at the provider.
const flowTime = 10 * time.Minute

// The dashboard, and why somebody comes back to it without being logged in.
const (
	dashboard      = "/app"
	loginRefused   = "refused"
	loginUnknown   = "unknown"
	loginAmbiguous = "several"
)

// errNoProvider is the answer where there is none to log in with.
var errNoProvider = models.Fail(models.CodeNotFound, "No identity provider is set up")

// errFlow is an answer of the provider that we did not ask this browser for.
var errFlow = errors.New("the answer belongs to no login that this browser began")

// BeginOidc implements GET /v2/auth/oidc.
func (a *api) BeginOidc(ctx context.Context, _ BeginOidcRequestObject) (BeginOidcResponseObject, error) {
	if a.identities == nil {
		return nil, errNoProvider
	}
	address, flow, err := a.identities.Begin(ctx)
	if err != nil {
		return nil, models.ErrUnavailable.Because(err)
	}
	sealed, err := a.access.Seal([]byte(time.Now().Add(flowTime).UTC().Format(time.RFC3339) + " " + flow))
	if err != nil {
		return nil, err
	}
	v := visitOf(ctx)
	v.g.cookies.set(v.c, oidcCookie, base64.RawURLEncoding.EncodeToString(sealed), flowTime)
	return BeginOidc302Response{ElsewhereResponseHeaders{Location: &address}}, nil
}

// FinishOidc implements GET /v2/auth/oidc/callback.
func (a *api) FinishOidc(ctx context.Context, r FinishOidcRequestObject) (FinishOidcResponseObject, error) {
	if a.identities == nil {
		return nil, errNoProvider
	}
	v := visitOf(ctx)
	kept := v.g.cookies.read(v.c, oidcCookie)
	v.g.cookies.set(v.c, oidcCookie, "", 0)
	signed, err := a.finish(ctx, kept, r.Params)
	to := a.publicURL + dashboard
	switch {
	case err == nil:
		v.welcome(signed)
	case models.HasCode(err, models.CodeUnavailable):
		return nil, err
	default:
		slog.WarnContext(ctx, "agentapi: login with the identity provider failed", "error", err)
		to += "?" + url.Values{"login_error": {reason(err)}}.Encode()
	}
	return FinishOidc302Response{ElsewhereResponseHeaders{Location: &to}}, nil
}

func (a *api) finish(ctx context.Context, kept string, p FinishOidcParams) (access.SignedIn, error) {
	flow, err := a.openFlow(kept)
	if err != nil {
		return access.SignedIn{}, err
	}
	if p.Error != nil || p.Code == nil || p.State == nil {
		return access.SignedIn{}, errors.New("the provider let nobody in")
	}
	email, err := a.identities.Finish(ctx, flow, *p.State, *p.Code)
	if err != nil {
		return access.SignedIn{}, err
	}
	return a.access.LoginVerified(ctx, email, visitOf(ctx).browser())
}

// openFlow reads what BeginOidc left in the browser.
func (a *api) openFlow(kept string) (string, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil {
		return "", errFlow
	}
	opened, err := a.access.Open(sealed)
	if err != nil {
		return "", errFlow
	}
	limit, flow, _ := strings.Cut(string(opened), " ")
	until, err := time.Parse(time.RFC3339, limit)
	if err != nil || time.Now().After(until) {
		return "", errFlow
	}
	return flow, nil
}

// reason is what the dashboard is told.
func reason(err error) string {
	switch {
	case errors.Is(err, access.ErrLogin):
		return loginUnknown
	case models.HasCode(err, models.CodeConflict):
		return loginAmbiguous
	default:
		return loginRefused
	}
}
