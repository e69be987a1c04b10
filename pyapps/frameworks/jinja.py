"""The page of fortunes in Jinja2's words."""

from html import escape

from markupsafe import Markup

_PAGE = (
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>"
    "{% for row in rows %}<tr><td>{{ row[0] }}</td><td>{{ row[1]|same }}</td></tr>{% endfor %}</table></body></html>"
)


def page(environment):
    """The template, which escapes as html.escape does."""
    environment.filters["same"] = lambda text: Markup(escape(text))
    return environment.from_string(_PAGE)
