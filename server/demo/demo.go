package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"parley/models"
	"parley/models/chat"
)

// Options say what a data set is made for.
type Options struct {
	// Conversations is how many there are, and Seed what they depend on.
	Conversations int
	Seed          uint64
	// Now is when the data set ends.
	Now time.Time
	// Agents answer; SiteID is where chats begin, LabelIDs are those of Labels by name.
	Agents   []models.User
	SiteID   int64
	LabelIDs map[string]int64
	// Assistant answers before them.
	Assistant models.Assistant
	// Logged is how old what the event log tells of may be.
	Logged time.Duration
	// Pictures is how many files there are at most; the newest conversations have them,
	// which are those that somebody looks at.
	Pictures int
}

// Set is a data set in the making.
type Set struct {
	o       Options
	starts  []time.Time
	made    int
	regular []*models.Contact
	// pictures are those of the conversations given last.
	pictures []Picture
	drawn    int
}

// Picture is the content of an attachment, by its key.
type Picture struct {
	Key     string
	Content []byte
}

// New begins a data set.
func New(o Options) *Set {
	o.Now = o.Now.UTC()
	return &Set{o: o, starts: starts(dice(o.Seed, 0), o.Now, o.Conversations)}
}

// dice are those of one conversation.
func dice(seed uint64, number int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(number)))
}

// Next gives so many of the following conversations, oldest first, with the pictures
// that they name; none at the end.
func (s *Set) Next(count int) ([]chat.Filled, []Picture) {
	s.pictures = nil
	rows := make([]chat.Filled, 0, count)
	for ; len(rows) < count && s.made < len(s.starts); s.made++ {
		t := s.begin(s.made + 1)
		t.run()
		rows = append(rows, t.filled())
	}
	return rows, s.pictures
}

// talk is one conversation in the making.
type talk struct {
	*Set
	*rand.Rand
	language language
	family   family
	channel  models.Channel
	contact  *models.Contact
	fresh    bool // the contact is new
	recent   bool // it may be under way
	pictured bool // it may have a picture
	agent    models.User
	clock    time.Time
	words    *strings.Replacer
	f        chat.Filled
	// stop is when the conversation breaks off, because it is still under way.
	stop   time.Time
	over   bool
	events []logged
	// opener, answer and matter are which of the family's sentences are said, so that they
	// fit together.
	opener, answer, matter int
}

// channels are where conversations come in, with how often in a hundred.
var channels = []struct {
	channel models.Channel
	often   int
}{
	{models.ChannelChat, 54}, {models.ChannelEmail, 20}, {models.ChannelWhatsApp, 11}, {models.ChannelInstagram, 5},
	{models.ChannelSMS, 4}, {models.ChannelVoice, 3}, {models.ChannelAPI, 3},
}

func (s *Set) begin(number int) *talk {
	t := &talk{Set: s, Rand: dice(s.o.Seed, number), clock: s.starts[number-1], stop: s.o.Now}
	left := t.IntN(100)
	for i, l := range languages {
		if left -= l.often; left < 0 {
			t.language = library()[i]
			break
		}
	}
	left = t.IntN(100)
	for _, c := range channels {
		if left -= c.often; left < 0 {
			t.channel = c.channel
			break
		}
	}
	t.family = t.language.families[t.IntN(len(t.language.families))]
	t.contact, t.fresh = t.meet(number)
	t.agent = t.staff()
	t.choose()
	t.recent = number > len(s.starts)-len(s.starts)/12 || s.o.Now.Sub(t.clock) < 3*24*time.Hour
	t.pictured = number > len(s.starts)-pictureEvery*s.o.Pictures
	t.words = t.vocabulary()
	return t
}

// staff picks who answers: somebody who speaks the language, as a rule. The owner, who
// is the first of the agents, takes some.
func (t *talk) staff() models.User {
	agents := t.o.Agents
	native := 1
	for i, l := range languages {
		if l.code == t.language.code {
			native += i
		}
	}
	european := native <= 3
	switch {
	case european && t.chance(7), native >= len(agents):
		return agents[0]
	case european && t.chance(25) && len(agents) > 3:
		return agents[1+t.IntN(3)]
	}
	return agents[native]
}

