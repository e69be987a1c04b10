"""The side channel of the application that wsgibench verify examines servers with.

A request may name a talk (side=127.0.0.1:PORT&token=T in its query). Then the application connects there and says what
it sees, one line each, and goes on only when the other end allows it: at once after tell(), when it is told to after
ask(). So everything said lies before everything done later, in every process, without a clock.
"""

import json
import socket

PATIENCE = 30  # seconds that ask() waits before it gives up, so that nothing stays behind for ever


class Abandoned(Exception):
    """The other end has gone: nobody waits for this request any more."""


class Talk:
    """A conversation about one request; without an address everything said is dropped and nothing waits."""

    def __init__(self, address="", token=""):
        self._conn = self._lines = None
        if not address:
            return
        host, _, port = address.rpartition(":")
        if not host.startswith("127."):
            raise ValueError("the side channel must be on this machine, not %r" % host)
        self._conn = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self._lines = self._conn.makefile("rb")
        self._conn.sendall(token.encode("ascii") + b"\n")

    def tell(self, name, value=None):
        """Says something, and returns once it is known there."""
        if self._conn is None:
            return
        try:
            self._conn.sendall(("%s %s\n" % (name, json.dumps(value))).encode("ascii"))
            answer = self._lines.readline()
        except OSError as problem:
            raise Abandoned(str(problem))
        if answer != b"go\n":
            raise Abandoned("the side channel was closed")

    def ask(self, name, value=None):
        """Says something, and returns when it is told to go on."""
        self.tell("?" + name, value)


def describe(problem):
    """An exception in one line."""
    return "%s: %s" % (type(problem).__name__, problem)
