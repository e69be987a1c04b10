"""Streams: bodies of many blocks, as fast as they are taken or at planned instants; blocks can describe themselves.

With stamp=1 a block of b >= 54 bytes is

    #IIIIIIII PPPPPPPPPPPPPPPP YYYYYYYYYYYYYYYY payload CCCCCCCC\\n

its index, the instant for which it was planned and the one at which it was yielded in nanoseconds of the monotonic
clock (0 where nothing was planned), a slice of the table, and the CRC-32 of all before the last space, in hexadecimal.
"""

import socket
import time
from zlib import crc32

from .core import MAX_BYTES, choice, number, parameter, Refused
from .table import SIZE, longer

_BINARY = "application/octet-stream"
_FRAME = 54  # bytes of a described block without payload
_TOLD = 64  # yields that a closing tells of


class _Plan:
    """What the query asks for."""

    def __init__(self, environ):
        def count(name, default, low, high):
            return number(parameter(environ, name, str(default)), low, high)

        self.blocks = count("n", 10, 0, MAX_BYTES)
        self.size = count("b", 64, 1, SIZE)
        if self.blocks * self.size > MAX_BYTES:
            raise Refused(400, "expected n times b to be at most %d" % MAX_BYTES)
        self.gap = count("gap_us", 0, 0, 60000000) * 1000
        self.first = count("first_us", 0, 0, 60000000) * 1000
        self.law = choice(parameter(environ, "dist", "constant"), ("constant", "gamma", "burst"))
        self.shape = count("shape", 2, 1, 1000)  # of the gamma law
        self.burst = count("burst", 8, 1, 100000)  # blocks at once
        self.seed = count("seed", 1, 0, 999999999)
        self.empty = count("empty", 0, 0, 1000000)  # an empty block before every so many
        self.stamp = count("stamp", 0, 0, 1)
        self.length = count("cl", 0, 0, 1)
        self.form = choice(parameter(environ, "form", "gen"), ("gen", "iter", "list", "write"))
        self.tell = parameter(environ, "tell")
        if self.stamp and self.size < _FRAME:
            raise Refused(400, "expected b to be at least %d, so that a block can describe itself" % _FRAME)

    def gaps(self):
        """Nanoseconds from each block to the next, for ever."""
        if self.law == "gamma":
            from random import Random
            draw, scale = Random(self.seed).gammavariate, self.gap / self.shape
            while True:
                yield int(draw(self.shape, scale))
        while True:
            if self.law == "burst":
                for _ in range(self.burst - 1):
                    yield 0
                yield self.gap * self.burst
            else:
                yield self.gap


class _Blocks:
    """The blocks of a plan, one after the other; close() tells who wants to know."""

    def __init__(self, plan):
        self.plan = plan
        self.index = self.first = self.planned = 0
        self.whole = longer(plan.size)
        self.gaps = plan.gaps() if plan.gap else None
        self.yields = []  # of the last blocks
        self.empties = plan.empty

    def __iter__(self):
        return self

    def __next__(self):
        plan = self.plan
        if self.index == plan.blocks:
            raise StopIteration
        if plan.empty:
            self.empties -= 1
            if self.empties < 0:
                self.empties = plan.empty
                return b""
        if self.gaps is not None or not self.index and plan.first:
            self._wait()
        self.index += 1
        if not plan.stamp:
            start = (self.index - 1) * plan.size % SIZE
            return self.whole[start : start + plan.size]
        return self._described()

    def _wait(self):
        if not self.planned:
            self.planned = time.monotonic_ns() + self.plan.first
        left = self.planned - time.monotonic_ns()
        if left > 0:
            time.sleep(left / 1e9)

    def _described(self):
        plan, index = self.plan, self.index - 1
        start = (plan.seed + index * plan.size) % SIZE
        now = time.monotonic_ns()
        body = b"#%08x %016x %016x %b" % (index, self.planned, now, self.whole[start : start + plan.size - _FRAME])
        if not index:
            self.first = now
        if plan.tell:
            self.yields.append(now)
            if len(self.yields) > 2 * _TOLD:
                del self.yields[:_TOLD]
        if self.gaps is not None:
            self.planned += next(self.gaps)
        return b"%b %08x\n" % (body, crc32(body))

    def close(self):
        tell, self.plan.tell = self.plan.tell, None
        if tell is None or not self.first:
            return
        words = [self.first, time.monotonic_ns()] + self.yields[-_TOLD:]
        host, _, port = tell.rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(" ".join(map(str, words)).encode("ascii"), (host, int(port)))


def _generator(blocks):
    try:
        for block in blocks:
            yield block
    finally:
        blocks.close()


def stream(environ, start_response):
    plan = _Plan(environ)
    head = [("Content-Type", _BINARY), ("X-Wsgibench-Blocks", str(plan.blocks)), ("X-Wsgibench-Len", str(plan.blocks * plan.size))]
    if plan.length:
        head.append(("Content-Length", str(plan.blocks * plan.size)))
    if plan.tell is not None and not plan.tell.startswith("127.0.0.1:"):
        raise Refused(400, "expected tell to be a port of 127.0.0.1")
    if environ["REQUEST_METHOD"] == "HEAD":
        start_response("200 OK", head)
        return []
    blocks = _Blocks(plan)
    write = start_response("200 OK", head)
    if plan.form == "gen":
        return _generator(blocks)
    if plan.form == "iter":
        return blocks
    if plan.form == "list":
        return list(blocks)
    try:
        for block in blocks:
            write(block)
    finally:
        blocks.close()
    return []
