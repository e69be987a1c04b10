"""The database that an app uses, through one small interface: SQLite, or PostgreSQL through psycopg.

WSGIBENCH_DATABASE says which: sqlite:/path/of/a/file, which is made and filled by whoever comes first, or a postgresql://
URL of a database that is filled already. The frameworks' variants use this too, so that they differ in the framework
alone.

Connections are kept on a stack and lent for a request. There are never more than requests at one time, as with one for
each thread; but threads that end, and the greenlets of gevent, which stand in for threads, leave none behind.
"""

import os
from contextlib import contextmanager
from threading import Lock

from .core import Refused

VARIABLE = "WSGIBENCH_DATABASE"


class Database:
    """Queries over lent connections. The parameter mark is all in which the two dialects differ."""

    def __init__(self, connect, mark, begin):
        self._connect, self._idle, self._begin = connect, [], begin
        self._one = "SELECT id, randomnumber FROM world WHERE id = " + mark
        self._change = "UPDATE world SET randomnumber = %s WHERE id = %s" % (mark, mark)

    @contextmanager
    def _lent(self):
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection.cursor()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def fortunes(self):
        with self._lent() as cursor:
            return cursor.execute("SELECT id, message FROM fortune").fetchall()

    def worlds(self):
        with self._lent() as cursor:
            return cursor.execute("SELECT id, randomnumber FROM world").fetchall()

    def find(self, ids):
        """The rows of these ids, with one query for each."""
        with self._lent() as cursor:
            return [cursor.execute(self._one, (key,)).fetchone() for key in ids]

    def change(self, numbers):
        """Reads each row and gives it a new number: (id, number) pairs, in the order of ids, so that nobody deadlocks."""
        with self._lent() as cursor:
            cursor.execute(self._begin)
            for key, _ in numbers:
                cursor.execute(self._one, (key,)).fetchone()
            cursor.executemany(self._change, [(number, key) for key, number in numbers])
            cursor.execute("COMMIT")


_lock = Lock()
_opened = []


def database():
    """The database of this process."""
    if not _opened:
        with _lock:
            if not _opened:
                _opened.append(_open(os.environ.get(VARIABLE, "")))
    return _opened[0]


def _open(url):
    scheme, _, rest = url.partition(":")
    if scheme == "sqlite" and rest:
        from . import sqlite
        sqlite.ensure(rest)
        return Database(lambda: sqlite.connect(rest), "?", "BEGIN IMMEDIATE")
    if scheme in ("postgresql", "postgres"):
        import psycopg
        return Database(lambda: psycopg.connect(url, autocommit=True), "%s", "BEGIN")
    raise Refused(503, "expected %s to be sqlite:/path or a postgresql:// URL" % VARIABLE)
