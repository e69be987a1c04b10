package verify

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// A demand is what a server may do with a request.
type demand string

const (
	mustRefuse demand = "refused" // by an error status, by closing, or by waiting for more; no application has seen it whole
	mustServe  demand = "served"  // by the application, which has read exactly the body meant
	mayServe   demand = "either"  // refused, or served with exactly the body meant
	mustEnd    demand = "ended"   // refused, or served somehow; then the connection has come to its end
)

// An attempt is one request of a check that has many of a kind.
type attempt struct {
	what string // its name in a reason
	// raw is what is sent. {path} becomes the application's path, {all} the number of bytes after the first empty line,
	// {embedded} a whole request which is data, or comes after an error, and which no server may serve, and {hex} the
	// number of its bytes as a chunk has it.
	raw    string
	body   string // what the application must have read, where it is served
	demand demand
	cut    bool // nothing more is sent after raw, which the server is told by a half-close
}

// An answer is what came of an attempt.
type answer struct {
	response *wire.Response // nil: none
	err      error          // why there is none, or none that is whole
	reads    []bodyRead     // what the application has read, whole bodies only
	calls    int
	embedded int // calls of the application by the embedded request
}

// A bodyRead is what the application says about a body that it has read to the end.
type bodyRead struct {
	Bytes int    `json:"bytes"`
	CRC32 string `json:"crc32"`
}

// whole and headOnly are the application's paths: the first reads the body, the second answers at once.
const (
	whole    = "/verify/body?read=all"
	headOnly = "/verify/hello"
)

// bodyAttempts puts each value into the place of {} in a request with a body.
func bodyAttempts(template, body string, d demand, values ...string) []attempt {
	var all []attempt
	for _, v := range values {
		all = append(all, attempt{what: strings.ReplaceAll(strconv.QuoteToASCII(v), "{path}", "/path"), raw: strings.ReplaceAll(template, "{}", v), body: body, demand: d})
	}
	return all
}

// tryAll makes every attempt on a connection of its own. All that went wrong stands in the reason, but a check ends with
// the first attempt that gets no answer: each of them costs the whole patience.
func tryAll(ctx context.Context, s *Session, attempts []attempt) Result {
	return trying(ctx, s, whole, attempts)
}

// tryHeads is tryAll for requests whose head alone matters.
func tryHeads(ctx context.Context, s *Session, attempts []attempt) Result {
	return trying(ctx, s, headOnly, attempts)
}

func trying(ctx context.Context, s *Session, path string, attempts []attempt) Result {
	var wrong []string             // in the order of their first attempt
	whats := map[string][]string{} // of each wrong, the attempts
	for i, a := range attempts {
		got, err := s.try(ctx, path, a)
		if err != nil {
			return Untested("%s: %v", a.what, err)
		}
		problem := got.problem(a, path)
		if problem == "" {
			continue
		}
		if !slices.Contains(wrong, problem) {
			wrong = append(wrong, problem)
		}
		whats[problem] = append(whats[problem], a.what)
		if left := len(attempts) - i - 1; errors.Is(got.err, wire.ErrTimeout) && left > 0 {
			wrong = append(wrong, fmt.Sprintf("not tried: %d more", left))
			break
		}
	}
	if len(wrong) == 0 {
		return Passed()
	}
	for i, problem := range wrong {
		if len(whats[problem]) > 0 {
			wrong[i] = problem + ": " + strings.Join(whats[problem], ", ")
		}
	}
	return Failed("%s", strings.Join(wrong, "; "))
}

