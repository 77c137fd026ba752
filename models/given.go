package models

// Given is a value that a change may leave out (Is is false), so that null is not the
// same as absent: null is a To of nil, where there may be none.
type Given[T any] struct {
	Is bool
	To *T
}

// Give is a value that was given; nil is null.
func Give[T any](to *T) Given[T] { return Given[T]{Is: true, To: to} }

// OrNone is what was given; what was left out becomes null, as in a replacement.
func (g Given[T]) OrNone() Given[T] { return Give(g.To) }

// Into puts what was given into a field, and leaves it alone otherwise.
func (g Given[T]) Into(field **T) {
	if g.Is {
		*field = g.To
	}
}
