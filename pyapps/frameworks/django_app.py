"""Django in one file: its routing, forms and templates; no middleware."""

import os

from django.conf import settings

settings.configure(
    DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], INSTALLED_APPS=[], USE_TZ=True,
    SECRET_KEY="nothing here is signed",
    FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
)

from django.core.wsgi import get_wsgi_application  # noqa: E402: Django must be configured first
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.urls import path  # noqa: E402

from reference.database import database  # noqa: E402
from reference.fortunes import FORTUNES, in_order  # noqa: E402
from reference.multipart import line  # noqa: E402
from reference.rows import changed, clamped, worlds  # noqa: E402
from reference.uploads import counted  # noqa: E402

from . import COMPACT, HELLO, HTML, MESSAGE, blocks  # noqa: E402

_PAGE = Engine().from_string(
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>"
    "{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td></tr>{% endfor %}</table></body></html>"
)


def _text(body):
    return HttpResponse(body, content_type="text/plain")


def _json(value):
    return JsonResponse(value, safe=False, json_dumps_params={"separators": COMPACT})


def _page(rows):
    return HttpResponse(_PAGE.render(Context({"rows": in_order(rows)})), content_type=HTML)


def hello(request):
    return _text(HELLO)


def json(request):
    return _json(MESSAGE)


def route(request, a, b):
    return _json({"a": a, "b": b, "q": request.GET.get("q", "")})


def upload(request):
    return _text(counted(blocks(request)))


def form(request):
    files = [(name, file) for name, several in request.FILES.lists() for file in several]
    return _text(b"".join(line(name.encode(), file.name.encode(), file) for name, file in files))


def template(request):
    return _page(FORTUNES)


def db(request):
    return _json(worlds(1)[0])


def queries(request):
    return _json(worlds(clamped(request.GET.get("queries"))))


def updates(request):
    return _json(changed(clamped(request.GET.get("queries"))))


def fortunes(request):
    return _page(database().fortunes())


def pid(request):
    return _text(b"%d" % os.getpid())


urlpatterns = [
    path("hello", hello), path("hello-cl", hello), path("json", json), path("route/<a>/<int:b>", route),
    path("upload", upload), path("form", form), path("template", template), path("db", db), path("queries", queries),
    path("updates", updates), path("fortunes", fortunes), path("pid", pid),
]
application = get_wsgi_application()
