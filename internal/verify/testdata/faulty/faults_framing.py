"""Faults in how the end of a request is found."""

import re

import body
import incoming
from faults import breaks, instead


@breaks("framing-length-and-chunks")
def length_beside_chunks():
    @instead(incoming, "check_codings")
    def _(strict, codings, lengths, version):
        strict(codings, [], version)


@breaks("framing-two-lengths")
def last_of_two_lengths():
    @instead(incoming, "framing_of")
    def _(strict, head):
        lengths = [f for f in head.fields if f[0].lower() == b"content-length"]
        if len(lengths) == 2:
            head.fields.remove(lengths[0])
        return strict(head)


@breaks("framing-coding-unknown")
def unknown_coding_is_none():
    @instead(incoming, "framing_of")
    def _(strict, head):
        return ("length", 0) if head.values(b"transfer-encoding") == [b"xchunked"] else strict(head)


@breaks("framing-coding-spelling")
def vertical_tab_before_coding():
    @instead(incoming, "field_of")
    def _(strict, line):
        return strict(line.replace(b": \x0bchunked", b": chunked"))


@breaks("framing-underscore-names")
def underscores_frame():
    @instead(incoming, "framing_of")
    def _(strict, head):
        underscored = head.values(b"content_length")
        return ("length", int(underscored[0])) if underscored else strict(head)


@breaks("framing-chunked-1.0")
def chunks_in_old_version():
    @instead(incoming, "check_codings")
    def _(strict, codings, lengths, version):
        strict(codings, lengths, (1, 1))


@breaks("framing-length-syntax")
def length_with_sign():
    @instead(incoming, "length_of")
    def _(strict, value):
        return strict(value.lstrip(b"+"))


@breaks("framing-body-of-get")
def get_has_no_body():
    @instead(incoming, "framing_of")
    def _(strict, head):
        return ("length", 0) if head.method == b"GET" else strict(head)


@breaks("framing-error-is-last")
def goes_on_after_error():
    @instead(incoming.Incoming, "line")
    def _(strict, source, most, status):
        line = strict(source, most, status)
        return line if b" " in line or not status.startswith("414") else b""
