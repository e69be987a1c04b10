package verify

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

func init() {
	register(inputUnread, inputUnreadLarge, inputTruncated, inputTruncatedChunked, inputStreamed, inputDuplex)
}

var inputUnread = Check{
	ID: "input-unread", Group: "input", Clause: "RFC 9112, section 9.3", Severity: WrongBytes,
	Doc: "A body that the application does not read is not taken for the next request.",
	Why: "A POST whose body is itself a GET; the application answers without reading it. Then another GET follows on the same connection, which must " +
		"get its own answer, unless the server closes. If the body is served, whoever writes bodies can put requests into others' connections.",
	Run: unread(0),
}

var inputUnreadLarge = Check{
	ID: "input-unread-large", Group: "input", Clause: "RFC 9112, section 9.3", Severity: WrongBytes,
	Doc: "The same for a body that is larger than what a server reads ahead.",
	Why: "As input-unread, with 256 KiB before the GET in the body. Servers that skip what they have buffered, and no more, go wrong here.",
	Run: unread(256 << 10),
}

func unread(before int) question {
	return func(ctx context.Context, s *Session) Result {
		smuggled := s.Talk()
		body := strings.Repeat("x", before) + "\r\n\r\n"
		if before == 0 {
			body = ""
		}
		body += Request{Path: smuggled.Path("/verify/hello")}.String()
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		sendErr := c.Send(Request{Method: "POST", Path: s.Talk().Path("/verify/hello"), Body: body}.String())
		r, err := Receive(ctx, c, "POST")
		if err != nil {
			return Failed("the answer to the POST: %v", errors.Join(err, sendErr))
		}
		if r.Status >= 400 {
			return PassedWith("refused with %d", r.Status)
		}
		if err := follow(ctx, c, r); err != nil {
			return Failed("%v", err)
		}
		if smuggled.Calls() > 0 {
			return Failed("the body was served as a request of its own")
		}
		return Passed()
	}
}

var inputTruncated = Check{
	ID: "input-truncated", Group: "input", Clause: "RFC 9112, section 8", Severity: Deviation,
	Doc: "A body that the client breaks off is not handed to the application as if it were whole.",
	Why: "Content-Length says 10, three bytes come, and the client closes its side. The application must see an error, or not be called; read() " +
		"that gives three bytes and then b'' lets it store half an upload.",
	Run: truncated("Content-Length: 10\r\n\r\nabc"),
}

var inputTruncatedChunked = Check{
	ID: "input-truncated-chunked", Group: "input", Clause: "RFC 9112, section 8", Severity: Deviation,
	Doc: "A chunked body without its last chunk is not handed to the application as if it were whole.",
	Why: "One chunk comes, no last one, and the client closes its side. As input-truncated.",
	Run: truncated("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
}

func truncated(rest string) question {
	return func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		c, err := s.send(ctx, "POST "+t.Path("/verify/body")+" HTTP/1.1\r\nHost: "+Host+"\r\n"+rest)
		if err != nil {
			return Untested("%v", err)
		}
		if err := c.CloseWrite(); err != nil {
			return Untested("%v", err)
		}
		r, err := Receive(ctx, c, "POST")
		for _, e := range t.Seen() {
			if e.Name == "read" {
				return Failed("the application read %s and took it for the whole", e)
			}
		}
		switch {
		case t.Count("failed") > 0:
			return Passed()
		case err == nil && r.Status < 400:
			return Failed("got %d although the body was not whole", r.Status)
		case errors.Is(err, wire.ErrTimeout):
			return Failed("neither an answer nor the end of the connection within %v; the application said %s", patience(ctx), t.story())
		}
		return Passed()
	}
}

var inputStreamed = Check{
	ID: "input-streamed", Group: "input", Clause: "PEP 3333, Input and Error Streams", Severity: Note,
	Doc: "Hands the beginning of a body to the application before the client has sent its end.",
	Why: "The client sends four bytes of eight and waits until the application has read them. A server that first takes in the whole body passes it " +
		"on late, and keeps it in memory or on disk; it may.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, way := range []struct{ header, first, rest string }{
			{"Content-Length: 8", "abcd", "efgh"},
			{"Transfer-Encoding: chunked", "4\r\nabcd\r\n", "4\r\nefgh\r\n0\r\n\r\n"},
		} {
			if err := s.halves(ctx, way.header, way.first, way.rest); err != nil {
				return Failed("%s: %v", way.header, err)
			}
		}
		return Passed()
	},
}

// halves sends the second half of a body when the application has read the first.
func (s *Session) halves(ctx context.Context, header, first, rest string) error {
	t := s.Talk()
	c, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Send(Request{Method: "POST", Path: t.Path("/verify/body?read=4&blocks=1"), Header: []string{header}}.head() + first); err != nil {
		return err
	}
	if _, err := t.Await(ctx, "block"); err != nil {
		return err
	}
	if err := c.Send(rest); err != nil {
		return err
	}
	r, err := Receive(ctx, c, "POST")
	if err != nil {
		return err
	}
	return sameBody(r, counted("abcdefgh"))
}

var inputDuplex = Check{
	ID: "input-duplex", Group: "input", Clause: "PEP 3333, Buffering and Streaming", Severity: Note,
	Doc: "Sends blocks of the response while the body of the request is still coming.",
	Why: "The application gives back each four bytes as it reads them, and the client sends the next four when it has seen the last. In lock-step.",
	Run: func(ctx context.Context, s *Session) Result {
		c, err := s.Dial(ctx)
		if err != nil {
			return Untested("%v", err)
		}
		t := s.Talk()
		head := Request{Method: "POST", Path: t.Path("/verify/duplex"), Header: []string{"Content-Length: 12"}}.head()
		if err := c.Send(head + "aaaa"); err != nil {
			return Failed("%v", err)
		}
		limited, cancel := context.WithTimeout(ctx, patience(ctx))
		defer cancel()
		r, err := c.ReadHead(limited, "POST")
		if err != nil {
			return Failed("no head before the body was sent whole: %v", err)
		}
		if r.Status != 200 {
			return Failed("got %d", r.Status)
		}
		for _, next := range []string{"bbbb", "cccc", ""} {
			if _, err := c.ReadBlock(limited, 4); err != nil {
				return Failed("the block did not come back: %v", err)
			}
			if err := c.Send(next); err != nil {
				return Failed("%v", err)
			}
		}
		if err := c.ReadRest(limited); err != nil || string(r.Body) != "aaaabbbbcccc" {
			return Failed("got %s, %v, want \"aaaabbbbcccc\"", excerpt(r.Body), err)
		}
		return Passed()
	},
}

// counted is what the application says of a body that it has read whole.
func counted(body string) string {
	return fmt.Sprintf("%d %08x\n", len(body), crc32.ChecksumIEEE([]byte(body)))
}
