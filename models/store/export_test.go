package store

// InboxStatus is the expression that the index of the inbox has.
const InboxStatus = inboxStatus

// RankedSQL is the query behind Passages, for a look at its plan.
func (s *Store) RankedSQL() string { return s.ranked() }
