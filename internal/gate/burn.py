"""A WSGI application that burns a known share of its own CPU time: what a gate must see, and how much of it.

It counts the CPU time that this process uses for each request, server and application together, and from then on repeats
work worth SHARE of that in each request. Share 0 does all the same but the work. Both are calibrated in this process, at
the speed that the machine has then. The work costs more between other work than alone in a loop, so it is measured again in
TRIM requests, and trimmed. All that takes SKIP + COUNT + TRIM requests, and belongs into the warm-up.
"""

import threading
import time

SHARE = 0.0  # of the CPU time per request without the work; replaced where the file is written
SKIP, COUNT, TRIM = 150, 200, 100  # requests before, during and after the calibration

_lock = threading.Lock()
_served = 0
_began = 0.0
_rounds = 0
_wanted = 0.0  # seconds of work in each request
_spent = 0.0  # seconds of work while it is trimmed


def _work(rounds):
    x = 1
    for _ in range(rounds):
        x = x * 1103515245 + 12345 & 0x7FFFFFFF
    return x


def _first_guess():
    """The rounds of _work that take as long as wanted, alone in a loop."""
    rounds = 20000
    began = time.thread_time()
    _work(rounds)
    return round(_wanted / ((time.thread_time() - began) / rounds))


def _calibrate():
    global _served, _began, _rounds, _wanted, _spent
    with _lock:
        _served += 1
        if _served == SKIP:
            _began = time.process_time()
        elif _served == SKIP + COUNT:
            _wanted = SHARE * (time.process_time() - _began) / COUNT
            _rounds = _first_guess()
        elif _served > SKIP + COUNT and _rounds:
            began = time.thread_time()
            _work(_rounds)
            _spent += time.thread_time() - began
            if _served == SKIP + COUNT + TRIM:
                _rounds = round(_rounds * _wanted * TRIM / _spent)


def application(environ, start_response):
    if _served < SKIP + COUNT + TRIM:
        _calibrate()
    elif _rounds:
        _work(_rounds)
    body = b'{"message": "Hello, World!", "path": "' + environ.get("PATH_INFO", "").encode("latin-1") + b'"}'
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
