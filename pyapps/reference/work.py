"""Endpoints that take time, processor or memory."""

import hashlib
import time
from threading import Event, Lock

from .core import Refused, answer, number, parameter
from .table import table


def sleep(environ, start_response):
    ms = number(parameter(environ, "ms", "10"), 0, 60000)
    time.sleep(ms / 1000)
    return answer(start_response, b"slept %d ms\n" % ms)


def cpu(environ, start_response):
    digest = 0x811C9DC5
    for i in range(number(parameter(environ, "iters", "1000"), 0, 100000000)):
        digest = ((digest ^ (i & 0xFF)) * 0x01000193) & 0xFFFFFFFF
    return answer(start_response, b"%08x\n" % digest)


def cpu_nogil(environ, start_response):
    digest = hashlib.sha256()
    for _ in range(number(parameter(environ, "n", "1"), 0, 100)):
        digest.update(table())
    return answer(start_response, digest.hexdigest().encode("ascii") + b"\n")


def alloc(environ, start_response):
    count = number(parameter(environ, "n", "1000"), 0, 100000)
    size = number(parameter(environ, "kb", "1"), 0, 1024)
    if count * size > 65536:
        raise Refused(400, "expected n times kb to be at most 65536")
    made = [{"number": i, "block": bytearray(size << 10)} for i in range(count)]
    return answer(start_response, b"%d dicts, %d bytes\n" % (len(made), sum(len(one["block"]) for one in made)))


_lock = Lock()
_waiting = []  # at most one request


def conc(environ, start_response):
    """Two requests inside one process at the same time prove that it serves more than one."""
    ms = number(parameter(environ, "ms", "1000"), 0, 60000)
    mine = Event()
    with _lock:
        other = _waiting.pop() if _waiting else None
        if other is None:
            _waiting.append(mine)
    if other is not None:
        other.set()
        return answer(start_response, b"met\n")
    met = mine.wait(ms / 1000)
    if not met:
        with _lock:
            if mine in _waiting:
                _waiting.remove(mine)
            else:
                met = True  # at the last moment
    return answer(start_response, b"met\n" if met else b"alone\n")
