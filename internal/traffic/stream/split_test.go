package stream

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/collect"
)

// sizes feeds a text in pieces, and returns the sizes of the blocks that were told of, with what End says.
func sizes(text string, split Split, piece int) (got []int, kind collect.ErrorKind, s collect.Stream) {
	r := NewReader(Plan{Split: split}, Clock{})
	for i := 0; i < len(text); i += piece {
		r.Begin(time.Duration(i))
		r.Write([]byte(text[i:min(i+piece, len(text))]))
		for _, b := range r.Blocks() {
			got = append(got, b.Size)
			if b.Stamped || b.Paced {
				panic("text says nothing of instants")
			}
		}
	}
	kind, _ = r.End()
	return got, kind, r.Stream
}

func TestTextIsSplit(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		split      Split
		want       []int
		blocks     int64
		kind       collect.ErrorKind
	}{
		{"events", "data: a\n\ndata: bc\ndata: d\n\n", ByEvent, []int{9, 18}, 2, ""},
		{"other fields", "id: 1\nevent: x\ndata: a\n\n", ByEvent, []int{24}, 1, ""},
		{"comments are no events", ": ping\n\n: ping\n\ndata:a\n\n", ByEvent, []int{24}, 1, ""},
		{"an event without data", "event: x\n\ndata: a\n\n", ByEvent, []int{19}, 1, ""},
		{"a field that only begins so", "database: x\n\ndata\n\n", ByEvent, []int{19}, 1, ""},
		{"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", ByEvent, []int{10, 11}, 2, ""},
		{"CR", "data: a\r\rdata: b\r\r", ByEvent, []int{9, 9}, 2, ""},
		{"a mark in front", "\xef\xbb\xbfdata: a\n\n", ByEvent, []int{12}, 1, ""},
		{"cut before the empty line", "data: a\n\ndata: b\n", ByEvent, []int{9}, 1, collect.WrongBody},
		{"cut in a line", "data: a\n\ndata: b", ByEvent, []int{9}, 1, collect.WrongBody},
		{"a comment at the end", "data: a\n\n: bye", ByEvent, []int{9}, 1, ""},
		{"lines", "{}\n{\"a\": 1}\n", ByLine, []int{3, 9}, 2, ""},
		{"blank lines", "\n{}\n \t\r\n{}\r\n", ByLine, []int{4, 8}, 2, ""},
		{"a last line without its end", "{}\n{}", ByLine, []int{3}, 2, ""},
		{"nothing", "", ByLine, nil, 0, ""},
	} {
		for piece := 1; piece < 30; piece++ {
			got, kind, s := sizes(tt.text, tt.split, piece)
			if diff := cmp.Diff(tt.want, got); diff != "" || kind != tt.kind || s.Blocks != tt.blocks {
				t.Errorf("%s in pieces of %d: got %q, %d blocks, want %q, %d (-want +got):\n%s", tt.name, piece, kind, s.Blocks, tt.kind, tt.blocks, diff)
			}
		}
	}
}

// FuzzSplit: blocks never hold more bytes than came, and an event is found wherever the pieces are cut.
func FuzzSplit(f *testing.F) {
	f.Add("data: a\r\n\r\ndata", 1)
	f.Add("\xef\xbb\xbfdata\n\n\n{}", 3)
	f.Fuzz(func(t *testing.T, text string, piece int) {
		if piece < 1 {
			return
		}
		for _, split := range []Split{ByEvent, ByLine} {
			whole, kind, s := sizes(text, split, max(1, len(text)))
			cut, kindCut, sCut := sizes(text, split, piece)
			if diff := cmp.Diff(whole, cut); diff != "" || kind != kindCut || s.Blocks != sCut.Blocks {
				t.Fatalf("cut every %d bytes, %q gives other blocks:\n%s", piece, text, diff)
			}
			sum := 0
			for _, n := range whole {
				sum += n
			}
			if sum > len(text) || split == ByLine && len(whole) > strings.Count(text, "\n") {
				t.Fatalf("%d blocks of %d bytes in %q", len(whole), sum, text)
			}
		}
	})
}

// TestKnownContentOfLargeBlocks: blocks that could describe themselves and do not are compared with what is known.
func TestKnownContentOfLargeBlocks(t *testing.T) {
	content := []byte(strings.Repeat("abcdefgh", 50))
	r := NewReader(Plan{Blocks: 4, Size: 100, Content: content}, Clock{})
	r.Begin(0)
	r.Write(content)
	if kind, detail := r.End(); kind != "" || r.Stream.Blocks != 4 || !r.Stream.Intact() {
		t.Errorf("got %q %q, %+v, want 4 whole blocks", kind, detail, r.Stream)
	}
}
