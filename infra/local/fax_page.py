"""Makes the page of a fax: what was typed on a sheet of paper, in black and white, as a TIFF in CCITT Group 4."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

DPI = (204, 196)  # the fine page of a fax machine (ITU-T T.4)
WIDTH, HEIGHT = 1728, 2292
ORDER = """ZAMOWIENIE

Prosze o dwa egzemplarze ksiazki
"Podroz do Lodzi".
Potwierdzenie na ten sam numer.

Anna Zolkiewska"""
_MARGIN, _LETTERS, _LINE = 150, 48, 80


def render_fax_page(text: str = ORDER) -> bytes:
    """`text`: lines of ASCII; the font that Pillow brings along has no other letters."""
    page = Image.new("1", (WIDTH, HEIGHT), 1)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(_LETTERS)
    for number, line in enumerate(text.splitlines()):
        pen.text((_MARGIN, _MARGIN + number * _LINE), line, fill=0, font=font)
    file = BytesIO()
    page.save(file, "TIFF", compression="group4", dpi=DPI)
    return file.getvalue()
