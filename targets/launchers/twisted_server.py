"""Serve a WSGI application with Twisted's web server, in a pool of threads.

`twistd web --wsgi` does the same with a pool that cannot be set, and writes a line for each request.
"""

import sys

from twisted.internet import reactor
from twisted.python import log
from twisted.python.threadpool import ThreadPool
from twisted.web.server import Site
from twisted.web.wsgi import WSGIResource

import wsgibench_launcher as launcher


class QuietSite(Site):
    """Writes no line per request."""

    noisy = False

    def log(self, request):
        pass


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--keepalive", type=int, required=True, help="seconds")
    args = parser.parse_args()

    log.startLogging(sys.stderr, setStdout=False)  # errors of the application would go unseen
    pool = ThreadPool(args.threads, args.threads)
    site = QuietSite(WSGIResource(reactor, pool, launcher.load(args.app)), timeout=args.keepalive)
    _, (host, port) = launcher.parse_bind(args.bind)
    reactor.listenTCP(port, site, backlog=args.backlog, interface=host)
    reactor.callWhenRunning(pool.start)
    reactor.addSystemEventTrigger("after", "shutdown", pool.stop)
    reactor.run()


if __name__ == "__main__":
    main()
