package channel

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// instagramTextBytes is the longest text, in UTF-8
// (https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api).
const instagramTextBytes = 1000

// Instagram carries direct messages by Meta's Instagram API with Instagram login.
type Instagram struct{ graph }

var (
	_ chat.Carrier  = (*Instagram)(nil)
	_ chat.Fetcher  = (*Instagram)(nil)
	_ chat.Profiler = (*Instagram)(nil)
)

// NewInstagram makes the carrier of Instagram.
func NewInstagram(o Options) *Instagram {
	return &Instagram{graph{newClient(o.BaseURL, "https://graph.instagram.com/v24.0")}}
}

// Kind implements chat.Carrier.
func (*Instagram) Kind() models.ChannelKind {
	return models.ChannelKind{
		Kind: models.ChannelInstagram, Label: "Instagram", Addressing: models.ByHandle,
		Fields: append([]models.ChannelField{
			{Name: "account_id", Label: "Account ID", Help: "Of the professional account, in the Meta app under Instagram, API setup.", Required: true,
				Example: "17841405822304914", Pattern: "[0-9]{5,32}"},
		}, append(metaFields(), models.ChannelField{
			Name: "human_agent", Label: "Answer for seven days", Options: []string{"yes", "no"}, Example: "yes",
			Help: "Answers are taken for 24 hours; for seven days if Meta has granted the app the permission Human Agent.",
		})...),
		Hooks: []models.ChannelHook{{
			Name: hookEvents, Label: "Callback URL",
			Help: "In the Meta app under Instagram, API setup, with the verify token; subscribe to messages and messaging_seen.",
		}},
	}
}

// Address implements chat.Carrier.
func (*Instagram) Address(values map[string]string) (string, error) { return values["account_id"], nil }

// Test implements chat.Carrier: it reads the account.
func (g *Instagram) Test(ctx context.Context, line chat.Line) (string, error) {
	var account struct {
		Username string `json:"username"`
	}
	err := g.get(ctx, line, "/"+url.PathEscape(line.Values["account_id"])+"?fields=username", &account)
	return "Instagram knows the account as @" + shorten(account.Username), err
}

// Divide implements chat.Carrier: each file is a message of its own, after the text.
func (*Instagram) Divide(_ chat.Line, o chat.Outgoing) ([]chat.Piece, error) {
	if o.Message.MessageType == models.TypeTemplate {
		return nil, &chat.CarrierError{Reason: "There are no templates on Instagram; send the text itself"}
	}
	var pieces []chat.Piece
	if strings.TrimSpace(o.Message.Content) != "" {
		for _, text := range splitBytes(o.Message.Content, instagramTextBytes) {
			pieces = append(pieces, chat.Piece{Text: text})
		}
	}
	for i, f := range o.Message.Attachments {
		if instagramMedia(f) == "" {
			return nil, &chat.CarrierError{Reason: "Instagram takes images, audio, video and PDF, and not " + shorten(f.ContentType)}
		}
		pieces = append(pieces, chat.Piece{Files: o.Message.Attachments[i : i+1]})
	}
	return pieces, nil
}

// instagramMedia is what Instagram calls a kind of file; "" when it takes none of it.
func instagramMedia(a models.Attachment) string {
	switch family, _, _ := strings.Cut(a.ContentType, "/"); {
	case family == "image" || family == "audio" || family == "video":
		return family
	case a.ContentType == "application/pdf":
		return "file"
	default:
		return ""
	}
}

// Send implements chat.Carrier. Instagram takes neither an idempotency key nor a word of
// ours that it gives back.
func (g *Instagram) Send(ctx context.Context, line chat.Line, p chat.Parcel) (string, error) {
	message := map[string]any{"text": p.Text}
	if len(p.Files) > 0 {
		file := p.Files[0]
		message = map[string]any{"attachment": map[string]any{
			"type": instagramMedia(file), "payload": map[string]any{"url": p.Link(file)},
		}}
	}
	body := map[string]any{"recipient": map[string]any{"id": p.To}, "message": message}
	if line.Values["human_agent"] == "yes" {
		body["messaging_type"], body["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	var taken struct {
		MessageID string `json:"message_id"`
	}
	if err := g.post(ctx, line, "/"+url.PathEscape(line.Values["account_id"])+"/messages", body, &taken); err != nil {
		return "", err
	}
	if taken.MessageID == "" {
		return "", &chat.CarrierError{Reason: "Instagram took the message and answered without an id"}
	}
	return taken.MessageID, nil
}

// Profile implements chat.Profiler.
func (g *Instagram) Profile(ctx context.Context, line chat.Line, address string) (string, error) {
	var who struct {
		Name     string `json:"name"`
		Username string `json:"username"`
	}
	err := g.get(ctx, line, "/"+url.PathEscape(address)+"?fields=name,username", &who)
	if who.Name == "" {
		return who.Username, err
	}
	return who.Name, err
}

// Fetch implements chat.Fetcher: files lie at addresses that need no credential.
func (g *Instagram) Fetch(ctx context.Context, _ chat.Line, m chat.Media) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.Ref, http.NoBody)
	if err != nil {
		return nil, &chat.CarrierError{Reason: "The address of the file makes no sense", Err: err}
	}
	return g.fetch(r)
}
