"""The kinds of callable that need an object."""

import functools
from wsgiref.validate import validator

from probe import PLAIN, Form, lazy


class Instance:
    def __call__(self, environ, start_response):
        start_response("200 OK", PLAIN)
        return iter([b"inst", b"ance"])


method = Form({}, lambda status, headers: None).method
partial = functools.partial(lazy)
instance = Instance()


@validator
def validated(environ, start_response):
    body = environ["wsgi.input"].read(100)
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"written ")
    return iter([b"read ", body])
