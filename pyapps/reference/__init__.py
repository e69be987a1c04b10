"""The reference WSGI application: pure PEP 3333, standard library only, Python 3.8 and later, CPython and PyPy.

Every answer is a function of the request, except where the endpoint says otherwise (*), so that a client can recompute
it. Numbers in paths and queries are plain ASCII digits; a query is not percent-decoded; of a repeated name the first
counts. What is out of bounds gets 400 and the bounds.

    /hello                 "Hello, World!\\n", without Content-Length: how the server frames it is part of the answer
    /hello-cl              the same with Content-Length
    /hello/<form>          /hello from another kind of callable: function, class, instance, generator, method, partial, write
    /plaintext             "Hello, World!", as TechEmpower defines it
    /json?size=N           {"message":"Hello, World!"}, serialised for each request; with size, "padding" makes it N bytes
    /echo                  POST, PUT: the body
    /echo-iter             POST, PUT: the body, read line by line
    /echo-stream?bs=N      POST, PUT: the body, one block of at most N bytes read, then given
    /upload?bs=N           POST, PUT: bytes and CRC-32 of the body, read in blocks of N bytes
    /form                  POST multipart/form-data: name, file name, bytes and CRC-32 of each file, through a temporary file
    /sum?a=N&b=N           GET, POST: a + b + the number in the body
    /bytes/<n>?form=F      n bytes of the table (list, or one generated block after another: form=gen), n <= 16 MiB
    /stream?n=N&b=B        N blocks of B bytes of the table, without Content-Length unless cl=1; form=gen, iter, list or write.
                           stamp=1: blocks describe themselves (see streams.py); gap_us, first_us, dist=constant, gamma
                           (shape, seed) or burst: planned instants; empty=K: an empty block before every K; tell=ADDRESS:
                           a datagram when close() is called *
    /file?n=N&off=O&cl=L&bs=B&kind=K  through wsgi.file_wrapper: a file of N bytes (kind=fd or bytesio) from O, Content-Length L
    /static/<name>         a file as it is: hello.txt (14 bytes) or 16k.txt, which a proxy in front may serve itself
    /onion?n=N&kind=K      /hello-cl below N middlewares: kind=pass, generator or validate
    /route/<a>/<b>?q=Q     {"a":a,"b":b,"q":q}; b is a number
    /table/<i>/<b>         one of 1000 routes, found by trying each: "i b"
    /sleep?ms=N            answers after N milliseconds
    /cpu?iters=N           FNV-1a over N small integers, holding the interpreter
    /cpu-nogil?n=N         SHA-256 over the 1 MiB table, N times: the interpreter is released
    /alloc?n=N&kb=K        N dicts with K KiB each, made and dropped
    /conc?ms=N             "met" if a second request came within N milliseconds while this one waited, else "alone" *
    /headers?n=N&size=S    N response headers of S bytes each
    /cookies?n=N           the Cookie field that came; N fields Set-Cookie
    /session               counts the visits in a signed cookie
    /status/<code>         that status
    /html                  a small page with a field X-Time that changes *
    /template              the fortunes from memory, through string.Template
    /db                    a random row of the database *
    /queries?queries=N     N random rows, one query each *
    /cached-queries?count=N  N random rows out of memory *
    /updates?queries=N     N random rows, changed in the database *
    /fortunes              the fortunes from the database, as HTML
    /error/<kind>          fails: before, start, first, mid, close, excinfo-before, excinfo-after, twice, nostart, str *
    /closing?token=T       three blocks of an iterable whose close() is counted
    /close-log             token -> how often close() was called in this process *
    /healthz               "ok\\n"
    /pid                   decimal process id *
    /environ               like wsgiref's demo_app *
    /environ.json          name -> [type, value] *

Nothing is imported before it is needed: the import of this package is part of every start that is measured.
"""

import os

from .core import REASONS, Refused, answer, encoder, number, parameter, MAX_BYTES

_HELLO = b"Hello, World!\n"


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [_HELLO]


def hello_cl(environ, start_response):
    return answer(start_response, _HELLO)


def plaintext(environ, start_response):
    return answer(start_response, b"Hello, World!")


_encode = []  # made at first use; two threads may both make it


