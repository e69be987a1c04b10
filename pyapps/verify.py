"""The application that wsgibench verify examines servers with: PEP 3333, standard library only, Python 3.8 and later.

Each request says in its path and its query what the application does: /verify/<behaviour>?<parameters>. Some behaviours
are what a well-behaved application does, some are what none should do. What the application sees it says over the side
channel that the request names (verify_side), or in the body.
"""

import functools
import json
import os
import threading
import zlib
from urllib.parse import parse_qsl

import verify_body
import verify_failures
import verify_middleware
import verify_side

PLAIN = [("Content-Type", "text/plain")]  # never handed to start_response itself, but by /verify/shared


def answer(start_response, text, headers=()):
    """A whole answer with Content-Length."""
    body = text if isinstance(text, bytes) else text.encode("utf-8")
    start_response("200 OK", PLAIN + [("Content-Length", str(len(body)))] + list(headers))
    return [body]


def hello(environ, start_response, talk, query):
    start_response("200 OK", list(PLAIN))
    return [b"Hello, World!\n"]


def pid(environ, start_response, talk, query):
    return answer(start_response, str(os.getpid()))


# What the application is told.


def shown(value):
    """Type and text of an environ value."""
    return [type(value).__name__, value if type(value) is str else repr(value)]


def environ_report(environ, start_response, talk, query):
    """All of environ, and whether it carries a mark of an earlier request; leaves a mark, and takes a key away."""
    report = {
        "class": type(environ).__name__,
        "dict": type(environ) is dict,
        "marked": "verify.mark" in environ,
        "vars": {key: shown(value) for key, value in environ.items()},
        "thread": threading.get_ident(),
        "pid": os.getpid(),
    }
    environ["verify.mark"] = "x"
    environ.pop("SERVER_NAME", None)
    return answer(start_response, json.dumps(report))


def meet(environ, start_response, talk, query):
    """Waits until it is told to go on, so that two requests can be here at once."""
    talk.ask("here", {"pid": os.getpid(), "thread": threading.get_ident(), "multithread": bool(environ.get("wsgi.multithread"))})
    return answer(start_response, "met")


# The request's body.


def read_with(stream, steps, talk):
    """Carries out steps like read:4 or readline; says each before it is done, so that one that hangs is known."""
    got = []
    for step in steps:
        name, _, argument = step.partition(":")
        arguments = [int(argument)] if argument else []
        talk.tell("doing", "%s(%s)" % (name, argument))
        if name == "iter":
            value = list(stream)
        else:
            value = getattr(stream, name)(*arguments)
        got.append([v.decode("latin-1") for v in value] if isinstance(value, list) else value.decode("latin-1"))
    return got


def read(environ, start_response, talk, query):
    try:
        got = read_with(environ["wsgi.input"], query["steps"].split(","), talk)
    except verify_side.Abandoned:
        raise
    except Exception as problem:
        talk.tell("failed", verify_side.describe(problem))
        raise
    talk.tell("read", got)
    return answer(start_response, json.dumps(got))


def body_of(environ, most=65536):
    """The blocks of the body: as many bytes as CONTENT_LENGTH says, or to its end where a server says that it has one."""
    stream, left = environ["wsgi.input"], environ.get("CONTENT_LENGTH")
    if left:
        left = int(left)
        while left > 0:
            data = stream.read(min(most, left))
            if not data:
                return
            left -= len(data)
            yield data
    elif environ.get("HTTP_TRANSFER_ENCODING") or environ.get("wsgi.input_terminated"):
        yield from iter(lambda: stream.read(most), b"")


def body(environ, start_response, talk, query):
    """Reads the body in blocks to its end (read=N), or not at all (read=none)."""
    size, crc = 0, 0
    if query.get("read") != "none":
        most = 65536 if query.get("read", "all") == "all" else int(query["read"])
        try:
            for data in body_of(environ, most):
                size, crc = size + len(data), zlib.crc32(data, crc)
                if "blocks" in query:
                    talk.tell("block", len(data))
        except Exception as problem:
            talk.tell("failed", verify_side.describe(problem))
            raise
        talk.tell("read", {"bytes": size, "crc32": "%08x" % crc})
    return answer(start_response, "%d %08x\n" % (size, crc))


def echo(environ, start_response, talk, query):
    data = b"".join(body_of(environ))
    talk.tell("read", {"bytes": len(data)})
    return answer(start_response, data)


def duplex(environ, start_response, talk, query):
    """Reads four bytes, gives them back, reads four more: the client sends the next ones when it has seen the last."""
    start_response("200 OK", list(PLAIN))
    for data in body_of(environ, 4):
        talk.tell("block", data.decode("latin-1"))
        yield data


def errors(environ, start_response, talk, query):
    stream = environ["wsgi.errors"]
    try:
        stream.write("%s \u20ac \u65e5 \U0001f40d\n" % query["mark"])
        stream.writelines(["%s one\n" % query["mark"], "%s two\n" % query["mark"]])
        stream.flush()
    except Exception as problem:
        return answer(start_response, verify_side.describe(problem))
    return answer(start_response, "written")


