"""Makes the page of a fax without any library: a ruled sheet as a TIFF, one bit per pixel, uncompressed.

The fields are those of a bilevel image in section 3 of TIFF 6.0.
"""

from __future__ import annotations

import struct

# The standard page of a fax machine: 204 by 98 dots per inch.
WIDTH, HEIGHT = 1728, 1143
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_HEADER = struct.Struct("<2sHI")
_FIELD = struct.Struct("<HHII")


def render_fax_page(rule_every: int = 60) -> bytes:
    """Black lines across a white page, one every so many rows."""
    black, white = b"\x00" * (WIDTH // 8), b"\xff" * (WIDTH // 8)
    pixels = b"".join(black if row % rule_every < 2 else white for row in range(HEIGHT))
    pixels_at = _HEADER.size
    x_resolution_at = pixels_at + len(pixels)
    directory_at = x_resolution_at + 16
    fields = (
        (256, _LONG, WIDTH),
        (257, _LONG, HEIGHT),
        (258, _SHORT, 1),  # bits per sample
        (259, _SHORT, 1),  # no compression
        (262, _SHORT, 1),  # 0 is black
        (273, _LONG, pixels_at),
        (277, _SHORT, 1),  # samples per pixel
        (278, _LONG, HEIGHT),  # rows in the one strip
        (279, _LONG, len(pixels)),
        (282, _RATIONAL, x_resolution_at),
        (283, _RATIONAL, x_resolution_at + 8),
        (296, _SHORT, 2),  # resolutions are per inch
    )
    directory = b"".join(_FIELD.pack(tag, kind, 1, value) for tag, kind, value in fields)
    return b"".join(
        (
            _HEADER.pack(b"II", 42, directory_at),
            pixels,
            struct.pack("<IIII", 204, 1, 98, 1),
            struct.pack("<H", len(fields)),
            directory,
            struct.pack("<I", 0),  # no further page
        )
    )
