package oidc

import (
	"strings"
	"testing"
	"time"

	"parley/server/oidc/oidctest"
)

// idp is an identity provider, and a test with it.
type idp struct{ *oidctest.Provider }

func startProvider(t *testing.T) idp {
	t.Helper()
	return idp{oidctest.Start(t)}
}

func (p idp) ours() *Provider {
	return New(Options{Issuer: p.URL, ClientID: "parley", ClientSecret: "sesame", Callback: "http://localhost:8080/v2/auth/oidc/callback"})
}

// goThrough sends a person to the provider and back.
func (p idp) goThrough(ours *Provider) (string, error) {
	p.Helper()
	address, flow, err := ours.Begin(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	state, code := p.Authorize(address)
	return ours.Finish(p.Context(), flow, state, code)
}

func TestAPersonComesBackWithAVerifiedAddress(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	email, err := p.goThrough(p.ours())
	if err != nil || email != "sarah@example.com" {
		t.Fatalf("%q, %v", email, err)
	}
	for name, want := range map[string]string{
		"client_id": "parley", "response_type": "code", "redirect_uri": "http://localhost:8080/v2/auth/oidc/callback",
		"code_challenge_method": "S256",
	} {
		if got := p.Asked().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !strings.Contains(p.Asked().Get("scope"), "openid") || len(p.Asked().Get("state")) < 26 || len(p.Asked().Get("nonce")) < 26 {
		t.Errorf("asked for %v", p.Asked())
	}
}

func TestEachFlowHasSecretsOfItsOwn(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	ours := p.ours()
	first, firstFlow, err := ours.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, secondFlow, err := ours.Begin(t.Context())
	if err != nil || first == second || firstFlow == secondFlow {
		t.Fatalf("%s and %s: %v", first, second, err)
	}
	// The answer to one question is no answer to another.
	state, code := p.Authorize(first)
	if _, err := ours.Finish(t.Context(), secondFlow, state, code); err == nil {
		t.Error("another flow's state is taken")
	}
	firstParts, secondParts := strings.Fields(firstFlow), strings.Fields(secondFlow)
	for i, what := range []string{"", "nonce", "verifier"} {
		if what == "" {
			continue
		}
		mixed := append([]string(nil), firstParts...)
		mixed[i] = secondParts[i]
		if _, err := ours.Finish(t.Context(), strings.Join(mixed, " "), state, code); err == nil {
			t.Errorf("another flow's %s is taken", what)
		}
	}
	if _, err := ours.Finish(t.Context(), firstFlow, state, code); err != nil {
		t.Error(err)
	}
}

func TestATokenThatIsNotRightLetsNobodyIn(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(map[string]any){
		"not verified":     func(c map[string]any) { c["email_verified"] = false },
		"says nothing":     func(c map[string]any) { delete(c, "email_verified") },
		"no address":       func(c map[string]any) { delete(c, "email") },
		"another audience": func(c map[string]any) { c["aud"] = "somebody else" },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"over":             func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
		"no nonce":         func(c map[string]any) { delete(c, "nonce") },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := startProvider(t)
			p.Change = change
			if email, err := p.goThrough(p.ours()); err == nil {
				t.Errorf("let in %q", email)
			}
		})
	}
}

func TestATokenOfAnotherKeyLetsNobodyIn(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	p.Signer = oidctest.NewKey(t)
	if email, err := p.goThrough(p.ours()); err == nil {
		t.Errorf("let in %q", email)
	}
}

func TestAWrongCodeOrFlowLetsNobodyIn(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	ours := p.ours()
	address, flow, err := ours.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state, code := p.Authorize(address)
	for _, given := range [][3]string{{flow, state, "bad"}, {flow, "", code}, {"", state, code}, {"", "", ""}, {"a b", state, code}} {
		if _, err := ours.Finish(t.Context(), given[0], given[1], given[2]); err == nil {
			t.Errorf("%q lets somebody in", given)
		}
	}
}

func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	o := p.ours()
	good := o.o.Issuer
	o.o.Issuer = "http://127.0.0.1:1"
	if _, _, err := o.Begin(t.Context()); err == nil {
		t.Fatal("nobody answers, and it begins")
	}
	o.o.Issuer = good
	if email, err := p.goThrough(o); err != nil || email != "sarah@example.com" {
		t.Errorf("%q, %v", email, err)
	}
}
