"""The 1 MiB table that large answers are slices of."""

SIZE = 1 << 20


def _make():
    """1 MiB of xorshift64: 1024 lanes side by side in one big integer, which costs 2 ms instead of 60 for a loop.

    Lane seeds are the first 1024 states of the generator (13, 7, 17) from 0x9E3779B97F4A7C15; the table is the
    concatenation of 128 steps of all lanes, little-endian.
    """
    ones, x, seeds = (1 << 64) - 1, 0x9E3779B97F4A7C15, bytearray()
    for _ in range(1024):
        x ^= x << 13 & ones
        x ^= x >> 7
        x ^= x << 17 & ones
        seeds += x.to_bytes(8, "little")
    lanes = int.from_bytes(seeds, "little")
    # A shift of the whole integer moves bits across lanes; the masks take them away again.
    masks = (ones << 13 & ones, ones >> 7, ones << 17 & ones)
    up13, down7, up17 = (int.from_bytes(mask.to_bytes(8, "little") * 1024, "little") for mask in masks)
    steps = []
    for _ in range(SIZE // 8192):
        lanes ^= lanes << 13 & up13
        lanes ^= lanes >> 7 & down7
        lanes ^= lanes << 17 & up17
        steps.append(lanes.to_bytes(8192, "little"))
    return b"".join(steps)


_made = []  # two threads may both make it, with the same result


def table():
    if not _made:
        _made.append(_make())
    return _made[0]


_longer = [b""]  # the table and its beginning behind it, as long as it was ever asked for; shared by all threads


def longer(size):
    """The table with its first size bytes behind it, so that every slice of the endless repetition is one slice of it."""
    whole = _longer[0]
    if len(whole) < SIZE + size:
        whole = _longer[0] = table() + table()[: max(size, 4096)]
    return whole


def slices(size):
    """Size bytes of the endless repetition of the table, as a list."""
    whole = table()
    if size <= SIZE:
        return [whole[:size]]
    return [whole] * (size // SIZE) + [whole[: size % SIZE]]
