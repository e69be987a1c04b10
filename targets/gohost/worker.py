"""The Python half of gohost's pool: one process, some threads, each with a socket to the Go half.

A thread takes one request at a time from its socket, calls the application, and answers on the same socket; protocol.go
describes the frames. Two system calls are made for an ordinary request: recv and send. wsgi.py has been executed in the
same namespace.
"""

import io
import mmap
import os
import signal
import socket
import struct
import sys
import threading
import traceback
from importlib import import_module
from types import GeneratorType

CONTROL, FLAGS, FIRST = 4, 5, 6  # file descriptors; 3 was this source
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
        if kind is FileWrapper and exchange.length is not None:
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
    exchange.sock.sendall(response_head(b"X", 0, 0, 0, 0))


def finished(exchange):
    exchange.sock.sendall(response_head(b"I", IDLE, 0, 0, 0))


def report(problem):
    try:
        traceback.print_exception(type(problem), problem, problem.__traceback__)
    except Exception:
        pass  # standard error may be closed


def handle(sock, index, data):
    length, size, body = request_head(data)
    while len(data) < length + 4:
        data += receive(sock, length + 4 - len(data))
    parts = data[9 : 9 + size].decode("latin-1").split("\0")
    environ = base.copy()
    environ.update(zip(parts[::2], parts[1::2]))
    stream = None
    if body == STREAMED:
        stream = Body(sock)
        environ["wsgi.input"] = io.BufferedReader(stream, 65536)
    else:
        environ["wsgi.input"] = io.BytesIO(data[9 + size :])
    exchange = Exchange(sock, index, stream)
    try:
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


def serve(sock, index):
    """A thread's life: until the other half closes its socket."""
    recv = sock.recv
    try:
        while True:
            data = recv(16384)
            if len(data) < 9:
                if not data:
                    return
                data += receive(sock, 9 - len(data))
            handle(sock, index, data)
    except OSError:
        return  # the host has gone; main notices as well


def unlink_orphan(path, inode):
    """Removes the listening socket's file of a host that could not."""
    try:
        if path and os.stat(path).st_ino == int(inode):
            os.unlink(path)
    except OSError:
        pass


def main(path, inode, threads):
    control = socket.socket(fileno=CONTROL)
    workers = [
        threading.Thread(target=serve, args=(socket.socket(fileno=FIRST + i), i), name="gohost-%d" % i, daemon=True)
        for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    control.sendall(b"R")
    if control.recv(1) != b"Q":
        unlink_orphan(path, inode)
        os._exit(1)  # the host was killed; no request can be finished
    for worker in workers:
        worker.join()


def load(name):
    module, _, names = name.partition(":")
    found = import_module(module)
    for part in names.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError("%s is a %s, which cannot be called" % (name, type(found).__name__))
    return found


# The host decides when to stop; a terminal's or a supervisor's signal reaches the whole group. A handler, unlike
# SIG_IGN, is not inherited by what the application starts.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
sys.stderr.reconfigure(errors="backslashreplace", line_buffering=True)
name, bind_path, bind_inode = sys.argv[1:4]
thread_count, process_count = int(sys.argv[4]), int(sys.argv[5])
sys.argv[1:] = []
for descriptor in range(CONTROL, FIRST + thread_count):
    os.set_inheritable(descriptor, False)
gone = mmap.mmap(FLAGS, mmap.PAGESIZE, prot=mmap.PROT_READ)
os.close(FLAGS)
base = {
    "SCRIPT_NAME": "", "SERVER_SOFTWARE": "gohost", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr, "wsgi.multithread": thread_count > 1, "wsgi.multiprocess": process_count > 1,
    "wsgi.run_once": False, "wsgi.input_terminated": True, "wsgi.file_wrapper": FileWrapper,
}
application = load(name)
main(bind_path, bind_inode, thread_count)
