"""Falcon: its routing, media and multipart forms. It brings no templates: the page is the reference's."""

import json as standard
import os
from functools import partial

import falcon
from falcon.media import JSONHandler

from reference.database import database
from reference.fortunes import FORTUNES
from reference.multipart import line
from reference.pages import rendered
from reference.rows import changed, clamped, worlds
from reference.uploads import counted

from . import COMPACT, HELLO, HTML, MESSAGE, blocks

application = falcon.App()
application.resp_options.media_handlers["application/json"] = JSONHandler(
    dumps=partial(standard.dumps, separators=COMPACT)
)


def _text(response, body):
    response.content_type, response.data = "text/plain", body


def _page(response, rows):
    response.content_type, response.data = HTML, rendered(rows)


class Hello:
    def on_get(self, request, response):
        _text(response, HELLO)


class Json:
    def on_get(self, request, response):
        response.media = MESSAGE


class Route:
    def on_get(self, request, response, a, b):
        response.media = {"a": a, "b": b, "q": request.get_param("q", default="")}


class Upload:
    def on_post(self, request, response):
        _text(response, counted(blocks(request.bounded_stream)))


class Form:
    def on_post(self, request, response):
        parts = (part for part in request.get_media() if part.filename)
        _text(response, b"".join(line(part.name.encode(), part.filename.encode(), part.stream) for part in parts))


class Template:
    def on_get(self, request, response):
        _page(response, FORTUNES)


class Db:
    def on_get(self, request, response):
        response.media = worlds(1)[0]


class Queries:
    def on_get(self, request, response):
        response.media = worlds(clamped(request.get_param("queries")))


class Updates:
    def on_get(self, request, response):
        response.media = changed(clamped(request.get_param("queries")))


class Fortunes:
    def on_get(self, request, response):
        _page(response, database().fortunes())


class Pid:
    def on_get(self, request, response):
        _text(response, b"%d" % os.getpid())


for _path, _resource in (
    ("/hello", Hello()), ("/hello-cl", Hello()), ("/json", Json()), ("/route/{a}/{b:int}", Route()),
    ("/upload", Upload()), ("/form", Form()), ("/template", Template()), ("/db", Db()), ("/queries", Queries()),
    ("/updates", Updates()), ("/fortunes", Fortunes()), ("/pid", Pid()),
):
    application.add_route(_path, _resource)
