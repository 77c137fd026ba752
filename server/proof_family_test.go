package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/server/agentapi"
	"parley/server/assistantapi"
	"parley/widget"
)

// row is a family of rows that belong together, made when they are asked for.
type row struct {
	t     *tenant
	known map[string]string
	twin  *row
	// making and pairing let several ask at once.
	making, pairing sync.Mutex
}

// another is a second family, for requests that name two rows of a kind.
func (r *row) another() *row {
	r.pairing.Lock()
	defer r.pairing.Unlock()
	if r.twin == nil {
		r.twin = r.t.row()
	}
	return r.twin
}

func (t *tenant) row() *row { return &row{t: t, known: map[string]string{}} }

// id names the family's row of a kind.
func (r *row) id(kind string) string {
	r.t.Helper()
	r.making.Lock()
	defer r.making.Unlock()
	if id, there := r.known[kind]; there {
		return id
	}
	switch kind {
	case "conv", "cnt", "msg", "token", "activity", "file":
		r.talk()
	case "asst", "session", "chat":
		r.consult()
	case "att":
		r.known[kind] = r.t.waitingFile()
	case "del":
		if r.known["wh"] == "" {
			r.known["wh"] = r.t.make("wh")
		}
		r.known[kind] = r.t.testedWebhook(r.known["wh"])
	case "usr":
		r.known[kind] = r.t.team.make(kind)
	default:
		if !r.prove(kind) {
			r.known[kind] = r.t.make(kind)
		}
	}
	return r.known[kind]
}

// testedWebhook is the delivery of a test.
func (t *tenant) testedWebhook(webhook string) string {
	t.Helper()
	sent := t.must(t.call(http.MethodPost, agentapi.Prefix+"/webhooks/"+webhook+"/test", "", "X-API-Key", t.key))
	id, _ := sent.json("id").(string)
	return id
}

// talk lets a visitor start a conversation and send a file.
func (r *row) talk() {
	r.t.Helper()
	n := numbers.Add(1)
	token := fmt.Sprintf("token-%d", n)
	chatOf := widget.Prefix + "/conversations"
	start := fmt.Sprintf(`{"name":"Jane Doe","email":"jane%d@example.com","message":"Jane here: where is my parcel?","visitor_token":%q}`, n, token)
	r.t.must(r.t.call(http.MethodPost, chatOf, start, "X-Site-Key", r.t.siteKey))
	body, contentType := fileForm(r.t.TB)
	r.t.must(r.t.call(http.MethodPost, chatOf+"/"+token+"/messages", body, "X-Site-Key", r.t.siteKey, "Content-Type", contentType))
	var said []struct {
		ID          int64
		Attachments []struct{ ID int64 }
	}
	transcript := r.t.must(r.t.get(chatOf+"/"+token+"/messages", "X-Site-Key", r.t.siteKey))
	if err := json.Unmarshal([]byte(transcript.text), &said); err != nil || len(said) != 2 || len(said[1].Attachments) != 1 {
		r.t.Fatalf("the transcript is %s (%v)", transcript.text, err)
	}
	conversation := r.t.first(agentapi.Prefix + "/conversations?limit=1&sort=created_at:desc")
	one := r.t.must(r.t.get(agentapi.Prefix+"/conversation/"+conversation, "X-API-Key", r.t.key))
	contact, _ := one.json("contact_id").(string)
	r.known["token"], r.known["conv"], r.known["cnt"] = token, conversation, contact
	r.known["activity"], r.known["file"] = fmt.Sprint(said[1].ID), fmt.Sprint(said[1].Attachments[0].ID)
	r.known["msg"] = r.t.first(agentapi.Prefix + "/conversation/" + conversation + "/messages?limit=1")
}

// fileForm is a message with a picture.
func fileForm(t testing.TB) (body, contentType string) {
	t.Helper()
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("files", "note.txt")
	if err == nil {
		_, err = io.WriteString(part, "a plain note")
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return form.String(), parts.FormDataContentType()
}

// waitingFile is an attachment that no message has yet.
func (t *tenant) waitingFile() string {
	t.Helper()
	who, err := t.app.access.Key(t.Context(), t.key)
	if err != nil {
		t.Fatal(err)
	}
	file := models.Attachment{
		UID: models.NewUID(), Filename: "note.txt", ContentType: "text/plain", Size: 4,
		StorageKey: "key-" + newUID(), CreatedAt: models.Now(time.Now()),
	}
	if err := t.app.files.Put(t.Context(), file.StorageKey, strings.NewReader("note"), file.Size); err != nil {
		t.Fatal(err)
	}
	err = t.app.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error { return tx.CreateAttachment(ctx, who, &file) })
	if err != nil {
		t.Fatal(err)
	}
	return models.FormatID(models.PrefixAttachment, file.UID)
}

// consult asks an assistant in a session.
func (r *row) consult() {
	r.t.Helper()
	made := func(path, body, field string) string {
		answer := r.t.must(r.t.call(http.MethodPost, path, body, "X-API-Key", r.t.key))
		id, _ := answer.json(field).(string)
		return id
	}
	if r.known["asst"] == "" {
		r.known["asst"] = made(assistantapi.PrefixAssistants, `{"name":"TechFlow Support","firstMessage":"Hello! How can I help?",`+
			`"systemPrompt":"You are a support agent for {{company}}.","variables":{"company":"TechFlow"},"price":{"input":2,"output":6}}`, "id")
	}
	r.known["session"] = made(assistantapi.PrefixSessions, fmt.Sprintf(`{"name":"Jane","assistantId":%q}`, r.known["asst"]), "session.id")
	r.known["chat"] = made(assistantapi.PrefixChats, fmt.Sprintf(`{"sessionId":%q,"input":"Jane here: where is my parcel?"}`, r.known["session"]), "chat.id")
}

// first is the id of a list's first row.
func (t *tenant) first(path string) string {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	answer := t.must(t.get(path, "X-API-Key", t.key))
	if err := json.Unmarshal([]byte(answer.text), &list); err != nil || len(list.Data) == 0 {
		t.Fatalf("%s gives %s (%v)", path, answer.text, err)
	}
	return list.Data[0].ID
}

// make creates a row of a kind by the operation that does so, with its example.
func (t *tenant) make(kind string) string {
	t.Helper()
	for _, op := range t.ops {
		if op.makes() != kind || !op.calledWithKey() {
			continue
		}
		answer := t.must(t.send(t.ready(op, t.row())))
		id, _ := answer.json("id").(string)
		return id
	}
	t.Fatalf("no operation makes a row of kind %q: write x-id as the ids are spelled, describe what creates it "+
		"(POST, answering an object whose id has the pattern '^%s_…'), or teach row.id to make one", kind, kind)
	return ""
}
