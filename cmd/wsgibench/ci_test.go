package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/scenarios"
)

// ciTree is a repository of two commits: the head has a fault.
func ciTree(t *testing.T, head string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write("bench.yaml", `
app: reference
targets: [{server: ./server.yaml}]
requests: [{get: /hello}]
traffic: [{warmup: true, clients: 1, for: 20ms}, {name: steady, clients: 1, for: 50ms}]
gate: {rss: 50%, errors: 0}
`)
	server := "doc: A server.\ncommand: [fakeserver, \"{bind}\", \"%s\"]\n"
	write("server.yaml", fmt.Sprintf(server, "none"))
	git("init", "-q")
	git("add", ".")
	git("commit", "-qm", "base")
	write("server.yaml", fmt.Sprintf(server, head))
	git("commit", "-qam", "head", "--allow-empty")
	return dir
}

// script runs shell text as a CI would, and returns what it printed and its exit status.
func script(t *testing.T, dir, text string, env map[string]string) (string, int) {
	t.Helper()
	cmd := exec.Command("sh", "-e", "-c", text)
	cmd.Dir, cmd.Env = dir, os.Environ()
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func contains(t *testing.T, path string, wants ...string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	for _, want := range wants {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %q:\n%s", filepath.Base(path), want, data)
		}
	}
}

// The steps of the composite action, run as GitHub would: with the inputs' defaults, but for what names an event.
func TestGitHubAction(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Name, Run string
				Env       map[string]string
			}
		}
	}
	readYAML(t, "../../docs/ci/action.yml", &action)
	dir := ciTree(t, "fat:100")
	files := map[string]string{
		"GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "GITHUB_PATH": filepath.Join(dir, "path"),
	}
	inputs := map[string]string{"scenario": "bench.yaml", "base": "HEAD~1"}
	for name, in := range action.Inputs {
		if _, ok := inputs[name]; !ok {
			inputs[name] = in.Default
		}
	}
	inputs["args"] += " --pairs 8 --no-calibrate --mode duet"
	for _, step := range action.Runs.Steps {
		env := map[string]string{"GITHUB_ACTIONS": "true"}
		for k, v := range files {
			env[k] = v
		}
		for k, v := range step.Env {
			name := strings.TrimSuffix(strings.TrimPrefix(v, "${{ inputs."), " }}")
			value, ok := inputs[name]
			if !ok {
				t.Fatalf("step %s: %s is %q, which is no input", step.Name, k, v)
			}
			env[k] = value
		}
		out, status := script(t, dir, step.Run, env)
		if want := map[string]int{"gate": 10}[step.Name]; status != want {
			t.Fatalf("step %s: exit status %d, want %d\n%s", step.Name, status, want, out)
		}
		if step.Name == "gate" && !strings.Contains(out, "\n::error title=wsgibench%3A regression::rss in phase steady") {
			t.Errorf("no annotation in:\n%s", out)
		}
	}
	contains(t, files["GITHUB_OUTPUT"], "verdict=regression\n")
	contains(t, files["GITHUB_STEP_SUMMARY"], "### wsgibench gate: regression")
	contains(t, filepath.Join(dir, "wsgibench-junit.xml"), `failures="1"`)
	contains(t, filepath.Join(dir, "wsgibench-benchmark.json"), "bench / ")
	contains(t, filepath.Join(dir, "wsgibench-bench.txt"), "BenchmarkWSGI")
}

// The script of the GitLab template, with the template's variables.
func TestGitLabTemplate(t *testing.T) {
	var template struct {
		Job struct {
			Variables map[string]string
			Script    []string
			Artifacts struct{ Reports map[string]string }
		} `yaml:".wsgibench"`
	}
	readYAML(t, "../../docs/ci/gitlab-ci.yml", &template)
	dir := ciTree(t, "none")
	env := template.Job.Variables
	env["WSGIBENCH_ARGS"] += " --pairs 8 --no-calibrate --mode duet"
	out, status := script(t, dir, strings.Join(template.Job.Script, "\n"), env)
	if status != exitOK {
		t.Fatalf("exit status %d, want 0\n%s", status, out)
	}
	contains(t, filepath.Join(dir, template.Job.Artifacts.Reports["junit"]), `tests="2" failures="0"`)
	contains(t, filepath.Join(dir, template.Job.Artifacts.Reports["metrics"]), "wsgibench_rss_bytes{", "# EOF")
}

// The commands of the README's section on CI are run by scripts, and what it shows of a scenario is one's.
func TestReadmeGate(t *testing.T) {
	var scripts string
	for _, name := range []string{"testdata/gate.txtar", "testdata/real/gate.txtar"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts += string(text)
	}
	commands := strings.Split(strings.TrimSpace(block(t, "wsgibench gate bench.yaml --base origin/main --head .")), "\n")
	if len(commands) != 2 {
		t.Errorf("%d commands %q, want 2", len(commands), commands)
	}
	for _, c := range commands {
		if !strings.Contains(scripts, c) {
			t.Errorf("no script runs %q", c)
		}
	}
	text := "app: reference\ntargets: [gunicorn-sync]\nrequests: [{get: /}]\ntraffic: [{clients: 1, for: 1s}]\n"
	s, err := scenarios.Parse("bench.yaml", []byte(text+block(t, "gate: {cpu_per_request: 3%, p99: 10%, rss: 5%, errors: 0}")), nil, bench.Names())
	if err != nil || len(s.Gate) != 4 {
		t.Errorf("the scenario: %v", err)
	}
}
