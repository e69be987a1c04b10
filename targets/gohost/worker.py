"""The Python half of gohost's pool: one process, some threads, each with a socket to the Go half.

A thread takes one request at a time from its socket, calls the application as PEP 3333 says, and answers on the same
socket; protocol.go describes the frames. Two system calls are made for an ordinary request: recv and send.
"""

import io
import mmap
import os
import re
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
MAX_HEAD = 60 << 10  # bytes of a response's head
JOINED = 1 << 20  # a list of blocks up to this many bytes is sent as one
request_head = struct.Struct("<IIB").unpack_from  # length of the rest, of the environ, body
data_head = struct.Struct("<IB").unpack_from  # length, state
response_head = struct.Struct("<cBHII").pack  # kind, flags, status, length of the head, of the body

good_status = re.compile(r"[2-9][0-9][0-9] ").match
good_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z").match
bad_text = re.compile("[^\t\x20-\x7e\x80-\xff\0]").search
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer trailers transfer-encoding upgrade".split()
)
good_names = set()  # those already checked; bounded, as an application might invent names


class ClientGone(ConnectionError):
    """Nobody reads the response any more."""


class BodyBroken(OSError):
    """The request's body ended early, was malformed, too long, or its client has gone."""


def check_name(name):
    if type(name) is not str or not good_name(name):
        raise ValueError("response header name %r is not a token" % (name,))
    if name.lower() in HOP_BY_HOP:
        raise ValueError("response header %s is between the server and its client, not the application's" % name)
    if len(good_names) < 1000:
        good_names.add(name)


def encode_head(status, headers):
    """The reason and the header fields, joined by NUL, and the Content-Length or None."""
    if type(status) is not str or not good_status(status):
        raise ValueError("status %r is not like '200 OK'" % (status,))
    if type(headers) is not list:
        raise TypeError("response headers are a %s, not a list" % type(headers).__name__)
    flat, length = [status[4:]], None
    for item in headers:
        if type(item) is not tuple or len(item) != 2:
            raise TypeError("response header %r is not a tuple (name, value)" % (item,))
        name, value = item
        if name not in good_names:
            check_name(name)
        if type(value) is not str:
            raise TypeError("value of response header %s is a %s, not a str" % (name, type(value).__name__))
        if len(name) == 14 and name.lower() == "content-length":
            if length is not None or not (value.isascii() and value.isdecimal()) or len(value) > 18:
                raise ValueError("Content-Length %r is not one number" % value)
            length = int(value)
        flat += item
    text = "\0".join(flat)
    if text.count("\0") != len(flat) - 1 or bad_text(text):
        raise ValueError("control character in the status or a header: %r" % text)
    if len(text) > MAX_HEAD:
        raise ValueError("the response headers are longer than %d bytes" % MAX_HEAD)
    return text.encode("latin-1"), length


class FileWrapper:
    """wsgi.file_wrapper: an iterable over the rest of a file, closed with the response."""

    def __init__(self, filelike, block_size=65536):
        self.filelike, self.block_size = filelike, block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return iter(lambda: self.filelike.read(self.block_size), b"")

    def limited(self, left):
        while left > 0:
            block = self.filelike.read(min(left, max(self.block_size, 65536)))
            if not block:
                return
            left -= len(block)
            yield block


class Body(io.RawIOBase):
    """A request body that is fetched from the Go half as it is read."""

    def __init__(self, sock):
        self.sock, self.ended = sock, False

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.ended:
            return 0
        self.sock.sendall(response_head(b"W", 0, 0, 0, len(buffer)))
        length, state = data_head(receive(self.sock, 5))
        view, got = memoryview(buffer), 0
        while got < length:
            n = self.sock.recv_into(view[got:length])
            if not n:
                raise BodyBroken("the host has gone")
            got += n
        if state == 2:
            raise BodyBroken("the request body is incomplete or malformed")
        self.ended = state == 1
        return length


def receive(sock, n):
    data = sock.recv(n)
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise BodyBroken("the host has gone")
        data += more
    return data


class Exchange:
    """One request and its response."""

    __slots__ = ("sock", "index", "body", "status", "head", "length", "sent")

    def __init__(self, sock, index, body):
        self.sock, self.index, self.body = sock, index, body
        self.status, self.head, self.length, self.sent = 0, None, None, False

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # no cycle through the frame
        elif self.head is not None:
            raise AssertionError("start_response was called before, and this call has no exc_info")
        self.head, self.length = encode_head(status, headers)
        self.status = int(status[:3])
        return self.write

    def write(self, block):
        """Sends a block at once; also the callable that start_response returns."""
        if not isinstance(block, bytes):
            raise TypeError("response block is a %s, not bytes" % type(block).__name__)
        if block:
            self.send(block, 0)

    def send(self, block, flags):
        if gone[self.index]:
            raise ClientGone("the client has gone")
        if self.sent:
            head = response_head(b"B", flags, 0, 0, len(block))
        elif self.head is None:
            raise AssertionError("the application sent a body before it called start_response")
        else:
            self.sent = True
            head = response_head(b"H", flags, self.status, len(self.head), len(block)) + self.head
        if flags and self.body is not None:
            self.body.ended = True  # nobody answers any more
        if len(block) > 16384:  # cheaper than to join them
            sent = self.sock.sendmsg((head, block))
            if sent < len(head):
                self.sock.sendall(head[sent:])
                sent = len(head)
            if sent < len(head) + len(block):
                self.sock.sendall(memoryview(block)[sent - len(head) :])
        else:
            self.sock.sendall(head + block)


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
