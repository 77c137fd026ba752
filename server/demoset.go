package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/server/demo"
	"parley/server/files"
)

const (
	// mostDemo is how many conversations a data set has at most.
	mostDemo = 1_000_000
	// demoBatch is how many are written at once.
	demoBatch = 500
	// demoLogged is how far back the event log tells of them: it forgets what is old, and
	// whoever watches the log is not to be flooded.
	demoLogged = 7 * 24 * time.Hour
	// demoPictures is how many files there are at most.
	demoPictures = 300
)

// demoCommand fills an account with a believable data set.
type demoCommand struct {
	Conversations int    `default:"400" placeholder:"N" help:"How many conversations, spread over the last year."`
	Seed          uint64 `default:"1" placeholder:"N" help:"The same seed makes the same conversations."`
	Account       string `placeholder:"org_…" help:"Which account; may be left out while there is one account."`
}

// Run implements the command. It works beside a running server, and sends nothing
// anywhere.
func (c demoCommand) Run(ctx context.Context, cfg Config, con console) error {
	uid, err := parseAccount(c.Account)
	if err != nil {
		return err
	}
	if c.Conversations < 1 || c.Conversations > mostDemo {
		return models.Invalid("conversations", fmt.Sprintf("--conversations=%d: expected a number from 1 to %d", c.Conversations, mostDemo))
	}
	return withDatabase(ctx, cfg, con, func(d *database) error {
		owner, err := d.owner(ctx, uid)
		if errors.Is(err, models.ErrNotFound) {
			return models.Invalid("account", noAccount(c.Account))
		}
		if err != nil {
			return err
		}
		f := filler{database: d, owner: owner, chat: chat.New(chat.Options{Store: d.store, Mint: d.access}), now: models.Now(time.Now())}
		if f.files, err = files.Open(d.settings.place, d.settings.credentials); err != nil {
			return err
		}
		err = errors.Join(f.fill(ctx, c), f.files.Close())
		if err != nil {
			return err
		}
		user, err := f.chat.User(ctx, owner, owner.UserUID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(con.out, "%d conversations are there: log in at %s/app as %s, with the password that init has shown.\n",
			c.Conversations, d.settings.publicURL, user.Email)
		return err
	})
}

// filler writes a data set into one account.
type filler struct {
	*database
	owner models.Principal
	chat  *chat.Service
	files files.Store
	now   time.Time
}

// errFilled refuses an account that has a data set: the articles tell.
var errFilled = models.Fail(models.CodeConflict, "The account has the data set already; make another account with parley init, and give it as --account")

func (f filler) fill(ctx context.Context, c demoCommand) error {
	if err := f.teach(ctx); err != nil {
		return err
	}
	o := demo.Options{
		Conversations: c.Conversations, Seed: c.Seed, Now: f.now, Logged: demoLogged, Pictures: demoPictures, LabelIDs: map[string]int64{},
	}
	var err error
	if o.Agents, err = f.hire(ctx); err != nil {
		return err
	}
	if err := f.equip(ctx, &o); err != nil {
		return err
	}
	set := demo.New(o)
	for {
		rows, pictures := set.Next(demoBatch)
		if len(rows) == 0 {
			break
		}
		// Files come first: a message must not name one that there is not.
		for _, p := range pictures {
			if err := f.files.Put(ctx, p.Key, bytes.NewReader(p.Content), int64(len(p.Content))); err != nil {
				return err
			}
		}
		if err := f.store.Fill(ctx, f.owner, chat.LogReaders(), rows); err != nil {
			return err
		}
	}
	return f.index(ctx)
}

// teach imports the articles, unless they are there.
func (f filler) teach(ctx context.Context) error {
	articles := demo.Articles()
	drafts, sources := make([]knowledge.Draft, len(articles)), make([]string, len(articles))
	for i, a := range articles {
		sources[i] = a.Source
		drafts[i] = knowledge.Draft{Source: a.Source, Title: a.Title, Content: a.Content, Language: a.Language, Tags: []string{a.Label}, Published: true}
	}
	err := f.store.InTx(ctx, func(ctx context.Context, tx chat.Tx) error {
		// Held, so that of two at once the second one finds the first one's articles.
		if _, err := tx.LockAccount(ctx, f.owner); err != nil {
			return err
		}
		known, err := tx.ArticlesBySource(ctx, f.owner, sources)
		if err == nil && len(known) > 0 {
			err = errFilled
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = f.chat.ImportArticles(ctx, f.owner, drafts)
	return err
}

// hire makes the colleagues, who cannot log in until they have set a password.
func (f filler) hire(ctx context.Context) ([]models.User, error) {
	unknown, err := argon2id.CreateHash(rand.Text(), argon2id.DefaultParams)
	if err != nil {
		return nil, fmt.Errorf("hash a password that nobody knows: %w", err)
	}
	owner, err := f.chat.User(ctx, f.owner, f.owner.UserUID)
	if err != nil {
		return nil, err
	}
	users := []models.User{owner}
	for _, c := range demo.Team() {
		users = append(users, models.User{
			UID: models.NewUID(), Email: c.Email, Name: c.Name, Role: models.RoleAgent, PasswordHash: unknown,
			Availability: models.AvailabilityOffline, CreatedAt: f.now, UpdatedAt: f.now,
		})
	}
	return users, f.store.InTx(ctx, func(ctx context.Context, tx chat.Tx) error {
		for i := range users[1:] {
			if err := tx.CreateUser(ctx, f.owner, &users[i+1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// equip makes labels, canned replies and the assistant, and finds the site.
func (f filler) equip(ctx context.Context, o *demo.Options) error {
	for _, l := range demo.Labels() {
		made, err := f.chat.CreateLabel(ctx, f.owner, chat.LabelInput{Name: &l.Name, Color: models.Give(&l.Color)})
		if models.HasCode(err, models.CodeConflict) {
			made, err = f.label(ctx, l.Name)
		}
		if err != nil {
			return err
		}
		o.LabelIDs[l.Name] = made.ID
	}
	for _, c := range demo.CannedReplies() {
		if _, err := f.chat.CreateCannedReply(ctx, f.owner, c.Shortcut, c.Content); err != nil && !models.HasCode(err, models.CodeConflict) {
			return err
		}
	}
	sites, err := f.chat.Sites(ctx, f.owner, models.Page{Limit: 1})
	if err != nil {
		return err
	}
	if len(sites.Rows) == 0 {
		return models.Fail(models.CodeConflict, "The account has no site; make one in the dashboard first")
	}
	o.SiteID = sites.Rows[0].ID
	o.Assistant, err = f.chat.CreateAssistant(ctx, f.owner, models.AssistantSettings{
		Name: "Luna", SystemPrompt: "You help the customers of a shop for home accessories.", Knowledge: true, Handoff: true,
	}, true)
	return err
}

// label finds one that is there already.
func (f filler) label(ctx context.Context, name string) (models.Label, error) {
	all, err := f.chat.Labels(ctx, f.owner, models.Page{Limit: 1000})
	for _, l := range all.Rows {
		if l.Name == name {
			return l, nil
		}
	}
	return models.Label{}, errors.Join(err, chat.ErrLabelNotFound)
}

// index lets everything be searched at once; a running server helps.
func (f filler) index(ctx context.Context) error {
	for {
		done, err := f.store.Index(ctx)
		if err != nil || done == 0 {
			return err
		}
	}
}
