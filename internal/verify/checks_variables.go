package verify

import (
	"context"
	"fmt"
)

func init() {
	register(contentVariables, contentAbsent, headerVariables, headerDuplicates, headerCookies, headerUnderscore,
		headerProxy, headerLatin1, inputTerminated)
}

var contentVariables = Check{
	ID: "content-variables", Group: "environ", Clause: environVariables, Severity: WrongHead,
	Doc: "Gives CONTENT_TYPE and CONTENT_LENGTH as the client sent them, and neither as HTTP_CONTENT_...",
	Why: "A POST with both headers. Frameworks read the body by CONTENT_LENGTH; wsgiref's validator refuses HTTP_CONTENT_LENGTH.",
	Run: inEnviron(Request{Method: "POST", Path: environPath, Header: []string{"Content-Type: a/b; c=d"}, Body: "abc"}, func(e environ) error {
		for _, name := range []string{"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} {
			if v, ok := e.Vars[name]; ok {
				return fmt.Errorf("there is %s (%q)", name, v[1])
			}
		}
		if err := e.want("CONTENT_TYPE", "a/b; c=d"); err != nil {
			return err
		}
		return e.want("CONTENT_LENGTH", "3")
	}),
}

var contentAbsent = Check{
	ID: "content-absent", Group: "environ", Clause: environVariables, Severity: Deviation,
	Doc: "Leaves CONTENT_TYPE and CONTENT_LENGTH out, or empty, where the client sent none.",
	Why: "A GET without both. An invented type is taken for the client's word.",
	Run: inEnviron(Request{Path: environPath}, func(e environ) error {
		if err := e.want("CONTENT_TYPE", ""); err != nil {
			return err
		}
		if v, ok := e.Vars["CONTENT_LENGTH"]; ok && v[1] != "" && v[1] != "0" {
			return fmt.Errorf("CONTENT_LENGTH is %q, want it absent", v[1])
		}
		return nil
	}),
}

var headerVariables = Check{
	ID: "header-variables", Group: "environ", Clause: environVariables, Severity: WrongHead,
	Doc: "Gives each header as HTTP_NAME, with its value as it was sent, without the white space around it.",
	Why: "Headers in mixed case, with an empty value, with spaces around and within the value. The application says what it got.",
	Run: told(Request{Path: environPath, Header: []string{"X-Mixed-CASE: One", "x-empty:", "X-Spaces:  a  b \t"}},
		variable{"HTTP_X_MIXED_CASE", "One"}, variable{"HTTP_X_EMPTY", ""}, variable{"HTTP_X_SPACES", "a  b"}, variable{"HTTP_HOST", Host}),
}

var headerDuplicates = Check{
	ID: "header-duplicates", Group: "environ", Clause: "RFC 9110, section 5.2", Severity: WrongHead,
	Doc: "Combines headers of the same name, in order, with a comma.",
	Why: "X-Dup: 1 and X-Dup: 2 are sent. A server that keeps one of them, or puts them together without a comma, loses what a proxy added " +
		"(X-Forwarded-For).",
	Run: inEnviron(Request{Path: environPath, Header: []string{"X-Dup: 1", "X-Other: x", "x-dup: 2"}}, func(e environ) error {
		return e.combined("HTTP_X_DUP", "1, 2")
	}),
}

var headerCookies = Check{
	ID: "header-cookies", Group: "environ", Clause: "RFC 6265, section 5.4", Severity: Note,
	Doc: "Combines several Cookie headers with a semicolon, since a comma belongs to the value there.",
	Why: "Cookie: a=1 and Cookie: b=2 are sent. A client may not do so in HTTP/1.1, but a proxy that comes from HTTP/2 may; with a comma the " +
		"second cookie becomes part of the first.",
	Run: inEnviron(Request{Path: environPath, Header: []string{"Cookie: a=1", "Cookie: b=2"}}, func(e environ) error {
		return e.combined("HTTP_COOKIE", "a=1; b=2")
	}),
}

var headerUnderscore = Check{
	ID: "header-underscore", Group: "environ", Clause: "RFC 3875, section 4.1.18", Severity: Deviation,
	Doc: "Does not let a header with an underscore pass for one with a dash.",
	Why: "X_Under: evil is sent beside X-Under: good; both would become HTTP_X_UNDER. A proxy that removes X-Forwarded-User from what clients send does " +
		"not remove X_Forwarded_User (CVE-2015-0219).",
	Run: inEnviron(Request{Path: environPath, Header: []string{"X-Under: good", "X_Under: evil", "X_Alone: evil"}}, func(e environ) error {
		if _, there := e.Vars["HTTP_X_ALONE"]; there {
			return fmt.Errorf("X_Alone became HTTP_X_ALONE")
		}
		return e.want("HTTP_X_UNDER", "good")
	}),
}

var headerProxy = Check{
	ID: "header-proxy", Group: "environ", Clause: "CVE-2016-5385 (httpoxy)", Severity: Note,
	Doc: "Does not hand the header Proxy on as HTTP_PROXY.",
	Why: "Proxy: http://evil is sent. Programs that an application starts with its environ take HTTP_PROXY for the proxy to use.",
	Run: inEnviron(Request{Path: environPath, Header: []string{"Proxy: http://evil.invalid"}}, func(e environ) error {
		if v, there := e.Vars["HTTP_PROXY"]; there {
			return fmt.Errorf("HTTP_PROXY is %q", v[1])
		}
		return nil
	}),
}

var headerLatin1 = Check{
	ID: "header-latin1", Group: "environ", Clause: "PEP 3333, Unicode Issues", Severity: WrongHead,
	Doc: "Gives bytes above 127 in a header as latin-1 characters.",
	Why: "X-Latin: caf\\xe9\\xff is sent. A server that decodes it as UTF-8 or ASCII loses it, or answers 500.",
	Run: told(Request{Path: environPath, Header: []string{"X-Latin: caf\xe9\xff."}}, variable{"HTTP_X_LATIN", "caf\u00e9\u00ff."}),
}

var inputTerminated = Check{
	ID: "input-terminated", Group: "environ", Clause: "wsgi.input_terminated (a convention beside the PEP)", Severity: Note,
	Doc: "Says with wsgi.input_terminated that the body ends by itself, also where no CONTENT_LENGTH is given.",
	Why: "A chunked POST; the application says whether the key is there and true. Without it Flask and Werkzeug treat a chunked body as empty.",
	Run: func(ctx context.Context, s *Session) Result {
		e, err := s.environ(ctx, Request{Method: "POST", Path: environPath, Body: "abc", Chunked: true})
		if err != nil {
			return Failed("a chunked POST: %v", err)
		}
		v, there := e.Vars["wsgi.input_terminated"]
		switch {
		case !there:
			return Failed("wsgi.input_terminated is absent")
		case v[1] != "True" && v[1] != "1":
			return Failed("wsgi.input_terminated is %s", v[1])
		}
		return Passed()
	},
}
