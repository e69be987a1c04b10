"""Pyramid: its routing, renderers and WebOb's forms; templates by pyramid_jinja2."""

import os

from pyramid.config import Configurator
from pyramid.renderers import JSON
from pyramid.response import Response

from reference.database import database
from reference.fortunes import FORTUNES, in_order
from reference.multipart import line
from reference.rows import changed, clamped, worlds
from reference.uploads import counted

from . import COMPACT, HELLO, MESSAGE, blocks, jinja


def _text(body):
    return Response(body, content_type="text/plain", charset=None)


def _page(environment, rows):
    return Response(environment.render(rows=in_order(rows)), content_type="text/html", charset="utf-8")


def hello(request):
    return _text(HELLO)


def json(request):
    return MESSAGE


def route(request):
    match = request.matchdict
    return {"a": match["a"], "b": int(match["b"]), "q": request.params.get("q", "")}


def upload(request):
    return _text(counted(blocks(request.body_file)))


def form(request):
    files = [(name, file) for name, file in request.POST.items() if hasattr(file, "filename")]
    return _text(b"".join(line(name.encode(), file.filename.encode(), file.file) for name, file in files))


def template(request):
    return _page(request.registry["page"], FORTUNES)


def db(request):
    return worlds(1)[0]


def queries(request):
    return worlds(clamped(request.params.get("queries")))


def updates(request):
    return changed(clamped(request.params.get("queries")))


def fortunes(request):
    return _page(request.registry["page"], database().fortunes())


def pid(request):
    return _text(b"%d" % os.getpid())


def _make():
    config = Configurator()
    config.include("pyramid_jinja2")
    config.add_renderer("json", JSON(separators=COMPACT))
    for pattern, method, view, renderer in (
        ("/hello", "GET", hello, None), ("/hello-cl", "GET", hello, None), ("/json", "GET", json, "json"),
        (r"/route/{a}/{b:\d+}", "GET", route, "json"), ("/upload", "POST", upload, None), ("/form", "POST", form, None),
        ("/template", "GET", template, None), ("/db", "GET", db, "json"), ("/queries", "GET", queries, "json"),
        ("/updates", "GET", updates, "json"), ("/fortunes", "GET", fortunes, None), ("/pid", "GET", pid, None),
    ):
        config.add_route(pattern, pattern)
        config.add_view(view, route_name=pattern, request_method=method, renderer=renderer)
    config.commit()
    config.registry["page"] = jinja.page(config.get_jinja2_environment())
    return config.make_wsgi_app()


application = _make()
