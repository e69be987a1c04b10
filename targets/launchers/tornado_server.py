"""Serve a WSGI application with Tornado's WSGIContainer, which runs it in a pool of threads."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from tornado.httpserver import HTTPServer
from tornado.wsgi import WSGIContainer

import wsgibench_launcher as launcher


async def serve(args):
    """Serve until the process ends."""
    executor = ThreadPoolExecutor(args.threads)
    container = WSGIContainer(launcher.load(args.app), executor=executor)
    server = HTTPServer(container, idle_connection_timeout=args.keepalive)
    listening = launcher.listen(args.bind, args.backlog)
    listening.setblocking(False)
    server.add_socket(listening)
    await asyncio.Event().wait()


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--keepalive", type=int, required=True, help="seconds")
    args = parser.parse_args()
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)  # WSGIContainer logs each request, also at WARNING
    asyncio.run(serve(args))


if __name__ == "__main__":
    main()
