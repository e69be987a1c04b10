"""Endpoints that are about the head of the response, and cookies."""

import hashlib
import hmac

from .core import REASONS, answer, number, parameter, segments


def headers(environ, start_response):
    count = number(parameter(environ, "n", "10"), 0, 200)
    size = number(parameter(environ, "size", "10"), 0, 8000)
    fields = [("X-Filler-%03d" % i, "h" * size) for i in range(count)]
    return answer(start_response, b"%d headers of %d bytes\n" % (count, size), fields=fields)


def cookies(environ, start_response):
    count = number(parameter(environ, "n", "2"), 0, 100)
    fields = [("Set-Cookie", "c%d=v%d; Path=/" % (i, i)) for i in range(count)]
    return answer(start_response, environ.get("HTTP_COOKIE", "").encode("latin-1") + b"\n", fields=fields)


_KEY = b"wsgibench"  # no secret: the client recomputes the signature
_COOKIE = "wsgibench-session"


def _sign(text):
    return hmac.new(_KEY, text.encode("ascii"), hashlib.sha256).hexdigest()


def _visits(cookies):
    """The count in a cookie whose signature is right; 0 otherwise."""
    for part in cookies.replace(",", ";").split(";"):
        name, _, value = part.strip(" \t").partition("=")
        count, _, signature = value.partition(".")
        if name == _COOKIE and count.isascii() and count.isdecimal() and len(count) <= 9 and signature.isascii():
            return int(count) if hmac.compare_digest(_sign(count), signature) else 0
    return 0


def session(environ, start_response):
    count = _visits(environ.get("HTTP_COOKIE", "")) + 1
    cookie = "%s=%d.%s; Path=/; HttpOnly" % (_COOKIE, count, _sign(str(count)))
    return answer(start_response, b"visit %d\n" % count, fields=[("Set-Cookie", cookie)])


def status(environ, start_response):
    code = number(segments(environ)[0], 200, 599)
    line = "%d %s" % (code, REASONS.get(code, "Status"))
    if code in (204, 304):
        start_response(line, [])
        return []
    return answer(start_response, b"%d\n" % code, status=line)
