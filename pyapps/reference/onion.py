"""Middlewares around middlewares: /onion."""

from . import hello_cl
from .core import choice, number, parameter


def _passing(application):
    def middleware(environ, start_response):
        return application(environ, start_response)
    return middleware


def _generating(application):
    """Calls the application when the first block is asked for, and closes what it returned, whatever happens."""
    def middleware(environ, start_response):
        result = application(environ, start_response)
        try:
            for block in result:
                yield block
        finally:
            if hasattr(result, "close"):
                result.close()
    return middleware


def _validating(application):
    from wsgiref.validate import validator
    return validator(application)


# Each with how deep it may be nested: a validator takes several Python frames.
_KINDS = {"pass": (_passing, 200), "generator": (_generating, 200), "validate": (_validating, 20)}
_built = {}


def onion(environ, start_response):
    kind = choice(parameter(environ, "kind", "pass"), ("pass", "generator", "validate"))
    wrap, most = _KINDS[kind]
    depth = number(parameter(environ, "n", "10"), 0, most)
    application = _built.get((kind, depth))
    if application is None:
        application = hello_cl
        for _ in range(depth):
            application = wrap(application)
        _built[kind, depth] = application
    return application(environ, start_response)
