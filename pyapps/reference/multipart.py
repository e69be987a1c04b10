"""multipart/form-data (RFC 7578), for /form."""

import re
from io import BytesIO
from shutil import copyfileobj
from tempfile import TemporaryFile
from zlib import crc32

from .core import Refused, answer, whole_body

MAX_PARTS = 100
_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary=("?)([A-Za-z0-9\'()+_,./:=? -]{1,70})\1', re.I)
_NAME = re.compile(rb'[; ]name="([^"\r\n]*)"')
_FILE = re.compile(rb'[; ]filename="([^"\r\n]*)"')
_BLOCK = 64 << 10


def _parts(body, boundary):
    """The header and the content of each part."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Refused(400, "the multipart body does not end with its boundary")
    if len(pieces) - 2 > MAX_PARTS:
        raise Refused(400, "expected at most %d parts" % MAX_PARTS)
    for piece in pieces[1:-1]:
        head, found, content = piece.partition(b"\r\n\r\n")
        if not found:
            raise Refused(400, "a part has no header")
        yield head, content


def line(name, filename, content):
    """What /form says about a file, after writing it to a temporary one and reading it back; content is a stream."""
    size = digest = 0
    with TemporaryFile() as file:
        copyfileobj(content, file, _BLOCK)
        file.seek(0)
        for block in iter(lambda: file.read(_BLOCK), b""):
            size += len(block)
            digest = crc32(block, digest)
    return b"%s %s %d %08x\n" % (name, filename, size, digest & 0xFFFFFFFF)


def form(environ, start_response):
    found = _BOUNDARY.match(environ.get("CONTENT_TYPE", ""))
    if not found:
        raise Refused(400, "expected multipart/form-data with a boundary")
    lines = []
    for head, content in _parts(whole_body(environ), found.group(2).encode("ascii")):
        name, file = _NAME.search(head), _FILE.search(head)
        if not name:
            raise Refused(400, "a part has no name")
        if file:
            lines.append(line(name.group(1), file.group(1), BytesIO(content)))
    return answer(start_response, b"".join(lines))
