package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/server/channel/channeltest"
)

const publicURL = "https://chat.example.com"

// switchboard is a node whose environment connects all channels, to stand-ins.
type switchboard struct {
	*node
	twilio *channeltest.Twilio
	graph  *channeltest.Graph
	key    string
	// hooks are public addresses by kind and name, such as "sms messages".
	hooks map[string]string
	// words is what the person at Meta types beside the address.
	words map[string]string
}

func openSwitchboard(t *testing.T, cfg Config) *switchboard {
	t.Helper()
	s := &switchboard{twilio: channeltest.NewTwilio(t), graph: channeltest.NewGraph(t), hooks: map[string]string{}, words: map[string]string{}}
	cfg.PublicURL = publicURL
	cfg.Channels = ChannelConfig{
		TwilioAccountSID: s.twilio.AccountSID, TwilioAuthToken: s.twilio.AuthToken, TwilioFrom: "+14155550100", TwilioAPIURL: s.twilio.URL,
		WhatsAppPhoneNumberID: s.graph.NumberID, WhatsAppAccessToken: s.graph.Token, WhatsAppAppSecret: s.graph.Secret, WhatsAppAPIURL: s.graph.URL,
		InstagramAccountID: s.graph.AccountID, InstagramAccessToken: s.graph.Token, InstagramAppSecret: s.graph.Secret,
		InstagramVerifyToken: "our-word", InstagramAPIURL: s.graph.URL,
	}
	s.node = start(t, cfg)
	s.key = s.firstRun().LiveKey
	var list struct {
		Data []struct {
			Kind     string
			Settings map[string]string
			Hooks    []struct{ Name, URL string }
		}
	}
	// The accounts are made before the first request is answered, or soon after.
	s.await("the channels are there", func() bool {
		s.decode(s.get("/v2/channels", "X-API-Key", s.key), &list)
		return len(list.Data) == 3
	})
	for _, c := range list.Data {
		s.words[c.Kind] = c.Settings["verify_token"]
		for _, h := range c.Hooks {
			s.hooks[c.Kind+" "+h.Name] = h.URL
		}
	}
	return s
}

// decode reads an answer.
func (s *switchboard) decode(r reply, into any) {
	s.Helper()
	if err := json.Unmarshal([]byte(r.text), into); err != nil {
		s.Fatalf("%s: %v", r.text, err)
	}
}

// texted lets Twilio call one of our addresses, as it spells it.
func (s *switchboard) texted(address string, form url.Values, signature string) reply {
	s.Helper()
	return s.call(http.MethodPost, strings.TrimPrefix(address, publicURL), form.Encode(),
		"Content-Type", "application/x-www-form-urlencoded", "X-Twilio-Signature", signature)
}

// told lets Meta call.
func (s *switchboard) told(kind, body string) reply {
	s.Helper()
	return s.call(http.MethodPost, strings.TrimPrefix(s.hooks[kind+" events"], publicURL), body, "X-Hub-Signature-256", s.graph.Sign(body))
}

// newest is the id of the conversation with the newest message on a channel.
func (s *switchboard) newest(channel string) string {
	s.Helper()
	var list struct{ Data []struct{ ID string } }
	s.await("a conversation on "+channel, func() bool {
		s.decode(s.get("/v2/conversations?channel="+channel, "X-API-Key", s.key), &list)
		return len(list.Data) > 0
	})
	return list.Data[0].ID
}

// transcript is what an agent sees: who, status and text of each message.
func (s *switchboard) transcript(conversation string) string {
	s.Helper()
	var list struct {
		Data []struct {
			Status, Content string
			By              string `json:"sent_by"`
			FailureReason   string `json:"failure_reason"`
			Attachments     []struct{ Filename string }
		}
	}
	s.decode(s.get("/v2/conversation/"+conversation+"/messages", "X-API-Key", s.key), &list)
	var lines []string
	for _, m := range list.Data {
		line := m.By + " " + m.Status + ": " + m.Content
		for _, a := range m.Attachments {
			line += " +" + a.Filename
		}
		if m.FailureReason != "" {
			line += " (" + m.FailureReason + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (s *switchboard) reply(conversation, body string) {
	s.Helper()
	if a := s.call(http.MethodPost, "/v2/conversation/"+conversation+"/message", body, "X-API-Key", s.key); a.StatusCode != http.StatusCreated {
		s.Fatalf("the reply: %d %s", a.StatusCode, a.text)
	}
}

func (s *switchboard) shows(conversation, want string) {
	s.Helper()
	got := ""
	defer func() {
		if got != want {
			s.Logf("the agent saw\n%s\nand not\n%s", got, want)
		}
	}()
	s.await("the agent sees it", func() bool {
		got = s.transcript(conversation)
		return got == want
	})
}

func TestACustomerAndAnAgentTalkOverEveryChannel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		s := openSwitchboard(t, cfg)
		s.talkBySMS()
		s.talkByWhatsApp()
		s.talkByInstagram()
		s.refuseStrangers()
	})
}