# The response's body.


def sizes_of(query):
    return [int(size) for size in query.get("sizes", "5").split(",") if size]


def wanted_headers(query):
    headers = list(PLAIN)
    if "length" in query:
        headers.append(("Content-Length", query["length"]))
    return headers


def blocks(environ, start_response, talk, query):
    start_response(query.get("status", "200 OK"), [] if "bare" in query else wanted_headers(query))
    return verify_body.FORMS[query.get("form", "iter")](talk, sizes_of(query))


def stream(environ, start_response, talk, query):
    start_response("200 OK", wanted_headers(query))
    return verify_body.Blocks(talk, [int(query.get("b", 10))] * int(query.get("n", 3)), "hold" in query)


def late(environ, start_response, talk, query):
    """start_response at the first iteration."""
    start_response("201 Created Late", PLAIN + [("X-Late", "yes")])
    yield b"late"


def write(environ, start_response, talk, query):
    write = start_response("200 OK", wanted_headers(query))
    talk.tell("got", type(write).__name__ if callable(write) else "None")
    verify_body.write_all(talk, write, sizes_of(query), "hold" in query)
    return [b"END"]


def big(environ, start_response, talk, query):
    size = int(query.get("n", 1000000))
    whole = [65536] * (size // 65536) + ([size % 65536] if size % 65536 else [])
    start_response("200 OK", PLAIN + [("Content-Length", str(size))])
    return verify_body.Blocks(talk, whole, say="say" in query)


def endless(environ, start_response, talk, query):
    start_response("200 OK", list(PLAIN))
    return verify_body.Endless(talk, int(query.get("n", 1000)), int(query.get("b", 65536)))


def file(environ, start_response, talk, query):
    wrapper = environ.get("wsgi.file_wrapper")
    talk.tell("offered", wrapper is not None)
    if wrapper is None:
        return answer(start_response, "not offered")
    offset = int(query.get("offset", 0))
    source = verify_body.source(talk, query.get("kind", "file"), offset)
    start_response("200 OK", wanted_headers(query))
    wrapped = wrapper(source, 8192) if "block" in query else wrapper(source)
    how = query.get("use", "return")
    if how == "iterate":  # as a middleware that changes blocks would
        return (data.replace(b"0", b"o") for data in wrapped)
    if how == "discard":
        return [b"something else"]
    return wrapped


def shared(environ, start_response, talk, query):
    """Hands the same list to start_response again and again."""
    start_response("200 OK", SHARED)
    talk.tell("length", len(SHARED))
    return [b"shared"]


SHARED = [("Content-Type", "text/plain"), ("X-Shared", "1")]


def middleware(environ, start_response, talk, query):
    kinds = {
        "onion": functools.partial(verify_middleware.onion, layers=50),
        "upper": verify_middleware.upper,
        "deferring": verify_middleware.deferring,
        "validating": verify_middleware.validating,
    }
    return kinds[query["kind"]](lambda e, s: inner(e, s, talk, query))(environ, start_response)


def inner(environ, start_response, talk, query):
    if "read" in query:
        data = environ["wsgi.input"].read(int(query["read"]))
        talk.tell("read", data.decode("latin-1"))
    start_response("200 OK", wanted_headers(query))
    return verify_body.Blocks(talk, sizes_of(query))


# The callable in all its kinds: a server may not care which it is.


BEHAVIOURS = dict(
    verify_failures.BEHAVIOURS, hello=hello, environ=environ_report, meet=meet, read=read, body=body, echo=echo, duplex=duplex,
    errors=errors, blocks=blocks, stream=stream, late=late, write=write, big=big, endless=endless, file=file, shared=shared,
    middleware=middleware,
)


def application(environ, start_response, /):
    path = environ.get("PATH_INFO", "")
    _, found, rest = path.partition("/verify/")  # anywhere: some servers leave a whole URI there, which is for the checks to see
    name = rest.split("/")[0].split("?")[0]
    if not found:
        return pid(environ, start_response, None, {}) if path == "/pid" else hello(environ, start_response, None, {})
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, encoding="latin-1"))
    talk = verify_side.Talk(query.get("side", ""), query.get("token", ""))
    talk.tell("called", {
        "method": environ.get("REQUEST_METHOD"), "path": path, "query": environ.get("QUERY_STRING"), "protocol": environ.get("SERVER_PROTOCOL"),
        "length": environ.get("CONTENT_LENGTH"), "te": environ.get("HTTP_TRANSFER_ENCODING"), "pid": os.getpid(),
    })
    return BEHAVIOURS[name](environ, start_response, talk, query)


class Class:
    def __init__(self, environ, start_response, /):
        self.environ, self.start_response = environ, start_response

    def __iter__(self):
        return iter(application(self.environ, self.start_response))


class Callable:
    def __call__(self, environ, start_response, /):
        return application(environ, start_response)

    def method(self, environ, start_response, /):
        return application(environ, start_response)


def generator(environ, start_response, /):
    yield from application(environ, start_response)


instance = Callable()
method = instance.method
partial = functools.partial(lambda more, environ, start_response, /: application(environ, start_response), "more")
