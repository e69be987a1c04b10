"""wsgi.input: the body of a request, without its framing, up to its end and not beyond."""

import re

import incoming


class Truncated(OSError):
    """The client closed within the body."""


class Counted:
    """A body with a length."""

    def __init__(self, source, length):
        self.source, self.left = source, length

    def some(self, most):
        """Up to so many bytes; b"" at the end of the body."""
        if self.left == 0:
            return b""
        data = self.source.some(min(most, self.left))
        if not data:
            return self.broken()
        self.left -= len(data)
        return data

    def broken(self):
        raise Truncated("the client closed %d bytes before the end of the body" % self.left)

    @property
    def ended(self):
        return self.left == 0


class Chunked:
    """A body in chunks (RFC 9112, section 7.1)."""

    def __init__(self, source):
        self.source, self.left, self.ended, self.first = source, 0, False, True

    def some(self, most):
        try:
            return self._some(most)
        except incoming.Gone:
            return self.broken()

    def broken(self):
        raise Truncated("the client closed within a chunked body")

    def _some(self, most):
        if self.ended:
            return b""
        if self.left == 0:
            if not self.first:
                self.end_of_data()
            self.first = False
            self.left = chunk_size(chunk_line(self.source))
            if self.left == 0:
                read_trailers(self.source)
                self.ended = True
                return b""
        data = self.source.some(min(most, self.left))
        if not data:
            raise incoming.Gone()
        self.left -= len(data)
        return data

    def end_of_data(self):
        while len(self.source.buffer) < 2:
            if not self.source.fill():
                raise incoming.Gone()
        if not self.source.buffer.startswith(b"\r\n"):
            raise incoming.Refused("400 Bad Request")
        self.source.buffer = self.source.buffer[2:]


def chunk_line(source):
    return source.line(1024, "400 Bad Request")


def chunk_size(line):
    digits, _, extension = line.partition(b";")
    check_extension(extension)
    return size_of(digits)


def check_extension(extension):
    if not incoming.is_value(extension):
        raise incoming.Refused("400 Bad Request")


def size_of(digits):
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,12}", digits):
        raise incoming.Refused("400 Bad Request")
    return int(digits, 16)


def read_trailers(source):
    incoming.read_fields(source)  # checked, and dropped


class Input:
    """The stream that the application reads. Its end is the body's end, however often it is asked."""

    def __init__(self, body, before):
        self.body, self.before, self.buffer = body, before, b""

    def _fill(self):
        if self.before:  # the client waits for a word before it sends the body
            self.before()
            self.before = None
        data = self.body.some(65536)
        self.buffer += data
        return bool(data)

    def _take(self, n):
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def read(self, size=-1):
        if size is None or size < 0:
            while self._fill():
                pass
            return self._take(len(self.buffer))
        while len(self.buffer) < size and self._fill():
            pass
        return self._take(size)

    def readline(self, size=-1):
        at = self.buffer.find(b"\n")
        while at < 0 and not 0 <= size <= len(self.buffer) and self._fill():
            at = self.buffer.find(b"\n")
        n = len(self.buffer) if at < 0 else at + 1
        return self._take(n if size is None or size < 0 else min(n, size))

    def readlines(self, hint=-1):
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self):
        return iter(self.readline, b"")
