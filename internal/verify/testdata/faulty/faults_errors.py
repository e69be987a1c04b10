"""Faults in wsgi.errors, and in what becomes of an application that fails."""

import threading

import environ
import host
import outgoing
from faults import breaks, instead


@breaks("errors-write")
def flushing_errors_fails():
    @instead(environ.Errors, "flush")
    def _(right, stream):
        right(stream)
        raise OSError("cannot flush")


@breaks("errors-log")
def errors_are_lost():
    @instead(environ.Errors, "write")
    def _(right, stream, text):
        return len(text)


@breaks("error-call")
def failing_calls_are_closed():
    @instead(host, "call")
    def _(right, application, variables, response):
        try:
            return right(application, variables, response)
        except Exception as problem:
            if response.status is None and "when=call" in variables["QUERY_STRING"]:
                raise OSError("gone") from problem
            raise


@breaks("error-first")
def failing_starts_are_empty():
    @instead(outgoing.Response, "fail")
    def _(right, response, problem):
        if response.status == "200 OK" and not response.sent and type(problem).__name__ == "Deliberate":
            response.end(0)
        else:
            right(response, problem)


@breaks("error-unstarted")
def no_status_is_no_answer():
    @instead(outgoing.Response, "fail")
    def _(right, response, problem):
        if isinstance(problem, outgoing.Unstarted):
            response.keep = False
        else:
            right(response, problem)


def failing_midway(then):
    @instead(outgoing.Response, "fail")
    def _(right, response, problem):
        if response.sent and "/fails" in response.variables["PATH_INFO"] and then(response):
            return
        right(response, problem)


@breaks("error-midway")
def failures_end_well():
    def then(response):
        if response.framing == "chunks":
            response.send_all(b"0\r\n\r\n")
            return True

    failing_midway(then)


@breaks("error-midway-length")
def failures_leave_it_open():
    failing_midway(lambda response: response.framing == "length" and threading.Event().wait(20))


@breaks("bytes-only")
def text_is_encoded():
    @instead(outgoing.Response, "write")
    def _(right, response, data):
        right(response, data.encode("utf-8") if type(data) is str else data)