func (s *switchboard) talkBySMS() {
	s.Helper()
	address := s.hooks["sms messages"]
	form := s.twilio.Message("+14155550123", "Where is my order?", s.twilio.Keep("a picture"))
	for range 2 { // Twilio may call again
		if a := s.texted(address, form, s.twilio.Sign(address, form)); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "<Response>") ||
			!strings.HasPrefix(a.Header.Get("Content-Type"), "text/xml") {
			s.Fatalf("Twilio gets %d %s", a.StatusCode, a.text)
		}
	}
	c := s.newest("sms")
	s.shows(c, "contact received: Where is my order? +file0.txt")

	file := s.upload("note.txt", "see you")
	s.reply(c, `{"content":"It left today.","attachments":["`+file+`"]}`)
	s.await("Twilio gets the reply", func() bool { return len(s.twilio.Sent()) == 1 })
	sent := s.twilio.Sent()[0]
	if sent.Get("To") != "+14155550123" || sent.Get("From") != "+14155550100" || sent.Get("Body") != "It left today." {
		s.Errorf("sent %v", sent)
	}
	link := strings.TrimPrefix(sent.Get("MediaUrl"), publicURL)
	if a := s.get(link); a.StatusCode != http.StatusOK || a.text != "see you" {
		s.Errorf("Twilio fetches %d %s", a.StatusCode, a.text)
	}
	if a := s.get(link[:len(link)-3] + "AAA"); a.StatusCode != http.StatusNotFound {
		s.Errorf("a forged link answers %d", a.StatusCode)
	}
	status := sent.Get("StatusCallback")
	for _, step := range []string{"sent", "delivered", "sent"} {
		form := s.twilio.Status(s.twilio.SID(1), step, "")
		if a := s.texted(status, form, s.twilio.Sign(status, form)); a.StatusCode != http.StatusOK {
			s.Fatalf("Twilio gets %d %s", a.StatusCode, a.text)
		}
	}
	s.shows(c, "contact received: Where is my order? +file0.txt\nuser delivered: It left today. +note.txt")
	if log := s.get("/v2/events?types=message.delivered", "X-API-Key", s.key); !strings.Contains(log.text, `"type":"message.delivered"`) {
		s.await("the event is placed", func() bool {
			return strings.Contains(s.get("/v2/events?types=message.delivered", "X-API-Key", s.key).text, `"type":"message.delivered"`)
		})
	}
}

// upload gives the id of a file for a message to come.
func (s *switchboard) upload(name, content string) string {
	s.Helper()
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--b--\r\n"
	a := s.call(http.MethodPost, "/v2/attachments", body, "X-API-Key", s.key, "Content-Type", "multipart/form-data; boundary=b")
	id, _ := a.json("id").(string)
	if id == "" {
		s.Fatalf("the upload: %s", a.text)
	}
	return id
}

func (s *switchboard) talkByWhatsApp() {
	s.Helper()
	check := "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
	hook := strings.TrimPrefix(s.hooks["whatsapp events"], publicURL)
	if a := s.get(hook + check + s.words["whatsapp"]); a.StatusCode != http.StatusOK || a.text != "1158201444" {
		s.Errorf("Meta's check: %d %s", a.StatusCode, a.text)
	}
	value := func(rest string) string {
		return `{"object":"whatsapp_business_account","entry":[{"id":"0","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
			"metadata":{"phone_number_id":"` + s.graph.NumberID + `"},` + rest + `}}]}]}`
	}
	s.told("whatsapp", value(`"contacts":[{"profile":{"name":"Kerry Fisher"},"wa_id":"16315551181"}],
		"messages":[{"from":"16315551181","id":"wamid.in","timestamp":"1504902988","type":"text","text":{"body":"Hi"}}]`))
	c := s.newest("whatsapp")
	s.reply(c, `{"content":"Hello Kerry"}`)
	s.await("Meta gets the reply", func() bool { return len(s.graph.Sent()) == 1 })
	reference := fmt.Sprint(s.graph.Sent()[0]["biz_opaque_callback_data"])
	s.told("whatsapp", value(`"statuses":[{"id":"`+s.graph.ID(1)+`","status":"read","biz_opaque_callback_data":"`+reference+`"},
		{"id":"`+s.graph.ID(1)+`","status":"delivered"}]`))
	s.shows(c, "contact received: Hi\nuser read: Hello Kerry")
	s.reply(c, `{"message_type":"template","content":"{\"name\":\"order_update\",\"parameters\":[\"Kerry\"]}"}`)
	s.await("Meta gets the template", func() bool { return len(s.graph.Sent()) == 2 })
	// As Meta does, with our reference: the answer with the id may not be noted yet.
	reference = fmt.Sprint(s.graph.Sent()[1]["biz_opaque_callback_data"])
	s.told("whatsapp", value(`"statuses":[{"id":"`+s.graph.ID(2)+`","status":"failed","biz_opaque_callback_data":"`+reference+`","errors":[{"code":132001,"title":"Template does not exist"}]}]`))
	s.await("the reason is shown", func() bool {
		return strings.Contains(s.transcript(c), "(Meta: Template does not exist (error 132001))")
	})
}

