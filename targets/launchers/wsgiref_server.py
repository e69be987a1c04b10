"""Serve a WSGI application with the standard library's wsgiref.

wsgiref has no command line for one's own application. Three things differ from wsgiref.simple_server.make_server:
the access log is off, the listen queue is as long as asked for (its own 5 measures SYN retransmits), and a Unix
socket is possible. Everything else, HTTP/1.0 and its environ included, is wsgiref as it comes.
"""

import socket
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import wsgibench_launcher as launcher


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


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--threaded", action="store_true", help="a new thread for each connection")
    args = parser.parse_args()

    application = launcher.load(args.app)
    family, address = launcher.parse_bind(args.bind)
    server_class = type("Server", (ThreadedServer if args.threaded else Server,), {
        "address_family": family,
        "request_queue_size": args.backlog,
    })
    with server_class(address, QuietHandler) as server:
        server.set_app(application)
        server.serve_forever()


if __name__ == "__main__":
    main()
