package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/fasthttp/websocket"
)

// thread is one conversation under load: its visitor, its agent and its receivers.
type thread struct {
	cluster *cluster
	ledger  *ledger
	account credentials
	name    string // also the visitor token
	agentID string // the conversation as the Agent surface names it
	bubbles bubbles
	turn    atomic.Int64
}

var client = &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// anyNode goes round the nodes, so that a client whose node is down finds another.
func (th *thread) anyNode() string {
	n := th.turn.Add(1)
	return th.cluster.nodes[int(n)%len(th.cluster.nodes)].address()
}

// call sends JSON and answers status and body; an error means that nobody knows.
func (th *thread) call(ctx context.Context, method, path, key string, in, out any) (int, error) {
	payload, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+th.anyNode()+path, bytes.NewReader(payload))
	if err != nil {
		return 0, err
	}
	request.Header.Set("X-API-Key", key)
	if method != http.MethodGet {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	if answer.StatusCode >= 300 || out == nil {
		return answer.StatusCode, nil
	}
	return answer.StatusCode, json.Unmarshal(text, out)
}

func (th *thread) path(rest string) string {
	return "/api/v1/chat/conversations/" + th.name + rest
}

// open starts the conversation; the first message is part of the ledger.
func (th *thread) open(ctx context.Context) error {
	id := th.name + "-0"
	text := body(th.account.AccountID, th.name, id)
	th.ledger.invoke(th.name, id, text)
	status, err := th.call(ctx, http.MethodPost, "/api/v1/chat/conversations", th.account.SiteKey, map[string]string{
		"name": "Visitor " + th.name, "email": th.name + "@example.com", "message": text,
		"visitor_token": th.name, "client_id": id,
	}, nil)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("start %s: status %d, %w", th.name, status, err)
	}
	th.ledger.settle(id, acknowledged, 1)
	return th.findForAgent(ctx)
}

func (th *thread) findForAgent(ctx context.Context) error {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	status, err := th.call(ctx, http.MethodGet, "/v2/conversations?search="+th.name+"%40example.com", th.account.LiveKey, nil, &list)
	if err != nil || len(list.Data) != 1 {
		return fmt.Errorf("find %s: status %d, %d found, %w", th.name, status, len(list.Data), err)
	}
	th.agentID = list.Data[0].ID
	return nil
}

// visitorWrites posts, and retries with the same client id until it knows.
func (th *thread) visitorWrites(ctx context.Context, id string) {
	text := body(th.account.AccountID, th.name, id)
	th.ledger.invoke(th.name, id, text)
	for ctx.Err() == nil {
		var ok struct {
			Seq int64 `json:"seq"`
		}
		status, err := th.call(ctx, http.MethodPost, th.path("/messages"), th.account.SiteKey,
			map[string]string{"message": text, "client_id": id}, &ok)
		switch {
		case err == nil && status == http.StatusCreated:
			th.ledger.settle(id, acknowledged, ok.Seq)
			return
		case err == nil && status >= 400 && status < 500:
			th.ledger.settle(id, refused, 0)
			return
		}
		pause(ctx, 50*time.Millisecond)
	}
}

// agentWrites posts once: without a retry, no answer means unknown.
func (th *thread) agentWrites(ctx context.Context, id string) {
	text := body(th.account.AccountID, th.name, id)
	th.ledger.invoke(th.name, id, text)
	status, err := th.call(ctx, http.MethodPost, "/v2/conversation/"+th.agentID+"/message", th.account.LiveKey,
		map[string]string{"content": text}, nil)
	if err == nil && status >= 400 && status < 500 {
		th.ledger.settle(id, refused, 0)
	}
	if err == nil && status == http.StatusCreated {
		// The Agent surface does not tell the number: it is looked up in the end.
		th.ledger.settle(id, acknowledged, 0)
	}
}

// stored reads the conversation as it is in the end.
func (th *thread) stored(ctx context.Context) ([]seen, error) {
	var list []struct {
		Seq  int64  `json:"seq"`
		Body string `json:"body"`
	}
	status, err := th.call(ctx, http.MethodGet, th.path("/messages"), th.account.SiteKey, nil, &list)
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("read %s: status %d, %w", th.name, status, err)
	}
	got := make([]seen, 0, len(list))
	for _, m := range list {
		got = append(got, seen{m.Seq, m.Body})
	}
	return got, nil
}

// listen applies what comes over a socket, and comes back with its cursor whenever
// it is cut off, until ctx ends.
func (th *thread) listen(ctx context.Context, receiver string) {
	for ctx.Err() == nil {
		if err := th.listenOnce(ctx, receiver); err != nil {
			pause(ctx, 50*time.Millisecond)
		}
	}
}

func (th *thread) listenOnce(ctx context.Context, receiver string) error {
	dialer := websocket.Dialer{HandshakeTimeout: 2 * time.Second}
	socket, answer, err := dialer.DialContext(ctx, "ws://"+th.anyNode()+"/api/v1/chat/ws", nil)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	defer func() { _ = socket.Close() }()
	th.bubbles.show(receiver, "")
	stop := context.AfterFunc(ctx, func() { _ = socket.Close() })
	defer stop()
	hello := map[string]any{
		"type": "hello", "site_key": th.account.SiteKey, "visitor_token": th.name, "after": th.ledger.has(th.name, receiver),
	}
	if err := socket.WriteJSON(hello); err != nil {
		return err
	}
	for {
		if err := th.applyFrame(socket, receiver); err != nil {
			return err
		}
	}
}

// silence is how long a socket may say nothing before its client leaves it: two
// heartbeats of a node that died without a word would be too long for a test.
const silence = 5 * time.Second

func (th *thread) applyFrame(socket *websocket.Conn, receiver string) error {
	if err := socket.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return err
	}
	var frame struct {
		Type    string `json:"type"`
		Text    string `json:"text"`
		End     bool   `json:"end"`
		Message struct {
			Seq       int64  `json:"seq"`
			Body      string `json:"body"`
			Direction string `json:"direction"`
		} `json:"message"`
	}
	if err := socket.ReadJSON(&frame); err != nil {
		return err
	}
	switch frame.Type {
	case "message":
		if frame.Message.Direction == "outbound" {
			th.bubbles.show(receiver, "")
		}
		th.ledger.receive(th.name, receiver, seen{frame.Message.Seq, frame.Message.Body})
	case "delta":
		th.grows(receiver, frame.Text, frame.End)
	case "bye":
		return errors.New("the server says bye")
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
