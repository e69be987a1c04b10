"""HTML: /html and /template, and the page that /fortunes gives."""

import time
from html import escape
from string import Template

from .core import answer
from .fortunes import FORTUNES, in_order

_HTML = "text/html; charset=utf-8"
_SIMPLE = b"<!DOCTYPE html><html><head><title>wsgibench</title></head><body><b>HTML OK</b></body></html>\n"

_PAGE = Template(
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
    "<tr><th>id</th><th>message</th></tr>${rows}</table></body></html>"
)
_ROW = Template("<tr><td>${id}</td><td>${message}</td></tr>")


def rendered(rows):
    """The fortunes in order, as a page."""
    lines = [_ROW.substitute(id=number, message=escape(message)) for number, message in in_order(rows)]
    return _PAGE.substitute(rows="".join(lines)).encode("utf-8")


def page(start_response, rows):
    return answer(start_response, rendered(rows), _HTML)


def html(environ, start_response):
    return answer(start_response, _SIMPLE, _HTML, fields=[("X-Time", "%.6f" % time.time())])


def template(environ, start_response):
    return page(start_response, FORTUNES)
