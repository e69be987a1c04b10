"""The kinds of callable that need an object."""

import functools

from probe import PLAIN, Form, lazy


class Instance:
    def __call__(self, environ, start_response):
        start_response("200 OK", PLAIN)
        return iter([b"inst", b"ance"])


method = Form({}, lambda status, headers: None).method
partial = functools.partial(lazy)
instance = Instance()
