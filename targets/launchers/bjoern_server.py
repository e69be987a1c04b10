"""Serve a WSGI application with bjoern, which has no command line."""

import bjoern

import wsgibench_launcher as launcher


def main():
    args = launcher.parser(__doc__).parse_args()
    _, address = launcher.parse_bind(args.bind)
    host, port = address if isinstance(address, tuple) else (args.bind, None)
    bjoern.run(launcher.load(args.app), host, port, listen_backlog=args.backlog)


if __name__ == "__main__":
    main()