def json_message(environ, start_response):
    if not _encode:
        _encode.append(encoder())
    body = _encode[0]({"message": "Hello, World!"})
    if environ.get("QUERY_STRING"):
        size = parameter(environ, "size")
        if size is not None:
            # Spliced in as it is: to escape 10 KiB takes longer than many a server needs for the whole request.
            body = b'%s,"padding":"%s"}' % (body[:-1], b"x" * (number(size, 40, MAX_BYTES) - 40))
    return answer(start_response, body, "application/json")


def healthz(environ, start_response):
    return answer(start_response, b"ok\n")


def pid(environ, start_response):
    return answer(start_response, b"%d" % os.getpid())


_GET = ("GET", "HEAD")
_SEND = ("POST", "PUT")

# Handlers by path; a text stands for one that is imported when it is first asked for.
_ROUTES = {
    "/hello": (hello, _GET), "/hello-cl": (hello_cl, _GET), "/plaintext": (plaintext, _GET),
    "/json": (json_message, _GET), "/healthz": (healthz, _GET), "/pid": (pid, _GET),
    "/echo": ("uploads:echo", _SEND), "/echo-iter": ("uploads:echo_iter", _SEND),
    "/echo-stream": ("uploads:echo_stream", _SEND), "/upload": ("uploads:upload", _SEND),
    "/sum": ("uploads:total", ("GET", "HEAD", "POST")), "/form": ("multipart:form", ("POST",)),
    "/stream": ("streams:stream", _GET), "/file": ("downloads:file", _GET), "/onion": ("onion:onion", _GET),
    "/sleep": ("work:sleep", _GET), "/cpu": ("work:cpu", _GET), "/cpu-nogil": ("work:cpu_nogil", _GET),
    "/alloc": ("work:alloc", _GET), "/conc": ("work:conc", _GET),
    "/headers": ("heads:headers", _GET), "/cookies": ("heads:cookies", _GET), "/session": ("heads:session", _GET),
    "/html": ("pages:html", _GET), "/template": ("pages:template", _GET),
    "/db": ("rows:one", _GET), "/queries": ("rows:queries", _GET), "/updates": ("rows:updates", _GET),
    "/cached-queries": ("rows:cached", _GET), "/fortunes": ("rows:fortunes", _GET),
    "/closing": ("faults:closing", _GET), "/close-log": ("faults:close_log", _GET),
    "/environ": ("environs:text", _GET), "/environ.json": ("environs:json", _GET),
}
# Handlers by first segment, and how many segments follow.
_BELOW = {
    ("hello", 1): ("forms:hello_form", _GET), ("bytes", 1): ("downloads:table_bytes", _GET), ("status", 1): ("heads:status", _GET),
    ("static", 1): ("static:static", _GET), ("error", 1): ("faults:error", _GET), ("route", 2): ("routes:route", _GET), ("table", 2): ("routes:table_route", _GET),
}


def _find(path):
    """The handler and its methods, imported now if it was not; None: there is none."""
    routes, key = _ROUTES, path
    if path not in routes:
        parts = path.split("/")
        routes, key = _BELOW, (parts[1] if len(parts) > 1 and not parts[0] else "", len(parts) - 2)
    route = routes.get(key)
    if route is not None and isinstance(route[0], str):
        from importlib import import_module
        module, _, name = route[0].partition(":")
        route = routes[key] = (getattr(import_module(__name__ + "." + module), name), route[1])
    return route


def _refuse(environ, start_response, code, what, extra=()):
    body = ("%d %s: %s\n" % (code, REASONS[code], what)).encode("ascii")
    answer(start_response, body, status="%d %s" % (code, REASONS[code]), fields=extra)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _head_only(body):
    """Asks for one block, since a generator starts the response when it is first asked, and gives none."""
    try:
        for _ in body:
            break
    finally:
        if hasattr(body, "close"):
            body.close()
    return []


def application(environ, start_response):
    """The WSGI callable."""
    path = environ.get("PATH_INFO", "")
    route = _ROUTES.get(path)
    if route is None or type(route[0]) is str:
        route = _find(path)
    if route is None:
        return _refuse(environ, start_response, 404, "no such endpoint")
    handler, methods = route
    method = environ["REQUEST_METHOD"]
    if method not in methods:
        allow = ", ".join(methods)
        return _refuse(environ, start_response, 405, "expected " + allow, [("Allow", allow)])
    try:
        body = handler(environ, start_response)
    except Refused as refused:
        return _refuse(environ, start_response, *refused.args)
    return body if method != "HEAD" else _head_only(body)


app = application
