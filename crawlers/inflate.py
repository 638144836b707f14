"""Unpack gzip piece by piece, so that whoever reads can stop at a limit."""

import zlib
from collections.abc import Iterable, Iterator

PIECE_BYTES = 64 * 1024
_GZIP = 31  # window bits that mean "gzip header and trailer". Source: zlib manual, inflateInit2


def iter_gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the unpacked content of *chunks* in pieces of at most 64 KiB; several members may follow each other.

    Of nothing comes nothing.

    Raises:
        ValueError: It is no gzip, is damaged, or ends in the middle.
    """
    engine = zlib.decompressobj(wbits=_GZIP)
    is_empty = True
    for chunk in chunks:
        data = chunk
        is_empty = is_empty and not data
        while data:
            if engine.eof:
                if not data.strip(b"\0"):
                    break  # padding behind the last member
                engine = zlib.decompressobj(wbits=_GZIP)
            piece = _unpack(engine, data)
            if piece:
                yield piece
            data = engine.unused_data if engine.eof else engine.unconsumed_tail
    if rest := engine.flush():
        yield rest
    if not engine.eof and not is_empty:
        raise ValueError("the packed content ends in the middle")


def _unpack(engine: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return engine.decompress(data, PIECE_BYTES)
    except zlib.error as error:
        raise ValueError(f"the packed content is damaged: {error}") from error
