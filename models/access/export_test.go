package access

// Hashes is how many passwords were hashed: what a caller could measure of the time.
func (s *Service) Hashes() int64 { return s.passwords.done.Load() }

// Busy fills the places for hashing until leave is called.
func (s *Service) Busy() (leave func()) {
	for range cap(s.passwords.slots) {
		s.passwords.slots <- struct{}{}
	}
	return func() {
		for range cap(s.passwords.slots) {
			<-s.passwords.slots
		}
	}
}
