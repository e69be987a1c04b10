"""Static files, as an application serves them where no proxy does: /static/<name>."""

import os

from .core import BLOCK, Refused, segments

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "static")
_NAMES = ("hello.txt", "16k.txt")


def static(environ, start_response):
    name = segments(environ)[0]
    if name not in _NAMES:
        raise Refused(404, "no such endpoint")
    file = open(os.path.join(_FOLDER, name), "rb", buffering=0)
    head = [("Content-Type", "text/plain"), ("Content-Length", str(os.fstat(file.fileno()).st_size))]
    start_response("200 OK", head)
    if environ["REQUEST_METHOD"] == "HEAD":
        file.close()
        return []
    wrapper = environ.get("wsgi.file_wrapper")
    return wrapper(file, BLOCK) if wrapper is not None else _blocks(file)


def _blocks(file):
    with file:
        for block in iter(lambda: file.read(BLOCK), b""):
            yield block
