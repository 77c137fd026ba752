package storetest

import (
	"testing"

	"parley/models"
	"parley/models/store"
)

// began makes a conversation that began so, with labels.
func (c Company) began(t testing.TB, text string, labels ...string) Talk {
	t.Helper()
	k := c.NewTalk(t)
	post(t, c.Store, k.Visitor, k.Says(text))
	post(t, c.Store, k.Visitor, k.Says("And more"))
	c.label(t, k, labels...)
	return k
}

func (c Company) examples(t testing.TB, who models.Principal, except Talk, each int) []string {
	t.Helper()
	labels, err := c.Store.Labels(t.Context(), who, hundred)
	must(t, err)
	names := map[int64]string{}
	for _, l := range labels.Rows {
		names[l.ID] = l.Name
	}
	found, err := c.Store.LabelExamples(t.Context(), who, except.Conversation.ID, each)
	must(t, err)
	all := []string{}
	for _, e := range found {
		all = append(all, names[e.LabelID]+": "+e.Content)
	}
	return all
}

var exemplary = map[string]func(*testing.T, *store.Store){
	"the newest conversations of each label are its examples, by what they began with": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		c.began(t, "one", "billing")
		c.began(t, "two", "billing", "urgent")
		c.began(t, "three", "billing")
		mine := c.began(t, "mine", "billing", "urgent")
		equal(t, "two of each", c.examples(t, c.Owner, mine, 2), []string{"billing: three", "billing: two", "urgent: two"})
		equal(t, "the sandbox's", c.examples(t, c.Sandbox, Talk{}, 2), []string{})
		equal(t, "a stranger's", NewCompany(t, s).examples(t, c.Sandbox, Talk{}, 2), []string{})
	},
	"what the team began, a note, and what was taken back are no examples": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, c.Owner, k.Notes(c.Owner, "a note"))
		post(t, s, c.Owner, k.Answers(c.Owner, "written first"))
		c.label(t, k, "billing")
		equal(t, "examples", c.examples(t, c.Owner, Talk{}, 5), []string{})
	},
	"a visitor gets no examples": func(t *testing.T, s *store.Store) {
		k := NewCompany(t, s).NewTalk(t)
		_, err := s.LabelExamples(t.Context(), k.Visitor, 0, 5)
		fails(t, "the visitor", err, models.ErrForbidden)
		var nobody models.Principal
		_, err = s.LabelExamples(t.Context(), nobody, 0, 5)
		fails(t, "nobody", err, models.ErrForbidden)
	},
}
