package verify

import (
	"context"
	"fmt"
	"strings"
)

const fileHandling = "PEP 3333, Optional Platform-Specific File Handling"

func init() {
	register(fileWhole, fileOffset, fileLength, fileObject, fileClose, fileIterable, fileDiscarded)
}

var fileWhole = Check{
	ID: "file-whole", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "wsgi.file_wrapper sends a file whole, with and without Content-Length.",
	Why: "A file of 210,000 bytes on disk, each line with its number.",
	Run: files(func(ctx context.Context, s *Session) error {
		for _, more := range []string{"", "?block=1", fmt.Sprintf("?length=%d", len(fileContent()))} {
			if err := s.exact(ctx, Request{Path: "/verify/file" + more}, fileContent()); err != nil {
				return err
			}
		}
		return nil
	}),
}

var fileOffset = Check{
	ID: "file-offset", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "Sends a file from where it stands, not from its beginning.",
	Why: "The application has read five bytes of the file, or sought to the middle: the answer to a Range. sendfile() without an offset starts at 0.",
	Run: files(func(ctx context.Context, s *Session) error {
		for _, offset := range []int{5, 100003} {
			want := fileContent()[offset:]
			for _, more := range []string{"", fmt.Sprintf("&length=%d", len(want))} {
				if err := s.exact(ctx, Request{Path: fmt.Sprintf("/verify/file?offset=%d%s", offset, more)}, want); err != nil {
					return fmt.Errorf("from byte %d%s: %w", offset, more, err)
				}
			}
		}
		return nil
	}),
}

var fileLength = Check{
	ID: "file-length", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "Sends as much of a file as Content-Length said.",
	Why: "Content-Length says 7 and 70,000 of 210,000 bytes, from an offset. What is too much is read as the next response.",
	Run: files(func(ctx context.Context, s *Session) error {
		for _, length := range []int{7, 70000} {
			if err := s.exact(ctx, Request{Path: fmt.Sprintf("/verify/file?offset=5&length=%d", length)}, fileContent()[5:5+length]); err != nil {
				return fmt.Errorf("%d bytes: %w", length, err)
			}
		}
		return nil
	}),
}

var fileObject = Check{
	ID: "file-object", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "Takes anything with read(), also what is no file, from where it stands.",
	Why: "A BytesIO with nothing but read() and close(). A server that needs fileno() fails.",
	Run: files(func(ctx context.Context, s *Session) error {
		for _, path := range []string{"/verify/file?kind=object", "/verify/file?kind=object&block=1"} {
			if err := s.exact(ctx, Request{Path: path}, fileContent()); err != nil {
				return err
			}
		}
		return s.exact(ctx, Request{Path: "/verify/file?kind=object&offset=9"}, fileContent()[9:])
	}),
}

var fileClose = Check{
	ID: "file-close", Group: "body", Clause: fileHandling, Severity: Deviation,
	Doc: "Closes the file once, when it has been sent.",
	Why: "The file says when it is closed: sent whole, in part, and where it is no real file. Open files run out under load.",
	Run: files(func(ctx context.Context, s *Session) error {
		for _, path := range []string{"/verify/file", "/verify/file?kind=object", "/verify/file?length=7"} {
			if err := s.closed(ctx, path, "GET"); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		return nil
	}),
}

var fileIterable = Check{
	ID: "file-iterable", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "Gives a wrapper that can be iterated like any other body.",
	Why: "A middleware reads the wrapper's blocks and changes each 0 into an o. A server that recognises the wrapper and sends the file goes behind its back.",
	Run: files(func(ctx context.Context, s *Session) error {
		return s.exact(ctx, Request{Path: "/verify/file?use=iterate"}, strings.ReplaceAll(fileContent(), "0", "o"))
	}),
}

// fileContent is what the application's file holds (pyapps/verify_body.py).
func fileContent() string {
	var b strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&b, "%06d\n", i)
	}
	return b.String()
}

var fileDiscarded = Check{
	ID: "file-discarded", Group: "body", Clause: fileHandling, Severity: WrongBytes,
	Doc: "Sends nothing of a file whose wrapper is not what the application returns.",
	Why: "The application makes a wrapper, and returns something else.",
	Run: files(func(ctx context.Context, s *Session) error {
		return s.exact(ctx, Request{Path: "/verify/file?use=discard"}, "something else")
	}),
}

// files is a check of wsgi.file_wrapper, which a server need not offer.
func files(run func(context.Context, *Session) error) question {
	return func(ctx context.Context, s *Session) Result {
		t := s.Talk()
		if _, err := s.Get(ctx, t.Path("/verify/file?use=discard")); err != nil {
			return Failed("%v", err)
		}
		offered, err := t.Await(ctx, "offered")
		if err != nil {
			return Failed("%v", err)
		}
		if offered.String() == "false" {
			return Offers("there is no wsgi.file_wrapper")
		}
		return judged(run(ctx, s))
	}
}
