package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"parley/models"
)

// The second factor follows RFC 6238 as authenticator apps have it: SHA-1, 6 digits,
// steps of 30 s, one step early or late is accepted, and no step twice.
const (
	totpPeriod    = 30
	totpSkew      = 1
	recoveryCodes = 10
	setupTime     = 15 * time.Minute
)

var (
	errSetup     = models.Invalid("setup", "The setup is over; begin again")
	errTOTPCode  = models.Invalid("code", "This code is wrong, over, or used already")
	errPassword  = models.Invalid("password", "Wrong password")
	errTOTPThere = models.Fail(models.CodeConflict, "The second factor is set up already; disable it first")
)

// Setup is a second factor that is not in force yet. Token comes back with the first
// code.
type Setup struct {
	Secret string
	URL    string
	Token  string
}

// SetupTOTP proposes a secret. Nothing is stored: the secret, sealed for this user,
// is in the token.
func (s *Service) SetupTOTP(ctx context.Context, who models.Principal) (Setup, error) {
	me, err := s.store.Member(ctx, who.AccountID, who.UserID)
	if err != nil {
		return Setup{}, err
	}
	if len(me.User.TOTPSecret) > 0 {
		return Setup{}, errTOTPThere
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Parley", AccountName: me.User.Email, Period: totpPeriod})
	if err != nil {
		return Setup{}, fmt.Errorf("make a TOTP secret: %w", err)
	}
	until := s.now().Add(setupTime).UTC().Format(time.RFC3339)
	sealed, err := s.Seal([]byte(who.UserUID.String() + " " + until + " " + key.Secret()))
	return Setup{Secret: key.Secret(), URL: key.URL(), Token: base64.RawURLEncoding.EncodeToString(sealed)}, err
}

// readSetup opens what SetupTOTP sealed for this user.
func (s *Service) readSetup(who models.Principal, token string) (secret string, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", false
	}
	opened, err := s.Open(sealed)
	parts := strings.Fields(string(opened))
	if err != nil || len(parts) != 3 || parts[0] != who.UserUID.String() {
		return "", false
	}
	until, err := time.Parse(time.RFC3339, parts[1])
	return parts[2], err == nil && s.now().Before(until)
}

// ConfirmTOTP puts a proposed secret in force with its first code, and answers the
// recovery codes, this once.
func (s *Service) ConfirmTOTP(ctx context.Context, who models.Principal, token, code string) ([]string, error) {
	secret, ok := s.readSetup(who, token)
	if !ok {
		return nil, errSetup
	}
	step, ok := s.stepOf(secret, code, 0)
	if !ok {
		return nil, errTOTPCode
	}
	me, err := s.store.Member(ctx, who.AccountID, who.UserID)
	if err != nil {
		return nil, err
	}
	sealed, err := s.Seal([]byte(secret))
	if err != nil {
		return nil, err
	}
	f := Factor{
		AccountID: me.Account.ID, UserID: me.User.ID, PasswordHash: me.User.PasswordHash, Secret: sealed, Step: step,
		Now: models.Now(s.now()),
	}
	codes := make([]string, 0, recoveryCodes)
	for range recoveryCodes {
		code := newRecoveryCode()
		codes = append(codes, code)
		f.Codes = append(f.Codes, models.RecoveryCode{CodeHash: s.recoveryHash(code)})
	}
	return codes, s.store.SetTOTP(ctx, f)
}

// DisableTOTP takes the second factor away, for whoever knows the password.
func (s *Service) DisableTOTP(ctx context.Context, who models.Principal, password string) error {
	me, err := s.proven(ctx, who, password)
	if err != nil {
		return err
	}
	return s.store.SetTOTP(ctx, Factor{
		AccountID: me.Account.ID, UserID: me.User.ID, PasswordHash: me.User.PasswordHash, Now: models.Now(s.now()),
	})
}

// proven is the principal's user, whose password was asked again.
func (s *Service) proven(ctx context.Context, who models.Principal, password string) (Candidate, error) {
	if passwordLength(password) > maxPassword {
		return Candidate{}, errPassword
	}
	me, err := s.store.Member(ctx, who.AccountID, who.UserID)
	if err != nil {
		return me, err
	}
	ok, err := s.passwords.matches(ctx, password, me.User.PasswordHash)
	if err == nil && !ok {
		err = errPassword
	}
	return me, err
}

// secondFactor checks the code of a user who has a second factor.
func (s *Service) secondFactor(u models.User, code string) (Login, error) {
	if len(u.TOTPSecret) == 0 {
		return Login{}, nil
	}
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	switch {
	case code == "":
		return Login{}, ErrTOTPRequired
	case len(code) > otp.DigitsSix.Length():
		return Login{RecoveryHash: s.recoveryHash(code)}, nil // the store knows whether there is such a code
	}
	secret, err := s.Open(u.TOTPSecret)
	if err != nil {
		return Login{}, err
	}
	step, ok := s.stepOf(string(secret), code, u.TOTPStep)
	if !ok {
		return Login{}, ErrTOTP
	}
	return Login{TOTPStep: step}, nil
}

// stepOf is the time step whose code it is: around now, and later than after.
func (s *Service) stepOf(secret, code string, after int64) (int64, bool) {
	now := s.now().Unix() / totpPeriod
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err == nil && hmac.Equal([]byte(want), []byte(code)) && step > after {
			return step, true
		}
	}
	return 0, false
}

// newRecoveryCode has 80 random bits in four groups.
func newRecoveryCode() string {
	text := strings.ToLower(rand.Text()[:16])
	return strings.Join(slices.Collect(chunks(text, 4)), "-")
}

func chunks(text string, size int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(text) > 0 && yield(text[:size]) {
			text = text[size:]
		}
	}
}

// recoveryHash is under the program's secret, so that the short code cannot be found
// from the database alone.
func (s *Service) recoveryHash(code string) []byte {
	mac := hmac.New(sha256.New, s.deviceKey)
	mac.Write([]byte("recovery " + strings.ReplaceAll(code, "-", "")))
	return mac.Sum(nil)
}
