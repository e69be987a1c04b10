"""Run wsgo, a Go program that pip installs, with an application of any name.

wsgo serves the callable named application of a module, and is linked with a libpython that lies where the loader does
not look unless the interpreter is the system's own. It also prints a line for each request, which is thrown away.
"""

import argparse
import os
import sys
import sysconfig

SHIM = """import functools, importlib
application = functools.reduce(getattr, %r.split("."), importlib.import_module(%r))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bind", required=True, help="host:port")
    parser.add_argument("--workers", required=True, help="processes")
    parser.add_argument("--threads", required=True, help="threads of each process")
    parser.add_argument("--scratch", required=True, help="a directory for the module that names the application")
    parser.add_argument("app", help="module:callable")
    args = parser.parse_args()
    module, _, names = args.app.partition(":")
    with open(os.path.join(args.scratch, "wsgibench_wsgo_app.py"), "w") as file:
        file.write(SHIM % (names, module))
    # wsgo's Python knows nothing of the virtual environment that this one is.
    env = dict(os.environ, PYTHONPATH=os.pathsep.join([args.scratch, os.getcwd()] + sys.path[1:]))
    env["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [sysconfig.get_config_var("LIBDIR"), env.get("LD_LIBRARY_PATH")]))
    program = os.path.join(sys.prefix, "bin", "wsgo")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execve(program, [program, "--module", "wsgibench_wsgo_app", "--http-socket", args.bind, "--workers", args.threads,
                        "--processes", args.workers], env)


if __name__ == "__main__":
    main()
