"""Faults in blocks, length and framing."""

import threading

import host
import outgoing
from faults import breaks, instead


@breaks("body-exact")
def tuples_lose_a_block():
    @instead(host, "deliver")
    def _(right, iterable, response):
        right(iterable[1:] if type(iterable) is tuple else iterable, response)


@breaks("body-large")
def large_bodies_lose_a_byte():
    @instead(outgoing.Response, "send")
    def _(right, response, data):
        response.total = getattr(response, "total", 0) + len(data)
        right(response, data[1:] + b"?" if 2000000 < response.total < 2100000 else data)


@breaks("body-empty-blocks")
def two_empty_blocks_end_it():
    @instead(outgoing.Response, "write")
    def _(right, response, data):
        empty = getattr(response, "empty", 0)
        response.empty = empty + 1 if data == b"" and response.sent else 0
        response.ended = getattr(response, "ended", False) or response.empty == 2
        if not response.ended:
            right(response, data)


@breaks("body-none")
def no_block_no_answer():
    @instead(outgoing.Response, "end")
    def _(right, response, whole=None):
        if response.sent or whole is not None or response.status != "200 OK" or response.head.method != b"GET":
            right(response, whole)
        else:
            response.keep = False


def gathered(when):
    """Blocks wait for the end, or for 60 000 bytes."""
    at_once = outgoing.Response.send

    @instead(outgoing.Response, "send")
    def _(right, response, data):
        held = getattr(response, "held", b"") + data
        flush = len(held) > 60000 or not when(response)
        response.held = b"" if flush else held
        if flush:
            right(response, held)

    @instead(outgoing.Response, "end")
    def _(right, response, whole=None):
        held, response.held = getattr(response, "held", b""), b""
        if held:
            at_once(response, held)
        right(response, whole)


@breaks("body-lockstep")
def blocks_are_gathered():
    @instead(host, "deliver")
    def _(right, iterable, response):
        response.gathers = type(iterable).__name__ == "Blocks" and "Content-Length" not in dict(response.headers)
        right(iterable, response)

    gathered(lambda response: getattr(response, "gathers", False))


@breaks("write-lockstep")
def what_is_written_is_gathered():
    gathered(lambda response: not response.returned)


@breaks("body-lockstep-length")
def blocks_of_known_length_are_gathered():
    gathered(lambda response: "Content-Length" in dict(response.headers) and response.returned)


@breaks("length-excess", "file-length")
def more_than_the_length():
    @instead(outgoing.Response, "framed")
    def _(right, response, data):
        return data if response.framing == "length" and response.left is not None and response.spend(len(data)) else right(response, data)

    def spend(response, n):
        response.left = max(0, response.left - n)
        return True

    outgoing.Response.spend = spend


@breaks("length-short")
def short_bodies_stay_open():
    @instead(outgoing.Response, "short")
    def _(right, response):
        pass


@breaks("length-single")
def single_blocks_in_chunks():
    @instead(host, "only")
    def _(right, data, response):
        response.write(data)
        response.end()


@breaks("framing-unknown")
def long_chunks_of_generators_are_short():
    @instead(host, "deliver")
    def _(right, iterable, response):
        response.generated = type(iterable).__name__ == "generator"
        right(iterable, response)

    @instead(outgoing.Response, "framed")
    def _(right, response, data):
        framed = right(response, data)
        wrong = response.framing == "chunks" and getattr(response, "generated", False) and len(data) > 66000
        return framed.replace(b"%x\r\n" % len(data), b"%x\r\n" % (len(data) - 1), 1) if wrong else framed


@breaks("framing-http10")
def chunks_for_old_clients():
    @instead(outgoing.Response, "may_chunk")
    def _(right, response):
        return True


@breaks("bodiless-head")
def head_has_a_body():
    @instead(outgoing.Response, "may_have_body")
    def _(right, response):
        return response.head.method == b"HEAD" or right(response)


@breaks("bodiless-status")
def no_content_has_a_body():
    @instead(outgoing.Response, "may_have_body")
    def _(right, response):
        return response.status[:3] == "304" or right(response)


@breaks("bodiless-length")
def no_content_has_a_length():
    @instead(outgoing.Response, "frame")
    def _(right, response, declared, whole):
        return right(response, declared, whole) + ([("Content-Length", "0")] if response.status[:3] == "204" else [])


@breaks("write-callable", "write-lockstep")
def write_is_missing():
    @instead(outgoing.Response, "start_response")
    def _(right, response, status, headers, exc_info=None):
        right(response, status, headers, exc_info)
