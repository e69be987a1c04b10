"""Faults in what the application is told."""

import inspect
import re
from urllib.parse import unquote_to_bytes

import environ
import host
import incoming
from faults import breaks, instead


def told(change):
    """A fault that changes environ once it is complete: change(environ, head)."""

    @instead(environ, "environ_of")
    def _(right, head, server, stream):
        variables = right(head, server, stream)
        return change(variables, head) or variables


@breaks("callable-kinds")
def only_functions():
    @instead(host, "call")
    def _(right, application, variables, response):
        if not inspect.isfunction(application):
            raise TypeError("not a function")
        return right(application, variables, response)


@breaks("environ-dict", "middleware-validator")
def environ_is_like_a_dict():
    class Environ(dict):
        pass

    told(lambda variables, head: Environ(variables))


@breaks("environ-fresh")
def marks_are_kept():
    last_environ = []

    def keep(variables, head):
        if last_environ:
            variables.update((key, value) for key, value in last_environ[0].items() if key.startswith("verify."))
        last_environ[:] = [variables]

    told(keep)


@breaks("environ-required")
def no_port():
    told(lambda variables, head: variables.update(SERVER_PORT=""))


@breaks("environ-strings", "middleware-validator")
def port_is_a_number():
    told(lambda variables, head: variables.update(REMOTE_PORT=1))


@breaks("environ-version", "middleware-validator")
def version_is_a_list():
    told(lambda variables, head: variables.update({"wsgi.version": [1, 0]}))


@breaks("environ-methods")
def no_patch():
    @instead(incoming, "method_of")
    def _(right, word):
        if word == b"PATCH":
            raise incoming.Refused("501 Not Implemented")
        return right(word)


@breaks("environ-protocol")
def protocol_is_always_1_1():
    told(lambda variables, head: variables.update(SERVER_PROTOCOL="HTTP/1.1"))


@breaks("multithread-true")
def hides_threads():
    told(lambda variables, head: variables.update({"wsgi.multithread": False}))


@breaks("multiprocess-true")
def hides_processes():
    told(lambda variables, head: variables.update({"wsgi.multiprocess": False}))


@breaks("run-once-false")
def says_run_once():
    told(lambda variables, head: variables.update({"wsgi.run_once": True}))


@breaks("path-decoded")
def path_is_unicode():
    @instead(environ, "path_info")
    def _(right, path):
        return unquote_to_bytes(path).decode("utf-8", "replace").encode("utf-8").decode("latin-1")


@breaks("path-escaped-slash")
def escaped_slashes_stay():
    @instead(environ, "path_info")
    def _(right, path):
        return right(re.sub(rb"%2[Ff]", b"%252F", path))


@breaks("path-unchanged")
def slashes_are_joined():
    @instead(environ, "path_info")
    def _(right, path):
        return right(re.sub(rb"/+", b"/", path))


@breaks("path-absolute-form")
def whole_target_is_the_path():
    @instead(environ, "split_target")
    def _(right, target):
        path, _, query = target.partition(b"?")
        return path, query


@breaks("path-script-name", "middleware-validator")
def script_name_is_a_slash():
    told(lambda variables, head: variables.update(SCRIPT_NAME="/"))


@breaks("query-raw")
def query_is_decoded():
    @instead(environ, "split_target")
    def _(right, target):
        path, query = right(target)
        return path, unquote_to_bytes(query)


@breaks("query-eight-bit")
def eight_bits_are_a_crash():
    @instead(incoming, "target_of")
    def _(right, word, method):
        if max(word, default=0) > 127:
            raise OSError("not ASCII")
        return right(word, method)


@breaks("content-variables", "middleware-validator")
def content_headers_twice():
    told(lambda variables, head: variables.update(HTTP_CONTENT_TYPE="") if "CONTENT_TYPE" in variables else None)


@breaks("content-absent")
def invents_a_type():
    told(lambda variables, head: variables.setdefault("CONTENT_TYPE", "text/plain") and None)


@breaks("header-variables")
def spaces_are_joined():
    told(lambda variables, head: {key: " ".join(value.split()) if key.startswith("HTTP_") else value for key, value in variables.items()})


@breaks("header-duplicates")
def last_header_wins():
    @instead(environ, "join")
    def _(right, key, one, other):
        return other if key == "HTTP_X_DUP" else right(key, one, other)


@breaks("header-cookies")
def cookies_with_comma():
    @instead(environ, "join")
    def _(right, key, one, other):
        return right("", one, other)


@breaks("header-underscore")
def underscores_pass():
    @instead(environ, "variable")
    def _(right, name):
        return right(name.replace(b"X_", b"X-"))


@breaks("header-proxy")
def proxy_passes():
    @instead(environ, "variable")
    def _(right, name):
        return "HTTP_PROXY" if name.lower() == b"proxy" else right(name)


@breaks("header-latin1")
def headers_are_unicode():
    def change(variables, head):
        for key, value in variables.items():
            if key.startswith("HTTP_"):
                variables[key] = value.encode("latin-1").decode("utf-8", "replace").encode("utf-8").decode("latin-1")

    told(change)


@breaks("input-terminated")
def says_nothing_about_the_end():
    told(lambda variables, head: variables.pop("wsgi.input_terminated") and None)
