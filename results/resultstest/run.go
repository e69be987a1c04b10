package resultstest

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"

	"github.com/wsgibench/wsgibench/results"
)

// hostileText breaks tables, markup, scripts and terminals that do not escape it.
const hostileText = "</script><script>alert(1)</script>|\"a\",'b'&amp;\r\n=2+3 日本語 \u202e\x00%s"

// A character is how the server of a cell behaves.
type character struct {
	id, label, target string
	median            float64 // of the service time at the rate of the open phase, s
	sigma             float64 // of its logarithm
	cpu               float64 // per request, s
	pss               float64 // peak, B
	threads           int
	errors            float64 // share of requests that fail
	settings          map[string]string
}

func characters(hostile bool) []character {
	cs := []character{
		{"wsgiref", "wsgiref", "wsgiref", 0.0016, 0.55, 0.00085, 22e6, 1, 0, nil},
		{"gunicorn-sync", "gunicorn-sync workers=2", "gunicorn-sync", 0.0011, 0.40, 0.00062, 58e6, 3, 0, map[string]string{"workers": "2"}},
		{"gunicorn-gthread", "gunicorn-gthread", "gunicorn-gthread", 0.0013, 0.60, 0.00070, 47e6, 6, 0.004, map[string]string{"threads": "4", "workers": "1"}},
		{"gohost", "gohost", "gohost", 0.0006, 0.35, 0.00041, 31e6, 9, 0, map[string]string{"workers": "1"}},
	}
	if hostile {
		cs[0].label, cs[0].target = "<script>alert(1)</script>", "<script>alert(1)</script>"
		cs[1].label, cs[1].target = "a|b\nc `d` *e* [f](javascript:g)", "a|b\nc"
		cs[2].label, cs[2].target = "グニコーン ☃ \"q\", 'r' & <b>", "グニコーン"
		cs[3].label, cs[3].target = "http://127.0.0.1:8000/?a=1&b=</td>", "http://127.0.0.1:8000/?a=1&b=</td>"
	}
	return cs
}

// requests are the names of the mix and their shares.
func requests(hostile bool) []string {
	if hostile {
		return []string{"GET /hello?a=1,2&b=<i>", "POST /echo | 100% \"größe\""}
	}
	return []string{"GET /hello", "POST /echo"}
}

func newRun(o Options) *results.Run {
	name, app := "hello-shootout", "reference"
	if o.Hostile {
		name, app = "hello <script>/../\"x\" | y", "shop.wsgi:<b>app</b>|x"
	}
	text := fmt.Sprintf("name: %q\napp: %q\n", name, app)
	run := &results.Run{
		Schema:   results.Schema,
		Started:  Started,
		Tool:     results.Tool{Version: "v0.0.0-example", Go: "go1.26", OS: "linux", Arch: "amd64"},
		Args:     []string{"run", "scenarios/hello-shootout.yaml"},
		Scenario: results.Scenario{Name: name, Path: "scenarios/hello-shootout.yaml", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(text))), Text: text},
		Seed:     o.Seed,
		Blocks:   Blocks,
		Phases:   phases(o.Hostile),
		Host:     host(o.Hostile),
		CPUs:     results.CPUs{Asked: "auto", Server: "1", Load: "0"},
		Missing:  []results.Missing{{Target: "waitress", Reason: "the package index cannot be reached", Hint: "run again when it can"}},
	}
	for _, c := range characters(o.Hostile) {
		run.Cells = append(run.Cells, results.Cell{
			ID: c.id, Label: c.label, Target: c.target, App: app, Python: "python3", Settings: c.settings,
			Argv: []string{"python3", "-m", c.target, "-b", "{bind}"}, Versions: map[string]string{"python": "3.13.0"},
		})
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	for b := 1; b <= Blocks; b++ {
		for _, i := range rng.Perm(len(run.Cells)) {
			run.Order = append(run.Order, results.Slot{Block: b, Cell: run.Cells[i].ID})
		}
	}
	return run
}

func phases(hostile bool) []results.Phase {
	ps := []results.Phase{
		{Name: "warmup", Warmup: true, Model: "open", Schedule: "200/s constant", Duration: 1, Offered: 200},
		{Name: "steady", Model: "open", Schedule: "400/s poisson", Duration: 5, Offered: 400},
		{Name: "saturate", Model: "closed", Schedule: "8 clients", Clients: 8, Duration: 3},
	}
	if hostile {
		ps[1].Name, ps[1].Schedule = "steady | <b>50%</b>, a/b", "400/s <i>poisson</i>"
	}
	return ps
}

func host(hostile bool) results.Host {
	kernel, cpu, memory, virt := "6.18.0", "Example CPU @ 2.00GHz", int64(8<<30), "kvm"
	h := results.Host{
		Hostname: "example", OS: "Debian GNU/Linux 13", Kernel: &kernel, CPUModel: &cpu, NumCPU: 2, Memory: &memory, Virt: &virt,
		Sysctl:  map[string]string{"net.core.somaxconn": "4096", "net.ipv4.ip_local_port_range": "32768 60999"},
		Unknown: map[string]string{"governor": "no cpufreq in this virtual machine"},
	}
	if hostile {
		h.Hostname, cpu = "<img src=x onerror=alert(1)>", "CPU: \"x\"\nunit: Benchmark"
	}
	return h
}
