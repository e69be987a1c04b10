"""The reference WSGI application: pure PEP 3333, standard library only, Python 3.8 and later, CPython and PyPy.

Every answer is a function of the request, except where the endpoint says otherwise, so that a client can recompute it.
Numbers in paths and queries are plain ASCII digits; a query is not percent-decoded; of a repeated name the first counts.

    /hello                 "Hello, World!\\n", without Content-Length: how the server frames it is part of the answer
    /hello-cl              the same with Content-Length
    /plaintext             "Hello, World!"
    /json?size=N           {"message":"Hello, World!"}, serialised for each request; with size, "padding" makes it N bytes
    /echo                  POST, PUT: the body
    /bytes/<n>?form=F      n bytes of the table (list, or one generated block after another: form=gen), n <= 16 MiB
    /stream?n=N&b=B        N generated blocks of B bytes of the table, without Content-Length
    /sleep?ms=N            answers after N milliseconds
    /cpu?iters=N           FNV-1a over N small integers, holding the interpreter
    /headers?n=N&size=S    N response headers of S bytes each
    /status/<code>         that status
    /pid                   decimal process id (not a function of the request)
    /environ, /environ.json    like wsgiref's demo_app, and name -> [type, value] (not functions of the request)

Nothing is imported before it is needed: the import of this module is part of every start that is measured.
"""

import os
import time

MAX_BODY = 64 << 20  # bytes that /echo holds
MAX_BYTES = 16 << 20  # bytes that /bytes and /stream give
TABLE_SIZE = 1 << 20

_HELLO = b"Hello, World!\n"
_BLOCK = 64 << 10
_REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
    304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable",
}


class _Refused(Exception):
    """A request that gets the status in args[0]; args[1] says why."""


