"""Endpoints that break the rules on purpose, and the count of close()."""

import sys

from .core import Refused, answer, encoder, parameter, segments, word

_encode = encoder()
_closed = {}  # token -> calls of close() in this process
_MOST_TOKENS = 1000
_HEAD = [("Content-Type", "text/plain")]


class Failure(Exception):
    """What /error raises."""


class _Closing:
    """An iterable whose close() is counted, and may fail."""

    def __init__(self, blocks, token, failing=False):
        self.blocks, self.token, self.failing = iter(blocks), token, failing

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.blocks)

    def close(self):
        if self.token and (self.token in _closed or len(_closed) < _MOST_TOKENS):
            _closed[self.token] = _closed.get(self.token, 0) + 1
        if self.failing:
            raise Failure("in close(), as asked for")


def closing(environ, start_response):
    token = word(parameter(environ, "token", ""))
    start_response("200 OK", list(_HEAD))
    return _Closing([b"one\n", b"two\n", b"three\n"], token)


def close_log(environ, start_response):
    return answer(start_response, _encode(_closed), "application/json")


def _before(start_response):
    raise Failure("before start_response, as asked for")


def _start(start_response):
    start_response("200 OK", list(_HEAD))
    raise Failure("after start_response, as asked for")


def _first(start_response):
    start_response("200 OK", list(_HEAD))
    raise Failure("in place of the first block, as asked for")
    yield b""


def _mid(start_response):
    start_response("200 OK", list(_HEAD))
    yield b"partial\n"
    raise Failure("after the first block, as asked for")


def _close(start_response):
    start_response("200 OK", list(_HEAD))
    return [b"whole\n"]


def _excinfo_before(start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("X-Old", "1")])
    try:
        raise Failure("before the head was sent, as asked for")
    except Failure:
        start_response("500 Internal Server Error", [("Content-Type", "text/plain"), ("X-New", "1")], sys.exc_info())
    return [b"replaced\n"]


def _excinfo_after(start_response):
    start_response("200 OK", list(_HEAD))
    yield b"partial\n"
    try:
        raise Failure("after the head was sent, as asked for")
    except Failure:
        start_response("500 Internal Server Error", list(_HEAD), sys.exc_info())  # must raise
    yield b"start_response did not raise\n"


def _twice(start_response):
    start_response("200 OK", list(_HEAD))
    start_response("201 Created", list(_HEAD))  # must raise
    return [b"start_response did not raise\n"]


def _nostart(start_response):
    return [b"start_response was not called\n"]


def _str(start_response):
    start_response("200 OK", list(_HEAD))
    return ["text in place of bytes\n"]


_KINDS = {
    "before": _before, "start": _start, "first": _first, "mid": _mid, "close": _close, "excinfo-before": _excinfo_before,
    "excinfo-after": _excinfo_after, "twice": _twice, "nostart": _nostart, "str": _str,
}


def error(environ, start_response):
    kind = segments(environ)[0]
    if kind not in _KINDS:
        raise Refused(404, "no such endpoint")
    token = word(parameter(environ, "token", ""))
    return _Closing(_KINDS[kind](start_response), token, failing=kind == "close")
