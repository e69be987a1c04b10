"""Runs one CGI request: argv has the application as module:callable and the seconds it may take, 0 for no limit."""

import os
import signal
import sys
import threading
import time
from importlib import import_module
from wsgiref.handlers import CGIHandler


def watch(parent):
    """Nobody waits for the answer of a request whose host was killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the whole group; the host decides
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))  # its default action ends the process
threading.Thread(target=watch, args=(os.getppid(),), daemon=True).start()
module, _, names = sys.argv[1].partition(":")
application = import_module(module)
for name in names.split("."):
    application = getattr(application, name)
CGIHandler().run(application)
