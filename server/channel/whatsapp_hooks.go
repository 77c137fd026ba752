package channel

import (
	"context"
	"fmt"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// whatsAppEvents is what Meta calls with
// (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages).
type whatsAppEvents struct {
	Entry []struct {
		Changes []struct {
			Field string        `json:"field"`
			Value whatsAppValue `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type whatsAppValue struct {
	Metadata struct {
		PhoneNumberID string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []struct {
		WaID    string `json:"wa_id"`
		Profile struct {
			Name string `json:"name"`
		} `json:"profile"`
	} `json:"contacts"`
	Messages []whatsAppMessage `json:"messages"`
	Statuses []struct {
		ID        string       `json:"id"`
		Status    string       `json:"status"`
		Reference string       `json:"biz_opaque_callback_data"`
		Errors    []graphError `json:"errors"`
	} `json:"statuses"`
}

type whatsAppMessage struct {
	From    string `json:"from"`
	ID      string `json:"id"`
	Type    string `json:"type"`
	Context struct {
		ID string `json:"id"`
	} `json:"context"`
	Text struct {
		Body string `json:"body"`
	} `json:"text"`
	Button struct {
		Text string `json:"text"`
	} `json:"button"`
	Interactive struct {
		ButtonReply struct {
			Title string `json:"title"`
		} `json:"button_reply"`
		ListReply struct {
			Title       string `json:"title"`
			Description string `json:"description"`
		} `json:"list_reply"`
	} `json:"interactive"`
	Reaction struct {
		Emoji string `json:"emoji"`
	} `json:"reaction"`
	Location struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
		Name      string  `json:"name"`
		Address   string  `json:"address"`
	} `json:"location"`
	Contacts []struct {
		Name struct {
			Formatted string `json:"formatted_name"`
		} `json:"name"`
		Phones []struct {
			Phone string `json:"phone"`
		} `json:"phones"`
	} `json:"contacts"`
	Image    *whatsAppMedia `json:"image"`
	Video    *whatsAppMedia `json:"video"`
	Audio    *whatsAppMedia `json:"audio"`
	Document *whatsAppMedia `json:"document"`
	Sticker  *whatsAppMedia `json:"sticker"`
}

type whatsAppMedia struct {
	ID       string `json:"id"`
	MimeType string `json:"mime_type"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

// Receive implements chat.Carrier.
func (*WhatsApp) Receive(_ context.Context, line chat.Line, r chat.HookRequest) (chat.Report, error) {
	var events whatsAppEvents
	answer, told, err := metaHook(line, r, &events)
	if err != nil || !told {
		return chat.Report{Answer: chat.HookAnswer{Body: answer}}, err
	}
	var report chat.Report
	for _, entry := range events.Entry {
		for _, change := range entry.Changes {
			if change.Field == "messages" {
				change.Value.read(&report)
			}
		}
	}
	return report, nil
}

func (v whatsAppValue) read(report *chat.Report) {
	names := map[string]string{}
	for _, c := range v.Contacts {
		names[c.WaID] = c.Profile.Name
	}
	for _, m := range v.Messages {
		if text, files, ok := m.read(); ok && m.ID != "" && m.From != "" {
			report.Arrivals = append(report.Arrivals, chat.Arrival{
				Through: v.Metadata.PhoneNumberID, From: "+" + m.From, Name: names[m.From], Content: text, ExternalID: m.ID, Media: files,
			})
		}
	}
	for _, s := range v.Statuses {
		r := chat.Receipt{Through: v.Metadata.PhoneNumberID, ExternalID: s.ID, Reference: s.Reference}
		switch s.Status {
		case "delivered":
			r.Status = models.MessageDelivered
		case "read", "played":
			r.Status = models.MessageRead
		case "failed":
			r.Status, r.Reason = models.MessageFailed, "WhatsApp could not deliver it"
			if len(s.Errors) > 0 {
				r.Reason = s.Errors[0].reason()
			}
		default:
			r.Status = models.MessageSent
		}
		report.Receipts = append(report.Receipts, r)
	}
}

// read makes a text and files of a message; false for what says nothing to a person.
func (m whatsAppMessage) read() (text string, files []chat.Media, ok bool) {
	for _, media := range []*whatsAppMedia{m.Image, m.Video, m.Audio, m.Document, m.Sticker} {
		if media != nil {
			name := media.Filename
			if name == "" {
				name = m.Type + extension(media.MimeType)
			}
			return media.Caption, []chat.Media{{Ref: media.ID, ContentType: media.MimeType, Filename: name}}, true
		}
	}
	switch m.Type {
	case "text":
		text = m.Text.Body
	case "button":
		text = m.Button.Text
	case "interactive": // the answer to a form (nfm_reply) has no text of its own
		text = strings.TrimSpace(m.Interactive.ButtonReply.Title + m.Interactive.ListReply.Title + "\n" + m.Interactive.ListReply.Description)
	case "reaction":
		text = m.Reaction.Emoji // none is a reaction that was taken back
		return text, nil, text != ""
	case "location":
		text = strings.TrimSpace(fmt.Sprintf("%s\n%s\nhttps://maps.google.com/?q=%g,%g",
			m.Location.Name, m.Location.Address, m.Location.Latitude, m.Location.Longitude))
	case "contacts":
		text = m.cards()
	case "system":
		return "", nil, false // the customer changed number, or the like
	}
	if strings.TrimSpace(text) == "" {
		text = "[A message of a kind that cannot be shown: " + shorten(m.Type) + "]"
	}
	return text, nil, true
}

// cards are contacts that the customer shares.
func (m whatsAppMessage) cards() string {
	var lines []string
	for _, c := range m.Contacts {
		line := c.Name.Formatted
		for _, p := range c.Phones {
			line += " " + p.Phone
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}
