"""Faults in wsgi.file_wrapper."""

import environ
import host
from faults import breaks, instead


def sending(change):
    """A fault in how a file goes out: change(wrapper, response), before it is read."""

    @instead(host, "deliver")
    def _(right, iterable, response):
        if type(iterable) is environ.FileWrapper:
            change(iterable, response)
        right(iterable, response)


def declared(response):
    return "Content-Length" in dict(response.headers)


def real(wrapper):
    return hasattr(wrapper.file, "fileno")


@breaks("file-whole")
def files_lose_their_first_byte():
    sending(lambda wrapper, response: wrapper.file.read(1) if real(wrapper) and wrapper.file.tell() == 0 else None)


@breaks("file-offset")
def files_begin_at_zero():
    sending(lambda wrapper, response: wrapper.file.seek(0) if real(wrapper) and not declared(response) else None)


@breaks("file-length")
def files_overrun_their_length():
    def change(wrapper, response):
        response.framed = lambda data: data if response.framing == "length" and declared(response) else type(response).framed(response, data)

    sending(change)


@breaks("file-object")
def files_need_a_number():
    sending(lambda wrapper, response: wrapper.file.fileno())


@breaks("file-close")
def files_stay_open():
    @instead(host, "close")
    def _(right, iterable, response):
        if type(iterable) is not environ.FileWrapper:
            right(iterable, response)


@breaks("file-iterable")
def wrappers_cannot_be_iterated():
    inside = environ.FileWrapper.__iter__
    del environ.FileWrapper.__iter__

    @instead(host, "deliver")
    def _(right, iterable, response):
        right(inside(iterable) if type(iterable) is environ.FileWrapper else iterable, response)


@breaks("file-discarded")
def discarded_files_are_sent():
    @instead(host, "call")
    def _(right, application, variables, response):
        made = []
        variables["wsgi.file_wrapper"] = lambda *arguments: made.append(environ.FileWrapper(*arguments)) or made[-1]
        iterable = right(application, variables, response)
        return made[0] if made and type(iterable) is list else iterable
