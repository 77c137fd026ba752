package main_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// compose is what we read of docker-compose.yml.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Configs  map[string]struct{ Content string }
}

type service struct {
	Image           string
	Build           any
	Environment     map[string]string
	Configs         []struct{ Source string }
	Volumes         []string
	Healthcheck     map[string]any
	StopGracePeriod string                                `yaml:"stop_grace_period"`
	DependsOn       map[string]struct{ Condition string } `yaml:"depends_on"`
	Networks        map[string]struct {
		Address string `yaml:"ipv4_address"`
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func parseCompose(t *testing.T) compose {
	t.Helper()
	var parsed compose
	if err := yaml.Unmarshal([]byte(read(t, "docker-compose.yml")), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestTheComposedServicesAreWholeAndPinned(t *testing.T) {
	t.Parallel()
	parsed := parseCompose(t)
	pinned := regexp.MustCompile(`:[0-9][\w.-]*$`)
	for name, s := range parsed.Services {
		if s.Build == nil && !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %q has no version", name, s.Image)
		}
		if s.Healthcheck == nil {
			t.Errorf("%s has no health check", name)
		}
		for other, on := range s.DependsOn {
			if _, known := parsed.Services[other]; !known || on.Condition != "service_healthy" {
				t.Errorf("%s waits for %s to be %q", name, other, on.Condition)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, declared := parsed.Volumes[source]; !declared {
				t.Errorf("%s uses the undeclared volume %s", name, source)
			}
		}
		for _, config := range s.Configs {
			if parsed.Configs[config.Source].Content == "" {
				t.Errorf("%s uses the empty or undeclared config %s", name, config.Source)
			}
		}
	}
}

func TestTheComposedNodesAreAlikeAndKnowEachOthersSecrets(t *testing.T) {
	t.Parallel()
	parsed := parseCompose(t)
	first, second := parsed.Services["parley1"], parsed.Services["parley2"]
	if !reflect.DeepEqual(first, second) {
		t.Error("the nodes differ")
	}
	for _, name := range []string{"DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY", "PUBLIC_URL"} {
		if first.Environment[name] == "" {
			t.Errorf("the nodes have no %s", name)
		}
	}
	if want := parsed.Services["balancer"].Networks["default"].Address + "/32"; first.Environment["TRUSTED_PROXIES"] != want {
		t.Errorf("the nodes trust %s, the balancer is %s", first.Environment["TRUSTED_PROXIES"], want)
	}
	for _, pair := range [][2]string{{"AWS_ACCESS_KEY_ID", "ROOT_ACCESS_KEY"}, {"AWS_SECRET_ACCESS_KEY", "ROOT_SECRET_KEY"}} {
		if own, s3 := first.Environment[pair[0]], parsed.Services["s3"].Environment[pair[1]]; own == "" || own != s3 {
			t.Errorf("the nodes' %s is not the S3 server's %s", pair[0], pair[1])
		}
	}
	const drain = 25 * time.Second
	if grace, err := time.ParseDuration(first.StopGracePeriod); err != nil || grace <= drain {
		t.Errorf("a node has %s to end, it needs %s", first.StopGracePeriod, drain)
	}
}

func TestTheComposedNodesSetOnlyVariablesThatTheProgramReads(t *testing.T) {
	t.Parallel()
	var known []string
	for _, match := range regexp.MustCompile(`env:"([A-Z0-9_]+)"`).FindAllStringSubmatch(read(t, "server/config.go"), -1) {
		known = append(known, match[1])
	}
	for name := range parseCompose(t).Services["parley1"].Environment {
		if !slices.Contains(known, name) {
			t.Errorf("the program does not read %s", name)
		}
	}
}

func TestTheBalancerAsksEveryNodeWhetherItIsReadyAndLogsNoPath(t *testing.T) {
	t.Parallel()
	parsed := parseCompose(t)
	config := parsed.Configs["balancer"].Content
	for _, line := range []string{"server parley1 parley1:8080", "server parley2 parley2:8080", "option httpchk GET /readyz", "option forwardfor"} {
		if !strings.Contains(config, line) {
			t.Errorf("the balancer's configuration lacks %q", line)
		}
	}
	// Paths hold visitor tokens. %r, %HU, %HP and %HQ are the request and its parts.
	if regexp.MustCompile(`option httplog|%H[UPQ]\b|%(\{[^}]*\})?r\b`).MatchString(config) {
		t.Error("the balancer logs paths, which hold visitor tokens")
	}
}

func TestVersionsThatAreSaidTwiceAgree(t *testing.T) {
	t.Parallel()
	gateway := regexp.MustCompile(`cmd/versitygw@(v[\d.]+)`)
	composed := gateway.FindStringSubmatch(read(t, "docker-compose.yml"))
	tested := gateway.FindStringSubmatch(read(t, ".ci/tools"))
	if composed == nil || tested == nil || composed[1] != tested[1] {
		t.Errorf("the S3 server is %v in docker-compose.yml and %v in .ci/tools", composed, tested)
	}
	language := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	image := regexp.MustCompile(`golang:(\d+\.\d+)-`).FindStringSubmatch(read(t, "Dockerfile"))
	if language == nil || image == nil || language[1] != image[1] {
		t.Errorf("Go is %v in go.mod and %v in the Dockerfile", language, image)
	}
}

func TestTheImageRunsWithoutRights(t *testing.T) {
	t.Parallel()
	_, last, found := strings.Cut(read(t, "Dockerfile"), "\nFROM scratch\n")
	if !found || !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(last) {
		t.Error("the image's program does not run as a user without rights")
	}
}
