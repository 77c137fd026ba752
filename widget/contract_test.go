package widget_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"parley/widget"
)

// contract is a transport that holds every answer of a test against openapi.yaml.
type contract struct {
	t      *testing.T
	router routers.Router
	under  http.RoundTripper
}

// documented reads the document once for all tests.
var documented = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(widget.Document())
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

func newContract(t *testing.T) contract {
	t.Helper()
	router, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	under := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(under.CloseIdleConnections)
	return contract{t, router, under}
}

// RoundTrip implements http.RoundTripper.
func (c contract) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.under.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if err := response.Body.Close(); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.check(request, response, body); err != nil {
		c.t.Errorf("%s %s answered %d %.300q, against the document: %v", request.Method, request.URL.Path, response.StatusCode, body, err)
	}
	return response, nil
}

func (c contract) check(request *http.Request, response *http.Response, body []byte) error {
	switch {
	case response.StatusCode >= 500:
		return errors.New("a test's input made the server fail")
	case !strings.HasPrefix(response.Header.Get("X-Request-Id"), "req_"):
		return errors.New("no request id")
	case request.Method == http.MethodHead || request.Method == http.MethodOptions:
		return nil
	}
	route, parameters, err := c.router.FindRoute(request)
	if err != nil || request.URL.Path == widget.Prefix+"/ws" && response.StatusCode == http.StatusOK {
		return checkRefusal(response.StatusCode, body)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route, PathParams: parameters},
		Status:                 response.StatusCode,
		Header:                 response.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			// A file may be anything.
			ExcludeResponseBody: route.Operation.OperationID == "getFile" && response.StatusCode < 300,
		},
	}
	return openapi3filter.ValidateResponse(request.Context(), input)
}

// checkRefusal is for paths and methods that no document describes.
func checkRefusal(status int, body []byte) error {
	if status == http.StatusOK {
		return nil // the tests' stand-in for a socket
	}
	var refusal map[string]string
	if err := json.Unmarshal(body, &refusal); err != nil {
		return err
	}
	if len(refusal) != 1 || refusal["error"] == "" {
		return errors.New("the error has another shape")
	}
	return nil
}

func TestTheContractNoticesWhatTheDocumentDoesNotSay(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x"+widget.Prefix+"/conversations", nil)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"req_1"}}
	for body, good := range map[string]bool{
		`{"conversation_token":"t","auto_reply":null}`:         true,
		`{"conversation_token":"t","auto_reply":null,"new":1}`: false,
		`{"conversation_token":"t"}`:                           false,
		`{"conversation_token":5,"auto_reply":null}`:           false,
	} {
		err := c.check(request, &http.Response{StatusCode: http.StatusCreated, Header: header}, []byte(body))
		if (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
	refused := &http.Response{StatusCode: http.StatusConflict, Header: header}
	if c.check(request, refused, []byte(`{"message":"no"}`)) == nil || c.check(request, refused, []byte(`{"error":"No"}`)) != nil {
		t.Error("the shape of errors is not looked at")
	}
	if c.check(request, &http.Response{StatusCode: http.StatusCreated, Header: http.Header{}}, nil) == nil {
		t.Error("a missing request id is not noticed")
	}
	if c.check(request, &http.Response{StatusCode: http.StatusInternalServerError, Header: header}, []byte(`{"error":"Oh"}`)) == nil {
		t.Error("a 500 is not noticed")
	}
}
