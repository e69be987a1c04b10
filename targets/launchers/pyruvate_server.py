"""Serve a WSGI application with pyruvate, which has no command line.

Pyruvate listens with a queue that cannot be set, unless it gets its socket as systemd hands one over: as file
descriptor 3, with two variables that say so. That way its queue is as long as asked for.
"""

import os

import pyruvate

import wsgibench_launcher as launcher

FIRST = 3  # the file descriptor that systemd's protocol begins with


def main():
    parser = launcher.parser(__doc__)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()

    listening = launcher.listen(args.bind, args.backlog)  # before the application opens files of its own
    if listening.fileno() != FIRST:
        os.dup2(listening.fileno(), FIRST)
        listening.close()
    os.environ["LISTEN_PID"], os.environ["LISTEN_FDS"] = str(os.getpid()), "1"
    pyruvate.serve(launcher.load(args.app), None, args.threads)


if __name__ == "__main__":
    main()
