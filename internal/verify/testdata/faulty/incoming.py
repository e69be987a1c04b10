"""Requests as they come from a connection: bytes, lines, heads. Strict; what is wrong is Refused.

Each rule of the grammar is a function of its own, so that a fault can replace exactly one (see faults_http).
"""

import re

MAX_LINE = 64 << 10
MAX_FIELDS = 1000
MAX_HEAD = 90 << 10


class Refused(Exception):
    """The request is none that this host serves: a status line's status and reason."""


class Gone(Exception):
    """The client has closed, and there is nothing to answer."""


class Incoming:
    """A connection's incoming side, buffered."""

    def __init__(self, conn):
        self.conn, self.buffer = conn, b""

    def fill(self):
        """Reads once; False: the client has closed its half."""
        data = self.conn.recv(65536)
        self.buffer += data
        return bool(data)

    def line(self, most, status):
        """A line without its CRLF."""
        at, looked = -1, 0
        while at < 0:
            at = self.buffer.find(b"\n", looked)
            looked = len(self.buffer)
            if (looked if at < 0 else at) > most:
                raise Refused(status)
            if at < 0 and not self.fill():
                raise Gone()
        line, self.buffer = self.buffer[:at], self.buffer[at + 1 :]
        return without_cr(line)

    def some(self, most):
        """What there is, up to so many bytes; b"" when the client has closed its half."""
        if not self.buffer:
            self.fill()
        data, self.buffer = self.buffer[:most], self.buffer[most:]
        return data


def without_cr(line):
    """A line of a head or a body ends with CRLF and holds no other CR."""
    if not line.endswith(b"\r") or b"\r" in line[:-1]:
        raise Refused("400 Bad Request")
    return line[:-1]


class Head:
    """The head of a request."""

    def __init__(self, method, target, version, fields):
        self.method, self.target, self.version, self.fields = method, target, version, fields

    def values(self, name):
        return [value for n, value in self.fields if n.lower() == name]

    def tokens(self, name):
        return [t.strip().lower() for value in self.values(name) for t in value.split(b",") if t.strip()]


def read_head(incoming):
    """The next head, after any empty lines. Gone: there is none."""
    line = b""
    for _ in range(3):
        line = incoming.line(MAX_LINE, "414 URI Too Long")
        if line:
            break
    method, target, version = request_line(line)
    head = Head(method, target, version, read_fields(incoming))
    check_host(head)
    return head


def request_line(line):
    words = line.split(b" ")
    if len(words) != 3:
        raise Refused("400 Bad Request")
    return method_of(words[0]), target_of(words[1], words[0]), version_of(words[2])


def method_of(word):
    if not TOKEN.fullmatch(word):
        raise Refused("400 Bad Request")
    return word


def target_of(word, method):
    if word == b"*" and method == b"OPTIONS":
        return word
    if not TARGET.fullmatch(word):
        raise Refused("400 Bad Request")
    return word


def version_of(word):
    if not re.fullmatch(rb"HTTP/[0-9]\.[0-9]", word):
        raise Refused("400 Bad Request")
    if word[5:6] != b"1":
        raise Refused("505 HTTP Version Not Supported")
    return int(word[5:6]), int(word[7:8])


def read_fields(incoming):
    fields, size = [], 0
    while True:
        line = incoming.line(MAX_LINE, "431 Request Header Fields Too Large")
        if not line:
            return fields
        size += len(line)
        if size > MAX_HEAD or len(fields) == MAX_FIELDS:
            raise Refused("431 Request Header Fields Too Large")
        fields.append(field_of(line))


def field_of(line):
    name, colon, value = line.partition(b":")
    if not colon or not is_name(name) or not is_value(value):
        raise Refused("400 Bad Request")
    return name, value.strip(b" \t")


def is_name(name):
    return TOKEN.fullmatch(name)


def is_value(value):
    return not CONTROL.search(value)


def check_host(head):
    hosts = head.values(b"host")
    if len(hosts) > 1 or not hosts and head.version >= (1, 1) or hosts and not HOST.fullmatch(hosts[0]):
        raise Refused("400 Bad Request")


def framing_of(head):
    """How long the body is: ("length", n) or ("chunks", 0)."""
    lengths, codings = head.values(b"content-length"), head.values(b"transfer-encoding")
    if codings:
        check_codings(codings, lengths, head.version)
        return "chunks", 0
    if len(lengths) > 1:
        raise Refused("400 Bad Request")
    return "length", length_of(lengths[0]) if lengths else 0


def check_codings(codings, lengths, version):
    if lengths or len(codings) > 1 or version < (1, 1):
        raise Refused("400 Bad Request")
    if codings[0].lower() != b"chunked":
        raise Refused("501 Not Implemented")


def length_of(value):
    if not re.fullmatch(rb"0|[1-9][0-9]*", value):
        raise Refused("400 Bad Request")
    if len(value) > 12:
        raise Refused("413 Content Too Large")
    return int(value)


TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
TARGET = re.compile(rb"(?:/|https?://)[!\"$-~]*")
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
HOST = re.compile(rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=%]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
