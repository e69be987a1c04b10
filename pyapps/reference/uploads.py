"""Endpoints that read a request body."""

from zlib import crc32

from .core import BLOCK, MAX_BODY, Refused, answer, blocks_of, content_length, number, parameter, whole_body

MAX_UPLOAD = 1 << 30  # bytes that /upload counts
_BINARY = "application/octet-stream"


def echo(environ, start_response):
    return answer(start_response, whole_body(environ), _BINARY)


def echo_iter(environ, start_response):
    """Stops by count where the length is known: not every server's input ends by itself."""
    length, lines, seen = content_length(environ), [], 0
    if length != 0:
        for line in environ["wsgi.input"]:
            lines.append(line)
            seen += len(line)
            if seen > MAX_BODY:
                raise Refused(413, "more than %d bytes" % MAX_BODY)
            if length is not None and seen >= length:
                break
    return answer(start_response, b"".join(lines), _BINARY)


def echo_stream(environ, start_response):
    """The length is that of the request where it declares one, so that the answer can begin before the body has ended."""
    size = number(parameter(environ, "bs", "4096"), 1, BLOCK)
    length = content_length(environ)
    head = [("Content-Type", _BINARY)]
    if length is not None:
        head.append(("Content-Length", str(length)))
    start_response("200 OK", head)
    return blocks_of(environ, size)


def upload(environ, start_response):
    size = number(parameter(environ, "bs", str(BLOCK)), 1, 1 << 20)
    return answer(start_response, counted(blocks_of(environ, size, MAX_UPLOAD)))


def counted(blocks):
    """What /upload says about a body."""
    count = digest = 0
    for block in blocks:
        count += len(block)
        digest = crc32(block, digest)
    return b"%d %08x\n" % (count, digest & 0xFFFFFFFF)


def total(environ, start_response):
    result = sum(number(parameter(environ, name, "0"), 0, 999999999) for name in ("a", "b"))
    if environ["REQUEST_METHOD"] == "POST":
        body = whole_body(environ)
        if len(body) > 9:
            raise Refused(400, "expected a number from 0 to 999999999")
        result += number(body.decode("latin-1"), 0, 999999999)
    return answer(start_response, b"%d\n" % result)
