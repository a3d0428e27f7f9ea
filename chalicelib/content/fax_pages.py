"""Opens the document of a fax: how many pages it has, which text they carry, and how each one looks.

The only module that imports PDFium and Pillow. Whatever they are given was written by a stranger, so it runs in the
child process of `gateways/page_process.py` and nowhere else; the limits here are for honest documents that are too big.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.content.plain_text import clean_text
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

MOST_PAGES = 2_000
# A page of A4 at 204 x 391 dots per inch, the finest a fax has, is 8 million dots; scans at 400 dpi have 15.
MOST_SOURCE_PIXELS = 60_000_000
MOST_PICTURE_PIXELS = 10_000_000
MOST_TEXT = 100_000  # characters of one page

_TIFF = (b"II*\x00", b"MM\x00*")
_DOTS_PER_INCH = 204  # of a fax across the page; what a PDF is drawn with
_POINTS_PER_INCH = 72
_PREVIEW_SIZE = (1_000, 1_414)
# A gateway prints a line with sender and time over a page that is otherwise a picture: that is not the page's text.
_FEWEST_LETTERS_OVER_PICTURE = 200
_FAX_WIDTHS = {1728, 2048, 2432}  # dots of a line: A4, B4, A3 (ITU-T T.4)
_RESOLUTION_X, _RESOLUTION_Y = 282, 283  # TIFF tags


@dataclass(frozen=True, slots=True)
class Page:
    """`text`: of the text layer. `picture`: a PNG in grey with square dots, b"" where the text is enough."""

    text: str
    picture: bytes


def count_pages(data: bytes) -> int:
    """Raises Unparsable for what is neither PDF nor TIFF, or broken."""
    if data.startswith(_TIFF):
        return min(int(getattr(_open_tiff(data), "n_frames", 1)), MOST_PAGES)
    pdf = _open_pdf(data)
    try:
        return min(len(pdf), MOST_PAGES)
    finally:
        pdf.close()


def read_page(data: bytes, number: int) -> Page:
    """`number` counts from 0. Raises Unparsable."""
    if data.startswith(_TIFF):
        return Page("", _png(_tiff_page(data, number)))
    pdf = _open_pdf(data)
    try:
        page = pdf[number]
        text = _text_layer(page)
        return Page(text, b"") if text else Page("", _png(_drawn(page)))
    finally:
        pdf.close()


def render_preview(data: bytes) -> bytes:
    """A small PNG of the first page. Raises Unparsable."""
    if data.startswith(_TIFF):
        picture = _tiff_page(data, 0)
    else:
        pdf = _open_pdf(data)
        try:
            picture = _drawn(pdf[0])
        finally:
            pdf.close()
    picture.thumbnail(_PREVIEW_SIZE)
    return _png(picture)


def _open_pdf(data: bytes) -> PdfDocument:
    import pypdfium2

    if not data.startswith(b"%PDF-"):
        raise Unparsable(remark("neither_pdf_nor_tiff"))
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unparsable(remark("pdf_broken")) from error
    if not len(pdf):
        raise Unparsable(remark("pdf_without_pages"))
    return pdf


def _text_layer(page: PdfPage) -> str:
    """The text that a page carries, or "" where it is only a line printed over a picture."""
    layer = page.get_textpage()
    text = clean_text(layer.get_text_range(0, min(layer.count_chars(), MOST_TEXT))).strip()
    letters = sum(letter.isalnum() for letter in text)
    enough = letters >= _FEWEST_LETTERS_OVER_PICTURE or (letters and not _is_mostly_picture(page))
    return text if enough else ""


def _is_mostly_picture(page: PdfPage) -> bool:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    width, height = page.get_size()
    for found in page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = found.get_bounds()
        if (right - left) * (top - bottom) > width * height / 2:
            return True
    return False


def _drawn(page: PdfPage) -> Image:
    width, height = page.get_size()
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    too_many = width * height * scale**2 / MOST_PICTURE_PIXELS
    picture: Image = page.render(scale=scale / max(1, too_many) ** 0.5, grayscale=True).to_pil()
    return picture


def _open_tiff(data: bytes) -> Image:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # it only warns and guesses; the sizes are checked below, before anything is unpacked
    try:
        return Image.open(io.BytesIO(data), formats=("TIFF",))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, TypeError) as error:
        raise Unparsable(remark("tiff_broken")) from error


def _tiff_page(data: bytes, number: int) -> Image:
    picture = _open_tiff(data)
    try:
        picture.seek(number)
        if picture.width * picture.height > MOST_SOURCE_PIXELS:
            raise Unparsable(remark("page_too_large", page=number + 1, width=picture.width, height=picture.height))
        return _with_square_dots(picture)
    except (OSError, ValueError, EOFError, SyntaxError, KeyError, TypeError, MemoryError) as error:
        raise Unparsable(remark("tiff_page_broken", page=number + 1)) from error


def _with_square_dots(picture: Image) -> Image:
    """Grey, as high as it is on paper: a standard fax has 204 dots an inch across and 98 down (ITU-T T.4)."""
    stretch = _stretch(picture)
    grey = picture.convert("L")
    width, height = grey.width, round(grey.height * stretch)
    shrink = max(1, width * height / MOST_PICTURE_PIXELS) ** 0.5
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    return grey if size == grey.size else grey.resize(size)


def _stretch(picture: Image) -> float:
    tags = getattr(picture, "tag_v2", {})
    across, down = float(tags.get(_RESOLUTION_X, 0)), float(tags.get(_RESOLUTION_Y, 0))
    if across > 0 and down > 0:
        return min(max(across / down, 0.2), 5)
    flat = picture.width in _FAX_WIDTHS and picture.height < picture.width
    return 204 / 98 if flat else 1  # a page that is wider than high, and tells no resolution


def _png(picture: Image) -> bytes:
    written = io.BytesIO()
    picture.convert("L").save(written, "PNG", compress_level=6)
    return written.getvalue()
