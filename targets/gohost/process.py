"""A worker process of gohost's pool: some threads, each with a socket to the Go half.

A thread takes one request at a time from its socket, and answers on the same socket. Two system calls are made for an
ordinary request: recv and send. wsgi.py and worker.py have been executed in the same namespace.
"""

import mmap
import os
import signal
import socket
import sys
import threading

CONTROL, FLAGS, FIRST = 4, 5, 6  # file descriptors; 3 was this source


def serve(sock, index):
    """A thread's life: until the other half closes its socket."""
    recv = sock.recv
    try:
        while True:
            data = recv(16384)
            if len(data) < 9:
                if not data:
                    return
                data += receive(sock, 9 - len(data))
            length = request_head(data)[0] + 4
            while len(data) < length:
                data += receive(sock, length - len(data))
            handle(Exchange(sock, index), data)
    except OSError:
        return  # the host has gone; main notices as well


def unlink_orphan(path, inode):
    """Removes the listening socket's file of a host that could not."""
    try:
        if path and os.stat(path).st_ino == int(inode):
            os.unlink(path)
    except OSError:
        pass


def main(path, inode, threads):
    control = socket.socket(fileno=CONTROL)
    workers = [
        threading.Thread(target=serve, args=(socket.socket(fileno=FIRST + i), i), name="gohost-%d" % i, daemon=True)
        for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    control.sendall(b"R")
    if control.recv(1) != b"Q":
        unlink_orphan(path, inode)
        os._exit(1)  # the host was killed; no request can be finished
    for worker in workers:
        worker.join()


# The host decides when to stop; a terminal's or a supervisor's signal reaches the whole group. A handler, unlike
# SIG_IGN, is not inherited by what the application starts.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
sys.stderr.reconfigure(errors="backslashreplace", line_buffering=True)
name, bind_path, bind_inode = sys.argv[1:4]
thread_count, process_count = int(sys.argv[4]), int(sys.argv[5])
sys.argv[1:] = []
for descriptor in range(CONTROL, FIRST + thread_count):
    os.set_inheritable(descriptor, False)
gone = mmap.mmap(FLAGS, mmap.PAGESIZE, prot=mmap.PROT_READ)
os.close(FLAGS)
base = environ_of_server(thread_count, process_count)
application = load(name)
main(bind_path, bind_inode, thread_count)
