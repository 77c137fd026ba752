package store_test

import (
	"testing"

	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/testservice"
)

func TestSQLiteDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.SQLite) })
}

func TestPostgreSQLDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.Postgres) })
}

// blankPostgres is a database without a schema.
func blankPostgres(t *testing.T) string {
	t.Helper()
	return testservice.Postgres(t)
}
