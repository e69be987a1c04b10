"""Flask: Werkzeug's routing and forms, Jinja2's templates."""

from flask import Flask, Response, request

from reference.fortunes import in_order
from reference.multipart import line
from reference.uploads import counted

from . import COMPACT, HELLO, HTML, blocks, jinja
from .decorated import add

application = Flask(__name__, static_folder=None)
application.json.sort_keys = False

_PAGE = jinja.page(application.jinja_env)


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


add(application.get, _text, _json, _page, lambda name: request.args.get(name))
