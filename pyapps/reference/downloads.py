"""Endpoints whose answer is large."""

import os
from io import BytesIO
from tempfile import TemporaryFile

from .core import BLOCK, MAX_BYTES, choice, number, parameter, segments, Refused
from .table import SIZE, slices, table

_BINARY = "application/octet-stream"


def _generate(whole, size):
    while size > 0:
        for start in range(0, min(size, SIZE), BLOCK):
            yield whole[start : min(start + BLOCK, size)]
        size -= SIZE


def table_bytes(environ, start_response):
    size = number(segments(environ)[0], 0, MAX_BYTES)
    form = parameter(environ, "form", "list")
    if form not in ("list", "gen"):
        raise Refused(400, "expected form=list or form=gen")
    start_response("200 OK", [("Content-Type", _BINARY), ("Content-Length", str(size))])
    return _generate(table(), size) if form == "gen" else slices(size)


_files = {}  # size -> an open file without a name, so that nothing is left behind, whatever ends this process
_MOST_FILES = 4


def _written(size):
    file = TemporaryFile()
    for piece in slices(size):
        file.write(piece)
    file.flush()
    return file


def _open(size):
    """A file of its own position over the same content: the server closes what it is given."""
    kept = _files.get(size)
    if kept is None:
        kept = _written(size)
        if len(_files) < _MOST_FILES:
            _files[size] = kept
    try:
        # Opened anew, not duplicated: duplicates share one position.
        return open("/proc/self/fd/%d" % kept.fileno(), "rb", buffering=0)
    except OSError:  # no /proc, as on macOS
        return _written(size)


def _read(file, size, left):
    """What a server without wsgi.file_wrapper is given."""
    try:
        while left:
            block = file.read(min(size, left))
            if not block:
                return
            left -= len(block)
            yield block
    finally:
        file.close()


def file(environ, start_response):
    """The file may be longer than Content-Length says; a server must give no more than that."""
    size = number(parameter(environ, "n", "65536"), 0, MAX_BYTES)
    offset = number(parameter(environ, "off", "0"), 0, size)
    length = parameter(environ, "cl")
    block = number(parameter(environ, "bs", str(BLOCK)), 1, 1 << 20)
    kind = choice(parameter(environ, "kind", "fd"), ("fd", "bytesio"))
    head = [("Content-Type", _BINARY)]
    if length is not None:
        head.append(("Content-Length", str(number(length, 0, size - offset))))
    if environ["REQUEST_METHOD"] == "HEAD":
        start_response("200 OK", head)
        return []
    opened = BytesIO(b"".join(slices(size))) if kind == "bytesio" else _open(size)
    opened.seek(offset, os.SEEK_SET)
    start_response("200 OK", head)
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is not None:
        return wrapper(opened, block)
    return _read(opened, block, size - offset if length is None else int(length))
