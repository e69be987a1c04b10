"""A SQLite file with the rows of TechEmpower's tests."""

import os
import sqlite3
import tempfile

from .fortunes import FORTUNES, WORLDS, number_of


def connect(path):
    """A connection that any thread may use, one at a time, in autocommit; a locked file is waited for."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    # In WAL mode a commit without fsync cannot corrupt the file; at most the last changes are lost with the machine.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def ensure(path):
    """Makes the file unless it is there. Several processes may do so at once: one file wins, whole."""
    if os.path.exists(path):
        return
    handle, fresh = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".world-")
    os.close(handle)
    try:
        connection = connect(fresh)
        connection.execute("CREATE TABLE world (id INTEGER PRIMARY KEY, randomnumber INTEGER NOT NULL)")
        connection.execute("CREATE TABLE fortune (id INTEGER PRIMARY KEY, message TEXT NOT NULL)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO world VALUES (?, ?)", [(i, number_of(i)) for i in range(1, WORLDS + 1)])
        connection.executemany("INSERT INTO fortune VALUES (?, ?)", FORTUNES)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")  # a property of the file, kept in it
        connection.close()
        try:
            os.link(fresh, path)  # fails where the file is there, unlike rename
        except FileExistsError:
            pass
    finally:
        os.unlink(fresh)