// try sends one attempt, waits for the answer, and then for the end of the connection, so that an embedded request that
// is served is seen. The error is of a server that cannot be reached.
func (s *Session) try(ctx context.Context, path string, a attempt) (answer, error) {
	c, err := s.Dial(ctx)
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	talk, other := s.Talk(), s.Talk()
	embedded := Request{Path: other.Path(headOnly)}.String()
	raw := fill(a.raw, talk.Path(path), embedded)
	c.Send(raw) // it fails where the server has had enough, which the answer tells
	if a.cut {
		c.CloseWrite()
	}
	method, _, _ := strings.Cut(raw, " ")
	var got answer
	if got.response, got.err = answerTo(ctx, c, method, a.demand); errors.Is(got.err, wire.ErrTimeout) {
		return got, nil
	}
	if strings.Contains(a.raw, "{embedded}") {
		c.CloseWrite() // it ends what it has to do before it closes
		c.More(ctx, patience(ctx))
	}
	got.calls, got.embedded, got.reads = talk.Calls(), other.Calls(), wholeReads(talk)
	if len(got.reads) == 1 && got.reads[0].Bytes == len(a.body) && got.reads[0].CRC32 != crcOf(a.body) {
		got.reads[0].Bytes = otherBytes
	}
	return got, nil
}

// stubborn is how long a server may take to refuse before it is told that nothing more comes. It is no verdict: what it
// does with the request shows afterwards.
func stubborn(ctx context.Context) time.Duration { return patience(ctx) / 8 }

// answerTo reads the answer. To some bad requests (a line without its end) a server rightly waits for more, until the
// client closes its half.
func answerTo(ctx context.Context, c *wire.Conn, method string, d demand) (*wire.Response, error) {
	if d != mustRefuse {
		return Receive(ctx, c, method)
	}
	brief, cancel := context.WithTimeout(ctx, stubborn(ctx))
	defer cancel()
	response, err := c.ReadResponse(brief, method)
	if response == nil && errors.Is(err, wire.ErrTimeout) {
		c.CloseWrite()
		return Receive(ctx, c, method)
	}
	return response, err
}

// wholeReads are the bodies that the application has read to their end.
func wholeReads(t *Talk) []bodyRead {
	var reads []bodyRead
	for _, e := range t.Seen() {
		var read bodyRead
		if e.Name == "read" && e.Decode(&read) == nil {
			reads = append(reads, read)
		}
	}
	return reads
}

// otherBytes stands in the place of a length that is as meant, where the bytes are not.
const otherBytes = -1

// fill puts the values into the text of an attempt.
func fill(raw, path, embedded string) string {
	raw = strings.NewReplacer("{path}", path, "{embedded}", embedded, "{hex}", fmt.Sprintf("%x", len(embedded))).Replace(raw)
	_, body, _ := strings.Cut(raw, "\r\n\r\n")
	return strings.ReplaceAll(raw, "{all}", strconv.Itoa(len(body)))
}

func crcOf(body string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))) }

// problem says what is wrong with the answer; nothing: "".
func (got answer) problem(a attempt, path string) string {
	seen := len(got.reads) > 0 || path == headOnly && got.calls > 0
	answered := got.response != nil && got.response.Status >= 200 && got.response.Status < 400
	switch {
	case got.embedded > 0:
		return "served what is no request of its own"
	case errors.Is(got.err, wire.ErrTimeout):
		return "no answer"
	case !seen && !answered && a.demand != mustServe, a.demand == mustEnd:
		return ""
	case a.demand == mustRefuse && len(got.reads) > 0:
		return fmt.Sprintf("accepted, %d bytes read", got.reads[0].Bytes)
	case a.demand == mustRefuse && seen:
		return "accepted"
	case a.demand == mustRefuse:
		return fmt.Sprintf("answered %d", got.response.Status)
	case got.err != nil:
		return got.err.Error()
	case !answered:
		return fmt.Sprintf("answered %d", got.response.Status)
	case path == headOnly:
		return ""
	case len(got.reads) != 1:
		return fmt.Sprintf("%d bodies read", len(got.reads))
	case got.reads[0].Bytes == otherBytes:
		return "other bytes read"
	case got.reads[0].Bytes != len(a.body):
		return fmt.Sprintf("%d bytes read instead of %d", got.reads[0].Bytes, len(a.body))
	}
	return ""
}
