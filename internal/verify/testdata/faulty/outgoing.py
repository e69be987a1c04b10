"""Responses: start_response, write() and blocks become bytes, framed."""

import re
import socket
import struct
import time

HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "trailers", "transfer-encoding", "upgrade"}


class Unstarted(Exception):
    """There is no status to send."""


class Response:
    """One response. Nothing is sent before there is a block that is not empty, or the end."""

    def __init__(self, conn, head, keep):
        self.conn, self.head, self.keep = conn, head, keep
        self.status, self.headers = None, []
        self.sent = False  # the head
        self.left = None  # bytes that may still be sent; None: no length is declared
        self.framing = "none"
        self.returned = False  # the application, with its iterable
        self.variables = {}  # environ

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.status is not None:
            raise AssertionError("start_response was called twice without exc_info")
        check_status(status)
        for name, value in headers:
            check_header(name, value)
        check_once(headers, "content-length")
        self.set_head(status, headers)
        return self.write

    def set_head(self, status, headers):
        self.status, self.headers = status, list(headers)

    def write(self, data):
        if type(data) is not bytes:
            raise TypeError("a block must be bytes, not %s" % type(data).__name__)
        if self.status is None:
            raise Unstarted("a block came before start_response")
        if not data:
            return
        self.send(data)

    def send(self, data):
        self.send_all(self.before(None) + self.framed(data))

    def send_all(self, data):
        if data:
            self.conn.sendall(data)

    def framed(self, data):
        """A block as it goes over the wire; nothing where no body may be."""
        if self.framing == "none":
            return b""
        if self.left is not None:
            data = data[: self.left]
            self.left -= len(data)
        return b"%x\r\n%s\r\n" % (len(data), data) if self.framing == "chunks" else data

    def before(self, whole):
        """The head, the first time. whole is the body's length where it is known without being declared."""
        if self.sent:
            return b""
        self.sent = True
        headers = self.headers + added_headers(self.headers)
        declared = [value for name, value in headers if name.lower() == "content-length"]
        headers += self.frame(declared, whole)
        if not self.keep:
            headers.append(("Connection", "close"))
        elif self.head.version < (1, 1):
            headers.append(("Connection", "keep-alive"))
        lines = ["HTTP/1.1 " + self.status] + ["%s: %s" % header for header in headers]
        return "\r\n".join(lines + ["", ""]).encode("latin-1")

    def frame(self, declared, whole):
        """Decides on the framing, and returns the headers that it needs."""
        if declared:
            self.left = int(declared[0])
        if not self.may_have_body():
            return []
        self.framing = "length"
        if declared:
            return []
        if whole is not None:
            self.left = whole
            return [("Content-Length", str(whole))]
        if self.may_chunk():
            self.framing = "chunks"
            return [("Transfer-Encoding", "chunked")]
        self.framing, self.keep = "close", False
        return []

    def may_have_body(self):
        return self.head.method != b"HEAD" and self.status[:3] not in ("204", "304")

    def may_chunk(self):
        return self.head.version >= (1, 1)

    def end(self, whole=None):
        """After the last block. A body that is too short is shown by closing."""
        if self.status is None:
            raise Unstarted("the application did not call start_response")
        data = self.before(whole)
        if self.framing == "chunks":
            data += b"0\r\n\r\n"
        self.send_all(data)
        if self.framing == "length" and self.left:
            self.short()

    def short(self):
        self.keep = False

    def fail(self, problem):
        """The application failed: 500 where that is still possible, else an end that cannot be taken for a good one."""
        self.keep = False
        if self.sent:
            abort(self.conn)
            return
        self.set_head("500 Internal Server Error", [("Content-Type", "text/plain")])
        body = b"the application failed\n"
        self.send_all(self.before(len(body)) + self.framed(body))


def added_headers(headers):
    """Server and Date, where the application has not set them."""
    names = {name.lower() for name, _ in headers}
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    return [header for header in (("Server", "faulty"), ("Date", date)) if header[0].lower() not in names]


def check_status(status):
    if type(status) is not str or not re.fullmatch(r"[1-9][0-9][0-9] [^\x00-\x1f\x7f]*", status) or not is_latin(status):
        raise ValueError("not a status: %r" % (status,))


def check_header(name, value):
    if type(name) is not str or type(value) is not str:
        raise TypeError("a header must be two texts")
    if not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
        raise ValueError("not a header's name: %r" % (name,))
    check_value(value)
    check_hop(name)
    check_length(name, value)


def check_value(value):
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value) or not is_latin(value):
        raise ValueError("not a header's value: %r" % (value,))


def check_hop(name):
    if name.lower() in HOP_BY_HOP:
        raise AssertionError("%s is the server's own header" % name)


def check_length(name, value):
    if name.lower() == "content-length" and not re.fullmatch("[0-9]+", value):
        raise ValueError("not a length: %r" % (value,))


def check_once(headers, once):
    if [name.lower() for name, _ in headers].count(once) > 1:
        raise ValueError("%s is there twice" % once)


def is_latin(text):
    return all(ord(c) < 256 for c in text)


def abort(conn):
    """Lets the close that follows reset the connection."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
