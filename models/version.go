package models

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// facet is a field that people change, as a version sees it.
type facet struct {
	name  string
	value any
}

// facetLength is how much of a field's hash a version has: enough to tell a change, which
// nobody has a reason to hide.
const facetLength = 6

// version names how some fields look. It has a part for each, so that of an older version
// we can tell what has changed since.
func version(facets []facet) string {
	parts := make([]string, len(facets))
	for i, f := range facets {
		encoded, err := json.Marshal(f.value)
		if err != nil {
			encoded = nil // texts, lists of texts and metadata that came as JSON encode again
		}
		sum := sha256.Sum256(encoded)
		parts[i] = base64.RawURLEncoding.EncodeToString(sum[:])[:facetLength]
	}
	return strings.Join(parts, ".")
}

// Version names how the conversation looks to whoever changes it: subject, priority,
// status, assignee and labels, which are loaded. Messages do not change it.
func (c Conversation) Version() string { return version(c.facets()) }

func (c Conversation) facets() []facet {
	labels := slices.Clone(c.Labels)
	slices.Sort(labels)
	assignee := ""
	if c.Assignee != nil {
		assignee = c.Assignee.UID.String()
	}
	return []facet{
		{"subject", c.Subject}, {"priority", c.Priority}, {"status", c.Status}, {"assigned_to", assignee},
		{"labels", strings.Join(labels, "\n")},
	}
}

// Version names how the contact looks to whoever changes it.
func (c Contact) Version() string { return version(c.facets()) }

func (c Contact) facets() []facet {
	metadata := c.Metadata
	if metadata == nil {
		metadata = map[string]any{}
	}
	return []facet{
		{"phone", c.Phone}, {"email", c.Email}, {"first_name", c.FirstName}, {"last_name", c.LastName},
		{"preferred_channel", c.PreferredChannel}, {"status", c.Status}, {"metadata", metadata},
	}
}

// Expected is the version, or one of the versions, that a change was made of. The zero
// value expects nothing.
type Expected struct {
	// Versions are without quotes; "*" is any.
	Versions []string
	Is       bool
}

// Expect reads the value of an If-Match header (RFC 9110 §13.1.1); an empty one expects
// nothing. Weak tags never match.
func Expect(header string) Expected {
	header = strings.TrimSpace(header)
	if header == "" {
		return Expected{}
	}
	e := Expected{Is: true}
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if !strings.HasPrefix(tag, "W/") {
			e.Versions = append(e.Versions, strings.Trim(tag, `"`))
		}
	}
	return e
}

// ErrStale refuses a change that was made of something that looks otherwise by now. Its
// details say what has changed, where that can be told, and the version that there is.
var ErrStale = Fail(CodeConflict, "Somebody else has changed this since; look at it again")

// MeetsConversation says by its error whether a conversation looks as expected.
func (e Expected) MeetsConversation(c Conversation) error { return e.meets(c.facets()) }

// MeetsContact says by its error whether a contact looks as expected.
func (e Expected) MeetsContact(c Contact) error { return e.meets(c.facets()) }

func (e Expected) meets(now []facet) error {
	current := version(now)
	if !e.Is || slices.Contains(e.Versions, current) || slices.Contains(e.Versions, "*") {
		return nil
	}
	changed := []string{}
	if len(e.Versions) == 1 {
		changed = changedSince(e.Versions[0], now)
	}
	return ErrStale.With("changed", changed).With("version", current)
}

// changedSince names what looks otherwise than in a version; nothing, if it is none.
func changedSince(old string, now []facet) []string {
	changed := []string{}
	before, after := strings.Split(old, "."), strings.Split(version(now), ".")
	if len(before) != len(after) {
		return changed
	}
	for i, f := range now {
		if before[i] != after[i] {
			changed = append(changed, f.name)
		}
	}
	return changed
}
