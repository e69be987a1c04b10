"""What the endpoints of the reference app build on: refusals, numbers, parameters, answers and request bodies."""

MAX_BODY = 64 << 20  # bytes that an endpoint holds
MAX_BYTES = 16 << 20  # bytes that /bytes, /stream and /file give
BLOCK = 64 << 10

REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
    304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable",
}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3: unreserved


class Refused(Exception):
    """A request that gets the status in args[0]; args[1] says why."""


def number(text, low, high):
    if not (text.isascii() and text.isdecimal() and len(text) <= 9) or not low <= int(text) <= high:
        raise Refused(400, "expected a number from %d to %d" % (low, high))
    return int(text)


def word(text):
    """Text that every framework decodes alike."""
    if not (len(text) <= 64 and _PLAIN.issuperset(text)):
        raise Refused(400, "expected at most 64 letters, digits and -._~")
    return text


def choice(text, choices):
    if text not in choices:
        raise Refused(400, "expected one of " + ", ".join(choices))
    return text


def parameter(environ, name, default=None):
    for part in environ.get("QUERY_STRING", "").split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return value
    return default


def segments(environ):
    """What follows the first segment of the path."""
    return environ["PATH_INFO"].split("/")[2:]


def answer(start_response, body, content_type="text/plain", status="200 OK", fields=()):
    head = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    head.extend(fields)
    start_response(status, head)
    return [body]


def encoder():
    """A function from a value to JSON in ASCII, without blanks."""
    import json
    encode = json.JSONEncoder(separators=(",", ":")).encode
    return lambda value: encode(value).encode("ascii")


def content_length(environ, most=MAX_BODY):
    """The length that the request declares; None: it is chunked, and the server says where it ends."""
    length = environ.get("CONTENT_LENGTH")
    if length:
        if not (length.isascii() and length.isdecimal()):
            raise Refused(400, "CONTENT_LENGTH is not a number")
        if len(length) > 18 or int(length) > most:
            raise Refused(413, "more than %d bytes" % most)
        return int(length)
    return None if environ.get("wsgi.input_terminated") else 0


def blocks_of(environ, size, most=MAX_BODY):
    """The request body in blocks of at most size bytes, as the server hands them out."""
    left, read, seen = content_length(environ, most), environ["wsgi.input"].read, 0
    while left is None or left:
        block = read(size if left is None else min(size, left))
        if not block:
            if left:
                raise Refused(400, "the body ended %d bytes early" % left)
            return
        seen += len(block)
        if seen > most:
            raise Refused(413, "more than %d bytes" % most)
        if left is not None:
            left -= len(block)
        yield block


def whole_body(environ):
    length = content_length(environ)
    return b"".join(blocks_of(environ, BLOCK if length is None else max(length, 1)))
