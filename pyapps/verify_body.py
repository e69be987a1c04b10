"""Bodies that wsgibench verify asks for: every form that an iterable can take, in lock-step where it is asked for."""

import io
import tempfile


def block(index, size):
    """Block i is made of the letter i: what is lost, doubled or out of order can be seen."""
    return bytes([97 + index % 26]) * size


class Blocks:
    """An iterable with close(). With hold it asks before each block, with say it says that it gives one; it always says
    when it is closed."""

    def __init__(self, talk, sizes, hold=False, say=False):
        self.talk, self.sizes, self.hold, self.say = talk, sizes, hold, say
        self.given = 0

    def __iter__(self):
        return self

    def __next__(self):
        index = self.given
        if self.hold:
            self.talk.ask("asked", index)  # the server asks for block i: what came before has to be on its way
        if index >= len(self.sizes):
            raise StopIteration
        if self.say:
            self.talk.tell("giving", index)
        self.given += 1
        return block(index, self.sizes[index])

    def close(self):
        self.talk.tell("closed", self.given)


class Listed(list):
    """A list with close(): a server may not treat it like any other list."""

    def close(self):
        self.talk.tell("closed", len(self))


class Sequence:
    """Old-fashioned: only __getitem__, which iter() understands."""

    def __init__(self, blocks):
        self.blocks = blocks

    def __getitem__(self, index):
        return self.blocks[index]


class BadLength(Blocks):
    """len() fails, which is nobody's business but that of who asks for it."""

    def __len__(self):
        raise TypeError("this iterable does not know its length")


class OneShot(Blocks):
    """__iter__ may be called once, and hands out what cannot be asked for again."""

    def __iter__(self):
        if self.given is None:
            raise RuntimeError("__iter__ was called twice")
        taken, self.given = self, None
        return iter([block(i, size) for i, size in enumerate(taken.sizes)])

    def close(self):
        self.talk.tell("closed", len(self.sizes))


class Watched(Blocks):
    """Says which attributes are looked for beside those that every iterable has."""

    def __getattr__(self, name):  # only called for what is not there
        if name not in ("__len__", "__length_hint__"):
            self.talk.tell("touched", name)
        raise AttributeError(name)


def generate(talk, sizes):
    try:
        for index, size in enumerate(sizes):
            yield block(index, size)
    finally:
        talk.tell("closed", len(sizes))


def _listed(talk, sizes):
    blocks = Listed(block(i, size) for i, size in enumerate(sizes))
    blocks.talk = talk
    return blocks


FORMS = {
    "iter": Blocks,
    "hold": lambda talk, sizes: Blocks(talk, sizes, hold=True),
    "gen": generate,
    "list": lambda talk, sizes: [block(i, size) for i, size in enumerate(sizes)],
    "tuple": lambda talk, sizes: tuple(block(i, size) for i, size in enumerate(sizes)),
    "closing-list": _listed,
    "getitem": lambda talk, sizes: Sequence([block(i, size) for i, size in enumerate(sizes)]),
    "bad-length": BadLength,
    "one-shot": OneShot,
    "watched": Watched,
}


def break_after(talk, before, problem):
    """Yields what is there, and fails."""
    try:
        for data in before:
            yield data
        raise problem
    finally:
        talk.tell("closed", len(before))


class Breaking(Blocks):
    """Gives its blocks and then raises, until it is closed."""

    def __init__(self, talk, sizes, problem):
        super().__init__(talk, sizes)
        self.problem = problem

    def __next__(self):
        if self.given == len(self.sizes):
            raise self.problem
        return super().__next__()


class Endless(Blocks):
    """Many large blocks; says how many were taken when it is closed, or that all were."""

    def __init__(self, talk, count, size):
        super().__init__(talk, [size] * count)
        self.data = b"x" * size

    def __next__(self):
        if self.given == len(self.sizes):
            self.talk.tell("exhausted", self.given)
            raise StopIteration
        self.given += 1
        if self.given == 2:
            self.talk.ask("second")  # the client goes away while we are here
        return self.data


CONTENT = b"".join(b"%06d\n" % i for i in range(30000))


class Source:
    """A file that says when it is closed. Only what a file wrapper may use is there: read(), close(), and a file's fileno()."""

    def __init__(self, talk, inner, real):
        self.talk, self.inner = talk, inner
        self.read = inner.read
        if real:
            self.fileno, self.seek, self.tell = inner.fileno, inner.seek, inner.tell

    def close(self):
        self.inner.close()
        self.talk.tell("closed")


def source(talk, kind, offset):
    if kind == "object":
        inner = io.BytesIO(CONTENT)
    else:
        inner = tempfile.TemporaryFile()
        inner.write(CONTENT)
        inner.flush()
    inner.seek(offset)
    return Source(talk, inner, kind != "object")


def write_all(talk, write, sizes, hold):
    for index, size in enumerate(sizes):
        if hold:
            talk.ask("asked", index)
        write(block(index, size))
