// Package migrations holds the schema as SQL, one folder for each database with the
// same file names. They only ever go up.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// Postgres is the schema for PostgreSQL.
func Postgres() (fs.FS, error) { return fs.Sub(files, "postgres") }

// SQLite is the schema for SQLite.
func SQLite() (fs.FS, error) { return fs.Sub(files, "sqlite") }
