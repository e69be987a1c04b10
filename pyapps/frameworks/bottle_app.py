"""Bottle: its routing, forms and templates."""

import json as standard
import os
from html import escape

from bottle import Bottle, SimpleTemplate, request, response

from reference.database import database
from reference.fortunes import FORTUNES, in_order
from reference.multipart import line
from reference.rows import changed, clamped, worlds
from reference.uploads import counted

from . import COMPACT, HELLO, HTML, MESSAGE, blocks

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


@application.get("/json")
def json():
    return _json(MESSAGE)


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


@application.get("/template")
def template():
    return _page(FORTUNES)


@application.get("/db")
def db():
    return _json(worlds(1)[0])


@application.get("/queries")
def queries():
    return _json(worlds(clamped(request.query.get("queries"))))


@application.get("/updates")
def updates():
    return _json(changed(clamped(request.query.get("queries"))))


@application.get("/fortunes")
def fortunes():
    return _page(database().fortunes())


@application.get("/pid")
def pid():
    return _text(b"%d" % os.getpid())
