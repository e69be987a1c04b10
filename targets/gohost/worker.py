"""How a thread of a worker answers a request, in every mode that keeps Python running.

protocol.go describes the frames. wsgi.py has been executed in the same namespace; process.py or embedded.py follows.
"""

import io
import struct
import sys
import traceback
from importlib import import_module
from types import GeneratorType

LAST, IDLE = 1, 2  # flags of a frame: the response is complete; the thread takes the next request
INLINE, STREAMED = 1, 2  # how a request's body comes
JOINED = 1 << 20  # a list of blocks up to this many bytes is sent as one
request_head = struct.Struct("<IIB").unpack_from  # length of the rest, of the environ, body


def run(exchange, environ):
    """Calls the application; returns what is left to close once the response is out."""
    result = application(environ, exchange.start_response)
    kind = type(result)
    if kind is list or kind is tuple:
        if len(result) == 1 and type(result[0]) is bytes:
            exchange.send(result[0], LAST | IDLE)
            return None
        if not result or all(type(block) is bytes for block in result) and sum(map(len, result)) <= JOINED:
            exchange.send(b"".join(result), LAST | IDLE)
            return None
    close = getattr(result, "close", None)
    try:
        blocks = result
        if kind is FileWrapper:
            region = result.region() if exchange.body is None else None
            if region and exchange.send_file(*region):
                blocks = ()
            elif exchange.length is not None:
                blocks = result.limited(exchange.length)
        for block in blocks:
            exchange.write(block)
        if close is None or kind is GeneratorType:  # closing an exhausted generator does nothing
            close = None
            exchange.send(b"", LAST | IDLE)
        else:
            exchange.send(b"", LAST)
    except BaseException as problem:
        failed(exchange, problem)
        if close is None:
            finished(exchange)
        # The application must not see the host's own troubles in close.
    return close


def failed(exchange, problem):
    """Tells the other half that the response cannot be completed."""
    if not isinstance(problem, ClientGone):
        report(problem)
    if exchange.body is not None:
        exchange.body.ended = True
    exchange.line().sendall(response_head(b"X", 0, 0, 0, 0))


def finished(exchange):
    exchange.line().sendall(response_head(b"I", IDLE, 0, 0, 0))


def report(problem):
    try:
        traceback.print_exception(type(problem), problem, problem.__traceback__)
    except Exception:
        pass  # standard error may be closed


def environ_of(data, start, end):
    """The environ of a request, which has name NUL value NUL ... there."""
    parts = data[start:end].decode("latin-1").split("\0")
    environ = base.copy()
    environ.update(zip(parts[::2], parts[1::2]))
    return environ


def handle(exchange, data):
    """Answers the request that begins with data, all of which is there."""
    _, size, body = request_head(data)
    try:
        environ = environ_of(data, 9, 9 + size)
        if gone[OTHERS]:
            environ["wsgi.multiprocess"] = True
        if body == STREAMED:
            exchange.body = Body(exchange.line())
            environ["wsgi.input"] = io.BufferedReader(exchange.body, 65536)
        else:
            environ["wsgi.input"] = io.BytesIO(data[9 + size :])
        close = run(exchange, environ)
    except BaseException as problem:  # SystemExit is no way to stop the server
        failed(exchange, problem)
        finished(exchange)
        return
    if close is not None:
        try:
            close()
        except BaseException as problem:
            report(problem)
        finished(exchange)


def load(name):
    module, _, names = name.partition(":")
    found = import_module(module)
    for part in names.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError("%s is a %s, which cannot be called" % (name, type(found).__name__))
    return found


def environ_of_server(threads, processes):
    """What is the same in the environ of all requests."""
    return {
        "SCRIPT_NAME": "", "SERVER_SOFTWARE": "gohost", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr, "wsgi.multithread": threads > 1, "wsgi.multiprocess": processes > 1,
        "wsgi.run_once": False, "wsgi.input_terminated": True, "wsgi.file_wrapper": FileWrapper,
    }
