"""Serve a WSGI application with uvicorn through a2wsgi, in a pool of threads.

`uvicorn --interface wsgi` does the same with ten threads, whatever is asked for.
"""

import os
import sys

import uvicorn
from a2wsgi import WSGIMiddleware

import wsgibench_launcher as launcher

APP, THREADS = "WSGIBENCH_APP", "WSGIBENCH_THREADS"


def create():
    """Return the application as an ASGI one; called in each worker, which may be a process of its own."""
    return WSGIMiddleware(launcher.load(os.environ[APP]), workers=int(os.environ[THREADS]))


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True, help="of each worker")
    parser.add_argument("--keepalive", type=int, required=True, help="seconds")
    args = parser.parse_args()

    os.environ[APP], os.environ[THREADS] = args.app, str(args.threads)
    _, address = launcher.parse_bind(args.bind)
    where = {"uds": address} if isinstance(address, str) else {"host": address[0], "port": address[1]}
    sys.path.append(sys.path[0])  # workers import this file by name, after load has taken its directory away
    uvicorn.run(
        "uvicorn_a2wsgi:create", factory=True, interface="asgi3", lifespan="off", ws="none", workers=args.workers,
        backlog=args.backlog, timeout_keep_alive=args.keepalive, access_log=False, log_level="warning", **where,
    )


if __name__ == "__main__":
    main()
