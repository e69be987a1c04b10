package scenarios

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/wsgibench/wsgibench/internal/golden"
)

func TestSchemaGolden(t *testing.T) {
	golden.Check(t, "testdata/schema.golden.json", string(Schema()))
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain turns a value into what a JSON Schema validator takes, as an editor would.
func (v *value) plain() any {
	switch v.kind {
	case listKind:
		list := []any{}
		for _, item := range v.items {
			list = append(list, item.plain())
		}
		return list
	case mappingKind:
		m := map[string]any{}
		for _, p := range v.pairs {
			m[p.key] = p.val.plain()
		}
		return m
	}
	switch v.tag {
	case "!!int", "!!float":
		if f, err := strconv.ParseFloat(v.text, 64); err == nil {
			if integerText.MatchString(v.text) {
				return json.Number(v.text)
			}
			return f
		}
	case "!!bool":
		return strings.EqualFold(v.text, "true")
	case "!!null":
		return nil
	}
	return v.text
}

// Documents that the decoder refuses for what a schema cannot say: names, references between entries, duplicates,
// values across units, and text whose form is right and whose meaning is not.
var beyondSchema = map[string]bool{
	"duplicates.yaml": true, "too-many-cells.yaml": true, "only-warmup.yaml": true,
}

// The schema refuses what the decoder refuses and accepts what it accepts.
func TestSchemaAgreesWithDecoder(t *testing.T) {
	schema := compiledSchema(t)
	documents := 0
	for _, pattern := range []string{"testdata/*/*.yaml", "*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			v := parseTree(&reporter{}, text, 0)
			if v == nil {
				continue // no document
			}
			documents++
			_, decoded := Parse(path, text, nil, Names{})
			validated := schema.Validate(v.plain())
			if want := decoded != nil && !beyondSchema[filepath.Base(path)]; want != (validated != nil) {
				t.Errorf("%s: the decoder says\n%v\nthe schema says\n%v", path, decoded, validated)
			}
		}
	}
	if documents < 20 {
		t.Errorf("got %d documents, want at least 20", documents)
	}
}

// An agreement holds decoder and schema to the same opinion of a document with one change.
type agreement struct {
	*testing.T
	schema *jsonschema.Schema
	text   []byte
}

