package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"parley/models"
)

// How long a login lasts: at most, and without being used.
const (
	SessionTime = 30 * 24 * time.Hour
	sessionIdle = 7 * 24 * time.Hour
)

// candidatesMax is how many accounts one e-mail address is tried in.
const candidatesMax = 5

// Errors of a login. Which part of it was wrong is not said.
var (
	ErrLogin        = models.Fail(models.CodeUnauthorized, "Wrong e-mail address or password")
	ErrTOTPRequired = models.Fail(models.CodeUnauthorized, "The code of the second factor is required").With("totp_required", true)
	ErrTOTP         = models.Fail(models.CodeUnauthorized, "This code is wrong, over, or used already").With("totp_required", true)
	ErrWhichAccount = models.Fail(models.CodeConflict, "This e-mail address belongs to several accounts; say which one")
)

// Attempt is somebody who wants to log in.
type Attempt struct {
	Email    string
	Password string
	// TOTP is a code of the second factor or a recovery code; "" for none.
	TOTP string
	// TryCode is asked before a code is checked; its error ends the attempt. It may be nil.
	TryCode func() error
	// Account chooses where the e-mail address belongs to several; nil for any.
	Account *models.UID
	From    Browser
}

// Browser is where somebody logs in from, for the person to recognize.
type Browser struct {
	UserAgent string
	IP        string
}

// SignedIn is a login that succeeded. Token is for the cookie alone.
type SignedIn struct {
	Token   string
	Session models.LoginSession
	User    models.User
	Account models.Account
}

// Login checks an e-mail address, a password and the second factor, and begins a
// session with an id of its own making. An unknown address, a wrong password and a
// disabled user are the same error, after the same work.
func (s *Service) Login(ctx context.Context, in Attempt) (SignedIn, error) {
	if passwordLength(in.Password) > maxPassword {
		return SignedIn{}, models.Invalid("password", "The password must have 8 to 1000 characters")
	}
	found, err := s.recognize(ctx, in)
	if err != nil {
		return SignedIn{}, err
	}
	if in.TryCode != nil && in.TOTP != "" && len(found.User.TOTPSecret) > 0 {
		if err := in.TryCode(); err != nil {
			return SignedIn{}, err
		}
	}
	login, err := s.secondFactor(found.User, in.TOTP)
	if err != nil {
		return SignedIn{}, err
	}
	return s.begin(ctx, found, login, in.From)
}

// recognize finds whose e-mail address and password it is.
func (s *Service) recognize(ctx context.Context, in Attempt) (Candidate, error) {
	all, err := s.store.LoginUsers(ctx, NormalEmail(in.Email))
	if err != nil {
		return Candidate{}, err
	}
	if in.Account != nil {
		all = slices.DeleteFunc(all, func(c Candidate) bool { return c.Account.UID != *in.Account })
	}
	all = all[:min(len(all), candidatesMax)]
	if len(all) == 0 {
		all = []Candidate{{}} // nobody's password takes as long to check
	}
	fitting := all[:0:0]
	for _, c := range all {
		ok, err := s.passwords.matches(ctx, in.Password, c.User.PasswordHash)
		if err != nil {
			return Candidate{}, err
		}
		if ok {
			fitting = append(fitting, c)
		}
	}
	return only(fitting)
}

// only is the one candidate, or why there is not one.
func only(fitting []Candidate) (Candidate, error) {
	switch len(fitting) {
	case 0:
		return Candidate{}, ErrLogin
	case 1:
		return fitting[0], nil
	}
	accounts := make([]map[string]any, 0, len(fitting))
	for _, c := range fitting {
		accounts = append(accounts, map[string]any{
			"id": models.FormatID(models.PrefixAccount, c.Account.UID), "name": c.Account.Name,
		})
	}
	return Candidate{}, ErrWhichAccount.With("accounts", accounts)
}

// begin makes the session.
func (s *Service) begin(ctx context.Context, who Candidate, login Login, from Browser) (SignedIn, error) {
	now := models.Now(s.now())
	token := newSecret("")
	login.PasswordHash, login.TOTPSecret = who.User.PasswordHash, who.User.TOTPSecret
	login.UsedAfter = now.Add(-sessionIdle)
	login.Session = models.LoginSession{
		UID: models.NewUID(), AccountID: who.User.AccountID, UserID: who.User.ID, TokenHash: models.TokenHash(token),
		UserAgent: clip(from.UserAgent, 300), IP: from.IP, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(SessionTime),
	}
	if err := s.store.CreateLogin(ctx, &login); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Token: token, Session: login.Session, User: who.User, Account: who.Account}, nil
}

// LoginVerified begins a session for whoever has proven the e-mail address elsewhere:
// with an identity provider, which is trusted with the second factor too.
func (s *Service) LoginVerified(ctx context.Context, email string, from Browser) (SignedIn, error) {
	all, err := s.store.LoginUsers(ctx, NormalEmail(email))
	if err != nil {
		return SignedIn{}, err
	}
	who, err := only(all)
	if err != nil {
		return SignedIn{}, err
	}
	return s.begin(ctx, who, Login{}, from)
}

// NormalEmail is how e-mail addresses of users are kept.
func NormalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// clip cuts a text that others chose, and what the databases do not take.
func clip(text string, limit int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	if utf8.RuneCountInString(text) > limit {
		return string([]rune(text)[:limit])
	}
	return text
}
