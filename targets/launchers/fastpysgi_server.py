"""Serve a WSGI application with FastPySGI, whose own command line takes neither workers nor a listen queue."""

import fastpysgi

import wsgibench_launcher as launcher


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--keepalive", type=int, required=True, help="seconds")
    args = parser.parse_args()
    _, (host, port) = launcher.parse_bind(args.bind)
    server = fastpysgi.server
    server.backlog = args.backlog
    server.next_req_timeout = args.keepalive * 1000
    server.init(launcher.load(args.app), host, port, workers=args.workers)
    server.run()


if __name__ == "__main__":
    main()
