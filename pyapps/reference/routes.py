"""A router: /route and the thousand routes of /table."""

import re

from .core import Refused, answer, encoder, number, parameter, segments, word

_encode = encoder()


def route(environ, start_response):
    first, second = segments(environ)
    value = {"a": word(first), "b": number(second, 0, 999999999), "q": word(parameter(environ, "q", ""))}
    return answer(start_response, _encode(value), "application/json")


_TABLE = [(i, re.compile(r"/table/%d/([0-9]{1,9})\Z" % i)) for i in range(1000)]


def table_route(environ, start_response):
    """Tries one pattern after the other, as frameworks with regular expressions do."""
    path = environ["PATH_INFO"]
    for i, pattern in _TABLE:
        found = pattern.match(path)
        if found:
            return answer(start_response, b"%d %d\n" % (i, int(found.group(1))))
    raise Refused(404, "no such endpoint")
