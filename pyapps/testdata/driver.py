"""Calls an app without a server: one JSON request per line in, one JSON response per line out.

Arguments: the directory of the apps, and module:callable.
"""

import base64
import importlib
import io
import json
import sys
from wsgiref.validate import validator

sys.path.insert(0, sys.argv[1])
module, _, name = sys.argv[2].partition(":")
application = getattr(importlib.import_module(module), name)


def environ_of(request):
    body = base64.b64decode(request["body"])
    path, _, query = request["path"].partition("?")
    environ = {
        "REQUEST_METHOD": request["method"], "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }
    if request["chunked"]:
        environ["wsgi.input_terminated"] = True
    elif body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for field, value in request["header"] or []:
        key = field.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else "HTTP_" + key] = value
    return environ


def call(application, request):
    got, written = {}, []

    def start_response(status, headers, exc_info=None):
        got["status"], got["headers"] = status, [list(field) for field in headers]
        return written.append

    result = application(environ_of(request), start_response)
    try:
        written.extend(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    return dict(got, body=base64.b64encode(b"".join(written)).decode())


for line in sys.stdin:
    request = json.loads(line)
    answer = call(validator(application) if request["strict"] else application, request)
    print(json.dumps(answer), flush=True)
