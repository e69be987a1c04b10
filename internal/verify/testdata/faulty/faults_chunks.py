"""Faults in how chunked bodies are read."""

import body
import incoming
from faults import breaks, instead


@breaks("chunk-valid")
def sizes_in_small_letters():
    @instead(body, "size_of")
    def _(strict, digits):
        return strict(digits if digits == digits.lower() else b"")


@breaks("chunk-extension")
def extensions_are_refused():
    @instead(body, "check_extension")
    def _(strict, extension):
        if extension:
            raise incoming.Refused("400 Bad Request")


@breaks("chunk-extension-bytes")
def nul_in_extension():
    @instead(body, "check_extension")
    def _(strict, extension):
        strict(extension.replace(b"\0", b""))


@breaks("chunk-size-syntax")
def size_with_0x():
    @instead(body, "size_of")
    def _(strict, digits):
        return strict(digits[2:] if digits.startswith(b"0x") else digits)


@breaks("chunk-size-overflow")
def size_of_32_bits():
    @instead(body, "size_of")
    def _(strict, digits):
        return strict(digits[-8:])


@breaks("chunk-data-end")
def what_follows_data_is_skipped():
    @instead(body.Chunked, "end_of_data")
    def _(strict, chunked):
        chunked.source.line(1024, "400 Bad Request")


@breaks("chunk-line-end")
def bare_lf_after_size():
    @instead(body, "chunk_line")
    def _(strict, source):
        while b"\n" not in source.buffer and source.fill():
            pass
        line, lf, rest = source.buffer.partition(b"\n")
        if line.isdigit():
            source.buffer = line + b"\r" + lf + rest
        return strict(source)


@breaks("chunk-trailers")
def trailers_are_left():
    @instead(body, "read_trailers")
    def _(strict, source):
        pass


@breaks("input-truncated-chunked")
def end_of_chunks_by_close():
    @instead(body.Chunked, "broken")
    def _(strict, chunked):
        return b""


@breaks("input-chunked-methods")
def no_lines_in_chunks():
    @instead(body.Input, "readline")
    def _(strict, stream, size=-1):
        return b"" if isinstance(stream.body, body.Chunked) else strict(stream, size)


@breaks("input-chunked")
def second_read_of_chunks_is_short():
    @instead(body.Input, "read")
    def _(strict, stream, size=-1):
        data = strict(stream, size)
        return data[:7] if isinstance(stream.body, body.Chunked) and size == 100 else data


@breaks("fragment-chunks")
def chunks_in_crumbs():
    count_reads()

    @instead(body, "chunk_line")
    def _(strict, source):
        if source.crumbs > 4:
            raise incoming.Refused("400 Bad Request")
        return strict(source)


@breaks("fragment-every-byte")
def heads_in_crumbs():
    count_reads()

    @instead(incoming, "read_head")
    def _(strict, source):
        before = source.reads
        head = strict(source)
        if source.reads - before > 6:
            raise incoming.Refused("400 Bad Request")
        return head


def count_reads():
    """How many reads there were, and how many in a row gave little."""
    incoming.Incoming.reads = incoming.Incoming.crumbs = 0

    @instead(incoming.Incoming, "fill")
    def _(strict, source):
        before = len(source.buffer)
        more = strict(source)
        source.reads += 1
        source.crumbs = source.crumbs + 1 if len(source.buffer) - before < 30 else 0
        return more
