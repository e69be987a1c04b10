"""What PEP 3333 asks of a server, for one request: the first part of the program that worker.py completes."""

import io
import os
import re
import stat
import struct

MAX_HEAD = 60 << 10  # bytes of a response's head
LEAST_FILE = 64 << 10  # bytes of a file for which it is worth to ask the host to send it
data_head = struct.Struct("<IB").unpack_from  # length, state
file_region = struct.Struct("<QQI").pack  # offset, length, descriptor
response_head = struct.Struct("<cBHII").pack  # kind, flags, status, length of the head, of the body

good_status = re.compile(r"[2-9][0-9][0-9] ").match
good_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z").match
bad_text = re.compile("[^\t\x20-\x7e\x80-\xff\0]").search
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer trailers transfer-encoding upgrade".split()
)
good_names = set()  # those already checked; bounded, as an application might invent names
OTHERS = 1024  # the byte of gone that says: other processes serve the application as well, for now
gone = bytearray(OTHERS + 1)  # by thread: nobody reads its response; the page shared with the host takes its place


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

    def region(self):
        """Descriptor, offset and size of the rest for the kernel to send; None where only read() knows what comes."""
        file = self.filelike
        if type(file).__name__ == "_TemporaryFileWrapper":
            file = file.file
        if type(file) in (io.BufferedReader, io.BufferedRandom) and type(file.raw) is io.FileIO:
            file.flush()
        elif type(file) is not io.FileIO:
            return None
        try:
            found, offset = os.fstat(file.fileno()), file.tell()
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode) or found.st_size - offset < LEAST_FILE:
            return None
        return file.fileno(), offset, found.st_size - offset

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

    def __init__(self, sock, index):
        self.sock, self.index, self.body = sock, index, None
        self.status, self.head, self.length, self.sent = 0, None, None, False

    def line(self):
        """The socket on which frames go to the other half."""
        return self.sock

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
        sock = self.line()
        if len(block) > 16384:  # cheaper than to join them
            sent = sock.sendmsg((head, block))
            if sent < len(head):
                sock.sendall(head[sent:])
                sent = len(head)
            if sent < len(head) + len(block):
                sock.sendall(memoryview(block)[sent - len(head) :])
        else:
            sock.sendall(head + block)

    def send_file(self, fd, offset, size):
        """Lets the host send a part of a file. False: it cannot, and nothing of it was sent."""
        if self.length is not None:
            size = min(size, self.length)
        elif not self.sent and self.head is not None and self.status not in (204, 304):
            self.head, self.length = self.head + b"\0Content-Length\0%d" % size, size
        if not self.sent:
            self.send(b"", 0)
        sock = self.line()
        sock.sendall(response_head(b"F", 0, 0, 0, 20) + file_region(offset, size, fd))
        _, state = data_head(receive(sock, 5))
        if state == 2:
            raise ClientGone("the client has gone")
        return state == 1
