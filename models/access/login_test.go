package access_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"parley/models"
	"parley/models/access"
	"parley/models/store"
	"parley/models/store/storetest"
)

// gate is the service on one database with an account.
type gate struct {
	*testing.T
	*access.Service
	store *store.Store
	url   string
	creds access.Credentials
	owner models.User
}

const password = "correct horse"

func onBoth(t *testing.T, test func(g *gate)) {
	t.Helper()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			test(setup(t, storetest.URL(t, database)))
		})
	}
}

func setup(t *testing.T, url string) *gate {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	service, err := access.New(access.Options{
		Store: s, Secret: []byte("0123456789abcdef0123456789abcdef"), PublicURL: "http://localhost:8080",
		Cost: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{T: t, Service: service, store: s, url: url}
	g.creds, err = service.CreateAccount(t.Context(), access.NewAccount{Name: "Acme", Email: "owner@example.com", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.LoginUsers(t.Context(), "owner@example.com")
	if err != nil || len(found) != 1 {
		t.Fatalf("%d users, %v", len(found), err)
	}
	g.owner = found[0].User
	return g
}

func (g *gate) logIn(email, password string) (access.SignedIn, error) {
	return g.Login(g.Context(), access.Attempt{Email: email, Password: password, From: access.Browser{UserAgent: "test", IP: "192.0.2.1"}})
}

// signedIn is who acts in a session that the owner has just begun.
func (g *gate) signedIn() (access.SignedIn, models.Principal) {
	g.Helper()
	in, err := g.logIn("owner@example.com", password)
	if err != nil {
		g.Fatal(err)
	}
	who, err := g.Session(g.Context(), in.Token, false)
	if err != nil {
		g.Fatal(err)
	}
	return in, who
}

func (g *gate) has(what string, err error, code models.Code) {
	g.Helper()
	if !models.HasCode(err, code) {
		g.Errorf("%s: %v, want %s", what, err, code)
	}
}

// invite makes a user who has not come yet, and gives the token.
func (g *gate) invite(email string) (models.User, string) {
	g.Helper()
	_, who := g.signedIn()
	invited, err := g.Invite(g.Context(), who, access.Invite{Email: email, Name: "Sarah", Role: models.RoleAgent})
	if err != nil {
		g.Fatal(err)
	}
	_, token, _ := strings.Cut(invited.AcceptURL, "#token=")
	return invited.User, token
}

func TestEveryTryOfAPasswordIsOneHashWhoeverItIs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		g.invite("invited@example.com")
		disabled, token := g.invite("disabled@example.com")
		if _, err := g.Accept(g.Context(), access.Accept{Token: token, Password: password}); err != nil {
			g.Fatal(err)
		}
		g.disable(disabled)
		for _, c := range []struct{ email, password string }{
			{"owner@example.com", password}, {"owner@example.com", "wrong horse"}, {"nobody@example.com", "wrong horse"},
			{"invited@example.com", ""}, {"invited@example.com", "wrong horse"}, {"disabled@example.com", password},
			{"", ""}, {"owner@example.com", strings.Repeat("a", 1000)},
		} {
			before := g.Hashes()
			_, err := g.logIn(c.email, c.password)
			if n := g.Hashes() - before; n != 1 {
				g.Errorf("%s took %d hashes", c.email, n)
			}
			if good := c.email == "owner@example.com" && c.password == password; good != (err == nil) {
				g.Errorf("%s: %v", c.email, err)
			}
		}
	})
}

// mark disables a user behind the service's back.
func (g *gate) mark(u models.User) {
	g.Helper()
	driver, source := "pgx", g.url
	if path, ok := strings.CutPrefix(g.url, "sqlite://"); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		g.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(g.Context(), fmt.Sprintf("UPDATE users SET disabled_at = created_at WHERE id = %d", u.ID)); err != nil {
		g.Fatal(err)
	}
}

// disable disables a user and ends what is open.
func (g *gate) disable(u models.User) {
	g.Helper()
	g.mark(u)
	if _, err := g.store.EndSessions(g.Context(), u.ID, 0); err != nil {
		g.Fatal(err)
	}
}

func TestWhatIsTooLongOrNoTokenCostsNoHash(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		before := g.Hashes()
		_, err := g.logIn("owner@example.com", strings.Repeat("a", 1<<20))
		g.has("a login", err, models.CodeInvalid)
		g.has("a reset", g.ConfirmReset(g.Context(), "rst_nonsense", password), models.CodeInvalid)
		_, err = g.Accept(g.Context(), access.Accept{Token: "inv_nonsense", Password: password})
		g.has("an invitation", err, models.CodeInvalid)
		if n := g.Hashes() - before; n != 0 {
			g.Errorf("took %d hashes", n)
		}
	})
}

