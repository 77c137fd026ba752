package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// largestFile is how much of a file an import reads.
const largestFile = 10 << 20

// knowledgeCommands look after the knowledge base.
type knowledgeCommands struct {
	Import knowledgeImportCommand `cmd:"" help:"Import articles from a folder of Markdown files, or from a Markdown or CSV file. Doing it again changes what has changed."`
}

// knowledgeImportCommand imports articles.
type knowledgeImportCommand struct {
	Account string `placeholder:"org_…" help:"Whose articles; may be left out while there is one account."`
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
	drafts, err := readDrafts(k.Path)
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
// Links are not followed: they may lead out of it.
func readDrafts(path string) ([]knowledge.Draft, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, models.Invalid("path", err.Error())
	}
	if !info.IsDir() {
		return readDraft(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	}
	var drafts []knowledge.Draft
	folder := os.DirFS(path)
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !knowledge.IsFile(name) {
			return err
		}
		some, err := readDraft(folder, name)
		drafts = append(drafts, some...)
		return err
	})
	if err == nil && len(drafts) == 0 {
		err = models.Invalid("path", "There are no Markdown or CSV files in "+path)
	}
	return drafts, err
}

func readDraft(folder fs.FS, name string) ([]knowledge.Draft, error) {
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
	return drafts, nil
}

// personal is what a person is told of an error.
func personal(err error) string {
	var safe *models.Error
	if errors.As(err, &safe) {
		return safe.Message
	}
	return err.Error()
}
