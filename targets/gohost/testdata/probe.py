"""An application that does what PEP 3333 allows and forbids, so that a host can be seen to cope."""

import io
import json
import os
import signal
import sys
import tempfile
import threading
import time

EVENTS, CLOSED, COUNTS = {}, {}, {}
CHANGED = threading.Condition()
BARRIER = threading.Barrier(2)
PLAIN = [("Content-Type", "text/plain")]


def event(key):
    return EVENTS.setdefault(key, threading.Event())


class Watched:
    """An iterable that counts its close() calls under a key."""

    def __init__(self, key, blocks):
        self.key, self.blocks = key, blocks

    def __iter__(self):
        for block in self.blocks:
            COUNTS[self.key] = COUNTS.get(self.key, 0) + 1
            yield block

    def close(self):
        with CHANGED:
            CLOSED[self.key] = CLOSED.get(self.key, 0) + 1
            CHANGED.notify_all()


def ok(start_response, body, headers=()):
    start_response("200 OK", PLAIN + list(headers))
    return [body if isinstance(body, bytes) else body.encode("latin-1")]


def gated(key, blocks):
    for i, block in enumerate(blocks):
        if i:
            assert event("%s/%d" % (key, i)).wait(20)
        yield block


def endless():
    while True:
        yield b"x" * 65536


def breaks(before):
    yield from before
    raise RuntimeError("asked to fail")


def lazy(environ, start_response):
    start_response("200 OK", PLAIN)
    yield b"late"


def excinfo(environ, start_response, after):
    write = start_response("200 OK", PLAIN + [("X-First", "1")])
    if after:
        write(b"partial")
    try:
        raise ValueError("asked to fail")
    except ValueError:
        start_response("500 Replaced", [("Content-Type", "text/html")], sys.exc_info())
    return [b"replaced"]


def twice(environ, start_response):
    start_response("200 OK", PLAIN)
    start_response("200 OK", PLAIN)
    return [b"never"]


READS = {
    "sizes": lambda i: [i.read(2), i.read(0), i.read(100), i.read(1), i.read()],
    "all": lambda i: [i.read(), i.read(), i.read(5)],
    "minus": lambda i: [i.read(-1), i.read(-1)],
    "lines": lambda i: [i.readline(), i.readline(), i.readline(), i.readline()],
    "limited": lambda i: [i.readline(2), i.readline(100), i.readline(3), i.readline()],
    "readlines": lambda i: [i.readlines(), i.readlines()],
    "hint": lambda i: [i.readlines(3), i.readlines()],
    "iter": lambda i: [list(i), i.read()],
    "mixed": lambda i: [i.readline(), i.read(3), next(i), i.read()],
    "none": lambda i: [],
}


def read(environ, start_response, how):
    return ok(start_response, repr(READS[how](environ["wsgi.input"])))


def echo(environ, start_response, _):
    stream = environ["wsgi.input"]
    start_response("200 OK", PLAIN)
    return iter(lambda: stream.read(4), b"")


def count(environ, start_response, _):
    total = sum(len(block) for block in iter(lambda: environ["wsgi.input"].read(65536), b""))
    return ok(start_response, str(total))


def slow_read(environ, start_response, key):
    """Says that it has begun, waits to be released, and only then reads."""
    event(key + "/begun").set()
    assert event(key + "/1").wait(20)
    return ok(start_response, environ["wsgi.input"].read())


def file(environ, start_response, kind):
    offset, length = (int(n) if n else 0 for n in environ["QUERY_STRING"].split("&"))
    content = b"".join(b"%06d\n" % i for i in range(30000))
    if kind == "fd":
        source = tempfile.TemporaryFile()
        source.write(content)
    else:
        source = io.BytesIO(content)
    source.seek(offset)
    inner = source.close

    def close():
        inner()
        Watched("file", ()).close()

    wrapped = type("Source", (), {"read": lambda self, n: source.read(n), "close": lambda self: close()})()
    start_response("200 OK", PLAIN + ([("Content-Length", str(length))] if length else []))
    return environ["wsgi.file_wrapper"](wrapped, 1000)


def plain_file(environ, start_response, _):
    """A file as it is, of which the host may know more than its read()."""
    global MOVED
    offset, length = (int(n) if n else 0 for n in environ["QUERY_STRING"].split("&"))
    source = tempfile.TemporaryFile()
    source.write(b"".join(b"%06d\n" % i for i in range(30000)))
    source.seek(offset)
    MOVED = os.dup(source.fileno())
    start_response("200 OK", PLAIN + ([("Content-Length", str(length))] if length else []))
    return environ["wsgi.file_wrapper"](source)


BAD = {
    "status-int": (200, PLAIN), "status-short": ("20 OK", PLAIN), "status-bare": ("200", PLAIN),
    "status-crlf": ("200 OK\r\nX: y", PLAIN), "status-1xx": ("100 Continue", PLAIN), "status-bytes": (b"200 OK", PLAIN),
    "value-crlf": ("200 OK", [("X", "a\r\nY: b")]), "value-nul": ("200 OK", [("X", "a\0b")]),
    "value-bytes": ("200 OK", [("X", b"a")]), "value-int": ("200 OK", [("X", 1)]), "value-euro": ("200 OK", [("X", "\u20ac")]),
    "name-space": ("200 OK", [("X Y", "a")]), "name-empty": ("200 OK", [("", "a")]), "name-crlf": ("200 OK", [("X\r\nY", "a")]),
    "hop": ("200 OK", [("Transfer-Encoding", "chunked")]), "hop-close": ("200 OK", [("connection", "close")]),
    "tuple": ("200 OK", tuple(PLAIN)), "pair": ("200 OK", [["X", "a"]]), "length": ("200 OK", [("Content-Length", "x")]),
    "lengths": ("200 OK", [("Content-Length", "1"), ("Content-length", "1")]), "huge": ("200 OK", [("X", "a" * 70000)]),
}


