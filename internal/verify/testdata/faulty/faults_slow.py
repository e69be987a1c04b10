"""Faults with clients that are slow, or go away."""

import select
import socket
import threading

import host
import incoming
import outgoing
from faults import breaks, instead

LOCK = threading.Lock()


@breaks("slow-idle")
def waits_for_the_first_byte_before_accepting_another():
    @instead(host, "start")
    def _(strict, connection):
        try:
            connection.conn.recv(1, socket.MSG_PEEK)
        except OSError:
            pass
        strict(connection)


@breaks("slow-head", "slow-heads")
def one_head_at_a_time():
    @instead(incoming, "read_head")
    def _(strict, source):
        if not source.buffer:
            source.fill()
        with LOCK:
            return strict(source)


@breaks("slow-heads")
def eight_connections():
    slots = threading.BoundedSemaphore(8)

    @instead(host.Connection, "run")
    def _(strict, connection):
        with slots:
            strict(connection)


@breaks("slow-body")
def one_body_at_a_time():
    @instead(host, "respond")
    def _(strict, application, variables, response):
        LOCK.acquire()
        if not variables.get("CONTENT_LENGTH"):
            LOCK.release()
            return strict(application, variables, response)
        try:
            return strict(application, variables, response)
        finally:
            LOCK.release()


@breaks("slow-reader")
def one_response_at_a_time():
    @instead(outgoing.Response, "send_all")
    def _(strict, response, data):
        with LOCK:
            strict(response, data)


@breaks("half-close-answered")
def half_closed_is_gone():
    served = []

    @instead(host, "respond")
    def _(strict, application, variables, response):
        first = response.conn not in served  # a second request that says nothing of closing is no half-close
        served.append(response.conn)
        if variables["PATH_INFO"] == "/hello" and "HTTP_CONNECTION" not in variables and first:
            ready, _, _ = select.select([response.conn], [], [], 1)
            if ready and not response.conn.recv(1, socket.MSG_PEEK):
                raise OSError("the client has gone")
        strict(application, variables, response)


class Slots:
    """Places that are lost one by one."""

    def __init__(self, n):
        self.left = n

    def lose(self):
        with LOCK:
            self.left -= 1

    def enter(self):
        if self.left <= 0:
            threading.Event().wait()


@breaks("reset-in-request")
def resets_in_requests_cost_a_thread():
    slots = Slots(20)

    @instead(incoming.Incoming, "fill")
    def _(strict, source):
        slots.enter()
        try:
            return strict(source)
        except ConnectionResetError:
            slots.lose()
            raise


@breaks("reset-in-response")
def resets_in_responses_cost_a_thread():
    slots = Slots(6)

    @instead(outgoing.Response, "send_all")
    def _(strict, response, data):
        slots.enter()
        try:
            strict(response, data)
        except OSError:
            if (response.left or 0) > 4000000:
                slots.lose()
            raise


@breaks("early-response")
def unread_uploads_are_reset():
    @instead(host, "respond")
    def _(strict, application, variables, response):
        if int(variables.get("CONTENT_LENGTH", 0)) > 4000000 and "read=none" in variables["QUERY_STRING"]:
            outgoing.abort(response.conn)
            raise OSError("too large")
        strict(application, variables, response)
