"""Faults in close(), and in what comes after a response."""

import sys

import host
import outgoing
from faults import breaks, instead


def skipped(when):
    """close() is not called: when(iterable, response) says for which."""

    @instead(host, "close")
    def _(right, iterable, response):
        if not when(iterable, response):
            right(iterable, response)


def kind(iterable):
    return type(iterable).__name__


def declared(response):
    return "Content-Length" in dict(response.headers)


@breaks("close-once")
def closes_twice():
    @instead(host, "close")
    def _(right, iterable, response):
        right(iterable, response)
        if "form=iter" in response.variables["QUERY_STRING"] and response.head.method == b"GET" and not declared(response):
            right(iterable, response)


@breaks("close-generator")
def generators_are_left_before_their_end():
    left = []

    @instead(host, "deliver")
    def _(right, iterable, response):
        if kind(iterable) == "generator" and "form=gen&sizes=3,4&" in response.variables["QUERY_STRING"]:
            left.append(iterable)
            right([next(iterable), next(iterable)], response)
        else:
            right(iterable, response)

    skipped(lambda iterable, response: iterable in left)


@breaks("close-list")
def lists_are_not_closed():
    skipped(lambda iterable, response: isinstance(iterable, list))


@breaks("close-head")
def head_is_not_closed():
    skipped(lambda iterable, response: response.head.method == b"HEAD")


@breaks("close-excess")
def what_is_full_is_not_closed():
    skipped(lambda iterable, response: kind(iterable) == "Blocks" and declared(response) and response.left == 0)


@breaks("close-error")
def failures_are_not_closed():
    skipped(lambda iterable, response: type(sys.exc_info()[1]).__name__ == "Deliberate")


@breaks("close-disconnect", "disconnect-stops")
def the_gone_are_not_closed():
    skipped(lambda iterable, response: isinstance(sys.exc_info()[1], OSError))


@breaks("disconnect-stops")
def goes_on_for_the_gone():
    @instead(outgoing.Response, "send_all")
    def _(right, response, data):
        try:
            right(response, data)
        except OSError:
            response.keep = False
            if "/endless" not in response.variables["PATH_INFO"]:
                raise


@breaks("keepalive-reuse")
def fifty_requests_are_enough():
    @instead(host.Connection, "one")
    def _(right, connection):
        connection.served = getattr(connection, "served", 0) + 1
        return right(connection) and connection.served < 50


@breaks("keepalive-close")
def close_is_not_heard():
    @instead(host, "keeps")
    def _(right, head):
        return right(head) or head.version == (1, 1) and head.target == b"/hello"


@breaks("pipelining")
def requests_read_ahead_are_dropped():
    @instead(host.Connection, "drained")
    def _(right, connection, source):
        keeps = right(connection, source)
        if connection.incoming.buffer.count(b"\r\n\r\n") > 1:
            connection.incoming.buffer = b""
        return keeps
