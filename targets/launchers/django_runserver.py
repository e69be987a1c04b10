"""Serve a WSGI application with Django's command `runserver`.

The command serves what the setting WSGI_APPLICATION names, which need not be Django's. An application of Django's
brings its settings, of which that one is replaced; for any other there are settings with nothing in them.
"""

import logging
import os

import django
from django.conf import settings
from django.core.management import call_command
from django.core.servers import basehttp

import wsgibench_launcher as launcher


def main():
    args = launcher.parser(__doc__).parse_args()
    launcher.load(args.app)  # first: it may configure Django itself, and it puts the working directory on the path
    named = args.app.replace(":", ".")
    if settings.configured or "DJANGO_SETTINGS_MODULE" in os.environ:
        settings.WSGI_APPLICATION = named
    else:
        settings.configure(WSGI_APPLICATION=named, ALLOWED_HOSTS=["*"], DATABASES={})
    django.setup()
    logging.getLogger("django.server").setLevel(logging.ERROR)  # a line for each request at INFO
    basehttp.WSGIServer.request_queue_size = args.backlog  # a constant, 10
    call_command("runserver", args.bind, use_reloader=False, skip_checks=True)


if __name__ == "__main__":
    main()
