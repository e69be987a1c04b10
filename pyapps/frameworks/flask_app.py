"""Flask: Werkzeug's routing and forms, Jinja2's templates."""

import os
from html import escape

from flask import Flask, Response, request
from markupsafe import Markup

from reference.database import database
from reference.fortunes import FORTUNES, in_order
from reference.multipart import line
from reference.rows import changed, clamped, worlds
from reference.uploads import counted

from . import COMPACT, HELLO, HTML, MESSAGE, blocks

application = Flask(__name__, static_folder=None)
application.json.sort_keys = False
application.jinja_env.filters["same"] = lambda text: Markup(escape(text))

_PAGE = application.jinja_env.from_string(
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>"
    "{% for row in rows %}<tr><td>{{ row[0] }}</td><td>{{ row[1]|same }}</td></tr>{% endfor %}</table></body></html>"
)


def _text(body):
    return Response(body, content_type="text/plain")


def _json(value):
    return Response(application.json.dumps(value, separators=COMPACT), content_type="application/json")


def _page(rows):
    return Response(_PAGE.render(rows=in_order(rows)), content_type=HTML)


@application.get("/hello")
@application.get("/hello-cl")
def hello():
    return _text(HELLO)


@application.get("/json")
def json():
    return _json(MESSAGE)


@application.get("/route/<a>/<int:b>")
def route(a, b):
    return _json({"a": a, "b": b, "q": request.args.get("q", "")})


@application.post("/upload")
def upload():
    return _text(counted(blocks(request.stream)))


@application.post("/form")
def form():
    files = request.files.items(multi=True)
    return _text(b"".join(line(name.encode(), file.filename.encode(), file) for name, file in files))


@application.get("/template")
def template():
    return _page(FORTUNES)


@application.get("/db")
def db():
    return _json(worlds(1)[0])


@application.get("/queries")
def queries():
    return _json(worlds(clamped(request.args.get("queries"))))


@application.get("/updates")
def updates():
    return _json(changed(clamped(request.args.get("queries"))))


@application.get("/fortunes")
def fortunes():
    return _page(database().fortunes())


@application.get("/pid")
def pid():
    return _text(b"%d" % os.getpid())
