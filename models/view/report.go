package view

import (
	"math"
	"time"

	"parley/models"
)

// Report is the figures of a span of days, as a whole and group by group.
type Report struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	TimeZone string  `json:"time_zone"`
	Group    string  `json:"group"`
	Totals   Figures `json:"totals"`
	// Assistant is what assistants did for visitors.
	Assistant AssistantUsage `json:"assistant"`
	Data      []ReportGroup  `json:"data"`
}

// AssistantUsage is what assistants did for visitors; Cost is in US dollars.
type AssistantUsage struct {
	Questions    int64            `json:"questions"`
	Answered     int64            `json:"answered"`
	InputTokens  int64            `json:"input_tokens"`
	OutputTokens int64            `json:"output_tokens"`
	Cost         float64          `json:"cost"`
	Handoffs     map[string]int64 `json:"handoffs"`
}

// ReportGroup is the figures of a day, a user, a label or a channel. Key is null for
// what nobody was assigned to; Name is for people.
type ReportGroup struct {
	Key  *string `json:"key"`
	Name *string `json:"name"`
	Figures
}

// Figures count what happened.
type Figures struct {
	Conversations Volumes `json:"conversations"`
	Messages      Traffic `json:"messages"`
	FirstResponse Spread  `json:"first_response"`
	Resolution    Spread  `json:"resolution"`
	Ratings       Scores  `json:"ratings"`
}

// Volumes count conversations.
type Volumes struct {
	Opened   int64 `json:"opened"`
	Closed   int64 `json:"closed"`
	Reopened int64 `json:"reopened"`
}

// Traffic counts messages.
type Traffic struct {
	Received int64 `json:"received"`
	Sent     int64 `json:"sent"`
}

// Spread describes durations; without any there is no median.
type Spread struct {
	Count         int64  `json:"count"`
	MedianSeconds *int64 `json:"median_seconds"`
	P90Seconds    *int64 `json:"p90_seconds"`
}

// Scores describe ratings; without any there is no average.
type Scores struct {
	Count        int64            `json:"count"`
	Average      *float64         `json:"average"`
	Distribution map[string]int64 `json:"distribution"`
}

// ReportFor encodes a report.
func ReportFor(r models.Report) Report {
	v := Report{
		From: r.From.Format(time.DateOnly), To: r.To.Format(time.DateOnly), TimeZone: r.From.Location().String(),
		Group: string(r.Group), Totals: figures(r.Total), Assistant: usage(r.Assistant), Data: make([]ReportGroup, 0, len(r.Groups)),
	}
	for _, g := range r.Groups {
		group := ReportGroup{Figures: figures(g.Figures)}
		switch {
		case g.User != nil:
			key := models.FormatID(models.PrefixUser, g.User.UID)
			group.Key, group.Name = &key, &g.User.Name
		case r.Group != models.ReportByUser:
			group.Key, group.Name = &g.Key, &g.Key
		}
		v.Data = append(v.Data, group)
	}
	return v
}

func usage(u models.AssistantUsage) AssistantUsage {
	v := AssistantUsage{
		Questions: u.Questions, Answered: u.Answered, InputTokens: u.InputTokens, OutputTokens: u.OutputTokens,
		Cost: math.Round(u.Cost*1e9) / 1e9, Handoffs: map[string]int64{},
	}
	for _, reason := range models.HandoffReasons() {
		v.Handoffs[string(reason)] = u.Handoffs[reason]
	}
	return v
}

func figures(f models.Figures) Figures {
	return Figures{
		Conversations: Volumes{f.Opened, f.Closed, f.Reopened}, Messages: Traffic{f.Received, f.Sent},
		FirstResponse: spread(f.FirstResponse), Resolution: spread(f.Resolution), Ratings: scores(f.Ratings),
	}
}

func spread(s models.Spread) Spread {
	if s.Count == 0 {
		return Spread{}
	}
	return Spread{Count: s.Count, MedianSeconds: &s.Median, P90Seconds: &s.P90}
}

func scores(s models.Scores) Scores {
	v := Scores{Count: s.Count, Distribution: map[string]int64{}}
	for i, n := range s.Of {
		v.Distribution[string(rune('1'+i))] = n
	}
	if s.Count > 0 {
		average := math.Round(float64(s.Sum)/float64(s.Count)*100) / 100
		v.Average = &average
	}
	return v
}
