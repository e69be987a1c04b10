"""Python inside the Go process: some threads, each with a socket to the Go half for what is not answered directly.

The threads take requests from one queue. An answer that is whole goes straight to the client; any other in frames, as in
a worker process. wsgi.py and worker.py have been executed in the same namespace.
"""

import mmap
import os
import socket
import sys
import threading

import _gohost


def environ_of(data, start, end):
    return _gohost.environ(base, data, start, end)


def encode_head(status, headers, careful=encode_head):
    return _gohost.head(status, headers) or careful(status, headers)


class Nobody:
    """In the place of the socket: the host has answered already, since the application was silent for too long."""

    def sendall(self, data):
        pass


class Direct(Exchange):
    """An exchange whose answer may go straight to the client. The socket is used only once the other half listens."""

    __slots__ = ("job", "begun")

    def line(self):
        if not self.begun:
            self.begun = True
            if _gohost.begin(self.job, self.index):
                self.job = None  # the other half has it
            else:
                self.sock = Nobody()
        return self.sock

    def send(self, block, flags):
        if flags == LAST | IDLE and not self.begun and self.head is not None:
            if _gohost.respond(self.job, self.status, self.head, block):
                return
        if type(self.line()) is Nobody:
            raise ClientGone("the client was told that the application is too slow")
        super().send(block, flags)


def serve(sock, index):
    """A thread's life: until there will be no job."""
    try:
        while True:
            taken = _gohost.take()
            if taken is None:
                return
            exchange = Direct(sock, index)
            exchange.job, data = taken
            exchange.begun = False
            try:
                handle(exchange, data)
            finally:
                if exchange.job is not None:
                    _gohost.finish(exchange.job)
    except OSError:
        return  # the host has given this thread up, or is ending


def main(threads, ready):
    workers = [
        threading.Thread(target=serve, args=(socket.socket(fileno=fd), i), name="gohost-%d" % i, daemon=True)
        for i, fd in enumerate(threads)
    ]
    for worker in workers:
        worker.start()
    os.write(ready, b"R")
    for worker in workers:
        worker.join()


sys.stderr.reconfigure(errors="backslashreplace", line_buffering=True)
name, process_count, flags, ready, *threads = sys.argv[1:2] + [int(arg) for arg in sys.argv[2:]]
sys.argv[1:] = []
sys.path.insert(0, "")
gone = mmap.mmap(flags, mmap.PAGESIZE, prot=mmap.PROT_READ)
os.close(flags)
base = environ_of_server(len(threads), process_count)
application = load(name)
main(threads, ready)
