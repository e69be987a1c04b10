"""The kinds of callable that PEP 3333 lets an application be, and the two ways to give a body. All answer like /hello."""

from functools import partial

from .core import Refused, segments

_BODY = b"Hello, World!\n"


def _start(start_response):
    return start_response("200 OK", [("Content-Type", "text/plain")])


def _blocks(environ):
    """None for HEAD: not every server leaves them out."""
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [_BODY]


def hello_function(environ, start_response):
    _start(start_response)
    return _blocks(environ)


class HelloClass:
    """The class is the application: a call makes an iterable, which starts the response when it is first asked."""

    def __init__(self, environ, start_response):
        self.blocks, self.start_response = _blocks(environ), start_response

    def __iter__(self):
        _start(self.start_response)
        yield from self.blocks


class _Instance:
    def __call__(self, environ, start_response):
        return hello_function(environ, start_response)

    def method(self, environ, start_response):
        return hello_function(environ, start_response)


def _greet(_, environ, start_response):
    return hello_function(environ, start_response)


hello_instance = _Instance()
hello_method = _Instance().method
hello_partial = partial(_greet, "bound")


def hello_generator(environ, start_response):
    """Nothing of this runs before the first block is asked for."""
    _start(start_response)
    yield from _blocks(environ)


def hello_write(environ, start_response):
    write = _start(start_response)
    for block in _blocks(environ):
        write(block)
    return []


_FORMS = {
    "function": hello_function, "class": HelloClass, "instance": hello_instance, "generator": hello_generator,
    "method": hello_method, "partial": hello_partial, "write": hello_write,
}


def hello_form(environ, start_response):
    form = _FORMS.get(segments(environ)[0])
    if form is None:
        raise Refused(404, "no such endpoint")
    return form(environ, start_response)
