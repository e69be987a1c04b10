"""Serve a WSGI application with eventlet.wsgi, a green thread for each connection, with the standard library patched."""

# Before anything else is imported, as eventlet asks for.
import eventlet

eventlet.monkey_patch()

import eventlet.wsgi  # noqa: E402

import wsgibench_launcher as launcher  # noqa: E402


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--connections", type=int, required=True, help="green threads, so connections at once")
    parser.add_argument("--keepalive", type=int, required=True, help="seconds")
    args = parser.parse_args()
    listening = launcher.listen(args.bind, args.backlog)
    eventlet.wsgi.server(
        listening, launcher.load(args.app), log_output=False, max_size=args.connections, keepalive=args.keepalive,
    )


if __name__ == "__main__":
    main()
