"""Serve a WSGI application with the standard library's wsgiref.

wsgiref has no command line for one's own application. Three things differ from wsgiref.simple_server.make_server:
the access log is off, the listen queue is as long as asked for (its own 5 measures SYN retransmits), and a Unix
socket is possible. Everything else, HTTP/1.0 and its environ included, is wsgiref as it comes.
"""

import argparse
import importlib
import os
import socket
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class QuietHandler(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, format, *args):
        pass

    def address_string(self):
        return self.client_address[0]


class Server(WSGIServer):
    """WSGIServer on a TCP address or a Unix socket."""

    def server_bind(self):
        if self.address_family == socket.AF_UNIX:
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = "localhost", 0
        else:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(self.server_address)
            # HTTPServer asks the name service for the host's name here, which can take seconds.
            self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()

    def get_request(self):
        connection, address = super().get_request()
        if self.address_family == socket.AF_UNIX:
            address = ("", 0)  # the client of a Unix socket has no address, and the handler wants a pair
        return connection, address


class ThreadedServer(ThreadingMixIn, Server):
    """A new thread for each connection."""

    daemon_threads = True


def parse_bind(bind):
    """Return the address family and the address of host:port, [v6]:port or unix:/path."""
    if bind.startswith("unix:"):
        return socket.AF_UNIX, bind[len("unix:"):]
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def load(spec):
    """Return the callable named module:callable, imported from the working directory first."""
    sys.path[0] = os.getcwd()  # in place of the launcher's own directory
    module, _, names = spec.partition(":")
    found = importlib.import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bind", required=True, help="host:port, [v6]:port or unix:/path")
    parser.add_argument("--backlog", type=int, default=2048, help="length of the listen queue")
    parser.add_argument("--threaded", action="store_true", help="a new thread for each connection")
    parser.add_argument("app", help="module:callable")
    args = parser.parse_args()

    application = load(args.app)
    family, address = parse_bind(args.bind)
    server_class = type("Server", (ThreadedServer if args.threaded else Server,), {
        "address_family": family,
        "request_queue_size": args.backlog,
    })
    with server_class(address, QuietHandler) as server:
        server.set_app(application)
        server.serve_forever()


if __name__ == "__main__":
    main()
