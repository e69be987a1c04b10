"""What the application is told about a request (PEP 3333, environ Variables)."""

import sys
from urllib.parse import unquote_to_bytes

MULTIPROCESS = False


def environ_of(head, server, stream):
    """server is the address on which the connection came in."""
    path, query = split_target(head.target)
    environ = {
        "REQUEST_METHOD": head.method.decode("latin-1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": path_info(path),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/%d.%d" % head.version,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
        "wsgi.errors": Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": MULTIPROCESS,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    add_fields(environ, head)
    return environ


def split_target(target):
    if target.startswith((b"http://", b"https://")):
        target = b"/" + target.split(b"//", 1)[1].partition(b"/")[2]
    path, _, query = target.partition(b"?")
    return path, query


def path_info(path):
    return unquote_to_bytes(path).decode("latin-1")


def add_fields(environ, head):
    for name, value in head.fields:
        key = variable(name)
        if key is None:
            continue
        text = value.decode("latin-1")
        environ[key] = join(key, environ[key], text) if key in environ else text


def variable(name):
    """The name of a header in environ; None: it does not get there. Underscores would pass for hyphens."""
    if b"_" in name or name.lower() == b"proxy":
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key


def join(key, one, other):
    return one + ("; " if key == "HTTP_COOKIE" else ", ") + other


class Errors:
    """wsgi.errors: any text, to stderr."""

    def write(self, text):
        sys.stderr.buffer.write(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def writelines(self, texts):
        for text in texts:
            self.write(text)

    def flush(self):
        sys.stderr.buffer.flush()


class FileWrapper:
    """wsgi.file_wrapper: the rest of a file, in blocks."""

    def __init__(self, file, size=8192):
        self.file, self.size = file, size
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return iter(lambda: self.file.read(self.size), b"")
