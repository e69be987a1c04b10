package results_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/wsgibench/wsgibench/results"
)

func FuzzHistLog(f *testing.F) {
	h := results.NewHistogram()
	_ = h.RecordValue(12345678)
	payload, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(fmt.Appendf(nil, "#[StartTime: 1 (seconds since epoch)]\nTag=a/response,0.1,1.0,12.3,%s\n", payload))
	f.Add([]byte("Tag=,,\n1,2,3,HISTFAAA\n\"x\"\n#\n"))
	f.Add(bytes.Repeat([]byte(","), 99))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, err := results.CheckLog(data)
		if err != nil {
			return
		}
		// What is torn off the end can only take histograms away.
		if n, err := results.CheckLog(data[:len(data)/2]); err != nil || n > whole {
			t.Errorf("half of the log: %d of %d histograms, %v", n, whole, err)
		}
	})
}

func FuzzTrials(f *testing.F) {
	f.Add([]byte(`{"id":"001-a","cell":"a","block":1,"verdict":"valid","metrics":[{"name":"goodput","phase":"steady","value":1}]}` + "\n"))
	f.Add([]byte("{\"id\":\"x\"}\n\n[]\nnull\n{"))
	f.Add([]byte(`{"id":"x","cell":"a","verdict":"invalid","hist":"..\u0000","series":[{"values":null}]}`))
	run := smallRun()
	run.Schema = results.Schema
	text, err := json.Marshal(run)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := results.ParseRecord("nowhere", text, data)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		for _, write := range writers {
			if err := write(&out, r); err != nil {
				t.Errorf("exporting: %v", err)
			}
		}
		for _, s := range r.Summaries() {
			if s.Valid == 0 && s.Goodput.Median != nil {
				t.Errorf("a number without a valid trial: %+v", s)
			}
		}
	})
}

func FuzzRun(f *testing.F) {
	f.Add([]byte(`{"schema":"wsgibench.run/v1","id":"x","cells":[{"id":"a"},{"id":"a"}],"phases":[{"name":"p"},{"name":"p"}],"order":[{"block":1,"cell":"z"}]}`))
	f.Add([]byte(`{"schema":"wsgibench.run/v1","cells":[{"settings":{"":""}},{}],"phases":[{}]}`))
	f.Add([]byte(`{"schema":"wsgibench.run/v2"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := results.ParseRecord("nowhere", data, []byte(`{"id":"x","cell":"a","verdict":"valid"}`))
		if err != nil {
			return
		}
		for format, write := range writers {
			if err := write(new(bytes.Buffer), r); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
	})
}
