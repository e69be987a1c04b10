"""Bottle: its routing, forms and templates."""

import json as standard
from html import escape

from bottle import Bottle, SimpleTemplate, request, response

from reference.fortunes import in_order
from reference.multipart import line
from reference.uploads import counted

from . import COMPACT, HELLO, HTML, blocks
from .decorated import add

application = Bottle()

_PAGE = SimpleTemplate(
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>\\\\\n"
    "% for row in rows:\n"
    "<tr><td>{{row[0]}}</td><td>{{!same(row[1])}}</td></tr>\\\\\n"
    "% end\n"
    "</table></body></html>"
)


def _text(body):
    response.content_type = "text/plain"
    return body


def _json(value):
    response.content_type = "application/json"  # Bottle itself encodes dicts alone, and with blanks
    return standard.dumps(value, separators=COMPACT)


def _page(rows):
    response.content_type = HTML
    return _PAGE.render(rows=in_order(rows), same=escape)


@application.get(["/hello", "/hello-cl"])
def hello():
    return _text(HELLO)


@application.get("/route/<a>/<b:int>")
def route(a, b):
    return _json({"a": a, "b": b, "q": request.query.get("q", "")})


@application.post("/upload")
def upload():
    return _text(counted(blocks(request.body)))


@application.post("/form")
def form():
    files = request.files.allitems()
    return _text(b"".join(line(name.encode(), file.raw_filename.encode(), file.file) for name, file in files))


add(application.get, _text, _json, _page, lambda name: request.query.get(name))
