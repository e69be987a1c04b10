"""What the server told the application: /environ and /environ.json."""

from .core import answer, encoder

_encode = encoder()


def text(environ, start_response):
    """Byte for byte what wsgiref.simple_server.demo_app gives."""
    lines = ["Hello world!", ""] + ["%s = %r" % item for item in sorted(environ.items())]
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [("\n".join(lines) + "\n").encode("utf-8")]


def json(environ, start_response):
    values = {}
    for key, value in sorted(environ.items()):
        values[key] = [type(value).__name__, value if isinstance(value, (str, int, tuple)) else repr(value)]
    return answer(start_response, _encode(values), "application/json")
