package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

const environVariables = "PEP 3333, environ Variables"

func init() {
	register(callableKinds, environDict, environFresh, environRequired, environStrings, environVersion, environMethods,
		environProtocol)
}

var callableKinds = Check{
	ID: "callable-kinds", Group: "environ", Clause: "PEP 3333, The Application/Framework Side", Severity: WrongBytes,
	Doc: "Calls whatever is callable, with two positional arguments: a class, an instance, a method, a generator function, a partial.",
	Why: "The server is started once for each kind of callable and must greet as it does with a function. Its parameters are positional only: the " +
		"PEP gives them no names. A server that looks into the callable, or at its result before the first block, answers with nothing.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, callable := range []string{"Class", "instance", "method", "generator", "partial"} {
			_, stop, err := s.Another(ctx, Variant{Callable: callable})
			if errors.Is(err, errNoVariants) || ctx.Err() != nil {
				return Untested("verify:%s: %v", callable, err)
			}
			if err != nil {
				return Failed("verify:%s: %v", callable, err)
			}
			if err := stop(); err != nil {
				return Untested("%v", err)
			}
		}
		return Passed()
	},
}

var environDict = Check{
	ID: "environ-dict", Group: "environ", Clause: "PEP 3333, Specification Details", Severity: Deviation,
	Doc: "Gives environ as a dict, and not as a subclass or something like it.",
	Why: "The application says the class of its environ. Middleware relies on what a dict does and nothing else does: copies of it, C functions on it.",
	Run: inEnviron(Request{Path: environPath}, func(e environ) error {
		if !e.Dict {
			return fmt.Errorf("environ is a %s, want a dict", e.Class)
		}
		return nil
	}),
}

var environFresh = Check{
	ID: "environ-fresh", Group: "environ", Clause: "PEP 3333, Specification Details", Severity: WrongBytes,
	Doc: "Gives each request an environ of its own, which the application may change.",
	Why: "The application adds a key and removes another; seven later requests, on the same connection and on new ones, must not see that. Otherwise " +
		"one user's data (a session, a user's name) turns up in another's request.",
	Run: func(ctx context.Context, s *Session) Result {
		for i := range 4 {
			if err := s.freshEnvirons(ctx); err != nil {
				return Failed("on connection %d: %v", i+1, err)
			}
		}
		return Passed()
	},
}

// freshEnvirons asks for two environs on one connection. A server that closes it after the first, announced or not, has
// answered all that it is asked here.
func (s *Session) freshEnvirons(ctx context.Context) error {
	c, err := s.Dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for second := range 2 {
		r, err := AskOn(ctx, c, Request{Path: environPath})
		if err != nil && r == nil && second > 0 && !errors.Is(err, wire.ErrTimeout) {
			return nil
		}
		if err != nil {
			return err
		}
		e, err := environOf(r)
		if err != nil {
			return err
		}
		if e.Marked {
			return errors.New("a request sees the key that an earlier one put into its environ")
		}
		if _, _, what := e.text("SERVER_NAME"); what == "absent" {
			return errors.New("a request has no SERVER_NAME, which an earlier one removed from its environ")
		}
		if r.WillClose() {
			return nil
		}
	}
	return nil
}

var environRequired = Check{
	ID: "environ-required", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Gives every variable that the PEP requires, and a SERVER_PORT and a SERVER_NAME that are not empty.",
	Why: "The application lists its environ. URLs are put together from these variables; frameworks fail with KeyError where one is missing.",
	Run: inEnviron(Request{Path: environPath}, func(e environ) error {
		var missing []string
		for _, name := range strings.Fields("REQUEST_METHOD SERVER_NAME SERVER_PORT SERVER_PROTOCOL wsgi.version wsgi.url_scheme " +
			"wsgi.input wsgi.errors wsgi.multithread wsgi.multiprocess wsgi.run_once PATH_INFO") {
			v, ok := e.Vars[name]
			if !ok {
				missing = append(missing, name+" (absent)")
			} else if name == strings.ToUpper(name) && (v[1] == "" || v[1] == "''") {
				missing = append(missing, name+" (empty)")
			}
		}
		if missing != nil {
			return fmt.Errorf("missing: %s", strings.Join(missing, ", "))
		}
		return nil
	}),
}

var environStrings = Check{
	ID: "environ-strings", Group: "environ", Clause: "PEP 3333, Unicode Issues", Severity: Deviation,
	Doc: "Gives every CGI variable as a str of characters up to U+00FF.",
	Why: "The application lists the type of every key without a dot. A number (SERVER_PORT, REMOTE_PORT) breaks string operations in " +
		"applications; a character beyond latin-1 cannot be turned back into the bytes that were sent.",
	Run: inEnviron(Request{Path: environPath + "/caf%C3%A9", Header: []string{"X-Latin: caf\xe9"}}, func(e environ) error {
		var wrong []string
		for name, v := range e.Vars {
			switch {
			case strings.Contains(name, "."):
			case v[0] != "str":
				wrong = append(wrong, fmt.Sprintf("%s is a %s (%s)", name, v[0], v[1]))
			case strings.ContainsFunc(v[1], func(r rune) bool { return r > 0xff }):
				wrong = append(wrong, fmt.Sprintf("%s has characters beyond latin-1 (%q)", name, v[1]))
			}
		}
		if wrong != nil {
			slices.Sort(wrong)
			return errors.New(strings.Join(wrong, "; "))
		}
		return nil
	}),
}

var environVersion = Check{
	ID: "environ-version", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Gives wsgi.version as the tuple (1, 0), and wsgi.url_scheme as \"http\".",
	Why: "The application shows both. Applications compare the version, and make absolute URLs and cookies' Secure out of the scheme.",
	Run: inEnviron(Request{Path: environPath}, func(e environ) error {
		if v := e.Vars["wsgi.version"]; v != [2]string{"tuple", "(1, 0)"} {
			return fmt.Errorf("wsgi.version is %s %s, want the tuple (1, 0)", v[0], v[1])
		}
		return e.want("wsgi.url_scheme", "http")
	}),
}

var environMethods = Check{
	ID: "environ-methods", Group: "environ", Clause: "RFC 9110, section 9", Severity: WrongHead,
	Doc: "Hands PUT, DELETE, PATCH and OPTIONS to the application as REQUEST_METHOD.",
	Why: "One request of each method; the application says which it saw. Which methods a resource has is the application's to say.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
			if err := s.tells(ctx, Request{Method: method, Path: environPath}, "REQUEST_METHOD", method); err != nil {
				return Failed("%s: %v", method, err)
			}
		}
		return Passed()
	},
}

var environProtocol = Check{
	ID: "environ-protocol", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Gives SERVER_PROTOCOL as the version that the client used: HTTP/1.1 or HTTP/1.0.",
	Why: "The same request in both versions; the application says what it was told. Applications decide by it whether they may stream.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, version := range []string{"HTTP/1.1", "HTTP/1.0"} {
			if err := s.tells(ctx, Request{Path: environPath, Version: version}, "SERVER_PROTOCOL", version); err != nil {
				return Failed("request of %s: %v", version, err)
			}
		}
		return Passed()
	},
}
