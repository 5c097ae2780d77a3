"""PNG pictures, made without a library."""

from __future__ import annotations

import struct
import zlib


def encode(rows: list[bytes], *, width: int, is_colour: bool) -> bytes:
    """A picture of rows of pixels, each one byte of grey or three of colour."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2 if is_colour else 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def code(seed: str, *, side: int = 29, scale: int = 8) -> bytes:
    """What looks like a QR code and is none: there is nothing to scan it with."""
    dots = zlib.crc32(seed.encode())
    rows: list[bytes] = []
    for y in range(side):
        row = b"".join((b"\x00" if _is_dark(x, y, side, dots) else b"\xff") * scale for x in range(side))
        rows += [row] * scale
    return encode(rows, width=side * scale, is_colour=False)


def _is_dark(x: int, y: int, side: int, dots: int) -> bool:
    for left, top in ((0, 0), (side - 7, 0), (0, side - 7)):
        if left <= x < left + 7 and top <= y < top + 7:
            return max(abs(x - left - 3), abs(y - top - 3)) != 2
    return bool(zlib.crc32(bytes((x, y)), dots) & 1)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
