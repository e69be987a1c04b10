"""The list of faults. Each is a function that replaces a piece of the host; breaks() names the checks that must find it."""

FAULTS = {}


def breaks(*checks):
    """The decorator of a fault: with it, these checks fail and no others."""

    def register(fault):
        FAULTS[fault.__name__] = fault
        return fault

    return register


def instead(module, name):
    """The decorator of what replaces a function; the one replaced is its first argument."""

    def replace(replacement):
        replaced = getattr(module, name)
        setattr(module, name, lambda *arguments, **more: replacement(replaced, *arguments, **more))
        return replacement

    return replace
