package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// reset asks for a letter to choose a new password.
func (b *browser) reset(email string) answer {
	b.Helper()
	return b.call(http.MethodPost, "/auth/reset", fmt.Sprintf(`{"email":%q}`, email))
}

// confirm uses a reset token up.
func (b *browser) confirm(token, password string) answer {
	b.Helper()
	return b.call(http.MethodPost, "/auth/reset/confirm", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password))
}

// invite asks for a new user with the account's live key.
func (o *office) invite(email, role string) answer {
	o.Helper()
	return o.do(http.MethodPost, "/auth/invitations", fmt.Sprintf(`{"email":%q,"name":"Sarah Johnson","role":%q}`, email, role))
}

func (b *browser) accept(token, password string) answer {
	b.Helper()
	return b.call(http.MethodPost, "/auth/invitations/accept", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password))
}

func TestAResetIsAnsweredAlikeWhoeverTheAddressBelongsTo(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		known, unknown := o.browser().reset(o.creds.Email), o.browser().reset("nobody@example.com")
		if known.status != 202 || unknown.status != 202 || known.raw != unknown.raw || known.raw != `{"ok":true}` {
			o.Errorf("%d %s and %d %s", known.status, known.raw, unknown.status, unknown.raw)
		}
		m := o.letter()
		if m.To != o.creds.Email || !strings.Contains(m.Subject, "Acme") || !strings.Contains(m.Text, "http://localhost:8080/app/reset#token=rst_") {
			o.Errorf("the letter is %+v", m)
		}
		o.refused(o.browser().reset("not an address"), 400, InvalidInput)
	})
}

func TestAResetTokenWorksOnceAndEndsAllSessions(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		o.want(o.browser().reset(o.creds.Email), 202)
		token := o.tokenIn(o.letter().Text)
		a := o.browser().confirm(token, "short")
		if a.status != 400 || a.field("details.field") != "password" {
			o.Errorf("a short password: %s", a.raw)
		}
		a = o.want(o.browser().confirm(token, "a new password"), 200)
		if len(a.header.Values("Set-Cookie")) != 0 {
			o.Error("a reset is no login: there may be a second factor")
		}
		for _, used := range []string{token, "rst_aaaaaaaaaaaaaaaaaaaaaaaaaa", "", strings.Repeat("a", 5000)} {
			a := o.browser().confirm(used, "another password")
			o.refused(a, 400, InvalidInput)
			if a.field("details.field") != "token" {
				o.Errorf("a used token: %s", a.raw)
			}
		}
		o.refused(b.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		o.refused(o.browser().logIn(o.creds.Email, goodPassword), 401, Unauthorized)
		o.want(o.browser().logIn(o.creds.Email, "a new password"), 200)
	})
}

func TestOfManyWhoUseATokenAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		o.want(o.browser().reset(o.creds.Email), 202)
		reset := o.tokenIn(o.letter().Text)
		o.want(o.invite("sarah@example.com", "agent"), 201)
		invitation := o.tokenIn(o.letter().Text)
		var resets, acceptances atomic.Int32
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				if o.browser().confirm(reset, fmt.Sprint("new password ", i)).status == 200 {
					resets.Add(1)
				}
			})
			wait.Go(func() {
				if o.browser().accept(invitation, fmt.Sprint("new password ", i)).status == 200 {
					acceptances.Add(1)
				}
			})
		}
		wait.Wait()
		if resets.Load() != 1 || acceptances.Load() != 1 {
			o.Errorf("%d resets and %d acceptances", resets.Load(), acceptances.Load())
		}
	})
}

func TestATokenIsOverInTimeAndWhenANewerOneIsSent(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		o.want(o.browser().reset(o.creds.Email), 202)
		first := o.tokenIn(o.letter().Text)
		o.want(o.browser().reset(o.creds.Email), 202)
		second := o.tokenIn(o.letter().Text)
		o.refused(o.browser().confirm(first, "a new password"), 400, InvalidInput)
		o.clock.pass(61 * time.Minute)
		o.refused(o.browser().confirm(second, "a new password"), 400, InvalidInput)
		o.want(o.browser().logIn(o.creds.Email, goodPassword), 200)
	})
}

func TestLettersToOneAddressAreFew(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		for i := range 5 {
			o.want(o.browser().at(fmt.Sprint("198.51.100.", i)).reset(o.creds.Email), 202)
		}
		for range 3 {
			o.letter()
		}
		o.want(o.invite("sarah@example.com", "agent"), 201)
		if m := o.letter(); m.To != "sarah@example.com" {
			o.Errorf("a fourth letter came: %+v", m)
		}
		status := 0
		for range 6 {
			status = o.browser().reset("somebody@example.com").status
		}
		if status != http.StatusTooManyRequests {
			o.Errorf("an address that asks for many: %d", status)
		}
	})
}

