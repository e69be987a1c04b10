"""Faults in start_response, status and headers."""

import host
import outgoing
from faults import breaks, instead


@breaks("head-delayed", "start-replaced-empty")
def empty_blocks_send_the_head():
    @instead(outgoing.Response, "write")
    def _(right, response, data):
        if data == b"" and response.status is not None:
            response.send_all(response.before(None))
        right(response, data)


def replaced(when):
    """Headers of an earlier start_response are kept: those of two calls go out together."""

    @instead(outgoing.Response, "set_head")
    def _(right, response, status, headers):
        before = response.headers if response.status is not None and when(response) else []
        right(response, status, before + list(headers))


@breaks("start-replaced-empty")
def headers_stay_after_an_empty_block():
    @instead(outgoing.Response, "write")
    def _(right, response, data):
        response.empty = data == b""
        right(response, data)

    replaced(lambda response: getattr(response, "empty", False) and not response.status.startswith("5"))


@breaks("start-replaced")
def headers_stay_while_iterating():
    @instead(outgoing.Response, "write")
    def _(right, response, data):
        response.empty = data == b""
        right(response, data)

    replaced(lambda response: response.returned and not getattr(response, "empty", False) and "X-First" in dict(response.headers))


@breaks("start-replaced-plain")
def headers_stay_before_iterating():
    replaced(lambda response: not response.returned and "X-First" in dict(response.headers))


@breaks("start-late")
def start_response_comes_first():
    @instead(host, "call")
    def _(right, application, variables, response):
        iterable = right(application, variables, response)
        if response.status is None and variables["PATH_INFO"].endswith("/late"):
            raise outgoing.Unstarted("start_response was not called")
        return iterable


@breaks("start-twice")
def second_start_wins():
    @instead(outgoing.Response, "start_response")
    def _(right, response, status, headers, exc_info=None):
        if not exc_info and response.status is not None:
            response.status = None
        return right(response, status, headers, exc_info)


@breaks("start-too-late", "start-same-error")
def too_late_is_ignored():
    @instead(outgoing.Response, "start_response")
    def _(right, response, status, headers, exc_info=None):
        if exc_info and response.sent:
            return response.write
        return right(response, status, headers, exc_info)


@breaks("start-same-error")
def another_error():
    @instead(outgoing.Response, "start_response")
    def _(right, response, status, headers, exc_info=None):
        if exc_info and response.sent:
            raise RuntimeError("the head is on its way")
        return right(response, status, headers, exc_info)


def sent(change):
    """A fault in the head that goes out: change(status, headers) returns both."""

    @instead(outgoing.Response, "set_head")
    def _(right, response, status, headers):
        right(response, *change(status, list(headers)))


@breaks("status-reason")
def reasons_are_its_own():
    sent(lambda status, headers: (status[:3] + " Reason", headers))


@breaks("head-repeated")
def headers_are_a_dict():
    sent(lambda status, headers: (status, list({name.lower(): (name, value) for name, value in headers}.values())))


@breaks("head-latin1")
def headers_are_utf8():
    sent(lambda status, headers: (status, [(name, value.encode("utf-8").decode("latin-1")) for name, value in headers]))


@breaks("head-many")
def fifty_headers():
    sent(lambda status, headers: (status, headers[:50]))


@breaks("head-list-kept")
def list_is_extended():
    @instead(outgoing.Response, "set_head")
    def _(right, response, status, headers):
        right(response, status, headers)
        headers.append(("X-Server", "faulty"))


def added(name):
    @instead(outgoing, "added_headers")
    def _(right, headers):
        return [header for header in right(headers) if header[0] != name]


@breaks("head-date")
def no_date():
    added("Date")


@breaks("head-server")
def no_server():
    added("Server")


@breaks("head-injection")
def line_ends_in_values():
    @instead(outgoing, "check_value")
    def _(right, value):
        right(value.replace("\r", "").replace("\n", ""))


@breaks("head-characters")
def nul_in_values():
    @instead(outgoing, "check_value")
    def _(right, value):
        right(value.replace("\0", ""))


@breaks("head-types")
def numbers_for_values():
    @instead(outgoing, "check_header")
    def _(right, name, value):
        right(name, str(value) if type(value) is int else value)


@breaks("status-malformed")
def any_status():
    @instead(outgoing, "check_status")
    def _(right, status):
        if status != "20 OK":
            right(status)


@breaks("head-length")
def any_length():
    @instead(outgoing, "check_once")
    def _(right, headers, once):
        pass


@breaks("hop-by-hop")
def upgrade_passes():
    @instead(outgoing, "check_hop")
    def _(right, name):
        if name != "Upgrade":
            right(name)


@breaks("hop-transfer-encoding")
def transfer_encoding_passes():
    @instead(outgoing, "check_hop")
    def _(right, name):
        if name != "Transfer-Encoding":
            right(name)
