package main

import (
	"context"
	"errors"
	"fmt"

	"parley/models/access"
)

// welcome makes the first account on an empty database and shows it once: to the
// person at the terminal, or in a file whose place is logged. Of several nodes that
// start at once one does it.
func (a *App) welcome(ctx context.Context) error {
	begun, err := a.access.HasAccount(ctx)
	if err != nil || begun {
		return err
	}
	made, err := a.access.CreateAccount(ctx, access.NewAccount{First: true})
	if errors.Is(err, access.ErrNotFirst) {
		return nil
	}
	if err != nil {
		return err
	}
	p := newPrintout(made, a.settings.publicURL)
	if a.console.interactive {
		return p.writePretty(a.console.out)
	}
	name, err := p.writeFile(a.settings.folder)
	if err != nil {
		// The account is made and its secrets are known to nobody else: better shown in
		// the wrong place than lost.
		return errors.Join(fmt.Errorf("keep the first account's credentials: %w", err), p.writePretty(a.console.out))
	}
	a.log.InfoContext(ctx, "made the first account; its credentials are in a file", "file", name)
	return nil
}