func TestAnInvitedPersonChoosesAPasswordAndIsIn(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		a := o.want(o.invite("Sarah@Example.com ", "agent"), 201)
		if a.field("accept_url") != nil || a.field("user.role") != "agent" || a.field("user.email") != "sarah@example.com" {
			o.Errorf("the invitation is %s", a.raw)
		}
		o.refused(o.browser().logIn("sarah@example.com", goodPassword), 401, Unauthorized)
		m := o.letter()
		if m.To != "sarah@example.com" || !strings.Contains(m.Text, "Owner invites you to answer customers of Acme") {
			o.Errorf("the letter is %+v", m)
		}
		b := o.browser()
		in := o.want(b.accept(o.tokenIn(m.Text), "sarahs password"), 200)
		if in.field("user.name") != "Sarah Johnson" || in.field("account.name") != "Acme" {
			o.Errorf("the login is %s", in.raw)
		}
		o.want(b.call(http.MethodGet, "/conversations", ""), 200)
		b.headers["X-Sandbox"] = "1"
		if rows := o.want(b.call(http.MethodGet, "/users", ""), 200).rows(); len(rows) != 2 {
			o.Errorf("the sandbox has %d users", len(rows))
		}
		refused := b.call(http.MethodPost, "/auth/invitations", `{"email":"x@example.com","name":"X","role":"agent"}`)
		o.refused(refused, 403, Forbidden)
		o.refused(o.invite("sarah@example.com", "agent"), 409, Conflict)
	})
}

func TestAnInvitationIsRenewedUntilThePersonComes(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		first := o.want(o.invite("sarah@example.com", "agent"), 201)
		old := o.tokenIn(o.letter().Text)
		again := o.want(o.invite("sarah@example.com", "admin"), 201)
		if first.field("user.id") != again.field("user.id") || again.field("user.role") != "admin" {
			o.Errorf("%s and then %s", first.raw, again.raw)
		}
		o.refused(o.browser().accept(old, "sarahs password"), 400, InvalidInput)
		o.want(o.browser().accept(o.tokenIn(o.letter().Text), "sarahs password"), 200)
	})
}

func TestAnInvitationThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		for field, body := range map[string]string{
			"email": `{"email":"nonsense","name":"X","role":"agent"}`, "name": `{"email":"x@example.com","name":" ","role":"agent"}`,
			"role": `{"email":"x@example.com","name":"X","role":"king"}`,
		} {
			if a := o.do(http.MethodPost, "/auth/invitations", body); a.status != 400 || a.field("details.field") != field {
				o.Errorf("%s: %s", field, a.raw)
			}
		}
		o.want(o.invite("adam@example.com", "admin"), 201)
		admin := o.browser()
		o.want(admin.accept(o.tokenIn(o.letter().Text), "adams password"), 200)
		body := `{"email":"x@example.com","name":"X","role":%q}`
		o.refused(admin.call(http.MethodPost, "/auth/invitations", fmt.Sprintf(body, "owner")), 403, Forbidden)
		o.want(admin.call(http.MethodPost, "/auth/invitations", fmt.Sprintf(body, "agent")), 201)
	})
}

func TestWithoutMailTheInviterGetsTheLink(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := openOffice(t, s, false, nil)
		a := o.want(o.invite("sarah@example.com", "agent"), 201)
		link, _ := a.field("accept_url").(string)
		if !strings.HasPrefix(link, "http://localhost:8080/app/invitation#token=inv_") {
			o.Fatalf("the link is %s", a.raw)
		}
		o.want(o.browser().accept(o.tokenIn(link), "sarahs password"), 200)
		o.want(o.browser().reset(o.creds.Email), 202)
		methods := o.want(o.browser().call(http.MethodGet, "/auth/methods", ""), 200)
		if methods.raw != `{"mail":false,"oidc":false,"password":true}` {
			o.Errorf("the methods are %s", methods.raw)
		}
	})
}

// enroll sets up a second factor and gives its secret and recovery codes.
func (b *browser) enroll() (secret string, codes []any) {
	b.Helper()
	setup := b.want(b.call(http.MethodPost, "/auth/totp/setup", ""), 200)
	secret, _ = setup.field("secret").(string)
	body := fmt.Sprintf(`{"setup":%q,"code":%q}`, setup.field("setup"), b.code(secret))
	a := b.want(b.call(http.MethodPost, "/auth/totp/confirm", body), 200)
	codes, _ = a.field("recovery_codes").([]any)
	return secret, codes
}

func (b *browser) code(secret string) string {
	b.Helper()
	code, err := totp.GenerateCode(secret, b.clock.now())
	if err != nil {
		b.Fatal(err)
	}
	return code
}

func (b *browser) logInWith(totp any) answer {
	b.Helper()
	return b.call(http.MethodPost, "/auth/login", fmt.Sprintf(`{"email":%q,"password":%q,"totp":%q}`, b.creds.Email, goodPassword, totp))
}

