"""Views for frameworks that take a route as a decorator: what is the framework's in them are the answers and the query."""

import os

from reference.database import database
from reference.fortunes import FORTUNES
from reference.rows import changed, clamped, worlds

from . import MESSAGE


def add(get, text, json, page, parameter):
    """Adds the views by get(path). text, json and page make answers; parameter(name) is that of the query, or None."""

    @get("/json")
    def message():
        return json(MESSAGE)

    @get("/template")
    def template():
        return page(FORTUNES)

    @get("/db")
    def db():
        return json(worlds(1)[0])

    @get("/queries")
    def queries():
        return json(worlds(clamped(parameter("queries"))))

    @get("/updates")
    def updates():
        return json(changed(clamped(parameter("queries"))))

    @get("/fortunes")
    def fortunes():
        return page(database().fortunes())

    @get("/pid")
    def pid():
        return text(b"%d" % os.getpid())
