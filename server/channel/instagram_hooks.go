package channel

import (
	"context"
	"slices"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// instagramEvents is what Meta calls with
// (https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook).
type instagramEvents struct {
	Entry []struct {
		ID        string           `json:"id"`
		Messaging []instagramEvent `json:"messaging"`
	} `json:"entry"`
}

type instagramEvent struct {
	Sender struct {
		ID string `json:"id"`
	} `json:"sender"`
	Message *struct {
		Mid         string                `json:"mid"`
		Text        string                `json:"text"`
		Echo        bool                  `json:"is_echo"`
		Deleted     bool                  `json:"is_deleted"`
		Attachments []instagramAttachment `json:"attachments"`
	} `json:"message"`
	Postback *struct {
		Mid   string `json:"mid"`
		Title string `json:"title"`
	} `json:"postback"`
	Read *struct {
		Mid string `json:"mid"`
	} `json:"read"`
}

type instagramAttachment struct {
	Type    string `json:"type"`
	Payload struct {
		URL string `json:"url"`
	} `json:"payload"`
}

// Receive implements chat.Carrier.
func (*Instagram) Receive(_ context.Context, line chat.Line, r chat.HookRequest) (chat.Report, error) {
	var events instagramEvents
	answer, told, err := metaHook(line, r, &events)
	if err != nil || !told {
		return chat.Report{Answer: chat.HookAnswer{Body: answer}}, err
	}
	var report chat.Report
	for _, entry := range events.Entry {
		for _, event := range entry.Messaging {
			event.read(entry.ID, &report)
		}
	}
	return report, nil
}

// read adds what the event tells. Echoes are what we, or the account's owner in the app,
// have written.
func (e instagramEvent) read(through string, report *chat.Report) {
	a := chat.Arrival{Through: through, From: e.Sender.ID}
	switch {
	case e.Read != nil:
		report.Receipts = append(report.Receipts, chat.Receipt{Through: through, ExternalID: e.Read.Mid, Status: models.MessageRead})
		return
	case e.Postback != nil:
		a.ExternalID, a.Content = e.Postback.Mid, e.Postback.Title
	case e.Message == nil || e.Message.Echo || e.Message.Deleted || e.Sender.ID == through:
		return
	default:
		a.ExternalID, a.Content = e.Message.Mid, e.Message.Text
		a.Media, a.Content = instagramFiles(e.Message.Attachments, a.Content)
	}
	if a.ExternalID == "" || a.From == "" {
		return // of a form that we do not know
	}
	if a.Content == "" && len(a.Media) == 0 {
		a.Content = "[A message of a kind that cannot be shown]"
	}
	report.Arrivals = append(report.Arrivals, a)
}

// instagramFiles are the files of a message. What is shared from elsewhere is told by its
// address.
func instagramFiles(attachments []instagramAttachment, text string) ([]chat.Media, string) {
	var files []chat.Media
	for _, a := range attachments {
		switch {
		case a.Payload.URL == "":
			text += "\n[An attachment that cannot be shown: " + shorten(a.Type) + "]"
		case slices.Contains([]string{"image", "video", "audio", "file"}, a.Type):
			files = append(files, chat.Media{Ref: a.Payload.URL, Filename: a.Type})
		default: // share, story_mention, ig_reel, reel
			text += "\n" + a.Payload.URL
		}
	}
	return files, strings.TrimSpace(text)
}
