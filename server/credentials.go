package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/view"
)

// firstRunFile takes the credentials of the first account when nobody looks at the
// terminal.
const firstRunFile = "first-run.json"

// printout is a new account as init --json prints it.
type printout struct {
	AccountID    string `json:"account_id"`
	Email        string `json:"email"`
	Password     string `json:"password"`
	SiteKey      string `json:"site_key"`
	LiveKey      string `json:"live_key"`
	TestKey      string `json:"test_key"`
	TestSiteKey  string `json:"test_site_key"`
	InboxKey     string `json:"inbox_key"`
	DashboardURL string `json:"dashboard_url"`
	Snippet      string `json:"snippet"`
}

func newPrintout(c access.Credentials, publicURL string) printout {
	return printout{
		AccountID: models.FormatID(models.PrefixAccount, c.AccountID), Email: c.Email, Password: c.Password,
		SiteKey: c.SiteKey, LiveKey: c.LiveKey, TestKey: c.TestKey, TestSiteKey: c.TestSiteKey, InboxKey: c.InboxKey,
		DashboardURL: publicURL + "/app", Snippet: view.Snippet(publicURL, c.SiteKey),
	}
}

// writeJSON prints one object on one line, with the snippet's brackets as they are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writePretty prints an account for a person, who sees it this once.
func (p printout) writePretty(w io.Writer) error {
	_, err := fmt.Fprintf(w, `
  Your Parley account is ready. These are shown once: keep them.

    Dashboard        %s
    E-mail           %s
    Password         %s

    Account          %s
    Site key         %s    (public)
    API key          %s
    Inbox API key    %s
    Sandbox site     %s    (public)
    Sandbox API key  %s

  Put the chat on your site with this line:

    %s

`, p.DashboardURL, p.Email, p.Password, p.AccountID, p.SiteKey, p.LiveKey, p.InboxKey, p.TestSiteKey, p.TestKey, p.Snippet)
	return err
}

// writeFile keeps an account in a file that only the server's user can read.
func (p printout) writeFile(folder string) (name string, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	name, err = filepath.Abs(filepath.Join(folder, firstRunFile))
	if err != nil {
		return "", err
	}
	// A file of an earlier database may be in the way: its secrets stand nowhere else.
	aside := name + "." + time.Now().UTC().Format("20060102T150405.000000Z")
	if err := os.Rename(name, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	return name, errors.Join(writeJSON(file, p), file.Sync(), file.Close())
}
