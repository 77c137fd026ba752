package widget

// ParseSince is parseSince, for tests and fuzzing.
var ParseSince = parseSince