func TestASecondFactorIsAskedForAndEachCodeWorksOnce(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		secret, _ := b.enroll()
		a := b.logIn(o.creds.Email, goodPassword)
		o.refused(a, 401, Unauthorized)
		if a.field("details.totp_required") != true {
			o.Errorf("without a code: %s", a.raw)
		}
		wrong := b.logIn(o.creds.Email, "wrong horse")
		if wrong.field("details.totp_required") != nil {
			o.Errorf("a wrong password tells of the second factor: %s", wrong.raw)
		}
		if a := b.logInWith(b.code(secret)); a.status != 401 {
			o.Errorf("the code of the setup works again: %s", a.raw)
		}
		o.clock.pass(30 * time.Second)
		code := b.code(secret)
		in := o.want(b.logInWith(code[:3]+" "+code[3:]), 200)
		if in.field("totp_enabled") != true {
			o.Errorf("the login is %s", in.raw)
		}
		o.refused(b.logInWith(code), 401, Unauthorized)
		o.refused(b.logInWith("000000"), 401, Unauthorized)
		user, err := o.store.LoginUsers(o.Context(), o.creds.Email)
		if err != nil || strings.Contains(string(user[0].User.TOTPSecret), secret) {
			o.Error("the secret is not sealed")
		}
	})
}

func TestARecoveryCodeWorksOnceInPlaceOfACode(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		_, codes := b.enroll()
		if len(codes) != 10 {
			o.Fatalf("the codes are %v", codes)
		}
		o.want(b.logInWith(codes[3]), 200)
		o.refused(b.logInWith(codes[3]), 401, Unauthorized)
		o.refused(b.logInWith("aaaa-bbbb-cccc-dddd"), 401, Unauthorized)
		var in atomic.Int32
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if o.browser().logInWith(codes[4]).status == 200 {
					in.Add(1)
				}
			})
		}
		wait.Wait()
		if in.Load() != 1 {
			o.Errorf("%d came in with one code", in.Load())
		}
	})
}

func TestASecondFactorIsSetUpByItsUserAloneAndTakenAwayWithThePassword(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		stranger := o.browser()
		o.want(stranger.logIn(o.newAccount().Email, goodPassword), 200)
		setup := o.want(stranger.call(http.MethodPost, "/auth/totp/setup", ""), 200)
		secret, _ := setup.field("secret").(string)
		foreign := fmt.Sprintf(`{"setup":%q,"code":%q}`, setup.field("setup"), b.code(secret))
		o.refused(b.call(http.MethodPost, "/auth/totp/confirm", foreign), 400, InvalidInput)
		wrong := fmt.Sprintf(`{"setup":%q,"code":"12345"}`, setup.field("setup"))
		o.refused(stranger.call(http.MethodPost, "/auth/totp/confirm", wrong), 400, InvalidInput)
		o.clock.pass(16 * time.Minute)
		late := fmt.Sprintf(`{"setup":%q,"code":%q}`, setup.field("setup"), b.code(secret))
		o.refused(stranger.call(http.MethodPost, "/auth/totp/confirm", late), 400, InvalidInput)
		b.enroll()
		o.refused(b.call(http.MethodPost, "/auth/totp/setup", ""), 409, Conflict)
		o.refused(b.call(http.MethodPost, "/auth/totp/disable", `{"password":"wrong horse"}`), 400, InvalidInput)
		o.want(b.call(http.MethodPost, "/auth/totp/disable", fmt.Sprintf(`{"password":%q}`, goodPassword)), 200)
		o.want(o.browser().logIn(o.creds.Email, goodPassword), 200)
	})
}

func TestCodesAreTriedNoMoreThanAFewTimesAnHour(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		b.enroll()
		rules := map[int]int{}
		for i := range 60 {
			rules[o.browser().at(fmt.Sprint("198.51.100.", i)).logInWith("000000").status]++
		}
		if rules[401] > 20 || rules[429] < 40 {
			o.Errorf("the answers are %v", rules)
		}
	})
}

func TestTokensAndPasswordsAreNotInTheDatabase(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		o.want(o.invite("sarah@example.com", "agent"), 201)
		token := o.tokenIn(o.letter().Text)
		if _, err := o.store.LoginToken(o.Context(), []byte(token), models.TokenInvitation, o.clock.now()); err == nil {
			o.Error("the token itself is kept")
		}
		if _, err := o.store.SessionByHash(o.Context(), []byte(b.cookies[session])); err == nil {
			o.Error("the session's token itself is kept")
		}
		if _, err := o.store.LoginToken(o.Context(), models.TokenHash(token), models.TokenPasswordReset, o.clock.now()); err == nil {
			o.Error("an invitation works as a reset")
		}
	})
}
