"""Serve a WSGI application with the command `flask run`.

That command takes Flask applications only. Another callable is put in place of wsgi_app in an empty one, which is what
Flask's own middleware does: one more call in Python for each request, and nothing else.
"""

from flask import Flask
from flask.cli import FlaskGroup

import werkzeug_server
import wsgibench_launcher as launcher


def application(spec):
    """Return the application as a Flask one."""
    found = launcher.load(spec)
    if isinstance(found, Flask):
        return found
    made = Flask("wsgibench")
    made.wsgi_app = found
    return made


def main():
    args = launcher.parser(__doc__).parse_args()
    host, port = werkzeug_server.prepare(args)
    made = application(args.app)
    words = ["run", "--host", host, "--port", str(port), "--with-threads", "--no-debugger", "--no-reload"]
    FlaskGroup(create_app=lambda: made).main(words)


if __name__ == "__main__":
    main()