// choose settles which sentences are said.
func (t *talk) choose() {
	t.opener, t.answer, t.matter = t.IntN(3), t.IntN(2), t.IntN(2)
	switch t.family.name {
	case "return", "invoice", "size":
		t.answer = t.opener % 2
	case "account", "question":
		t.answer = min(t.opener, 1)
	}
	if t.family.name == "account" || t.family.name == "bug" {
		t.matter = t.answer
	}
}

// sentence is one of the family's in a place.
func (t *talk) sentence(place string, which int) string {
	said := t.family.said[place]
	return said[which%len(said)]
}

// oneOf picks a sentence.
func (t *talk) oneOf(list []string) string { return list[t.IntN(len(list))] }

func (t *talk) chance(percent int) bool { return t.IntN(100) < percent }

// meet finds somebody who has written before, where the channel lets contacts have
// several conversations, or makes somebody new.
func (t *talk) meet(number int) (*models.Contact, bool) {
	many := t.channel == models.ChannelChat || t.channel == models.ChannelEmail
	if many && len(t.regular) > 0 && t.chance(22) {
		c := t.regular[t.IntN(len(t.regular))]
		for i, l := range languages {
			if c.Metadata["language"] == l.code {
				t.language = library()[i]
			}
		}
		t.family = t.language.families[t.IntN(len(t.language.families))]
		return c, false
	}
	first, last := t.oneOf(t.language.lists["first"]), t.oneOf(t.language.lists["last"])
	if t.language.code == "ja" {
		first, last = last, first // the family's name comes first
	}
	c := &models.Contact{
		UID: models.NewUID(), FirstName: &first, LastName: &last, Status: models.ContactActive,
		Metadata: map[string]any{"language": t.language.code, "city": t.oneOf(t.language.lists["city"])}, CreatedAt: t.clock, UpdatedAt: t.clock,
	}
	email, phone := fmt.Sprintf("%s.%d@demo.example", plain(first, last), number), fmt.Sprintf("+9991%08d", number)
	if t.channel != models.ChannelSMS && t.channel != models.ChannelVoice && t.channel != models.ChannelWhatsApp {
		c.Email = &email
	}
	if c.Email == nil || t.chance(30) {
		c.Phone = &phone // of a country that there is not
	}
	if many {
		t.regular = append(t.regular, c)
		if len(t.regular) > 400 {
			t.regular = t.regular[1:]
		}
	}
	return c, true
}

// plain is a name as addresses spell it.
func plain(first, last string) string {
	name := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n").
		Replace(strings.ToLower(first + "." + last))
	if strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && r != '.' }) {
		return "customer"
	}
	return name
}

// vocabulary is what stands for the names in sentences, the same in all of a
// conversation.
func (t *talk) vocabulary() *strings.Replacer {
	name := *t.contact.FirstName
	if t.language.code == "de" {
		name = *t.contact.FullName()
	}
	agent := t.agent.Name
	if agent == "Owner" { // as init calls who has no name yet
		agent = "Alex"
	}
	price := 10*(1+t.IntN(24)) - 1
	amount := map[string]string{
		"en": fmt.Sprintf("£%d.90", price), "de": fmt.Sprintf("%d,90 €", price), "es": fmt.Sprintf("%d,90 €", price),
		"ja": fmt.Sprintf("%d円", price*150), "ar": fmt.Sprintf("%d.90$", price),
	}[t.language.code]
	return strings.NewReplacer(
		"{name}", name, "{agent}", agent, "{order}", fmt.Sprint(10_000+t.IntN(89_999)), "{amount}", amount,
		"{product}", t.oneOf(t.language.lists["product"]), "{city}", fmt.Sprint(t.contact.Metadata["city"]),
	)
}