func (s *switchboard) talkByInstagram() {
	s.Helper()
	s.graph.Know("526", "Peter Chang")
	event := func(rest string) string {
		return `{"object":"instagram","entry":[{"id":"` + s.graph.AccountID + `","time":1,"messaging":[{"sender":{"id":"526"},
			"recipient":{"id":"` + s.graph.AccountID + `"},"timestamp":1,` + rest + `}]}]}`
	}
	s.told("instagram", event(`"message":{"mid":"m1","text":"Do you ship to Vienna?"}`))
	c := s.newest("instagram")
	s.reply(c, `{"content":"We do."}`)
	s.await("Meta gets the reply", func() bool { return len(s.graph.Sent()) == 3 })
	s.await("the id is noted", func() bool {
		s.told("instagram", event(`"read":{"mid":"`+s.graph.ID(3)+`"}`))
		return strings.Contains(s.transcript(c), "user read")
	})
	s.told("instagram", event(`"message":{"mid":"`+s.graph.ID(3)+`","text":"We do.","is_echo":true}`))
	s.shows(c, "contact received: Do you ship to Vienna?\nuser read: We do.")
	if name := s.get("/v2/conversation/"+c, "X-API-Key", s.key).json("contact.full_name"); name != "Peter Chang" {
		s.Errorf("the contact is %v", name)
	}
}

// refuseStrangers calls the hooks as no provider does.
func (s *switchboard) refuseStrangers() {
	s.Helper()
	address := s.hooks["sms messages"]
	path := strings.TrimPrefix(address, publicURL)
	form := s.twilio.Message("+14155559999", "Pay me")
	before := s.transcript(s.newest("sms"))
	for what, c := range map[string]struct {
		reply  reply
		status int
	}{
		"no signature":       {s.texted(address, form, ""), 403},
		"another's":          {s.texted(address, form, s.twilio.Sign(address+"x", form)), 403},
		"no body":            {s.call(http.MethodPost, path, ""), 403},
		"Meta, unsigned":     {s.call(http.MethodPost, strings.TrimPrefix(s.hooks["whatsapp events"], publicURL), `{}`), 403},
		"a wrong word":       {s.get(strings.TrimPrefix(s.hooks["instagram events"], publicURL) + "?hub.mode=subscribe&hub.verify_token=x&hub.challenge=<b>"), 403},
		"another kind":       {s.texted(strings.Replace(address, "/sms/", "/whatsapp/", 1), form, ""), 404},
		"no such kind":       {s.texted(strings.Replace(address, "/sms/", "/fax/", 1), form, ""), 404},
		"no such account":    {s.texted(publicURL+"/channels/sms/chn_01h455vb4pex5vsknk084sn02q/messages", form, ""), 404},
		"no id":              {s.texted(publicURL+"/channels/sms/x%00y/messages", form, ""), 404},
		"no such hook":       {s.texted(address+"x", form, ""), 404},
		"too long":           {s.call(http.MethodPost, path, strings.Repeat("x", 1<<20+1)), 413},
		"compressed":         {s.call(http.MethodPost, path, "x", "Content-Encoding", "gzip"), 415},
		"another method":     {s.call(http.MethodDelete, path, ""), 405},
		"a wrong query":      {s.texted(address+"?%zz", form, ""), 400},
		"a file of nobody's": {s.get("/channels/files/x"), 404},
	} {
		if c.reply.StatusCode != c.status || !strings.HasPrefix(c.reply.text, `{"error":"`) || strings.Contains(c.reply.text, "<b>") {
			s.Errorf("%s: %d %s, want %d", what, c.reply.StatusCode, c.reply.text, c.status)
		}
	}
	if after := s.transcript(s.newest("sms")); after != before || s.get("/v2/contact/%2B14155559999", "X-API-Key", s.key).StatusCode != http.StatusNotFound {
		s.Errorf("something came in:\n%s", after)
	}
}
