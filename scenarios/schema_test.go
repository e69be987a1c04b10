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
)

func TestSchemaGolden(t *testing.T) {
	golden(t, "testdata/schema.golden.json", string(Schema()))
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

// Small documents, each wrong (or right) in one way only, so that both must see that one thing.
func TestSchemaAgreesOnSingleChanges(t *testing.T) {
	schema := compiledSchema(t)
	text, err := os.ReadFile("testdata/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	check := func(good bool, set string) {
		t.Helper()
		_, decoded := Parse("full.yaml", text, []string{set}, Names{})
		r := &reporter{set: []string{set}}
		v := parseTree(r, text, 0)
		applySet(r, v, r.set)
		validated := schema.Validate(v.plain())
		if (decoded == nil) != good || (validated == nil) != good {
			t.Errorf("%s: want accepted %v, the decoder says %v, the schema says %v", set, good, decoded, validated)
		}
	}
	for _, set := range []string{
		"name=a.b-c_d", "app=reference", "cpus=off", "cpus=auto", "cpus.load=3", "connections=close", "connections=keepalive", "connections={keepalive: false}",
		"timeout=500ms", "timeout=1m", "targets.0.any_setting=true", "targets.0={server: a/b.yaml}", "targets.0.python=python3.12", "matrix={}", "trials={}",
		"requests.0.expect={}", "requests.0.expect.length=14B", "requests.0.body=''", "requests.0.headers.X-A=1.5", "thresholds=[]", "traffic.0.for=2 min",
		"thresholds.0='steady : p99.99(first_byte)>=1h1m'", "requests.7={method: M-SEARCH, path: /}",
	} {
		check(true, set)
	}
	for _, set := range []string{
		"nam=x", "name=a b", "name=-x", "name=2024", "app=", "app={dir: .}", "app.module=shop", "app.x=1", "cpus=maybe", "cpus=1", "cpus={}", "cpus.x=1", "cpus.load=1;2",
		"connections.keepalive=true", "connections.close=1", "timeout=5", "timeout=-5s", "targets=[]", "targets=x", "targets.0=http://x", "targets.0={name: x}",
		"targets.0={server: x, url: 'http://x'}", "targets.3.workers=2", "targets.3.url=127.0.0.1:80", "targets.0.workers=0", "targets.0.workers=two", "targets.0.x=[1]", "targets.0.python=3.12",
		"matrix.workers=[]", "matrix.workers=[0]", "matrix.workers=1", "matrix.backlog=[[1]]", "trials.blocks=0", "trials.blocks=1.5", "trials.blocks=1001", "trials.seed=-1", "trials.x=1",
		"requests=[]", "requests.0.post=/x", "requests.0={}", "requests.0.get=hello", "requests.0.path=/x", "requests.7.path=hello", "requests.7={method: GET}", "requests.0.weight=0",
		"requests.0.expect.sha256=abc", "requests.0.expect.status=42", "requests.0.expect.x=1", "requests.6.expect.body=x", "requests.1.body={chunked: true}", "requests.1.body.chunked=1", "requests.1.body.size=10",
		"requests.0.headers=x", "requests.0.headers.A=[]", "traffic=[]", "traffic.0.clients=2", "traffic.4={for: 1s}", "traffic.4.clients=0", "traffic.4.arrivals=poisson", "traffic.2.arrivals=uniform",
		"traffic.0.for=1", "traffic.0={rate: 1/s}", "traffic.3.rate={from: 1/s}", "traffic.0.rate=10", "traffic.0.warmup=yes", "thresholds=x", "thresholds.0=p99(response) < 50", "thresholds.0=p99(errors) < 1%", "thresholds.0=p101(response) < 1s", "doc=[1]",
	} {
		check(false, set)
	}
}

// Whatever is done to a good document: what the decoder accepts, the schema accepts, so no editor complains about a
// scenario that runs.
func TestSchemaAcceptsWhatIsDecoded(t *testing.T) {
	schema := compiledSchema(t)
	text, err := os.ReadFile("testdata/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	words := []string{
		"1", "0", "-1", "1.5", "true", "~", "[]", "{}", "a", "'5'", "/x", "5/s", "5s", "5 KiB", "5%", "[1, 2]", "[1/s, 2/s]", "{from: 1/s, to: 2/s}", "close", "auto", "poisson",
		"2024-01-01", "{size: 1kB}", "'http://h'", "a:b", "\"\\t\"", "' '", "\"\\n\"", "0x10", "1_000", "010", "1e3", ".inf", "errors < 1%", "{a: 1}", "'0-3'", "'1 '",
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
