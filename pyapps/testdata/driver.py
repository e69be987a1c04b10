"""Calls the reference app without a server: one JSON request per line in, one JSON response per line out."""

import base64
import io
import json
import sys
from wsgiref.validate import validator

sys.path.insert(0, sys.argv[1])
import reference


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
    return environ


def call(application, request):
    got = {}

    def start_response(status, headers, exc_info=None):
        got["status"], got["headers"] = status, dict(headers)
        return lambda data: None

    result = application(environ_of(request), start_response)
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    return dict(got, body=base64.b64encode(body).decode())


strict = validator(reference.application)
for line in sys.stdin:
    request = json.loads(line)
    application = strict if request["strict"] else reference.app
    print(json.dumps(call(application, request)), flush=True)
