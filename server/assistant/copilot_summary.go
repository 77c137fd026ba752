package assistant

import (
	"math"
	"slices"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// sentenceLength is how much of one sentence a summary quotes, in code points.
const sentenceLength = 280

// summarize picks the sentences that carry a conversation: what the customer came with,
// what they say now, how the team has answered last, and the team's latest note.
func summarize(m chat.Matter) string {
	weights := termWeights(m.Turns)
	customer, team := bySide(m.Turns)
	words, _ := courtesyFor(strings.Join(append(slices.Clone(customer), team...), "\n"), m.Conversation.Locale)
	var lines []string
	if len(customer) > 0 {
		said := weightiest(customer[0], weights, 2)
		if len(customer) > 1 {
			for _, s := range latest(customer[1:], weights) {
				if !slices.Contains(said, s) {
					said = append(said, s)
				}
			}
		}
		lines = append(lines, words.customer+" "+strings.Join(said, " "))
	}
	if len(team) > 0 {
		lines = append(lines, words.team+" "+strings.Join(latest(team, weights), " "))
	}
	if len(m.Notes) > 0 {
		note := weightiest(m.Notes[len(m.Notes)-1], termWeights([]models.ChatTurn{{Content: m.Notes[len(m.Notes)-1]}}), 2)
		lines = append(lines, words.note+" "+strings.Join(note, " "))
	}
	return strings.Join(lines, "\n")
}

// bySide parts a conversation.
func bySide(turns []models.ChatTurn) (customer, team []string) {
	for _, turn := range turns {
		if turn.Role == roleUser {
			customer = append(customer, turn.Content)
		} else {
			team = append(team, turn.Content)
		}
	}
	return customer, team
}

// termWeights are how often each term stands in the conversation, dampened: what is
// spoken of again and again is what it is about.
func termWeights(turns []models.ChatTurn) map[string]float64 {
	counts := map[string]float64{}
	for _, turn := range turns {
		for _, term := range knowledge.Asked(turn.Content) {
			counts[term]++
		}
	}
	for term, n := range counts {
		counts[term] = 1 + math.Log(n)
	}
	return counts
}

// latest is what the last of these texts that says anything says most.
func latest(texts []string, weights map[string]float64) []string {
	for _, text := range slices.Backward(texts) {
		if len(knowledge.Asked(text)) > 1 && !isCourtesy(text) {
			return weightiest(text, weights, 2)
		}
	}
	return weightiest(texts[len(texts)-1], weights, 1)
}

// weightiest are so many sentences of a text, in their order: those with most of the
// terms that matter for their length, questions before others.
func weightiest(text string, weights map[string]float64, most int) []string {
	sentences := knowledge.Sentences(knowledge.Plain(text))
	if len(sentences) == 0 {
		return []string{strings.TrimSpace(text)}
	}
	order := make([]int, len(sentences))
	scores := make([]float64, len(sentences))
	for i, s := range sentences {
		order[i] = i
		terms := knowledge.Asked(s)
		for _, term := range terms {
			scores[i] += weights[term]
		}
		scores[i] /= math.Sqrt(float64(len(terms) + 2))
		if strings.ContainsAny(s, "?؟？") {
			scores[i] *= 1.25
		}
		if isCourtesy(s) {
			scores[i] = 0
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFalling(scores[a], scores[b]) })
	chosen := order[:1]
	for _, i := range order[1:] {
		if len(chosen) < most && scores[i] > 0 && scores[i] >= scores[order[0]]/3 {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	said := make([]string, 0, len(chosen))
	for _, i := range chosen {
		said = append(said, shortened(sentences[i]))
	}
	return said
}

func compareFalling(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

func shortened(sentence string) string {
	if signs := []rune(sentence); len(signs) > sentenceLength {
		return strings.TrimSpace(string(signs[:sentenceLength])) + "…"
	}
	return sentence
}
