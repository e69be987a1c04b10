package pyapps

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func text(body string, open bool) func(call) (answer, error) {
	return func(call) (answer, error) {
		return answer{status: 200, mime: plain, body: []byte(body), open: open}, nil
	}
}

// plainAnswer is a line of text, or the error.
func plainAnswer(err error, format string, args ...any) (answer, error) {
	return answer{status: 200, mime: plain, body: fmt.Appendf(nil, format, args...)}, err
}

func helloForm(c call) (answer, error) {
	forms := []string{"function", "class", "instance", "generator", "method", "partial", "write"}
	if !slices.Contains(forms, c.segment(1)) {
		return answer{}, refused{404, "no such endpoint"}
	}
	return answer{status: 200, mime: plain, body: []byte("Hello, World!\n"), open: true}, nil
}

func jsonMessage(c call) (answer, error) {
	value := struct {
		Message string  `json:"message"`
		Padding *string `json:"padding,omitempty"`
	}{Message: "Hello, World!"}
	if size, given := parameter(c.query, "size"); given {
		n, err := number(size, 40, maxBytes)
		if err != nil {
			return answer{}, err
		}
		padding := strings.Repeat("x", n-40)
		value.Padding = &padding
	}
	return answer{status: 200, mime: inJSON, body: marshal(value)}, nil
}

// marshal encodes values of strings and numbers, which cannot fail.
func marshal(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("pyapps: " + err.Error())
	}
	return encoded
}

func onion(c call) (answer, error) {
	kind, err := choiceOf(c.query, "kind", "pass", "generator", "validate")
	if err != nil {
		return answer{}, err
	}
	most := 200
	if kind == "validate" {
		most = 20
	}
	_, err = numberOf(c.query, "n", 10, 0, most)
	return answer{status: 200, mime: plain, body: []byte("Hello, World!\n")}, err
}

func routed(c call) (answer, error) {
	var value struct {
		A string `json:"a"`
		B int    `json:"b"`
		Q string `json:"q"`
	}
	var err error
	if value.A, err = word(c.segment(1)); err != nil {
		return answer{}, err
	}
	if value.B, err = number(c.segment(2), 0, 999999999); err != nil {
		return answer{}, err
	}
	value.Q, _ = parameter(c.query, "q")
	_, err = word(value.Q)
	return answer{status: 200, mime: inJSON, body: marshal(value)}, err
}

func tableRoute(c call) (answer, error) {
	missing := refused{404, "no such endpoint"}
	i, err := number(c.segment(1), 0, 999)
	if err != nil || strconv.Itoa(i) != c.segment(1) {
		return answer{}, missing
	}
	b, err := number(c.segment(2), 0, 999999999)
	if err != nil {
		return answer{}, missing
	}
	return plainAnswer(nil, "%d %d\n", i, b)
}

func sleep(c call) (answer, error) {
	ms, err := numberOf(c.query, "ms", 10, 0, 60000)
	return plainAnswer(err, "slept %d ms\n", ms)
}

// cpu is FNV-1a, 32 bits, over the low bytes of 0, 1, 2, …
func cpu(c call) (answer, error) {
	iterations, err := numberOf(c.query, "iters", 1000, 0, 100000000)
	digest := uint32(0x811C9DC5)
	for i := range iterations {
		digest = (digest ^ uint32(i&0xFF)) * 0x01000193
	}
	return plainAnswer(err, "%08x\n", digest)
}

func cpuNoGIL(c call) (answer, error) {
	n, err := numberOf(c.query, "n", 1, 0, 100)
	digest := sha256.New()
	for range n {
		digest.Write(Table())
	}
	return plainAnswer(err, "%x\n", digest.Sum(nil))
}

func alloc(c call) (answer, error) {
	count, err := numberOf(c.query, "n", 1000, 0, 100000)
	if err != nil {
		return answer{}, err
	}
	size, err := numberOf(c.query, "kb", 1, 0, 1024)
	if err == nil && count*size > 65536 {
		err = refused{400, "expected n times kb to be at most 65536"}
	}
	return plainAnswer(err, "%d dicts, %d bytes\n", count, count*size<<10)
}

func conc(c call) (answer, error) {
	if _, err := numberOf(c.query, "ms", 1000, 0, 60000); err != nil {
		return answer{}, err
	}
	return answer{}, errUnknown
}

func metOrAlone(call) Rule {
	return func(body []byte) error {
		if s := string(body); s != "met\n" && s != "alone\n" {
			return errors.New(`want "met" or "alone"`)
		}
		return nil
	}
}

// fault knows which kinds there are; what a server makes of them is its own affair.
func fault(c call) (answer, error) {
	kinds := []string{"before", "start", "first", "mid", "close", "excinfo-before", "excinfo-after", "twice", "nostart", "str"}
	if !slices.Contains(kinds, c.segment(1)) {
		return answer{}, refused{404, "no such endpoint"}
	}
	token, _ := parameter(c.query, "token")
	if _, err := word(token); err != nil {
		return answer{}, err
	}
	return answer{}, errUnknown
}

func closing(c call) (answer, error) {
	token, _ := parameter(c.query, "token")
	_, err := word(token)
	return answer{status: 200, mime: plain, body: []byte("one\ntwo\nthree\n"), open: true}, err
}