def _make_table():
    """1 MiB of xorshift64: 1024 lanes side by side in one big integer, which costs 2 ms instead of 60 for a loop.

    Lane seeds are the first 1024 states of the generator (13, 7, 17) from 0x9E3779B97F4A7C15; the table is the
    concatenation of 128 steps of all lanes, little-endian.
    """
    ones, x, seeds = (1 << 64) - 1, 0x9E3779B97F4A7C15, bytearray()
    for _ in range(1024):
        x ^= x << 13 & ones
        x ^= x >> 7
        x ^= x << 17 & ones
        seeds += x.to_bytes(8, "little")
    lanes = int.from_bytes(seeds, "little")
    # A shift of the whole integer moves bits across lanes; the masks take them away again.
    masks = (ones << 13 & ones, ones >> 7, ones << 17 & ones)
    up13, down7, up17 = (int.from_bytes(mask.to_bytes(8, "little") * 1024, "little") for mask in masks)
    steps = []
    for _ in range(TABLE_SIZE // 8192):
        lanes ^= lanes << 13 & up13
        lanes ^= lanes >> 7 & down7
        lanes ^= lanes << 17 & up17
        steps.append(lanes.to_bytes(8192, "little"))
    return b"".join(steps)


_made = {}  # what is made at first use; two threads may both make it, with the same result


def table():
    """The 1 MiB table that /bytes and /stream take slices of."""
    made = _made.get("table")
    if made is None:
        made = _made["table"] = _make_table()
    return made


def _encode(value):
    encode = _made.get("json")
    if encode is None:
        import json
        encode = _made["json"] = json.JSONEncoder(separators=(",", ":")).encode
    return encode(value).encode("ascii")


def _number(text, low, high):
    if not (text.isascii() and text.isdecimal() and len(text) <= 9) or not low <= int(text) <= high:
        raise _Refused(400, "expected a number from %d to %d" % (low, high))
    return int(text)


def _parameter(environ, name, default=None):
    for part in environ.get("QUERY_STRING", "").split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return value
    return default


def _tail(environ):
    return environ["PATH_INFO"].split("/", 2)[2]


def _answer(start_response, body, content_type="text/plain", status="200 OK"):
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [_HELLO]


def hello_cl(environ, start_response):
    return _answer(start_response, _HELLO)


def plaintext(environ, start_response):
    return _answer(start_response, b"Hello, World!")


def json_message(environ, start_response):
    body = _encode({"message": "Hello, World!"})
    if environ.get("QUERY_STRING"):
        size = _parameter(environ, "size")
        if size is not None:
            # Spliced in as it is: to escape 10 KiB takes longer than many a server needs for the whole request.
            body = b'%s,"padding":"%s"}' % (body[:-1], b"x" * (_number(size, 40, MAX_BYTES) - 40))
    return _answer(start_response, body, "application/json")


def _read_exactly(stream, left):
    """All of left bytes; a server may hand them out in pieces."""
    pieces = []
    while left:
        piece = stream.read(left)
        if not piece:
            raise _Refused(400, "the body ended %d bytes early" % left)
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _read_to_end(stream):
    pieces, size = [], 0
    while True:
        piece = stream.read(_BLOCK)
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > MAX_BODY:
            raise _Refused(413, "more than %d bytes" % MAX_BODY)
        pieces.append(piece)


def echo(environ, start_response):
    length = environ.get("CONTENT_LENGTH")
    if length:
        if not (length.isascii() and length.isdecimal()):
            raise _Refused(400, "CONTENT_LENGTH is not a number")
        if len(length) > 18 or int(length) > MAX_BODY:
            raise _Refused(413, "more than %d bytes" % MAX_BODY)
        body = _read_exactly(environ["wsgi.input"], int(length))
    elif environ.get("wsgi.input_terminated"):
        body = _read_to_end(environ["wsgi.input"])
    else:
        body = b""
    return _answer(start_response, body, "application/octet-stream")


def _generate(whole, size):
    while size > 0:
        for start in range(0, min(size, TABLE_SIZE), _BLOCK):
            yield whole[start : min(start + _BLOCK, size)]
        size -= TABLE_SIZE


def table_bytes(environ, start_response):
    size = _number(_tail(environ), 0, MAX_BYTES)
    form = _parameter(environ, "form", "list")
    if form not in ("list", "gen"):
        raise _Refused(400, "expected form=list or form=gen")
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    whole = table()
    if form == "gen":
        return _generate(whole, size)
    if size <= TABLE_SIZE:
        return [whole[:size]]
    return [whole] * (size // TABLE_SIZE) + [whole[: size % TABLE_SIZE]]


def _blocks(whole, count, size):
    doubled = whole + whole[:size]
    start = 0
    for _ in range(count):
        yield doubled[start : start + size]
        start = (start + size) % TABLE_SIZE


def stream(environ, start_response):
    count = _number(_parameter(environ, "n", "10"), 0, MAX_BYTES)
    size = _number(_parameter(environ, "b", "64"), 1, TABLE_SIZE)
    if count * size > MAX_BYTES:
        raise _Refused(400, "expected n times b to be at most %d" % MAX_BYTES)
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return _blocks(table(), count, size)


def sleep(environ, start_response):
    ms = _number(_parameter(environ, "ms", "10"), 0, 60000)
    time.sleep(ms / 1000)
    return _answer(start_response, b"slept %d ms\n" % ms)


def cpu(environ, start_response):
    digest = 0x811C9DC5
    for i in range(_number(_parameter(environ, "iters", "1000"), 0, 100000000)):
        digest = ((digest ^ (i & 0xFF)) * 0x01000193) & 0xFFFFFFFF
    return _answer(start_response, b"%08x\n" % digest)


def headers(environ, start_response):
    count = _number(_parameter(environ, "n", "10"), 0, 200)
    size = _number(_parameter(environ, "size", "10"), 0, 8000)
    body = b"%d headers of %d bytes\n" % (count, size)
    fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    fields += [("X-Filler-%03d" % i, "h" * size) for i in range(count)]
    start_response("200 OK", fields)
    return [body]


def status(environ, start_response):
    code = _number(_tail(environ), 200, 599)
    line = "%d %s" % (code, _REASONS.get(code, "Status"))
    if code in (204, 304):
        start_response(line, [])
        return []
    return _answer(start_response, b"%d\n" % code, status=line)


def pid(environ, start_response):
    return _answer(start_response, b"%d" % os.getpid())


def environ_text(environ, start_response):
    lines = ["Hello world!", ""] + ["%s = %r" % item for item in sorted(environ.items())]
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [("\n".join(lines) + "\n").encode("utf-8")]


def environ_json(environ, start_response):
    values = {}
    for key, value in sorted(environ.items()):
        values[key] = [type(value).__name__, value if isinstance(value, (str, int, tuple)) else repr(value)]
    return _answer(start_response, _encode(values), "application/json")


_GET = ("GET", "HEAD")
_ROUTES = {
    "/hello": (hello, _GET), "/hello-cl": (hello_cl, _GET), "/plaintext": (plaintext, _GET),
    "/json": (json_message, _GET), "/echo": (echo, ("POST", "PUT")), "/stream": (stream, _GET),
    "/sleep": (sleep, _GET), "/cpu": (cpu, _GET), "/headers": (headers, _GET), "/pid": (pid, _GET),
    "/environ": (environ_text, _GET), "/environ.json": (environ_json, _GET),
}
_BELOW = {"bytes": (table_bytes, _GET), "status": (status, _GET)}  # with one more segment


def _below(path):
    parts = path.split("/")
    return _BELOW.get(parts[1]) if len(parts) == 3 and not parts[0] else None


def _refuse(environ, start_response, code, what, extra=()):
    body = ("%d %s: %s\n" % (code, _REASONS[code], what)).encode("ascii")
    fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    fields.extend(extra)
    start_response("%d %s" % (code, _REASONS[code]), fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def application(environ, start_response):
    """The WSGI callable."""
    path = environ.get("PATH_INFO", "")
    route = _ROUTES.get(path) or _below(path)
    if route is None:
        return _refuse(environ, start_response, 404, "no such endpoint")
    handler, methods = route
    method = environ["REQUEST_METHOD"]
    if method not in methods:
        allow = ", ".join(methods)
        return _refuse(environ, start_response, 405, "expected " + allow, [("Allow", allow)])
    try:
        body = handler(environ, start_response)
    except _Refused as refused:
        return _refuse(environ, start_response, *refused.args)
    return [] if method == "HEAD" else body


app = application
