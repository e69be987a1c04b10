"""Tell how this interpreter is embedded in another program. One line of JSON."""
import json
import os
import sys
import sysconfig


def first(paths):
    return next((path for path in paths if path and os.path.exists(path)), "")


var = sysconfig.get_config_var
libdir, version = var("LIBDIR") or "", var("LDVERSION") or var("VERSION") or ""
dirs = [libdir, os.path.join(libdir, var("MULTIARCH") or ""), var("LIBPL") or ""]
print(json.dumps({
    "include": sysconfig.get_paths()["include"],
    "header": first([os.path.join(sysconfig.get_paths()["include"], "Python.h")]),
    "version": version,
    "shared": first(os.path.join(d, "libpython%s.%s" % (version, end)) for d in dirs for end in ("so", "dylib")),
    "static": first(os.path.join(d, "libpython%s.a" % version) for d in dirs),
    "libs": " ".join(filter(None, [var("LIBS"), var("SYSLIBS")])),
    "export": var("LINKFORSHARED") or "",
}))
