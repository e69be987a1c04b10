package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Pointer is a JSON pointer (RFC 6901): the way to a value inside a document.
type Pointer struct {
	text  string
	steps []string
}

// ParsePointer reads "/data/0/id"; ~1 stands for / and ~0 for ~. The empty text points to the whole document.
func ParsePointer(text string) (Pointer, error) {
	if text == "" {
		return Pointer{}, nil
	}
	if text[0] != '/' {
		return Pointer{}, fmt.Errorf("JSON pointer %q: want one that begins with /", text)
	}
	p := Pointer{text: text}
	for step := range strings.SplitSeq(text[1:], "/") {
		for i := range len(step) {
			if step[i] == '~' && (i+1 == len(step) || step[i+1] != '0' && step[i+1] != '1') {
				return Pointer{}, fmt.Errorf("JSON pointer %q: want ~0 or ~1 where ~ stands", text)
			}
		}
		p.steps = append(p.steps, unescapePointer.Replace(step))
	}
	return p, nil
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// String is the pointer as it was written.
func (p Pointer) String() string { return p.text }

// Find follows the pointer through a document that ParseJSON returned. Of an array only existing indexes without
// leading zeros are found (RFC 6901, section 4).
func (p Pointer) Find(doc any) (value any, ok bool) {
	for _, step := range p.steps {
		switch at := doc.(type) {
		case map[string]any:
			if doc, ok = at[step]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) || strconv.Itoa(i) != step {
				return nil, false
			}
			doc = at[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// ParseJSON reads one whole JSON document; numbers stay as they are written (json.Number).
func ParseJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON document")
	}
	return doc, nil
}

// textOf is a found value as text: strings as they are, numbers as written, arrays and objects as JSON. Null has none.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	b, err := json.Marshal(value)
	return string(b), err == nil
}