func agreementOn(t *testing.T, name string) agreement {
	t.Helper()
	text, err := os.ReadFile("testdata/good/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return agreement{t, compiledSchema(t), text}
}

func (a agreement) check(good bool, changes ...string) {
	a.Helper()
	for _, set := range changes {
		_, decoded := Parse("x.yaml", a.text, []string{set}, Names{})
		r := &reporter{set: []string{set}}
		v := parseTree(r, a.text, 0)
		applySet(r, v, r.set)
		validated := a.schema.Validate(v.plain())
		if (decoded == nil) != good || (validated == nil) != good {
			a.Errorf("%s: want accepted %v, the decoder says %v, the schema says %v", set, good, decoded, validated)
		}
	}
}

// Small documents, each wrong (or right) in one way only, so that both must see that one thing.
func TestSchemaAgreesOnSingleChanges(t *testing.T) {
	a := agreementOn(t, "full.yaml")
	a.check(true,
		"name=a.b-c_d", "app=reference", "cpus=off", "cpus=auto", "cpus.load=3", "connections=close", "connections=keepalive", "connections={keepalive: false}",
		"timeout=500ms", "timeout=1m", "targets.0.any_setting=true", "targets.0={server: a/b.yaml}", "targets.0.python=python3.12", "matrix={}", "trials={}",
		"requests.0.expect={}", "requests.0.expect.length=14B", "requests.0.body=''", "requests.0.headers.X-A=1.5", "thresholds=[]", "traffic.0.for=2 min",
		"thresholds.0='steady : p99.99(first_byte)>=1h1m'", "requests.7={method: M-SEARCH, path: /}",
	)
	a.check(false,
		"nam=x", "name=a b", "name=-x", "name=2024", "app=", "app={dir: .}", "app.module=shop", "app.x=1", "cpus=maybe", "cpus=1", "cpus={}", "cpus.x=1", "cpus.load=1;2",
		"connections.keepalive=true", "connections.close=1", "timeout=5", "timeout=-5s", "targets=[]", "targets=x", "targets.0=http://x", "targets.0={name: x}",
		"targets.0={server: x, url: 'http://x'}", "targets.3.workers=2", "targets.3.url=127.0.0.1:80", "targets.0.workers=0", "targets.0.workers=two", "targets.0.x=[1]", "targets.0.python=3.12",
		"matrix.workers=[]", "matrix.workers=[0]", "matrix.workers=1", "matrix.backlog=[[1]]", "trials.blocks=0", "trials.blocks=1.5", "trials.blocks=1001", "trials.seed=-1", "trials.x=1",
		"requests=[]", "requests.0.post=/x", "requests.0={}", "requests.0.get=hello", "requests.0.path=/x", "requests.7.path=hello", "requests.7={method: GET}", "requests.0.weight=0",
		"requests.0.expect.sha256=abc", "requests.0.expect.status=42", "requests.0.expect.x=1", "requests.6.expect.body=x", "requests.1.body={chunked: true}", "requests.1.body.chunked=1", "requests.1.body.size=10",
		"requests.0.headers=x", "requests.0.headers.A=[]", "traffic=[]", "traffic.0.clients=2", "traffic.4={for: 1s}", "traffic.4.clients=0", "traffic.4.arrivals=poisson", "traffic.2.arrivals=uniform",
		"traffic.0.for=1", "traffic.0={rate: 1/s}", "traffic.3.rate={from: 1/s}", "traffic.0.rate=10", "traffic.0.warmup=yes", "thresholds=x", "thresholds.0=p99(response) < 50", "thresholds.0=p99(errors) < 1%", "thresholds.0=p101(response) < 1s", "doc=[1]",
		"sessions=[{steps: [{get: /}]}]", "data={a: {csv: b}}",
	)
}

func TestSchemaAgreesOnTrials(t *testing.T) {
	a := agreementOn(t, "trials.yaml")
	a.check(true,
		"trials.until=verdict", "trials.until={precision: 5%}", "trials.max=100", "trials.blocks=3", "trials.budget=1h", "verify=true", "verify=[status]", "gate={p99.9: 0%}", "gate.p50={margin: 0}", "gate.phase=steady",
	)
	a.check(false,
		"trials.until=precision", "trials.until=3%", "trials.until={}", "trials.until.precision=3", "trials.until.metric=p95", "trials.until.x=1", "trials={max: 20}", "trials={until: verdict, blocks: 3}", "trials.max=5", "trials.max=101",
		"trials.budget=5", "verify=[]", "verify=yes please", "verify={}", "verify=['a b']", "gate={}", "gate={phase: steady}", "gate.p95=5%", "gate.p50=5", "gate.p50={phase: steady}", "gate.p50=[5%]", "gate=5%",
	)
}

func TestSchemaAgreesOnTraffic(t *testing.T) {
	a := agreementOn(t, "traffic.yaml")
	a.check(true,
		"traffic.0.for=5s", "traffic.0.rate.steps=[1/s]", "traffic.1.rate.sine.amplitude=0/s", "traffic.2.rate.burst=1", "traffic.3.think=1ms", "traffic.5.think.lognormal.sigma=0",
		"connections={reuse: 1}", "connections={}", "connections={unix: true}", "connections.unix=true", "connections={close: true, unix: false}", "traffic.6.replay.speed=1000", "traffic.6.replay={log: x}",
	)
	a.check(false,
		"traffic.0.rate={}", "traffic.0.rate.steps=[]", "traffic.0.rate.steps=1/s", "traffic.0.rate.from=1/s", "traffic.0.rate={steps: [1/s]}", "traffic.0.rate={each: 1s}", "traffic.1.rate.sine=5/s",
		"traffic.1.rate.sine={mean: 1/s, amplitude: 1/s}", "traffic.1.rate.every=1s", "traffic.2.rate.burst=0", "traffic.2.rate.burst=1/s", "traffic.2.think=1s", "traffic.3.think={}", "traffic.3.think=5",
		"traffic.4.think.lognormal={median: 1s, sigma: 1}", "traffic.5.think.lognormal.sigma=5.1", "traffic.5.think.lognormal.sigma=-0.1", "traffic.5.think.lognormal.sigma=a", "traffic.5.think={lognormal: {sigma: 1}}",
		"connections.close=true", "connections.keepalive=true", "connections.reuse=0", "connections.reuse=many", "connections.unix=yes", "traffic.6.replay={}", "traffic.6.replay.speed=0", "traffic.6.replay.speed=1001",
		"traffic.6.clients=1", "traffic.6.replay=a.log", "traffic.6.arrivals=poisson", "traffic.6.think=1s",
	)
	a = agreementOn(t, "replay.yaml")
	a.check(true, "requests=[{get: /}]")
	a.check(true, "sessions=[{steps: [{get: /}]}]")
	a.check(false, "traffic.0={clients: 1, for: 1s}")
	a.check(false, "requests=[]")
}

func TestSchemaAgreesOnSessions(t *testing.T) {
	a := agreementOn(t, "sessions.yaml")
	a.check(true,
		"sessions.0.cookies=true", "sessions.1.steps.0.capture={a: {json: ''}}", "sessions.0.steps.0.capture.more={regex: a}", "sessions.0.steps.4.get=${sid}", "data.users.pick=random", "sessions.1.weight=2",
		"sessions.1.steps.0.expect={json: {'': 1}}", "sessions.1.steps.0.expect={json: {/~0~1: text}}",
	)
	a.check(false,
		"requests=[{get: /}]", "sessions=[]", "sessions.0.steps=[]", "sessions.0={name: x}", "sessions.0.steps.0.weight=2", "sessions.0.steps.3={}", "sessions.0.steps.3.post=/", "sessions.0.steps.3.get=x", "sessions.0.name=a b",
		"sessions.0.steps.3.expect={json: 5}", "sessions.0.steps.3.expect={json: {a: 5}}", "sessions.0.steps.3.expect={json: {/~2: 5}}", "sessions.0.steps.3.expect={json: {/a: [5]}}", "sessions.0.steps.3.capture={a: {}}",
		"sessions.0.steps.3.capture={a: {json: x}}", "sessions.0.steps.3.capture={a-b: {header: x}}", "sessions.0.steps.3.capture={a: {header: 'x y'}}", "sessions.0.steps.3.capture={a: {header: x, cookie: y}}",
		"sessions.0.steps.3.capture={a: {regex: ''}}", "data.users={pick: random}", "data.users.pick=all", "data.a-b={csv: x}", "data.users.csv=", "sessions.0.steps.3.think=5", "sessions.0.cookies=1",
	)
}

// Whatever is done to a good document: what the decoder accepts, the schema accepts, so no editor complains about a
// scenario that runs.
func TestSchemaAcceptsWhatIsDecoded(t *testing.T) {
	for _, name := range []string{"full.yaml", "trials.yaml", "traffic.yaml", "sessions.yaml", "replay.yaml"} {
		t.Run(name, func(t *testing.T) { testSchemaAccepts(t, "testdata/good/"+name) })
	}
}

func testSchemaAccepts(t *testing.T, path string) {
	schema := compiledSchema(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{
		"1", "0", "-1", "1.5", "true", "~", "[]", "{}", "a", "'5'", "/x", "5/s", "5s", "5 KiB", "5%", "[1, 2]", "[1/s, 2/s]", "{from: 1/s, to: 2/s}", "close", "auto", "poisson",
		"2024-01-01", "{size: 1kB}", "'http://h'", "a:b", "\"\\t\"", "' '", "\"\\n\"", "0x10", "1_000", "010", "1e3", ".inf", "errors < 1%", "{a: 1}", "'0-3'", "'1 '", "0.5", "/a/~0", "${sid}", "{steps: [1/s, 2/s], each: 1s}", "{burst: 5, every: 1s}", "{exponential: 1s}", "{json: /a}", "{regex: a}", "sequential", "{a: {cookie: b}}", "verdict", "{precision: 1%}", "0%",
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		v := parseTree(&reporter{}, text, 0)
		var path []string
		for at := v; ; {
			switch {
			case at.kind == mappingKind && len(at.pairs) > 0:
				p := rapid.SampledFrom(at.pairs).Draw(t, "key")
				path, at = append(path, p.key), p.val
			case at.kind == listKind && len(at.items) > 0:
				i := rapid.IntRange(0, len(at.items)-1).Draw(t, "entry")
				path, at = append(path, strconv.Itoa(i)), at.items[i]
			default:
				at = nil
			}
			if at == nil || rapid.IntRange(0, 3).Draw(t, "stop") == 0 {
				break
			}
		}
		set := []string{strings.Join(path, ".") + "=" + rapid.SampledFrom(words).Draw(t, "word")}
		if _, err := Parse("x.yaml", text, set, Names{}); err != nil {
			return
		}
		applySet(&reporter{set: set}, v, set)
		if err := schema.Validate(v.plain()); err != nil {
			t.Fatalf("%s is accepted by the decoder, and the schema says %v", set, err)
		}
		accepted++
	})
	if accepted == 0 {
		t.Error("nothing was accepted, so nothing was compared")
	}
}