func TestHashingWaitsForItsPlaceAndNoLongerThanTheCaller(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		leave := g.Busy()
		ctx, cancel := context.WithTimeout(g.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := g.Login(ctx, access.Attempt{Email: "owner@example.com", Password: password})
		g.has("while all places are taken", err, models.CodeUnavailable)
		leave()
		g.signedIn()
	})
}

func TestASessionOfAPasswordThatWasJustChangedIsNotBegun(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		in, who := g.signedIn()
		old := g.owner
		if err := g.ChangePassword(g.Context(), who, password, "a new password"); err != nil {
			g.Fatal(err)
		}
		// Somebody whose old password was checked just before, and who comes to the store
		// just after.
		late := access.Login{Session: in.Session, PasswordHash: old.PasswordHash}
		late.Session.UID, late.Session.TokenHash = models.NewUID(), models.TokenHash("late")
		g.has("a late login", g.store.CreateLogin(g.Context(), &late), models.CodeUnauthorized)
		g.has("a late change", g.ChangePassword(g.Context(), who, password, "another password"), models.CodeInvalid)
	})
}

func TestARoleOrAUserThatChangedEndsItsSockets(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		_, who := g.signedIn()
		if !g.StillStands(g.Context(), who) {
			g.Fatal("it does not stand")
		}
		promoted := who
		promoted.Role = models.RoleAgent
		if g.StillStands(g.Context(), promoted) {
			g.Error("another role stands")
		}
		g.mark(g.owner)
		if g.StillStands(g.Context(), who) {
			g.Error("a disabled user stands")
		}
	})
}

func TestADeviceMarkBelongsToItsAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		mark := g.DeviceMark("Owner@Example.com")
		name, known := g.Device("owner@example.com", mark)
		if !known || name == "" || !strings.HasPrefix(mark, name+".") {
			g.Errorf("%q, %v of %s", name, known, mark)
		}
		for _, c := range [][2]string{
			{"other@example.com", mark}, {"owner@example.com", ""}, {"owner@example.com", name}, {"owner@example.com", "x" + mark},
			{"owner@example.com", mark + "x"}, {"owner@example.com", "." + mark},
		} {
			if _, known := g.Device(c[0], c[1]); known {
				g.Errorf("%s is known by %q", c[0], c[1])
			}
		}
	})
}

func TestWhatABrowserSaysOfItselfIsKeptShortAndClean(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		in, err := g.Login(g.Context(), access.Attempt{
			Email: "owner@example.com", Password: password,
			From: access.Browser{UserAgent: "a\x00\xff" + strings.Repeat("ä", 1000), IP: "192.0.2.1"},
		})
		if err != nil {
			g.Fatal(err)
		}
		if in.Session.UserAgent != "a"+strings.Repeat("ä", 299) {
			g.Errorf("kept %d bytes", len(in.Session.UserAgent))
		}
	})
}

func TestManySessionsAreListedInPages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		for range 5 {
			g.signedIn()
		}
		_, who := g.signedIn()
		for _, c := range []struct{ limit, offset, want int }{{4, 0, 4}, {4, 4, 2}, {4, 6, 0}} {
			list, err := g.Sessions(g.Context(), who, models.Page{Limit: c.limit, Offset: c.offset})
			if err != nil || len(list.Rows) != c.want || list.Total != 6 {
				g.Errorf("%+v: %d of %d, %v", c, len(list.Rows), list.Total, err)
			}
		}
		if err := g.EndOtherSessions(g.Context(), who); err != nil {
			g.Fatal(err)
		}
		list, err := g.Sessions(g.Context(), who, models.Page{Limit: 10})
		if err != nil || len(list.Rows) != 1 || list.Rows[0].ID != who.SessionID {
			g.Errorf("left: %v, %v", fmt.Sprint(list.Rows), err)
		}
	})
}
