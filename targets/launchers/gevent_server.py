"""Serve a WSGI application with gevent.pywsgi, a greenlet for each connection, with the standard library patched."""

# Before anything else is imported, as gevent asks for.
from gevent import monkey

monkey.patch_all()

from gevent.pywsgi import WSGIServer  # noqa: E402

import wsgibench_launcher as launcher  # noqa: E402


def main():
    args = launcher.parser(__doc__).parse_args()
    listening = launcher.listen(args.bind, args.backlog)
    WSGIServer(listening, launcher.load(args.app), log=None).serve_forever()


if __name__ == "__main__":
    main()
