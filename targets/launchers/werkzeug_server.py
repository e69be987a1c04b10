"""Serve a WSGI application with Werkzeug's development server, a thread for each connection.

Werkzeug has no command line. Its listen queue of 128 is a constant, which is made as long as asked for here.
"""

import logging

from werkzeug import serving

import wsgibench_launcher as launcher


def prepare(args):
    """Make the listen queue as long as asked for and the log silent; return run_simple's host and port."""
    serving.BaseWSGIServer.request_queue_size = args.backlog
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request at INFO
    _, address = launcher.parse_bind(args.bind)
    return ("unix://" + address, 0) if isinstance(address, str) else address


def main():
    args = launcher.parser(__doc__).parse_args()
    host, port = prepare(args)
    serving.run_simple(host, port, launcher.load(args.app), threaded=True)


if __name__ == "__main__":
    main()
