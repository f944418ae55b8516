package watch_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/recobro/recobro/watch"
)

var update = flag.Bool("update", false, "write the figures into docs/metrics.md")

func TestTheDocumentListsTheFigures(t *testing.T) {
	const name = "../docs/metrics.md"
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	const begin, end = "-update` -->\n", "<!-- /figures -->"
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := before + begin + watch.Document() + end + after
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(want), 0o644))
		return
	}
	assert.Equal(t, want, string(text), "go test ./watch -update writes it")
}

// rule is an alert, as Prometheus reads it.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func rules(t *testing.T) []rule {
	t.Helper()
	text, err := os.ReadFile("../deploy/prometheus/alerts.yaml")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&file))
	var all []rule
	for _, g := range file.Groups {
		require.NotEmpty(t, g.Name)
		all = append(all, g.Rules...)
	}
	return all
}

var (
	selector = regexp.MustCompile(`\b((?:recobro|temporal)_[a-z_]+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	grouping = regexp.MustCompile(`\bby \(([^)]*)\)`)
	duration = regexp.MustCompile(`^[0-9]+[smhd]$`)
)

// temporalNames are those of Temporal's client that the alerts and the
// dashboard ask for; a test of the standalone installation looks whether a live
// one shows them.
var temporalNames = map[string][]string{
	"temporal_workflow_task_execution_failed_total":                   {"workflow_type", "failure_reason"},
	"temporal_workflow_task_schedule_to_start_latency_seconds_bucket": {"task_queue", "le"},
	"temporal_activity_schedule_to_start_latency_seconds_bucket":      {"task_queue", "le"},
	"temporal_request_failure_total":                                  {"operation", "status_code"},
}

// asksForWhatThereIs holds each name and label of an expression against the
// figures that there are.
func asksForWhatThereIs(t *testing.T, where, expr string) {
	t.Helper()
	found := selector.FindAllStringSubmatch(expr, -1)
	require.NotEmpty(t, found, "%s asks for no figure of ours: %s", where, expr)
	var labels []string
	for _, s := range found {
		of, ok := labelsOf(s[1])
		require.True(t, ok, "%s asks for %s, which is not shown", where, s[1])
		labels = append(labels, of...)
		for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
			assert.Contains(t, of, m[1], "%s: %s has no such label", where, s[1])
			_, err := regexp.Compile(m[3])
			assert.NoError(t, err, where)
		}
	}
	for _, g := range grouping.FindAllStringSubmatch(expr, -1) {
		for name := range strings.SplitSeq(g[1], ",") {
			assert.Contains(t, append(labels, "instance", "job", "role"), strings.TrimSpace(name), "%s groups by what is not there", where)
		}
	}
	for _, pair := range []string{"()", "{}", "[]"} {
		assert.Equal(t, strings.Count(expr, pair[:1]), strings.Count(expr, pair[1:]), "%s: %s", where, expr)
	}
}

func labelsOf(name string) ([]string, bool) {
	if of, ok := temporalNames[name]; ok {
		return of, true
	}
	for _, f := range watch.Figures() {
		switch {
		case f.Name == name && f.Kind != watch.Histogram:
			return f.Labels, true
		case f.Kind == watch.Histogram && (name == f.Name+"_bucket" || name == f.Name+"_sum" || name == f.Name+"_count"):
			return append(slices.Clone(f.Labels), "le"), true
		}
	}
	return nil, false
}

func TestTheAlertsAskForFiguresThatThereAre(t *testing.T) {
	runbook, err := os.ReadFile("../deploy/README.md")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, r := range rules(t) {
		require.NotEmpty(t, r.Alert)
		assert.False(t, seen[r.Alert], "%s is there twice", r.Alert)
		seen[r.Alert] = true
		asksForWhatThereIs(t, r.Alert, r.Expr)
		assert.Contains(t, []string{"page", "ticket"}, r.Labels["severity"], r.Alert)
		assert.NotEmpty(t, r.Annotations["summary"], r.Alert)
		if r.For != "" {
			assert.Regexp(t, duration, r.For, r.Alert)
		}
		file, anchor, _ := strings.Cut(r.Annotations["runbook"], "#")
		assert.Equal(t, "deploy/README.md", file, r.Alert)
		assert.Contains(t, headings(string(runbook)), anchor, "%s: deploy/README.md does not say what to do", r.Alert)
	}
	assert.Greater(t, len(seen), 20)
}

// headings gives the anchors of a page's headings, as GitHub makes them.
func headings(page string) []string {
	var all []string
	for line := range strings.Lines(page) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimSpace(line), "#"), " "); ok && strings.HasPrefix(line, "#") {
			kept := strings.Map(func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case strings.ContainsRune("'’,.:`", r):
					return -1
				}
				return r
			}, strings.ToLower(title))
			all = append(all, kept)
		}
	}
	return all
}

func TestTheDashboardAsksForFiguresThatThereAre(t *testing.T) {
	text, err := os.ReadFile("../deploy/prometheus/dashboard.json")
	require.NoError(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &board))
	require.NotEmpty(t, board.Panels)
	for _, p := range board.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			asksForWhatThereIs(t, p.Title, target.Expr)
		}
	}
}

func TestAWrongAlertIsFound(t *testing.T) {
	for _, x := range []struct{ what, expr string }{
		{"a figure that is not there", "max(recobro_overdue_casses) > 0"},
		{"a histogram without its part", "recobro_act_seconds > 1"},
	} {
		for _, s := range selector.FindAllStringSubmatch(x.expr, -1) {
			_, ok := labelsOf(s[1])
			assert.False(t, ok, x.what)
		}
	}
}
