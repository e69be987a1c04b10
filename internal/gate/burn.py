"""A WSGI application that burns a known share of its own CPU time: what a gate must see, and how much of it.

It counts the CPU time that this process uses for each request, server and application together, and from then on repeats
work worth SHARE of that in each request. Share 0 does all the same but the work. Both are calibrated in this process, at
the speed that the machine has then; until that is done, which takes SKIP + COUNT requests, nothing is burnt.
"""

import threading
import time

SHARE = 0.0  # of the CPU time per request without the work; replaced where the file is written
SKIP, COUNT = 50, 250  # requests before and during the calibration

_lock = threading.Lock()
_served = 0
_began = 0.0
_rounds = 0


def _work(rounds):
    x = 1
    for _ in range(rounds):
        x = x * 1103515245 + 12345 & 0x7FFFFFFF
    return x


def _calibrate(per_request):
    """The rounds of _work that take SHARE of the time per request."""
    rounds = 20000
    began = time.thread_time()
    _work(rounds)
    return round(SHARE * per_request / ((time.thread_time() - began) / rounds))


def _count():
    global _served, _began, _rounds
    with _lock:
        _served += 1
        if _served == SKIP:
            _began = time.process_time()
        elif _served == SKIP + COUNT:
            _rounds = _calibrate((time.process_time() - _began) / COUNT)


def application(environ, start_response):
    if _served < SKIP + COUNT:
        _count()
    elif _rounds:
        _work(_rounds)
    body = b'{"message": "Hello, World!", "path": "' + environ.get("PATH_INFO", "").encode("latin-1") + b'"}'
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
