"""What the launchers share: their command line, the application that it names, and the socket that it asks for.

The module's name is long so that it cannot stand in the way of a module of the application's.
"""

import argparse
import importlib
import os
import socket
import sys


def parser(doc):
    """Return a command line parser with what every launcher takes; doc is the launcher's own."""
    made = argparse.ArgumentParser(description=doc.splitlines()[0])
    made.add_argument("--bind", required=True, help="host:port, [v6]:port or unix:/path")
    made.add_argument("--backlog", type=int, default=2048, help="length of the listen queue")
    made.add_argument("app", help="module:callable")
    return made


def parse_bind(bind):
    """Return the address family and the address of host:port, [v6]:port or unix:/path."""
    if bind.startswith("unix:"):
        return socket.AF_UNIX, bind[len("unix:"):]
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def listen(bind, backlog):
    """Return a socket that listens there, for servers that take one ready made."""
    family, address = parse_bind(bind)
    made = socket.socket(family, socket.SOCK_STREAM)
    if family != socket.AF_UNIX:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    made.listen(backlog)
    return made


def load(spec):
    """Return the callable named module:callable, imported from the working directory first."""
    sys.path[0] = os.getcwd()  # in place of the launchers' own directory
    module, _, names = spec.partition(":")
    found = importlib.import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    return found
