"""Content codings of HTTP bodies, bounded: gzip (RFC 9110, 8.4.1.3) and zstd (RFC 8878, RFC 9659).

A decoder never holds more than `STEP_BYTES` of output, however small its input was, and knows
whether the stream was finished: aiohttp's own decompression accepts a body that was cut.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol, cast

from backports import zstd

ACCEPTED = ("gzip", "zstd")
"""What is understood, and what the header `Accept-Encoding` names."""

STEP_BYTES = 64 * 1024
WINDOW_LOG_MAX = 23
"""A zstd window of 8 MiB at most, as RFC 9659 demands of HTTP."""

ZSTD_LEVEL = 3
GZIP_LEVEL = 6
GZIP_WBITS = 31
"""zlib's name for a gzip wrapper with the largest window."""


class CodingRefused(Exception):
    """Bytes that are not what their Content-Encoding says.

    Attributes:
        code: `body_corrupt`, or `body_truncated` when the stream ended early.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Decoder(Protocol):
    """One body's decoding. Not for two bodies, not for two threads."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes of `data`, in pieces of at most `STEP_BYTES`; raises CodingRefused."""

    def finish(self) -> None:
        """Called at the end of the body; raises CodingRefused when the stream is not complete."""


def decoder_of(coding: str) -> Decoder | None:
    """A fresh decoder for one Content-Encoding value, or None when it is not understood."""
    match coding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case "zstd":
            return _Zstd()
        case _:
            return None


def encode(data: bytes, coding: str) -> bytes:
    """A whole body in one of the `ACCEPTED` codings."""
    if coding == "zstd":
        return zstd.compress(data, ZSTD_LEVEL)
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WBITS)
    return packer.compress(data) + packer.flush()


@contextmanager
def packing(file: BinaryIO, coding: str) -> Iterator[BinaryIO]:
    """What is written meanwhile goes into `file` in one of the `ACCEPTED` codings, or as it is.

    `file` stays open, and what was written says nothing of when.
    """
    if not coding:
        yield file
        return
    packer = _packer(file, coding)
    try:
        yield packer
    finally:
        packer.close()


def _packer(file: BinaryIO, coding: str) -> BinaryIO:
    if coding == "zstd":
        return cast("BinaryIO", zstd.ZstdFile(file, "wb", level=ZSTD_LEVEL))
    packer = gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0)
    return cast("BinaryIO", packer)


def encode_pieces(pieces: Iterable[bytes], coding: str) -> bytes:
    """A body in one of the `ACCEPTED` codings, flushed after every piece.

    Flushing lets the receiver use, and keep, every piece that arrived before the link was cut.
    """
    body = bytearray()
    if coding == "zstd":
        packer = zstd.ZstdCompressor(ZSTD_LEVEL)
        for piece in pieces:
            body += packer.compress(piece, packer.FLUSH_BLOCK)
        return bytes(body + packer.flush())
    zipper = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WBITS)
    for piece in pieces:
        body += zipper.compress(piece) + zipper.flush(zlib.Z_SYNC_FLUSH)
    return bytes(body + zipper.flush())


class _Plain(Decoder):
    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes themselves."""
        if data:
            yield data

    def finish(self) -> None:
        """A plain body is complete when HTTP says so."""


class _Gzip(Decoder):
    """One gzip member; bytes behind it are refused, as nobody's body needs them."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(GZIP_WBITS)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Inflates `data`; zlib may hold output back although it took all input, so ask again."""
        held_back = bool(data)
        while data or held_back:
            try:
                piece = self._stream.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise CodingRefused("body_corrupt") from error
            if self._stream.unused_data:
                raise CodingRefused("body_corrupt")
            data = self._stream.unconsumed_tail
            held_back = len(piece) == STEP_BYTES
            if piece:
                yield piece

    def finish(self) -> None:
        """Refuses a stream without its trailer."""
        if not self._stream.eof:
            raise CodingRefused("body_truncated")


class _Zstd(Decoder):
    """One zstd frame."""

    def __init__(self) -> None:
        limit = {int(zstd.DecompressionParameter.window_log_max): WINDOW_LOG_MAX}
        self._stream = zstd.ZstdDecompressor(options=limit)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decodes `data`; the decoder keeps input that did not fit into one step of output."""
        more = bool(data)
        while more:
            try:
                piece = self._stream.decompress(data, STEP_BYTES)
            except (zstd.ZstdError, EOFError) as error:
                raise CodingRefused("body_corrupt") from error
            if self._stream.unused_data:
                raise CodingRefused("body_corrupt")
            data = b""
            more = not (self._stream.eof or self._stream.needs_input)
            if piece:
                yield piece

    def finish(self) -> None:
        """Refuses a frame without its end."""
        if not self._stream.eof:
            raise CodingRefused("body_truncated")
