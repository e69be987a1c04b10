"""Faults in how a head is parsed, and in how much of it there may be."""

import incoming
import outgoing
from faults import breaks, instead


@breaks("syntax-unusual-accepted")
def no_version_but_1_1():
    @instead(incoming, "version_of")
    def _(strict, word):
        return strict(b"HTTP/9.9" if word == b"HTTP/1.2" else word)


@breaks("syntax-version")
def any_version():
    @instead(incoming, "version_of")
    def _(strict, word):
        return strict(b"HTTP/1.1" if word == b"HTTP/9.9" else word)


@breaks("syntax-method")
def methods_in_capitals():
    @instead(incoming, "method_of")
    def _(strict, word):
        return strict(word).upper()


@breaks("syntax-target")
def fragment_in_target():
    @instead(incoming, "target_of")
    def _(strict, word, method):
        return strict(word.partition(b"#")[0], method)


@breaks("syntax-host")
def host_is_not_needed():
    @instead(incoming, "check_host")
    def _(strict, head):
        if head.values(b"host"):
            strict(head)


@breaks("syntax-field-name")
def parentheses_in_name():
    @instead(incoming, "is_name")
    def _(strict, name):
        return strict(name.replace(b"(", b"").replace(b")", b""))


@breaks("syntax-field-value")
def nul_in_value():
    @instead(incoming, "field_of")
    def _(strict, line):
        name, value = strict(line.replace(b"\0", b"?"))
        return name, value if b"\0" not in line else line.partition(b":")[2].strip()


@breaks("syntax-fold")
def fold_is_a_header():
    @instead(incoming, "field_of")
    def _(strict, line):
        return strict(line.lstrip())


@breaks("syntax-bare-lf")
def bare_lf_in_head():
    @instead(incoming.Incoming, "line")
    def _(strict, source, most, status):
        while b"\n" not in source.buffer and len(source.buffer) < most and source.fill():
            pass
        line, lf, rest = source.buffer.partition(b"\n")
        if lf and not line.endswith(b"\r") and not status.startswith("400"):
            source.buffer = line + b"\r" + lf + rest
        return strict(source, most, status)


@breaks("size-url-8000")
def short_request_lines():
    @instead(incoming, "request_line")
    def _(strict, line):
        if len(line) > 4094:
            raise incoming.Refused("414 URI Too Long")
        return strict(line)


@breaks("size-head-whole")
def values_are_cut():
    @instead(incoming, "field_of")
    def _(strict, line):
        name, value = strict(line)
        return name, value[:8190]


@breaks("size-refusal-readable")
def large_heads_are_reset():
    import host

    @instead(host.Connection, "refuse")
    def _(strict, connection, refused):
        if refused.args[0] == "431 Request Header Fields Too Large":
            outgoing.abort(connection.conn)
            connection.linger = lambda: None
        else:
            strict(connection, refused)


@breaks("size-length-overflow")
def length_of_32_bits():
    @instead(incoming, "length_of")
    def _(strict, value):
        return strict(value) & 0xFFFFFFFF


@breaks("fragment-two-pieces")
def cut_before_the_last_byte_of_a_head():
    @instead(incoming.Incoming, "fill")
    def _(strict, source):
        before = len(source.buffer)
        more = strict(source)
        if len(source.buffer) - before > 50 and source.buffer.endswith(b"\r\n\r"):
            raise incoming.Refused("400 Bad Request")
        return more


@breaks("fragment-next-request")
def what_was_read_ahead_is_dropped():
    import host

    @instead(host.Connection, "drained")
    def _(strict, connection, source):
        keeps = strict(connection, source)
        if b"\r\n\r\n" not in connection.incoming.buffer:
            connection.incoming.buffer = b""
        return keeps
