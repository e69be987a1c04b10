package verify

import (
	"context"
	"fmt"
	"strings"
)

func init() {
	register(pathDecoded, pathEscapedSlash, pathUnchanged, pathAbsoluteForm, pathScriptName, queryRaw, queryEightBit)
}

var pathDecoded = Check{
	ID: "path-decoded", Group: "environ", Clause: "PEP 3333, Unicode Issues", Severity: WrongHead,
	Doc: "Gives PATH_INFO as the bytes behind the percent signs, each as one character.",
	Why: "The path /caf%C3%A9%ff;p is sent, which is UTF-8 but for its last byte. Applications turn PATH_INFO back into bytes and decode these " +
		"themselves; a server that decodes UTF-8 before them loses what is not UTF-8, or doubles the encoding.",
	Run: told(Request{Path: environPath + "/caf%C3%A9%ff;p"}, variable{"PATH_INFO", environPath + "/caf\u00c3\u00a9\u00ff;p"}),
}

var pathEscapedSlash = Check{
	ID: "path-escaped-slash", Group: "environ", Clause: "RFC 3875, section 4.1.5", Severity: Note,
	Doc: "Decodes %2F in the path to a slash, as PATH_INFO is defined.",
	Why: "The path /a%2Fb is sent. Some servers keep it encoded on purpose, so that it can be told from a slash; an application that decodes " +
		"nothing itself then sees %2F.",
	Run: told(Request{Path: environPath + "/a%2Fb"}, variable{"PATH_INFO", environPath + "/a/b"}),
}

var pathUnchanged = Check{
	ID: "path-unchanged", Group: "environ", Clause: "RFC 3986, section 6", Severity: Deviation,
	Doc: "Hands the path on as it is, with its doubled slashes and its dots.",
	Why: "Paths such as //a and /a//b/../c/. are sent. What they mean is for the application to say: a server that tidies up disagrees with the " +
		"access rules of whatever stands before it.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, path := range []string{environPath + "//a//b", environPath + "/a/../b/./c", "/" + environPath, environPath + "/a/"} {
			if err := s.tells(ctx, Request{Path: path}, "PATH_INFO", path); err != nil {
				return Failed("GET %s: %v", path, err)
			}
		}
		return Passed()
	},
}

var pathAbsoluteForm = Check{
	ID: "path-absolute-form", Group: "environ", Clause: "RFC 9112, section 3.2.2", Severity: WrongHead,
	Doc: "Takes a request target in absolute form (GET http://host/path) and gives the application its path.",
	Why: "A server must accept the absolute form. One that takes the whole URL for the path answers 404 to it.",
	Run: told(Request{Path: "http://" + Host + environPath + "/a?b=c"}, variable{"PATH_INFO", environPath + "/a"}, variable{"QUERY_STRING", "b=c"}),
}

var pathScriptName = Check{
	ID: "path-script-name", Group: "environ", Clause: "PEP 3333, environ Variables", Severity: WrongHead,
	Doc: "Gives SCRIPT_NAME and PATH_INFO so that together they are the path; SCRIPT_NAME is never \"/\".",
	Why: "The application is mounted at the root, so SCRIPT_NAME must be empty or absent. URLs that it makes for itself start with SCRIPT_NAME.",
	Run: told(Request{Path: environPath}, variable{"SCRIPT_NAME", ""}, variable{"PATH_INFO", environPath}),
}

var queryRaw = Check{
	ID: "query-raw", Group: "environ", Clause: "PEP 3333, environ Variables", Severity: WrongHead,
	Doc: "Gives QUERY_STRING as it was sent, without decoding anything, and as \"\" where there is none.",
	Why: "Queries with %C3%A9, +, a second question mark, nothing behind the question mark, and none at all. A query that is decoded too early " +
		"cannot be taken apart at & and = any more.",
	Run: func(ctx context.Context, s *Session) Result {
		for _, query := range []string{"?q=%C3%A9&x=a+b%2B", "??a", "?", "", "?a=%zz&&b"} {
			if err := s.tells(ctx, Request{Path: environPath + query}, "QUERY_STRING", strings.TrimPrefix(query, "?")); err != nil {
				return Failed("query %q: %v", query, err)
			}
		}
		return Passed()
	},
}

var queryEightBit = Check{
	ID: "query-eight-bit", Group: "environ", Clause: "PEP 3333, Unicode Issues", Severity: Deviation,
	Doc: "Hands raw bytes above 127 in the query on as latin-1, or refuses them with a status of 4xx.",
	Why: "?q=caf\\xe9 is sent. Browsers of old and scripts do that; a server that decodes it as ASCII answers 500, or drops the connection.",
	Run: func(ctx context.Context, s *Session) Result {
		r, err := s.Get(ctx, environPath+"?q=caf\xe9")
		if err != nil {
			return Failed("%v", err)
		}
		if r.Status >= 400 && r.Status < 500 {
			return PassedWith("refused with %d", r.Status)
		}
		e, err := environOf(r)
		if err == nil {
			err = e.want("QUERY_STRING", "q=caf\u00e9")
		}
		if err != nil {
			return Failed("%v", fmt.Errorf("?q=caf\\xe9: %w", err))
		}
		return Passed()
	},
}
