// Package faults holds the fault tests: whole nodes of the program, real PostgreSQL
// and Redis, plugs pulled while visitors and agents write, and an oracle that
// compares what was acknowledged, stored and received. It is made of tests alone.
package faults
