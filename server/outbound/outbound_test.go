package outbound

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"go.uber.org/goleak"

	"parley/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestACallBringsItsBodyAndHeaderAndGetsTheAnswer(t *testing.T) {
	t.Parallel()
	server := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		_, _ = fmt.Fprintf(w, "%s %s %s %s %d", r.Method, r.Header.Get("X-Mine"), r.UserAgent(), body, r.ContentLength)
	})
	c := allowing(t, "127.0.0.0/8", Options{Agent: "Parley"})
	status, answer, err := c.Post(t.Context(), server.URL, map[string]string{"X-Mine": "yes"}, []byte("hello"))
	if err != nil || status != 202 || answer != "POST yes Parley hello 5" {
		t.Errorf("%d %q %v", status, answer, err)
	}
}

func TestNothingInsideIsDialledWhateverTheNameSays(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	server := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	// The name means a public address when it is saved, and this machine when it is called.
	resolver := newNames(t, map[string][]string{"fickle.example": {"93.184.216.34", "127.0.0.1"}, "inside.example": {"127.0.0.1"}})
	c := allowing(t, "10.0.0.0/8", Options{Resolver: resolver})
	if err := c.Check(t.Context(), "http://fickle.example"+port); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"fickle.example", "inside.example", "127.0.0.1", "127.0.0.1.", "[::ffff:127.0.0.1]", "localhost", "localhost.", "2130706433", "0x7f000001",
		"0177.0.0.1", "127.1", "0.0.0.0", "[::1]", "[::]",
	} {
		_, _, err := c.Post(t.Context(), "http://"+host+port, nil, nil)
		if e := models.AsError(err); err == nil || (e.Message != errForbid.Message && e.Message != errName.Message) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if reached.Load() != 0 {
		t.Errorf("the server inside was reached %d times", reached.Load())
	}
	named := allowing(t, "inside.example", Options{Resolver: resolver})
	if status, _, err := named.Post(t.Context(), "http://inside.example"+port, nil, nil); err != nil || status != 200 {
		t.Errorf("a name on the list: %d %v", status, err)
	}
}

func TestAProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	var reached atomic.Int64
	proxy := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	c := allowing(t, "127.0.0.0/8", Options{Resolver: newNames(t, nil)})
	if _, _, err := c.Post(t.Context(), "http://nowhere.example/", nil, nil); models.AsError(err).Message != errName.Message || reached.Load() != 0 {
		t.Errorf("%v, asked %d times", err, reached.Load())
	}
}

func TestARedirectIsAnAnswerAndNoWay(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	aim := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	for _, to := range []string{aim.URL, "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://[::1"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			server := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			c := allowing(t, "127.0.0.0/8", Options{})
			if got, _, err := c.Post(t.Context(), server.URL, nil, []byte("{}")); err != nil || got != status {
				t.Errorf("%d to %s: %d %v", status, to, got, err)
			}
		}
	}
	if reached.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAnswersAreCutAndAreText(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("ä", 1000)); err != nil {
				return
			}
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"endless": endless,
		"binary":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a\x00b\xff\xfe<script>")) },
		"odd": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "x"+strings.Repeat("€", 3000))
		},
		"packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte{0x1f, 0x8b, 8, 0})
		},
	} {
		c := allowing(t, "127.0.0.0/8", Options{})
		status, answer, err := c.Post(t.Context(), receiver(t, handler).URL, nil, nil)
		if err != nil || status != 200 || len(answer) > kept+len("…") || !utf8.ValidString(answer) || strings.ContainsRune(answer, 0) {
			t.Errorf("%s: %d, %d bytes, %v: %.40q", name, status, len(answer), err, answer)
		}
		if cut := strings.HasSuffix(answer, "…"); cut != (name == "endless" || name == "odd") || strings.Contains(strings.TrimSuffix(answer, "…"), "…") ||
			name != "binary" && name != "packed" && strings.ContainsRune(answer, utf8.RuneError) {
			t.Errorf("%s ends in %q", name, answer[max(0, len(answer)-8):])
		}
	}
}

func TestACallEndsInTimeWhateverTheReceiverDoes(t *testing.T) {
	t.Parallel()
	slow := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is the caller's leaving noticed
		<-r.Context().Done()
	})
	dripping := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for r.Context().Err() == nil {
			<-tick.C
			_, _ = io.WriteString(w, ".")
			_ = http.NewResponseController(w).Flush()
		}
	})
	mute, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	c := allowing(t, "127.0.0.0/8", Options{Limit: 300 * time.Millisecond})
	for name, address := range map[string]string{"slow": slow.URL, "dripping": dripping.URL, "mute": "http://" + mute.Addr().String()} {
		began := time.Now()
		_, _, err := c.Post(t.Context(), address, nil, []byte("{}"))
		if took := time.Since(began); models.AsError(err).Message != errSlow.Message || took > 15*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}

func TestFailuresAreToldWithoutTheInsides(t *testing.T) {
	t.Parallel()
	closed := receiver(t, func(http.ResponseWriter, *http.Request) {})
	closed.Close()
	encrypted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(encrypted.Close)
	encrypted.Config.ErrorLog = nil
	for name, c := range map[string]struct {
		says string
		want *models.Error
	}{
		"no HTTP":      {"nonsense\r\n\r\n", errProtocol},
		"hangs up":     {"", errBroken},
		"large header": {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", headerKept+10<<10) + "\r\n\r\n", errProtocol},
		"half a body":  {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", errBroken},
	} {
		client := allowing(t, "127.0.0.0/8", Options{})
		_, _, err := client.Post(t.Context(), scripted(t, c.says), nil, []byte("{}"))
		if got := models.AsError(err); got.Message != c.want.Message || strings.Contains(got.Message, "127.") {
			t.Errorf("%s: %q, want %q", name, err, c.want.Message)
		}
	}
	client := allowing(t, "127.0.0.0/8", Options{Resolver: newNames(t, nil)})
	for address, want := range map[string]*models.Error{
		closed.URL: errRefused, encrypted.URL: errTLS, "http://gone.example/": errName, "http://%zz/": errAddress,
	} {
		if _, _, err := client.Post(t.Context(), address, nil, nil); models.AsError(err).Message != want.Message {
			t.Errorf("%s: %v, want %q", address, err, want.Message)
		}
	}
}

// scripted is a server that says the same to everybody, and hangs up.
func scripted(t *testing.T, says string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, says)
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestALineBreakInAHeaderSendsNothing(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	server := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	c := allowing(t, "127.0.0.0/8", Options{})
	for _, header := range []map[string]string{{"X-Mine": "a\r\nX-Evil: b"}, {"X-Mine\r\nX-Evil": "b"}, {"X-Mine": "a\nb"}} {
		if _, _, err := c.Post(t.Context(), server.URL, header, nil); err == nil {
			t.Errorf("%v was sent", header)
		}
	}
	if reached.Load() != 0 {
		t.Error("the server was reached")
	}
}
