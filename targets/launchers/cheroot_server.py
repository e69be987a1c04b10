"""Serve a WSGI application with cheroot, the server of CherryPy.

Cheroot's own command line cannot lift the limit on idle keep-alive connections: it keeps ten and closes the others
under the client. Everything else could be given there.
"""

from cheroot.wsgi import Server

import wsgibench_launcher as launcher


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--keepalive", type=int, required=True, help="seconds; also how long a client may take")
    args = parser.parse_args()

    _, address = launcher.parse_bind(args.bind)
    server = Server(
        address, launcher.load(args.app), numthreads=args.threads, max=args.threads, request_queue_size=args.backlog,
        timeout=args.keepalive,
    )
    server.keep_alive_conn_limit = None
    server.safe_start()


if __name__ == "__main__":
    main()
