// Package oidc lets people log in with an identity provider, by OpenID Connect with the
// authorization code flow, state, nonce and PKCE.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// timeout bounds each exchange with the provider.
const timeout = 10 * time.Second

// Options say which provider, and who we are to it.
type Options struct {
	// Issuer is where the provider describes itself.
	Issuer       string
	ClientID     string
	ClientSecret string
	// Callback is where the provider sends browsers back to.
	Callback string
}

// Provider is an identity provider. It is asked about itself when it is needed first,
// so that one that is away keeps nothing from starting.
type Provider struct {
	o      Options
	client *http.Client

	mu    sync.Mutex
	known *oidc.Provider
}

// New makes a Provider.
func New(o Options) *Provider { return &Provider{o: o, client: &http.Client{Timeout: timeout}} }

// discover is what the provider says of itself. The keys it signs with are fetched when
// they are needed, long after ctx.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.o.Issuer)
	if err != nil {
		return nil, fmt.Errorf("oidc: ask the provider: %w", err)
	}
	p.known = found
	return found, nil
}

func (p *Provider) config(found *oidc.Provider) oauth2.Config {
	return oauth2.Config{
		ClientID: p.o.ClientID, ClientSecret: p.o.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: p.o.Callback,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// Begin gives the address to send a browser to, and what Finish needs to know the
// answer by: state, nonce and PKCE verifier, each random.
func (p *Provider) Begin(ctx context.Context) (address, flow string, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	config := p.config(found)
	address = config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	return address, strings.Join([]string{state, nonce, verifier}, " "), nil
}

// Errors of an answer that lets nobody in.
var (
	errState      = errors.New("oidc: the state is not the one that was sent")
	errNonce      = errors.New("oidc: the nonce is not the one that was sent")
	errNoToken    = errors.New("oidc: the provider sent no id token")
	errUnverified = errors.New("oidc: the provider does not vouch for an e-mail address")
)

// Finish trades the code in, checks the token that comes for it, and gives the e-mail
// address that the provider has verified.
func (p *Provider) Finish(ctx context.Context, flow, state, code string) (email string, err error) {
	parts := strings.Fields(flow)
	if len(parts) != 3 || subtle.ConstantTimeCompare([]byte(parts[0]), []byte(state)) != 1 {
		return "", errState
	}
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	config := p.config(found)
	traded, err := config.Exchange(ctx, code, oauth2.VerifierOption(parts[2]))
	if err != nil {
		return "", fmt.Errorf("oidc: trade the code in: %w", err)
	}
	raw, _ := traded.Extra("id_token").(string)
	if raw == "" {
		return "", errNoToken
	}
	token, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.o.ClientID}).Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("oidc: check the token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(parts[1])) != 1 {
		return "", errNonce
	}
	return verifiedEmail(token)
}

func verifiedEmail(token *oidc.IDToken) (string, error) {
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := token.Claims(&claims); err != nil {
		return "", fmt.Errorf("oidc: read the token: %w", err)
	}
	if claims.Email == "" || !claims.Verified {
		return "", errUnverified
	}
	return claims.Email, nil
}
