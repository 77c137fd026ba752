package agentapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// The rows of each kind that a search shows when it asks for none, and at most.
const (
	defaultFound = 10
	maxFound     = 50
)

// searchKinds are what a search looks in.
var searchKinds = []models.SearchKind{
	models.SearchConversation, models.SearchMessage, models.SearchContact, models.SearchArticle,
}

// Search implements GET /v2/search.
func (a *api) Search(ctx context.Context, r SearchRequestObject) (SearchResponseObject, error) {
	wanted, err := text("q", &r.Params.Q)
	if err != nil {
		return nil, err
	}
	window, err := page(r.Params.Limit, nil)
	if err != nil {
		return nil, err
	}
	q := chat.SearchQuery{Text: wanted, Limit: min(window.Limit, maxFound)}
	if r.Params.Limit == nil {
		q.Limit = defaultFound
	}
	if q.Kinds, err = among("types", r.Params.Types, searchKinds); err != nil {
		return nil, err
	}
	found, err := a.chat.Search(ctx, surface.Principal(ctx), q)
	if err != nil {
		return nil, err
	}
	return Search200JSONResponse(view.FoundFor(wanted, found)), nil
}

// among reads words that are separated by commas; all of them when none was given.
func among[W ~string](field string, given *string, known []W) ([]W, error) {
	if given == nil {
		return known, nil
	}
	var words []W
	for word := range strings.SplitSeq(*given, ",") {
		w := W(strings.TrimSpace(word))
		if !slices.Contains(known, w) {
			return nil, models.Invalid(field, fmt.Sprintf("%s must be words out of %s, separated by commas", field, listed(known)))
		}
		words = append(words, w)
	}
	return words, nil
}

// listed shows words to a person.
func listed[W ~string](words []W) string {
	shown := make([]string, len(words))
	for i, w := range words {
		shown[i] = string(w)
	}
	return strings.Join(shown, ", ")
}

// GetReport implements GET /v2/reports.
func (a *api) GetReport(ctx context.Context, r GetReportRequestObject) (GetReportResponseObject, error) {
	ask := chat.ReportAsk{Group: models.ReportGroup(choice(r.Params.Group))}
	for _, day := range []struct {
		field string
		given *string
		to    *string
	}{{"from", r.Params.From, &ask.From}, {"to", r.Params.To, &ask.To}} {
		var err error
		if *day.to, err = text(day.field, day.given); err != nil {
			return nil, err
		}
		if day.given != nil && *day.to == "" {
			return nil, models.Invalid(day.field, "The "+day.field+" must be a day, such as 2026-01-31")
		}
	}
	report, err := a.chat.Report(ctx, surface.Principal(ctx), ask)
	if err != nil {
		return nil, err
	}
	return GetReport200JSONResponse(view.ReportFor(report)), nil
}

// ListEvents implements GET /v2/events.
func (a *api) ListEvents(ctx context.Context, r ListEventsRequestObject) (ListEventsResponseObject, error) {
	window, err := page(r.Params.Limit, nil)
	if err != nil {
		return nil, err
	}
	q := chat.EventQuery{Limit: window.Limit}
	if given := r.Params.After; given != nil {
		if q.After, err = strconv.ParseInt(*given, 10, 64); err != nil || q.After < 0 {
			return nil, models.Invalid("after", "The after must be a place in the log: a whole number of 0 or more")
		}
	}
	if r.Params.Types != nil {
		if q.Types, err = among("types", r.Params.Types, models.EventTypes()); err != nil {
			return nil, err
		}
	}
	log, err := a.chat.Events(ctx, surface.Principal(ctx), q)
	if err != nil {
		return nil, err
	}
	return ListEvents200JSONResponse{
		Data: each(log.Events, view.EnvelopeFor),
		Pagination: EventPagination{
			Limit: q.Limit, Next: strconv.FormatInt(log.Next, 10), HasMore: log.More, Resync: log.Forgotten,
		},
	}, nil
}
