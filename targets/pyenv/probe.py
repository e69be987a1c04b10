"""Tell what this interpreter is, and which of the distributions named as arguments it has. One line of JSON."""
import sys

sys.path[:] = [entry for entry in sys.path if entry]  # not the working directory

import json
import platform
import site
import sysconfig


def distributions(names):
    if not names:  # an interpreter too old for importlib.metadata must still say how old it is
        return {}
    import re
    from importlib import metadata

    found = {}
    for spec in names:
        name, extras, pin = re.match(r"([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?\s*(?:==\s*(\S+))?", spec).groups()
        try:
            version = metadata.version(name)
            if pin and pin != version:
                continue
            for extra in filter(None, (extras or "").replace(" ", "").split(",")):
                for need in metadata.requires(name) or []:
                    if re.search(r"extra\s*==\s*['\"]%s['\"]" % re.escape(extra), need):
                        metadata.version(re.match(r"[A-Za-z0-9._-]+", need).group())
        except metadata.PackageNotFoundError:
            continue
        found[name] = version
    return found


def gil():
    if hasattr(sys, "_is_gil_enabled"):
        return sys._is_gil_enabled()
    return True if platform.python_implementation() == "CPython" else None


print(json.dumps({
    "executable": sys.executable,
    "base_executable": getattr(sys, "_base_executable", sys.executable),
    "version": platform.python_version(),
    "number": sys.version_info[0] * 1000 + sys.version_info[1],
    "implementation": platform.python_implementation().lower(),
    "cache_tag": getattr(getattr(sys, "implementation", None), "cache_tag", None) or "",
    "prefix": sys.prefix,
    "base_prefix": getattr(sys, "base_prefix", sys.prefix),
    "platform": sysconfig.get_platform(),
    "gil": gil(),
    "sites": site.getsitepackages() + ([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])
    if hasattr(site, "getsitepackages") else [],
    "distributions": distributions(sys.argv[1:]),
}))
