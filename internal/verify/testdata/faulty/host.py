"""A small threaded HTTP/1.1 host for WSGI, standard library only, that passes every check of wsgibench verify.

Given the name of a fault (faults_*.py) it has that defect, which is how each check is shown to find what it is for. It
is written to be broken in small ways, not to be fast.
"""

import importlib
import os
import socket
import sys
import threading

import body
import environ
import incoming
import outgoing

DRAIN = 64 << 10  # bytes of an unread body that are read for the sake of the next request
FAULTS = ["faults_framing", "faults_chunks", "faults_syntax", "faults_slow", "faults_environ", "faults_input", "faults_errors", "faults_start", "faults_body", "faults_close", "faults_file", "faults_iterable"]
LINGER = 32 << 20  # and those that are thrown away so that the client can read its answer


class Connection:
    """One client."""

    def __init__(self, conn, application):
        self.conn, self.application = conn, application
        self.incoming = incoming.Incoming(conn)

    def run(self):
        with self.conn:
            try:
                while self.one():
                    pass
            except (incoming.Gone, OSError):
                return
            except incoming.Refused as refused:
                self.refuse(refused)
            self.linger()

    def one(self):
        """One request and its response; False: it was the last."""
        head = incoming.read_head(self.incoming)
        framing, length = incoming.framing_of(head)
        source = body.Chunked(self.incoming) if framing == "chunks" else body.Counted(self.incoming, length)
        waits = expects(head)
        stream = body.Input(source, self.go_on if waits else None)
        response = outgoing.Response(self.conn, head, keeps(head))
        variables = environ.environ_of(head, self.conn.getsockname(), stream)
        if waits:
            response.keep = False  # unless the body is read, nobody knows whether it comes
        try:
            respond(self.application, variables, response)
        except body.Truncated:
            return False
        if waits and stream.before is None:
            response.keep = keeps(head)
        return response.keep and self.drained(source)

    def go_on(self):
        self.conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def drained(self, source):
        """Reads what the application has left of a body, where that is little."""
        total = 0
        while not source.ended and total < DRAIN:
            total += len(source.some(65536))
        return source.ended

    def refuse(self, refused):
        text = b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % refused.args[0].encode("latin-1")
        self.conn.sendall(text)

    def linger(self):
        """Closing with bytes unread would reset the connection, and with it the answer."""
        try:
            self.conn.shutdown(socket.SHUT_WR)
            self.conn.settimeout(2)
            total = 0
            while total < LINGER:
                data = self.conn.recv(1 << 20)
                if not data:
                    break
                total += len(data)
        except OSError:
            pass


def expects(head):
    return head.version >= (1, 1) and b"100-continue" in head.tokens(b"expect")


def keeps(head):
    options = head.tokens(b"connection")
    return b"close" not in options and (head.version >= (1, 1) or b"keep-alive" in options)


def respond(application, variables, response):
    """Calls the application and sends what it gives."""
    try:
        iterable = call(application, variables, response)
        try:
            deliver(iterable, response)
        finally:
            close(iterable, response)
    except incoming.Refused:
        if not response.sent:
            raise
        outgoing.abort(response.conn)
        response.keep = False
    except OSError:
        raise  # the client has gone
    except Exception as problem:
        print_error()
        response.fail(problem)


def print_error():
    import traceback  # only here: hosts are started a thousand times, and most of them never need it

    traceback.print_exc()


def call(application, variables, response):
    response.variables = variables
    iterable = application(variables, response.start_response)
    response.returned = True
    return iterable


def deliver(iterable, response):
    if type(iterable) in (list, tuple) and len(iterable) == 1 and type(iterable[0]) is bytes and not response.sent:
        only(iterable[0], response)
        return
    for data in iterable:
        response.write(data)
    response.end()


def only(data, response):
    """The only block of a body: its length is known."""
    if response.status is None:
        raise outgoing.Unstarted("a block came before start_response")
    response.send_all(response.before(len(data)) + (response.framed(data) if data else b""))
    response.end()


def close(iterable, response):
    if hasattr(iterable, "close"):
        iterable.close()


def serve(listener, application):
    while True:
        conn, _ = listener.accept()
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start(Connection(conn, application))


def start(connection):
    threading.Thread(target=connection.run, daemon=True).start()


def break_by(fault):
    """Switches the fault on; "none" is none."""
    if fault == "none":
        return
    import faults

    importlib.import_module(file_of(fault))
    faults.FAULTS[fault]()


def file_of(fault):
    """The module that holds a fault. Importing all of them would take as long as everything else in a start."""
    here = os.path.dirname(os.path.abspath(__file__))
    for module in FAULTS:
        with open(os.path.join(here, module + ".py"), encoding="utf-8") as file:
            if "\ndef %s():\n" % fault in file.read():
                return module
    raise SystemExit("no fault is called %s" % fault)


def main():
    """host.py BIND FAULT WORKERS THREADS APPLICATION; each connection gets a thread, whatever their number."""
    sys.modules["host"] = sys.modules["__main__"]  # the faults change this module, not a second copy
    bind, fault, workers, _, name = sys.argv[1:]
    break_by(fault)
    sys.path.insert(0, os.getcwd())
    module, _, name = name.partition(":")
    application = getattr(importlib.import_module(module), name)
    address, _, port = bind.rpartition(":")
    listener = socket.create_server((address, int(port)), backlog=1024)
    environ.MULTIPROCESS = int(workers) > 1
    for _ in range(int(workers) - 1):
        if os.fork() == 0:
            break
    serve(listener, application)


if __name__ == "__main__":
    main()
