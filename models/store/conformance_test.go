package store_test

import (
	"testing"

	"parley/models/store"
	"parley/models/store/storetest"
)

func TestSQLiteDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.SQLite) })
}

func TestPostgreSQLDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.Open(t, storetest.Postgres) })
}
