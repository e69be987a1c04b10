package gohost

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// FuzzHead compares with net/http's reader: whatever is accepted here, it accepts with the same meaning.
func FuzzHead(f *testing.F) {
	for _, test := range hostile {
		if len(test.request) < 1000 {
			f.Add([]byte(strings.ReplaceAll(test.request, "\n", "\r\n")))
		}
	}
	f.Add([]byte("POST http://a:1/b%20c?d HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nCookie: a=b\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		end, _, refused := scanHead(data, 0)
		var h head
		if refused != nil || end == 0 || h.parse(data[:end]) != nil {
			return
		}
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data[:end])))
		if err != nil {
			t.Fatalf("accepted %q, which net/http refuses: %v", data[:end], err)
		}
		if request.Method != string(h.method) || request.ProtoMinor != h.minor {
			t.Errorf("%q: got %s HTTP/1.%d, want %s HTTP/1.%d", data[:end], h.method, h.minor, request.Method, request.ProtoMinor)
		}
		if string(h.path) != request.URL.Path && !(string(h.path) == "/" && request.URL.Path == "") || string(h.query) != request.URL.RawQuery {
			t.Errorf("%q: got path %q query %q, want %q %q", data[:end], h.path, h.query, request.URL.Path, request.URL.RawQuery)
		}
		if h.length != request.ContentLength || h.chunked != slices.Contains(request.TransferEncoding, "chunked") {
			t.Errorf("%q: got length %d, want %d", data[:end], h.length, request.ContentLength)
		}
		if environ := h.appendEnviron(nil); bytes.Count(environ, []byte{0})%2 != 1 || bytes.ContainsAny(environ, "\r") && !bytes.Contains(h.path, []byte("\r")) {
			t.Errorf("%q: got environ %q", data[:end], environ)
		}
	})
}

// FuzzChunks compares with net/http's decoder, which accepts more.
func FuzzChunks(f *testing.F) {
	for _, seed := range []string{"3\r\nabc\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", "0\r\n\r\n", "A\r\n0123456789\r\n00\r\n\r\n", "3\r\nab"} {
		f.Add([]byte(seed), 7)
	}
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		in := bufio.NewReader(bytes.NewReader(data))
		got, err := readPieces(newChunkReader(in), 1+abs(piece)%100)
		if err != nil {
			return
		}
		want, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(data)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q: got %q, want %q, %v", data, got, want, err)
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

func readPieces(r io.Reader, n int) ([]byte, error) {
	var all []byte
	for piece := make([]byte, n); ; {
		n, err := r.Read(piece)
		all = append(all, piece[:n]...)
		if errors.Is(err, io.EOF) && err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func TestChunksRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var wire, want bytes.Buffer
		w := httputil.NewChunkedWriter(&wire)
		for _, piece := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 1, 300)).Draw(t, "pieces") {
			w.Write(piece)
			want.Write(piece)
		}
		w.Close()
		wire.WriteString("\r\nnext")
		in := bufio.NewReader(&wire)
		got, err := readPieces(newChunkReader(in), rapid.IntRange(1, 500).Draw(t, "n"))
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("got %q, %v, want %q", got, err, want.Bytes())
		}
		if rest, _ := io.ReadAll(in); string(rest) != "next" {
			t.Fatalf("left %q, want the next request", rest)
		}
	})
}

func TestDecodePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := "/" + rapid.StringOfN(rapid.RuneFrom([]rune("ab/.;%20fF+é")), 0, 20, -1).Draw(t, "path")
		escaped := (&url.URL{Path: raw}).EscapedPath()
		var h head
		if err := h.parseTarget([]byte(escaped)); err != nil || string(h.path) != raw {
			t.Fatalf("%s: got %q, %v, want %q", escaped, h.path, err, raw)
		}
	})
}

func TestScanHeadIsTheSameInPieces(t *testing.T) {
	const text = "GET / HTTP/1.1\r\nHost: h\r\n\r\nrest"
	for cut := range text {
		end, next, err := scanHead([]byte(text[:cut]), 0)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if end == 0 {
			end, _, err = scanHead([]byte(text), next)
		}
		if want := len(text) - 4; end != want || err != nil {
			t.Errorf("cut at %d: got end %d, %v, want %d", cut, end, err, want)
		}
	}
}
