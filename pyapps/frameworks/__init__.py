"""A part of the reference app in frameworks, with the same bytes, so that what differs is the framework.

What is no part of a framework (rows, database, checksums) is the reference's own code. Where a framework brings JSON,
routing, forms or templates, these are used. The page escapes as html.escape does; engines that do otherwise are given it.

    /hello                 "Hello, World!\\n"
    /hello-cl              the same
    /json                  {"message":"Hello, World!"}
    /route/<a>/<b>?q=Q     {"a":a,"b":b,"q":q}
    /upload                POST: bytes and CRC-32 of the body
    /form                  POST multipart/form-data: name, file name, bytes and CRC-32 of each file, through a temporary file
    /template              the fortunes from memory, through the framework's templates where it has any
    /db                    a random row of the database *
    /queries?queries=N     N random rows, one query each *
    /updates?queries=N     N random rows, changed in the database *
    /fortunes              the fortunes from the database, as HTML
    /pid                   decimal process id *
"""

HELLO = b"Hello, World!\n"
MESSAGE = {"message": "Hello, World!"}
HTML = "text/html; charset=utf-8"
COMPACT = (",", ":")  # of JSON
BLOCK = 64 << 10


def blocks(stream):
    """What is left of a stream."""
    return iter(lambda: stream.read(BLOCK), b"")
