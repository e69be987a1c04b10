"""Faults in what an iterable may be, and with middleware."""

import host
import outgoing
from faults import breaks, instead


def before_iterating(look):
    """A fault in what is done with an iterable first."""

    @instead(host, "deliver")
    def _(right, iterable, response):
        look(iterable, response)
        right(iterable, response)


@breaks("iterable-kinds")
def asks_for_the_length():
    before_iterating(lambda iterable, response: hasattr(iterable, "__len__") and len(iterable))


@breaks("iterable-getitem")
def wants_iter():
    before_iterating(lambda iterable, response: iterable.__iter__)


@breaks("iterable-untouched")
def looks_for_a_file():
    before_iterating(lambda iterable, response: hasattr(iterable, "fileno"))


@breaks("middleware-validator")
def validated_bodies_are_closed_early():
    def early(iterable):
        blocks = iter(iterable)
        yield next(blocks)
        iterable.close()
        yield from blocks

    @instead(host, "deliver")
    def _(right, iterable, response):
        right(early(iterable) if type(iterable).__name__ == "IteratorWrapper" else iterable, response)


@breaks("middleware-onion")
def deep_applications_fail():
    import sys

    @instead(outgoing.Response, "start_response")
    def _(right, response, status, headers, exc_info=None):
        depth, frame = 0, sys._getframe()
        while frame:
            depth, frame = depth + 1, frame.f_back
        if depth > 50:
            raise RecursionError("too deep")
        return right(response, status, headers, exc_info)


@breaks("middleware-wrapping")
def close_stops_at_the_first_layer():
    @instead(host, "close")
    def _(right, iterable, response):
        if type(iterable).__name__ != "_Passed":
            right(iterable, response)


@breaks("middleware-deferring")
def deferred_starts_come_too_late():
    before_iterating(lambda iterable, response: refuse(response))

    def refuse(response):
        if response.status is None and "kind=deferring" in response.variables["QUERY_STRING"]:
            raise outgoing.Unstarted("start_response was not called")
