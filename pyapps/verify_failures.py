"""What an application does wrong, for wsgibench verify: a server has to stand it, and to let it be seen."""

import sys

import verify_body
import verify_side

PLAIN = [("Content-Type", "text/plain")]


class Deliberate(Exception):
    """Raised because a check asked for it."""


def fails(environ, start_response, talk, query):
    """Fails when it is called, at the first block, or after one; iterator-first and -mid do it without a generator."""
    when = query["when"]
    if when == "call":
        raise Deliberate("asked to fail when called")
    if when == "nothing-started":
        return [b"no start_response"]
    headers = PLAIN + ([("Content-Length", query["length"])] if "length" in query else [])
    start_response("200 OK", headers)
    if when.startswith("iterator-"):
        return verify_body.Breaking(talk, [3] if when == "iterator-mid" else [], Deliberate("asked to fail in the body"))
    return verify_body.break_after(talk, [] if when == "first" else [b"part"], Deliberate("asked to fail in the body"))


def text(environ, start_response, talk, query):
    """Gives str where bytes belong."""
    start_response("200 OK", list(PLAIN))
    return {"list": ["text"], "first": iter(["text"]), "mid": iter([b"part", "text"])}[query["when"]]


def twice(environ, start_response, talk, query):
    """Calls start_response again without exc_info, and says what came of it."""
    start_response("200 OK", PLAIN + [("X-First", "1")])
    raised = attempt(lambda: start_response("202 Second", PLAIN + [("X-Second", "1")]))
    talk.tell("raised", verify_side.describe(raised) if raised else None)
    if raised:
        raise raised
    return [b"twice"]


def attempt(action):
    """What the action raises, or None."""
    try:
        action()
    except Exception as problem:
        return problem
    return None


def failing(start_response, status, headers):
    """What start_response raises, and what it was given, where it is called as the PEP shows: while an exception is handled."""
    try:
        raise Deliberate("asked to fail")
    except Deliberate as given:
        return attempt(lambda: start_response(status, headers, sys.exc_info())), given


def replace(environ, start_response, talk, query):
    """Calls start_response with exc_info before anything was sent (after=nothing), after an empty block (after=empty)."""
    start_response("200 OK", PLAIN + [("X-First", "1"), ("X-Both", "first")])
    if query["after"] == "empty":
        yield b""
    raised, _ = failing(start_response, "503 Replaced", [("Content-Type", "text/html"), ("X-Second", "1"), ("X-Both", "second")])
    talk.tell("raised", verify_side.describe(raised) if raised else None)
    if raised:
        raise raised
    yield b"replaced"


def replace_plainly(environ, start_response, talk, query):
    """The same without a generator: both calls happen before the server has the iterable."""
    return list(replace(environ, start_response, talk, dict(query, after="nothing")))


def too_late(environ, start_response, talk, query):
    """Calls start_response with exc_info when a block is on its way already: that has to raise."""
    start_response("200 OK", list(PLAIN))
    yield b"partial"
    talk.ask("sent")
    raised, given = failing(start_response, "500 Too Late", [("Content-Type", "text/html")])
    talk.tell("raised", {"what": verify_side.describe(raised) if raised else None, "same": raised is given})
    if raised:
        raise raised
    yield b"MORE"


# What no application may hand to start_response, by name: status and headers.
WRONG = {
    "status-crlf": ("200 OK\r\nX-Injected: yes", PLAIN),
    "status-lf": ("200 OK\nX-Injected: yes", PLAIN),
    "status-int": (200, PLAIN),
    "status-bytes": (b"200 OK", PLAIN),
    "status-two-digits": ("20 OK", PLAIN),
    "status-no-reason": ("200", PLAIN),
    "status-words": ("OK", PLAIN),
    "value-crlf": ("200 OK", PLAIN + [("X-Value", "a\r\nX-Injected: yes")]),
    "value-lf": ("200 OK", PLAIN + [("X-Value", "a\nX-Injected: yes")]),
    "value-cr": ("200 OK", PLAIN + [("X-Value", "a\rX-Injected: yes")]),
    "name-crlf": ("200 OK", PLAIN + [("X-Name\r\nX-Injected", "yes")]),
    "name-lf": ("200 OK", PLAIN + [("X-Name\nX-Injected", "yes")]),
    "value-nul": ("200 OK", PLAIN + [("X-Value", "a\0b")]),
    "value-control": ("200 OK", PLAIN + [("X-Value", "a\x07b")]),
    "name-nul": ("200 OK", PLAIN + [("X\0Name", "a")]),
    "name-space": ("200 OK", PLAIN + [("X Name", "a")]),
    "name-colon": ("200 OK", PLAIN + [("X-Name:", "a")]),
    "name-empty": ("200 OK", PLAIN + [("", "a")]),
    "value-bytes": ("200 OK", PLAIN + [("X-Value", b"a")]),
    "value-int": ("200 OK", PLAIN + [("X-Value", 1)]),
    "value-none": ("200 OK", PLAIN + [("X-Value", None)]),
    "name-bytes": ("200 OK", PLAIN + [(b"X-Name", "a")]),
    "value-euro": ("200 OK", PLAIN + [("X-Value", "\u20ac")]),
    "hop-connection": ("200 OK", PLAIN + [("Connection", "X-Nothing")]),
    "hop-keep-alive": ("200 OK", PLAIN + [("Keep-Alive", "timeout=99")]),
    "hop-te": ("200 OK", PLAIN + [("TE", "trailers")]),
    "hop-trailers": ("200 OK", PLAIN + [("Trailers", "X-After")]),
    "hop-upgrade": ("200 OK", PLAIN + [("Upgrade", "h2c")]),
    "hop-transfer-encoding": ("200 OK", PLAIN + [("Transfer-Encoding", "chunked")]),
    "length-word": ("200 OK", PLAIN + [("Content-Length", "five")]),
    "length-negative": ("200 OK", PLAIN + [("Content-Length", "-5")]),
    "length-twice": ("200 OK", PLAIN + [("Content-Length", "5"), ("Content-Length", "6")]),
}

# What an application may hand over, though it is unusual.
RIGHT = {
    "reason": ("299 Any R\xe9ason (at all)", PLAIN),
    "cookies": ("200 OK", PLAIN + [("Set-Cookie", "a=1"), ("X-Between", "1"), ("set-cookie", "b=2")]),
    "latin-1": ("200 OK", PLAIN + [("X-Latin", "caf\xe9")]),
    "many": ("200 OK", PLAIN + [("X-Many-%d" % i, str(i)) for i in range(60)]),
    "empty-value": ("200 OK", PLAIN + [("X-Empty", ""), ("X-After", "1")]),
    "no-type": ("200 OK", []),
}


def start(environ, start_response, talk, query):
    """Calls start_response with something out of the tables above."""
    status, headers = dict(WRONG, **RIGHT)[query["case"]]
    raised = attempt(lambda: start_response(status, list(headers)))
    talk.tell("raised", verify_side.describe(raised) if raised else None)
    if raised:
        raise raised
    return [b"12345"]


BEHAVIOURS = {
    "fails": fails, "text": text, "twice": twice, "replace": replace, "replace-plainly": replace_plainly, "too-late": too_late, "start": start,
}
