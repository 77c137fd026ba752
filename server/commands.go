package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/models"
	"parley/models/access"
	"parley/models/store"
	"parley/realtime"
)

// serveCommand runs a node until a signal ends it.
type serveCommand struct{}

// Run implements the command.
func (serveCommand) Run(ctx context.Context, cfg Config, con console) error {
	app, err := New(ctx, cfg, con)
	if err != nil {
		return err
	}
	// What runs in the background logs like everything else.
	slog.SetDefault(app.log)
	redis.SetLogger(realtime.RedisLog{})
	return errors.Join(app.Run(ctx), app.Close())
}

// initCommand makes an account.
type initCommand struct {
	JSON     bool   `name:"json" help:"Print one JSON object."`
	Account  string `placeholder:"NAME" help:"Name of the account."`
	Email    string `placeholder:"ADDRESS" help:"E-mail address of its owner."`
	Password string `placeholder:"TEXT" help:"Password of its owner; one is made when it is left out."`
}

// Run implements the command.
func (i initCommand) Run(ctx context.Context, cfg Config, con console) error {
	return withDatabase(ctx, cfg, con, func(d *database) error {
		made, err := d.access.CreateAccount(ctx, access.NewAccount{Name: i.Account, Email: i.Email, Password: i.Password})
		if err != nil {
			return err
		}
		p := newPrintout(made, d.settings.publicURL)
		if i.JSON {
			return writeJSON(con.out, p)
		}
		return p.writePretty(con.out)
	})
}

// keyCommands look after API keys.
type keyCommands struct {
	Create keyCreateCommand `cmd:"" help:"Create an API key and print it this once."`
}

// keyCreateCommand makes an API key.
type keyCreateCommand struct {
	Name    string  `placeholder:"TEXT" help:"What the key is for."`
	Kind    string  `enum:"agent,inbox" default:"agent" help:"agent (sk_…) or inbox (sf_…)."`
	Scopes  *string `placeholder:"SCOPE,…" help:"What the key may do; everything when left out."`
	Test    bool    `help:"Make a key of the sandbox."`
	Account string  `placeholder:"org_…" help:"Whose key; may be left out while there is one account."`
	JSON    bool    `name:"json" help:"Print one JSON object."`
}

// newKey is the answer of key create --json.
type newKey struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// Run implements the command.
func (k keyCreateCommand) Run(ctx context.Context, cfg Config, con console) error {
	wanted, err := k.wanted()
	if err != nil {
		return err
	}
	return withDatabase(ctx, cfg, con, func(d *database) error {
		id, key, err := d.access.CreateKey(ctx, wanted)
		if errors.Is(err, models.ErrNotFound) {
			return models.Invalid("account", noAccount(k.Account))
		}
		if err != nil {
			return err
		}
		made := newKey{ID: models.FormatID(models.PrefixKey, id), Key: key}
		if k.JSON {
			return writeJSON(con.out, made)
		}
		_, err = fmt.Fprintf(con.out, "%s\n%s\n", made.ID, made.Key)
		return err
	})
}

func (k keyCreateCommand) wanted() (access.NewKey, error) {
	wanted := access.NewKey{Name: k.Name, Kind: models.KeyKind(k.Kind), Test: k.Test}
	if k.Scopes != nil {
		// An empty list is no scope at all: a variable that was not set must not open
		// everything.
		for scope := range strings.SplitSeq(*k.Scopes, ",") {
			wanted.Scopes = append(wanted.Scopes, models.Scope(strings.TrimSpace(scope)))
		}
	}
	account, err := parseAccount(k.Account)
	wanted.Account = account
	return wanted, err
}

// parseAccount reads --account; nil when it was left out.
func parseAccount(given string) (*models.UID, error) {
	if given == "" {
		return nil, nil
	}
	uid, err := models.ParseID(models.PrefixAccount, given)
	if err != nil {
		return nil, models.Invalid("account", fmt.Sprintf("--account=%q: expected an id that begins with org_", given))
	}
	return &uid, nil
}

// noAccount says what to do when the account was not found.
func noAccount(given string) string {
	if given != "" {
		return "There is no account " + given
	}
	return "Say which account with --account org_…; if there is none yet, run parley init"
}

// migrateGroup looks after the schema.
type migrateGroup struct {
	Up     migrateUpCommand     `cmd:"" help:"Bring the tables up to date; serve does it too."`
	Status migrateStatusCommand `cmd:"" help:"List the migrations and when they were applied."`
}

type migrateUpCommand struct{}

// Run implements the command.
func (migrateUpCommand) Run(ctx context.Context, cfg Config, con console) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		if err := s.Migrate(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintln(con.out, "The tables are up to date.")
		return err
	})
}

type migrateStatusCommand struct{}

// Run implements the command.
func (migrateStatusCommand) Run(ctx context.Context, cfg Config, con console) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		steps, err := s.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		for _, m := range steps {
			applied := "pending"
			if !m.AppliedAt.IsZero() {
				applied = m.AppliedAt.UTC().Format(time.RFC3339)
			}
			if _, err := fmt.Fprintf(con.out, "%-20s  %s\n", applied, m.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// versionCommand prints which program this is.
type versionCommand struct{}

// Run implements the command.
func (versionCommand) Run(con console) error {
	_, err := fmt.Fprintf(con.out, "parley %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is what the build knows of itself: a release's number, or the commit.
func version() string {
	info, known := debug.ReadBuildInfo()
	if !known {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return "devel"
}
