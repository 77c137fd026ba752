package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
	"parley/models/chat"
)

// What WhatsApp takes at once
// (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages).
const (
	whatsAppTextUnits = 4096
	whatsAppCaption   = 1024
)

// WhatsApp carries messages by Meta's WhatsApp Cloud API.
type WhatsApp struct{ graph }

var (
	_ chat.Carrier = (*WhatsApp)(nil)
	_ chat.Fetcher = (*WhatsApp)(nil)
)

// NewWhatsApp makes the carrier of WhatsApp.
func NewWhatsApp(o Options) *WhatsApp {
	return &WhatsApp{graph{newClient(o.BaseURL, "https://graph.facebook.com/v24.0")}}
}

// Kind implements chat.Carrier.
func (*WhatsApp) Kind() models.ChannelKind {
	return models.ChannelKind{
		Kind: models.ChannelWhatsApp, Label: "WhatsApp", Addressing: models.ByPhone,
		Fields: append([]models.ChannelField{
			{Name: "phone_number_id", Label: "Phone number ID", Help: "In the Meta app under WhatsApp, API setup: the id, not the number itself.", Required: true,
				Example: "106540352242922", Pattern: "[0-9]{5,32}"},
		}, append(metaFields(), models.ChannelField{
			Name: "template_language", Label: "Language of templates", Help: "For templates that do not say theirs; en_US when it is left out.",
			Example: "en_US", Pattern: "[a-z]{2,3}(_[A-Z]{2})?",
		})...),
		Hooks: []models.ChannelHook{{
			Name: hookEvents, Label: "Callback URL",
			Help: "In the Meta app under WhatsApp, Configuration, with the verify token; subscribe to the field messages.",
		}},
	}
}

// Address implements chat.Carrier.
func (*WhatsApp) Address(values map[string]string) (string, error) {
	return values["phone_number_id"], nil
}

func (w *WhatsApp) number(line chat.Line, rest string) string {
	return "/" + url.PathEscape(line.Values["phone_number_id"]) + rest
}

// Test implements chat.Carrier: it reads the number.
func (w *WhatsApp) Test(ctx context.Context, line chat.Line) (string, error) {
	var number struct {
		Name    string `json:"verified_name"`
		Display string `json:"display_phone_number"`
	}
	if err := w.get(ctx, line, w.number(line, "?fields=verified_name,display_phone_number"), &number); err != nil {
		return "", err
	}
	return "WhatsApp knows the number as " + shorten(number.Display+", "+number.Name), nil
}

// Divide implements chat.Carrier: each file is a message of its own, and a short text the
// caption of the only one.
func (*WhatsApp) Divide(_ chat.Line, o chat.Outgoing) ([]chat.Piece, error) {
	text, files := o.Message.Content, o.Message.Attachments
	if o.Message.MessageType == models.TypeTemplate {
		if len(files) > 0 {
			return nil, &chat.CarrierError{Reason: "A template takes no files; name them in its components"}
		}
		if _, err := readTemplate(text, ""); err != nil {
			return nil, err
		}
		return []chat.Piece{{Text: text}}, nil
	}
	if len(files) == 1 && mediaOf(files[0]) != "audio" && utf8.RuneCountInString(text) <= whatsAppCaption {
		return []chat.Piece{{Text: text, Files: files}}, nil
	}
	var pieces []chat.Piece
	if strings.TrimSpace(text) != "" {
		for _, part := range split(text, whatsAppTextUnits) {
			pieces = append(pieces, chat.Piece{Text: part})
		}
	}
	for i := range files {
		pieces = append(pieces, chat.Piece{Files: files[i : i+1]})
	}
	return pieces, nil
}

// Send implements chat.Carrier. The reference comes back with every status.
func (w *WhatsApp) Send(ctx context.Context, line chat.Line, p chat.Parcel) (string, error) {
	message := map[string]any{
		"messaging_product": "whatsapp", "recipient_type": "individual", "to": p.To, "biz_opaque_callback_data": p.Reference,
	}
	if err := w.fill(ctx, line, p, message); err != nil {
		return "", err
	}
	var taken struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := w.post(ctx, line, w.number(line, "/messages"), message, &taken); err != nil {
		return "", err
	}
	if len(taken.Messages) == 0 || taken.Messages[0].ID == "" {
		return "", &chat.CarrierError{Reason: "WhatsApp took the message and answered without an id"}
	}
	return taken.Messages[0].ID, nil
}

// fill puts in what the message is.
func (w *WhatsApp) fill(ctx context.Context, line chat.Line, p chat.Parcel, message map[string]any) error {
	switch {
	case p.Message.MessageType == models.TypeTemplate:
		template, err := readTemplate(p.Text, line.Values["template_language"])
		message["type"], message["template"] = "template", template
		return err
	case len(p.Files) == 0:
		message["type"], message["text"] = "text", map[string]any{"preview_url": false, "body": p.Text}
		return nil
	}
	file := p.Files[0]
	id, err := w.upload(ctx, line, p, file)
	if err != nil {
		return err
	}
	kind, media := mediaOf(file), map[string]any{"id": id}
	if p.Text != "" {
		media["caption"] = p.Text
	}
	if kind == "document" {
		media["filename"] = file.Filename
	}
	message["type"], message[kind] = kind, media
	return nil
}

