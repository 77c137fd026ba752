// Package sqlite3 stands where GORM's SQLite driver imports the C library by
// default. The store hands GORM a pure Go database of its own, so that no C has to
// be compiled.
package sqlite3
