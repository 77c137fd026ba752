package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"parley/models"
)

const (
	gatewayModule = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
	testRegion    = "eu-central-1"
)

var testCredentials = Credentials{AccessKeyID: "parley-test", SecretAccessKey: "a-secret-of-the-tests"}

// gateway finds the S3 server, or builds it once for all tests of this machine.
var gateway = sync.OnceValues(func() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	tools := filepath.Join(filepath.Dir(here), "..", "..", ".tools", "bin")
	for _, name := range []string{filepath.Join(tools, "versitygw"), "versitygw"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	// It is built once for all tests, none of whose contexts may end it.
	cmd := exec.CommandContext(context.Background(), "go", "install", gatewayModule)
	cmd.Env = append(os.Environ(), "GOBIN="+tools, "GOFLAGS=")
	cmd.Dir = os.TempDir() // outside of this module, whose pins are not the gateway's
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install %s: %w\n%s", gatewayModule, err, out)
	}
	return filepath.Join(tools, "versitygw"), nil
})

// startGateway runs an S3 server for one test and returns where it listens.
func startGateway(t testing.TB) *url.URL {
	t.Helper()
	program, err := gateway()
	if err != nil {
		t.Fatal(err)
	}
	data, sidecar := t.TempDir(), t.TempDir()
	address := nobody(t)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, "--quiet", "--port", address, "--region", testRegion,
		"--access", testCredentials.AccessKeyID, "--secret", testCredentials.SecretAccessKey,
		"posix", "--sidecar", sidecar, data)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it is ours and holds nothing to save
		_ = cmd.Wait()         // its exit status is that of the signal
	})
	u := &url.URL{Scheme: "http", Host: address}
	awaitAnswer(t, u)
	return u
}

func awaitAnswer(t testing.TB, u *url.URL) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = answer.Body.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the S3 server does not answer: %v", err)
		}
	}
}

// nobody is an address where nothing listens.
func nobody(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

// clientOf is the client behind a bucket.
func clientOf(t testing.TB, s Store) *minio.Client {
	t.Helper()
	b, ok := s.(*bucket)
	if !ok {
		t.Fatalf("%T is no bucket", s)
	}
	return b.client
}

// newBucket makes a bucket on a server of its own and opens it.
func newBucket(t testing.TB) Store {
	t.Helper()
	s := open(t, Place{Bucket: "attachments", Endpoint: startGateway(t), Region: testRegion}, testCredentials)
	if err := clientOf(t, s).MakeBucket(t.Context(), "attachments", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAWrongSecretIsRefused(t *testing.T) {
	t.Parallel()
	good := newBucket(t)
	name := put(t, good, []byte("private"))
	for what, c := range map[string]Credentials{
		"wrong secret": {AccessKeyID: testCredentials.AccessKeyID, SecretAccessKey: "guessed"},
		"wrong key":    {AccessKeyID: "somebody", SecretAccessKey: testCredentials.SecretAccessKey},
		"none":         {},
	} {
		p := Place{Bucket: "attachments", Endpoint: clientOf(t, good).EndpointURL(), Region: testRegion}
		s := open(t, p, c)
		if f, err := s.Open(t.Context(), name); err == nil {
			t.Errorf("%s: opened %v", what, f)
		}
		if err := s.Check(t.Context()); !errors.Is(err, models.ErrUnavailable) {
			t.Errorf("%s: check: %v, want unavailable", what, err)
		}
	}
}

func TestABucketThatIsNotThereIsSaidByCheck(t *testing.T) {
	t.Parallel()
	s := open(t, Place{Bucket: "nowhere", Endpoint: startGateway(t), Region: testRegion}, testCredentials)
	if err := s.Check(t.Context()); err == nil {
		t.Error("check: no error")
	}
}

func TestAnS3ServerThatIsAwayIsUnavailableAndNotMissing(t *testing.T) {
	t.Parallel()
	endpoint := &url.URL{Scheme: "http", Host: nobody(t)}
	s := open(t, Place{Bucket: "attachments", Endpoint: endpoint, Region: testRegion}, testCredentials)
	_, err := s.Open(t.Context(), rand.Text())
	if !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("open: %v, want unavailable", err)
	}
}

func TestWithoutAnEndpointTheBucketIsAmazons(t *testing.T) {
	t.Parallel()
	s := open(t, Place{Bucket: "attachments", Region: "eu-west-1"}, testCredentials)
	if host := clientOf(t, s).EndpointURL().Host; host != amazon.Host {
		t.Errorf("the host is %s", host)
	}
}