// mediaTypes are the types of content that WhatsApp shows as what they are; others go as
// documents (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media).
var mediaTypes = map[string][]string{
	"image": {"image/jpeg", "image/png"},
	"audio": {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
	"video": {"video/mp4", "video/3gpp"},
}

// imageBytes and mediaBytes are how large they may be.
const (
	imageBytes = 5 << 20
	mediaBytes = 16 << 20
)

func mediaOf(a models.Attachment) string {
	for kind, types := range mediaTypes {
		limit := int64(mediaBytes)
		if kind == "image" {
			limit = imageBytes
		}
		if slices.Contains(types, a.ContentType) && a.Size <= limit {
			return kind
		}
	}
	return "document"
}

// upload gives WhatsApp the bytes of a file.
func (w *WhatsApp) upload(ctx context.Context, line chat.Line, p chat.Parcel, a models.Attachment) (id string, err error) {
	content, err := p.Open(ctx, a)
	if err != nil {
		return "", fmt.Errorf("open a file to send: %w", err)
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	header := textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", a.Filename)}, "Content-Type": {a.ContentType},
	}
	part, err := form.CreatePart(header)
	if err == nil {
		_, err = io.Copy(part, content)
	}
	if err := errors.Join(err, form.WriteField("messaging_product", "whatsapp"), form.WriteField("type", a.ContentType), form.Close()); err != nil {
		return "", fmt.Errorf("read a file to send: %w", err)
	}
	var kept struct {
		ID string `json:"id"`
	}
	err = w.send(ctx, line, upload{http.MethodPost, w.number(line, "/media"), form.FormDataContentType(), body.Bytes()}, &kept)
	if err == nil && kept.ID == "" {
		err = &chat.CarrierError{Reason: "WhatsApp took the file and answered without an id"}
	}
	return kept.ID, err
}

// readTemplate reads which template a message names: its name alone, or an object
// {"name","language","parameters"} with the values of its text, in their order or by
// name, or with Meta's own "components".
func readTemplate(content, language string) (map[string]any, error) {
	var t struct {
		Name       string           `json:"name"`
		Language   string           `json:"language"`
		Parameters json.RawMessage  `json:"parameters"`
		Components []map[string]any `json:"components"`
	}
	content = strings.TrimSpace(content)
	if strings.HasPrefix(content, "{") {
		if err := json.Unmarshal([]byte(content), &t); err != nil {
			return nil, &chat.CarrierError{Reason: `The content of a template must be its name, or {"name","language","parameters"}`, Err: err}
		}
	} else {
		t.Name = content
	}
	if t.Name == "" || strings.ContainsAny(t.Name, " \n\t") {
		return nil, &chat.CarrierError{Reason: "The content of a template must name it"}
	}
	for _, given := range []string{t.Language, language, "en_US"} {
		if t.Language = given; given != "" {
			break
		}
	}
	values, err := templateValues(t.Parameters)
	if err != nil {
		return nil, err
	}
	if len(values) > 0 {
		t.Components = append(t.Components, map[string]any{"type": "body", "parameters": values})
	}
	template := map[string]any{"name": t.Name, "language": map[string]any{"code": t.Language}}
	if len(t.Components) > 0 {
		template["components"] = t.Components
	}
	return template, nil
}

func templateValues(raw json.RawMessage) ([]map[string]any, error) {
	var ordered []string
	var named map[string]string
	var values []map[string]any
	if len(raw) == 0 {
		return nil, nil
	}
	if json.Unmarshal(raw, &ordered) == nil {
		for _, text := range ordered {
			values = append(values, map[string]any{"type": "text", "text": text})
		}
		return values, nil
	}
	if err := json.Unmarshal(raw, &named); err != nil {
		return nil, &chat.CarrierError{Reason: "The parameters of a template must be a list of texts, or texts by name", Err: err}
	}
	for name, text := range named {
		values = append(values, map[string]any{"type": "text", "parameter_name": name, "text": text})
	}
	slices.SortFunc(values, func(a, b map[string]any) int {
		return strings.Compare(fmt.Sprint(a["parameter_name"]), fmt.Sprint(b["parameter_name"]))
	})
	return values, nil
}

// Fetch implements chat.Fetcher: Meta tells where a file lies, for a few minutes.
func (w *WhatsApp) Fetch(ctx context.Context, line chat.Line, m chat.Media) (io.ReadCloser, error) {
	var file struct {
		URL string `json:"url"`
	}
	path := "/" + url.PathEscape(m.Ref) + "?phone_number_id=" + url.QueryEscape(line.Values["phone_number_id"])
	if err := w.get(ctx, line, path, &file); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, file.URL, http.NoBody)
	if err != nil {
		return nil, &chat.CarrierError{Reason: "The address of the file makes no sense", Err: err}
	}
	r.Header.Set("Authorization", "Bearer "+line.Values["access_token"])
	return w.fetch(r)
}
