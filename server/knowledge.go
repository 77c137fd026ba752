package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// largestFile is how much of a file an import reads.
const largestFile = 10 << 20

// knowledgeCommands look after the knowledge base.
type knowledgeCommands struct {
	Import knowledgeImportCommand `cmd:"" help:"Import articles from a folder of Markdown files, or from a Markdown or CSV file. Doing it again changes what has changed: a file is known by where it is, so that no file replaces another one's article."`
}

// knowledgeImportCommand imports articles.
type knowledgeImportCommand struct {
	Account string `placeholder:"org_…" help:"Whose articles; may be left out while there is one account."`
	As      string `placeholder:"NAME" help:"Know the files by this name and their place in the folder, for a folder that is not always in the same place, such as a checkout."`
	JSON    bool   `name:"json" help:"Print one JSON object."`
	Path    string `arg:"" help:"The folder or file."`
}

// imported is the answer of knowledge import --json.
type imported struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
}

// Run implements the command.
func (k knowledgeImportCommand) Run(ctx context.Context, cfg Config, con console) error {
	uid, err := parseAccount(k.Account)
	if err != nil {
		return err
	}
	drafts, err := readDrafts(k.Path, k.As)
	if err != nil {
		return err
	}
	return withDatabase(ctx, cfg, con, func(d *database) error {
		owner, err := d.owner(ctx, uid)
		if errors.Is(err, models.ErrNotFound) {
			return models.Invalid("account", noAccount(k.Account))
		}
		if err != nil {
			return err
		}
		done, err := chat.New(chat.Options{Store: d.store}).ImportArticles(ctx, owner, drafts)
		if err != nil {
			return err
		}
		if k.JSON {
			return writeJSON(con.out, imported(done))
		}
		_, err = fmt.Fprintf(con.out, "%d articles created, %d updated, %d unchanged\n", done.Created, done.Updated, done.Unchanged)
		return err
	})
}

// owner is the account's owner, who acts for whoever has the command line.
func (d *database) owner(ctx context.Context, account *models.UID) (models.Principal, error) {
	found, err := d.store.LiveAccount(ctx, account)
	if err != nil {
		return models.Principal{}, err
	}
	user, err := d.store.Owner(ctx, found)
	return models.Principal{
		Kind: models.KindUser, AccountID: found.ID, UserID: user.ID, UserUID: user.UID, Name: user.Name,
		Role: user.Role, Scopes: user.Role.Scopes(),
	}, err
}

// readDrafts reads a file, or everything below a folder that could be an article.
// Links below it are not followed: they may lead out of it.
func readDrafts(given, as string) ([]knowledge.Draft, error) {
	place, err := placeOf(given)
	if err != nil {
		return nil, models.Invalid("path", err.Error())
	}
	info, err := os.Stat(place)
	if err != nil {
		return nil, models.Invalid("path", err.Error())
	}
	if !info.IsDir() {
		l := library{filepath.Dir(place), as}
		return l.read(filepath.Base(place))
	}
	var drafts []knowledge.Draft
	l := library{place, as}
	err = fs.WalkDir(os.DirFS(place), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !knowledge.IsFile(name) {
			return err
		}
		some, err := l.read(name)
		drafts = append(drafts, some...)
		return err
	})
	if err == nil && len(drafts) == 0 {
		err = models.Invalid("path", "There are no Markdown or CSV files in "+given)
	}
	return drafts, err
}

// placeOf is where a file is, whichever way it is named.
func placeOf(given string) (string, error) {
	place, err := filepath.Abs(given)
	if err == nil {
		place, err = filepath.EvalSymlinks(place)
	}
	return place, err
}

// library is a folder of articles, and the name that it goes by, if any.
type library struct{ place, as string }

// read takes the articles out of one file.
func (l library) read(name string) ([]knowledge.Draft, error) {
	folder := os.DirFS(l.place)
	info, err := fs.Stat(folder, name)
	if err == nil && info.Size() > largestFile {
		err = fmt.Errorf("larger than %d MB", largestFile>>20)
	}
	var file []byte
	if err == nil {
		file, err = fs.ReadFile(folder, name)
	}
	var drafts []knowledge.Draft
	if err == nil {
		drafts, err = chat.ReadArticles(name, file)
	}
	if err != nil {
		return nil, models.Invalid("path", fmt.Sprintf("%s: %s", name, personal(err)))
	}
	for i := range drafts {
		l.identify(&drafts[i], name)
	}
	return drafts, nil
}

// Bounds of a source that is made of a place: how much is shown of it, and how many bytes
// tell it from others that look the same.
const (
	shownLength = 200
	markLength  = 6
)

// identify makes the file a part of what a draft is known by. The place itself is nobody's
// business who reads the articles, so of it there is the end and a fingerprint.
func (l library) identify(d *knowledge.Draft, name string) {
	inFile := d.Source
	if inFile == name {
		inFile = "" // the file is one article
	}
	file := filepath.Join(l.place, filepath.FromSlash(name))
	mark := sha256.Sum256([]byte(file + "\x00" + inFile))
	shown := []rune(suffixed(path.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file)), inFile))
	placed := fmt.Sprintf("%s (%x)", string(shown[:min(len(shown), shownLength)]), mark[:markLength])
	d.Former = append([]string{d.Source}, d.Former...)
	if d.Source = placed; l.as != "" {
		d.Former = append(d.Former, placed)
		d.Source = suffixed(path.Join(l.as, name), inFile)
	}
}

// suffixed names an article in a file.
func suffixed(file, inFile string) string {
	if inFile == "" {
		return file
	}
	return file + ": " + inFile
}

// personal is what a person is told of an error.
func personal(err error) string {
	var safe *models.Error
	if errors.As(err, &safe) {
		return safe.Message
	}
	return err.Error()
}