def bad(environ, start_response, what):
    start_response(*BAD[what])
    return [b"x"]


def die(environ, start_response, how):
    if how == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "exit":
        os._exit(7)
    elif how == "sys-exit":
        sys.exit(7)
    time.sleep(3600)


def fails(environ, start_response, how):
    if how == "before":
        raise RuntimeError("asked to fail")
    if how == "no-start":
        return [b"x"]
    length = [("Content-Length", "100")] if how == "mid-length" else []
    start_response("200 OK", PLAIN + length)
    blocks = {"first": [], "str": [b"x", "str"], "str-first": ["str"], "list-str": ["a", "b"]}.get(how, [b"part"])
    if how == "list-str":
        return blocks
    return Watched("fails-" + how, blocks if how.startswith("str") else breaks(blocks))


def writes(environ, start_response, key):
    write = start_response("200 OK", PLAIN)
    write(b"")
    write(b"one")
    assert event(key + "/1").wait(20)
    write(b"two")
    return [b"three"]


def lengths(environ, start_response, how):
    declared, blocks = {
        "long": (5, [b"123", b"4567", b"89"]), "short": (50, [b"123", b"45"]), "exact": (5, [b"123", b"45"]),
        "long-one": (5, [b"123456789"]), "short-one": (50, [b"12345"]),
    }[how]
    start_response("200 OK", PLAIN + [("Content-Length", str(declared))])
    return blocks if how.endswith("one") else iter(blocks)


def bodies(environ, start_response, status):
    start_response(status + " X", [] if status in ("204", "304") else PLAIN)
    return [b"body"]


def environ_of(environ, start_response, _):
    wrong = {k: repr(v) for k, v in environ.items() if "." not in k and (type(v) is not str or max(map(ord, v), default=0) > 255)}
    plain = {k: v for k, v in environ.items() if isinstance(v, (str, bool, tuple))}
    plain["wrong"], plain["dict"] = wrong, type(environ) is dict
    plain["marked"], environ["marked"] = environ.get("marked", ""), "x"
    return ok(start_response, json.dumps(plain))


def meet(environ, start_response, _):
    BARRIER.wait(20)
    return ok(start_response, "%s %d" % (environ["wsgi.multithread"], threading.get_ident()))


def closed(environ, start_response, key):
    with CHANGED:
        CHANGED.wait_for(lambda: CLOSED.get(key, 0) >= int(environ["QUERY_STRING"] or 1), 20)
    return ok(start_response, "%d" % CLOSED.get(key, 0))


def errors(environ, start_response, _):
    environ["wsgi.errors"].write("\u20ac \ud800\n")
    environ["wsgi.errors"].writelines(["a", "b\n"])
    environ["wsgi.errors"].flush()
    return ok(start_response, "ok")


def wait(environ, start_response, key):
    event(key + "/begun").set()
    assert event(key + "/1").wait(60)
    return ok(start_response, str(os.getpid()))


def begun(environ, start_response, key):
    assert event(key + "/begun").wait(20)
    return ok(start_response, "begun")


def release(environ, start_response, key):
    event(key).set()
    return ok(start_response, "released")


def stream(environ, start_response, key):
    start_response("200 OK", PLAIN)
    return Watched(key, gated(key, [b"one", b"two", b"three"]))


def empty(environ, start_response, key):
    start_response("200 OK", PLAIN)
    return gated(key, [b"", b"", b"body"])


def forever(environ, start_response, key):
    start_response("200 OK", PLAIN)
    return Watched(key, endless())


def slow_close(environ, start_response, key):
    class Slow(Watched):
        def close(self):
            assert event(key + "/1").wait(20)
            super().close()

    start_response("200 OK", PLAIN + [("Content-Length", "3")])
    return Slow(key, [b"one"])


ROUTES = {
    "lazy": lambda e, s, _: lazy(e, s), "read": read, "echo": echo, "count": count, "file": file, "bad": bad, "die": die,
    "excinfo": lambda e, s, how: excinfo(e, s, how == "after"), "twice": lambda e, s, _: twice(e, s), "fails": fails,
    "write": writes, "length": lengths, "status": bodies, "environ": environ_of, "meet": meet, "closed": closed,
    "errors": errors, "wait": wait, "begun": begun, "release": release, "stream": stream, "empty": empty,
    "plain-file": plain_file, "moved": lambda e, s, _: ok(s, str(os.lseek(MOVED, 0, os.SEEK_CUR))),
    "forever": forever, "slow-read": slow_read, "slow-close": slow_close,
    "pid": lambda e, s, _: ok(s, str(os.getpid())), "blocks": lambda e, s, key: ok(s, str(COUNTS.get(key, 0))),
    "reason": lambda e, s, _: (s("299 Any R\xe9ason", PLAIN), [b"x"])[1],
    "cookies": lambda e, s, _: ok(s, "x", [("Set-Cookie", "a=1"), ("set-cookie", "b=2")]),
    "big": lambda e, s, n: ok(s, b"y" * int(n)), "bare": lambda e, s, _: (s("200 OK", []), [])[1],
}


def application(environ, start_response):
    _, name, *rest = environ["PATH_INFO"].split("/", 2)
    if name not in ROUTES:
        return ok(start_response, "hello")
    return ROUTES[name](environ, start_response, rest[0] if rest else "")


class Form:
    """The other kinds of callable."""

    def __init__(self, environ, start_response):
        start_response("200 OK", PLAIN)

    def __iter__(self):
        yield b"class"

    def method(self, environ, start_response):
        start_response("200 OK", PLAIN)
        return (b"meth", b"od")


class Nested:
    form = Form
