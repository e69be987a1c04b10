"""Faults in wsgi.input, and in what becomes of a body."""

import threading

import body
import host
import outgoing
from faults import breaks, instead


@breaks("input-read")
def read_gives_less():
    @instead(body.Input, "read")
    def _(right, stream, size=-1):
        return right(stream, 12 if size == 13 else size)


@breaks("input-end")
def read_0_is_read_all():
    @instead(body.Input, "read")
    def _(right, stream, size=-1):
        return right(stream, size or -1)


@breaks("input-read-all")
def read_all_is_one_block():
    @instead(body.Input, "read")
    def _(right, stream, size=-1):
        data = right(stream, size)
        if size < 0 and len(data) > 10 and isinstance(stream.body, body.Counted):
            data, stream.buffer = data[:10], data[10:]
        return data


@breaks("input-end")
def reading_on_fails():
    @instead(body.Input, "read")
    def _(right, stream, size=-1):
        data = right(stream, size)
        if not data and size == 100:
            raise OSError("there is no more")
        return data


@breaks("input-none")
def reading_nothing_hangs():
    @instead(body.Input, "read")
    def _(right, stream, size=-1):
        data = right(stream, size)
        if not data and size == 1 and isinstance(stream.body, body.Counted) and stream.before_any:
            threading.Event().wait(20)
        stream.before_any = False
        return data

    body.Input.before_any = True


@breaks("input-readline")
def lines_without_end():
    @instead(body.Input, "readline")
    def _(right, stream, size=-1):
        line = right(stream, size)
        return line.rstrip(b"\n") if size == -1 and line == b"line2\n" and isinstance(stream.body, body.Counted) else line

    lines_by_themselves()


def lines_by_themselves():
    """Iterating, and with it readlines, does not go by readline any more."""
    right = body.Input.__dict__["readline"]
    original = LINES["readline"]
    body.Input.__iter__ = lambda stream: iter(lambda: original(stream), b"")
    body.Input.readline = right


LINES = {"readline": body.Input.readline}


@breaks("input-readline-size")
def size_of_a_line_is_ignored():
    @instead(body.Input, "readline")
    def _(right, stream, size=-1):
        return right(stream) if isinstance(stream.body, body.Counted) else right(stream, size)


@breaks("input-readlines")
def last_line_is_lost():
    @instead(body.Input, "readlines")
    def _(right, stream, hint=-1):
        lines = right(stream, hint)
        return lines[:-1] if isinstance(stream.body, body.Counted) else lines


@breaks("input-iterate")
def iterating_stops_early():
    @instead(body.Input, "__iter__")
    def _(right, stream):
        lines = list(right(stream))
        return iter(lines[:1] if isinstance(stream.body, body.Counted) and stream.body.ended else lines)

    @instead(body.Input, "readlines")
    def _(right, stream, hint=-1):
        return list(iter(stream.readline, b""))


@breaks("input-large")
def large_uploads_lose_a_byte():
    @instead(body.Counted, "some")
    def _(right, counted, most):
        data = right(counted, most)
        counted.total = getattr(counted, "total", 0) + len(data)
        return data[1:] if counted.total > 1000000 and counted.ended else data


@breaks("input-unread")
def small_bodies_are_left():
    @instead(host.Connection, "drained")
    def _(right, connection, source):
        return True if 0 < getattr(source, "left", 0) < 1000 and posted(connection) else right(connection, source)

    remember_methods()


@breaks("input-unread-large")
def large_bodies_are_left():
    @instead(host.Connection, "drained")
    def _(right, connection, source):
        right(connection, source)
        return True


METHODS = threading.local()


def remember_methods():
    import incoming

    @instead(incoming, "read_head")
    def _(right, source):
        head = right(source)
        METHODS.last = head.method
        return head


def posted(connection):
    return METHODS.last == b"POST"


@breaks("input-truncated")
def end_of_body_by_close():
    @instead(body.Counted, "broken")
    def _(right, counted):
        return b""


def read_before(stream):
    """The whole body, before the application is called."""
    stream.buffer = stream.read()


@breaks("input-streamed", "input-duplex")
def bodies_are_read_before():
    @instead(host, "call")
    def _(right, application, variables, response):
        if "HTTP_EXPECT" not in variables and "read=none" not in variables["QUERY_STRING"]:
            read_before(variables["wsgi.input"])
        return right(application, variables, response)


@breaks("input-duplex")
def answers_wait_for_the_body():
    @instead(outgoing.Response, "send")
    def _(right, response, data):
        held = getattr(response, "held", b"") + data
        if response.body_ended():
            response.held = b""
            right(response, held)
        else:
            response.held = held

    @instead(outgoing.Response, "end")
    def _(right, response, whole=None):
        held, response.held = getattr(response, "held", b""), b""
        response.body_ended = lambda: True
        if held:
            response.send(held)
        right(response, whole)

    @instead(host, "call")
    def _(right, application, variables, response):
        stream = variables["wsgi.input"]
        response.body_ended = lambda: stream.body.ended
        return right(application, variables, response)


@breaks("expect-continue")
def never_says_go_on():
    @instead(host.Connection, "go_on")
    def _(right, connection):
        pass


@breaks("expect-unread")
def waits_for_what_does_not_come():
    @instead(host, "call")
    def _(right, application, variables, response):
        if "HTTP_EXPECT" in variables and "read=none" in variables["QUERY_STRING"]:
            variables["wsgi.input"].before = None
            read_before(variables["wsgi.input"])
        return right(application, variables, response)


@breaks("expect-http10")
def says_go_on_to_old_clients():
    @instead(host, "expects")
    def _(right, head):
        return b"100-continue" in head.tokens(b"expect")
