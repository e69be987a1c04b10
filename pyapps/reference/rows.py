"""TechEmpower's database tests (https://github.com/TechEmpower/FrameworkBenchmarks/wiki, "Project Information").

What the frameworks' variants share is in worlds, changed and clamped; below are the reference's endpoints.
"""

from random import randint, sample

from .core import answer, encoder, parameter
from .database import database
from .fortunes import WORLDS
from .pages import page

_encode = encoder()


def clamped(text):
    """How many rows are asked for: 1 to 500, and 1 for what is no number."""
    if not (text and text.isascii() and text.isdecimal()):
        return 1
    return min(max(int(text[:9]), 1), 500)


def _objects(rows):
    return [{"id": row[0], "randomNumber": row[1]} for row in rows]


def worlds(count):
    """Random rows, as they go into JSON."""
    return _objects(database().find([randint(1, WORLDS) for _ in range(count)]))


def changed(count):
    """Random rows after they were given new random numbers."""
    rows = [(key, randint(1, WORLDS)) for key in sorted(sample(range(1, WORLDS + 1), count))]
    database().change(rows)
    return _objects(rows)


def _json(start_response, value):
    return answer(start_response, _encode(value), "application/json")


def one(environ, start_response):
    return _json(start_response, worlds(1)[0])


def queries(environ, start_response):
    return _json(start_response, worlds(clamped(parameter(environ, "queries"))))


def updates(environ, start_response):
    return _json(start_response, changed(clamped(parameter(environ, "queries"))))


_cache = {}


def cached(environ, start_response):
    """The whole table is read once; afterwards no query is made."""
    if not _cache:
        _cache.update(database().worlds())
    keys = [randint(1, WORLDS) for _ in range(clamped(parameter(environ, "count")))]
    return _json(start_response, _objects([(key, _cache[key]) for key in keys]))


def fortunes(environ, start_response):
    return page(start_response, database().fortunes())
