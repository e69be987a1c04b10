"""Middleware that wsgibench verify puts around its application: a server must not see the difference."""


def onion(app, layers):
    """Layers that do nothing at all."""
    for _ in range(layers):
        app = _layer(app)
    return app


def _layer(app):
    def layer(environ, start_response):
        return app(environ, start_response)
    return layer


class _Passed:
    """Hands blocks through, changed to upper case, and closes what it wraps."""

    def __init__(self, inner):
        self.inner, self.blocks = inner, iter(inner)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.blocks).upper()

    def close(self):
        if hasattr(self.inner, "close"):
            self.inner.close()


def upper(app):
    """A middleware of the usual kind: it wraps the iterable, and hands close() on."""
    return lambda environ, start_response: _Passed(app(environ, start_response))


def deferring(app):
    """Calls the server's start_response only when the first block is asked for."""

    def middleware(environ, start_response):
        kept, written = [], []

        def keep(status, headers, exc_info=None):
            kept[:] = [status, headers]
            return written.append

        inner = app(environ, keep)
        try:
            blocks = iter(inner)
            first = next(blocks, b"")
            start_response(kept[0], kept[1])
            for data in written:
                yield data
            yield first
            for data in blocks:
                yield data
        finally:
            if hasattr(inner, "close"):
                inner.close()

    return middleware


def validating(app):
    """The standard library's validator, which raises AssertionError at what PEP 3333 forbids on either side."""
    from wsgiref.validate import validator
    return validator(app)
