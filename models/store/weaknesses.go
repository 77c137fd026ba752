package store

import (
	"context"
	"fmt"
)

// Weaknesses are settings of the database under which an answer that says stored may
// be lost in a power cut, each as a sentence for the log. SQLite has none: the store
// sets what it needs.
func (s *Store) Weaknesses(ctx context.Context) ([]string, error) {
	if s.serial() {
		return nil, nil
	}
	var found []string
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := scan(s.on(ctx).Raw("SELECT current_setting(?)", setting), &value); err != nil {
			return nil, err
		}
		if value == "off" {
			found = append(found, fmt.Sprintf("PostgreSQL runs with %s=off: a power cut can lose messages that were acknowledged", setting))
		}
	}
	return found, nil
}
