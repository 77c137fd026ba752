package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// secretFile holds the secret of a server that was given none.
const secretFile = "secret.key"

// findSecret is SECRET_KEY, or what the file holds; it makes the file when there is
// none. Of two processes that start at once, one makes it and both use it.
func findSecret(s settings) ([]byte, error) {
	if s.secret != "" {
		return []byte(s.secret), nil
	}
	name := filepath.Join(s.folder, secretFile)
	secret, err := readSecret(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := makeSecret(s.folder, name); err != nil {
		return nil, fmt.Errorf("make %s (or set SECRET_KEY): %w", name, err)
	}
	return readSecret(name)
}

func readSecret(name string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the secret key: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if len(secret) < minimumSecret {
		return nil, fmt.Errorf("%s: expected at least %d characters; put back the file this database was begun with", name, minimumSecret)
	}
	return []byte(secret), nil
}

// makeSecret writes the file under another name first, so that nobody ever reads a
// half of it.
func makeSecret(folder, name string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	draft := name + "." + rand.Text()
	if err := os.WriteFile(draft, []byte(hex.EncodeToString(random)+"\n"), 0o600); err != nil {
		return err
	}
	err := os.Link(draft, name)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(draft))
}
