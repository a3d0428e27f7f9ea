"""The pages of a fax are counted, read and shown, whatever form the gateway gave them."""

import io

import pytest
from PIL import Image

from chalicelib.content import fax_pages
from chalicelib.content.fax_pages import count_pages, read_page, render_preview
from chalicelib.domain.errors import Unparsable
from tests.content.fax_documents import (
    FINE,
    STANDARD,
    drawn_page,
    huge_tiff,
    scanned_pdf,
    tiff,
    written_pdf,
)


def picture(png):
    return Image.open(io.BytesIO(png))


def height_to_width_of_ink(image):
    left, top, right, bottom = image.point(lambda dot: 255 if dot < 128 else 0).getbbox()
    return (bottom - top) / (right - left)


@pytest.mark.parametrize(
    ("document", "pages"),
    [
        (tiff(drawn_page()), 1),
        (tiff(drawn_page(), drawn_page(), drawn_page()), 3),
        (scanned_pdf(drawn_page(), drawn_page()), 2),
        (written_pdf("one", "two", "three"), 3),
    ],
    ids=["tiff", "tiff of three", "scanned pdf", "written pdf"],
)
def test_pages_are_counted(document, pages):
    assert count_pages(document) == pages


@pytest.mark.parametrize("resolution", [STANDARD, FINE], ids=["standard", "fine"])
@pytest.mark.parametrize("compression", ["group3", "group4", None])
def test_a_page_of_a_tiff_becomes_a_picture_with_square_dots(resolution, compression):
    page = read_page(tiff(drawn_page(), resolution=resolution, compression=compression), 0)

    assert page.text == ""
    shown = picture(page.picture)
    assert shown.mode == "L"
    assert height_to_width_of_ink(shown) == pytest.approx(1, abs=0.07)


def test_a_flat_page_that_tells_no_resolution_is_taken_for_a_standard_fax():
    page = read_page(tiff(drawn_page(), resolution=STANDARD, tell_resolution=False), 0)

    assert height_to_width_of_ink(picture(page.picture)) == pytest.approx(1, abs=0.07)


def test_a_page_of_a_scanned_pdf_is_drawn_as_finely_as_a_fax():
    page = read_page(scanned_pdf(drawn_page()), 0)

    assert page.text == ""
    assert picture(page.picture).width == pytest.approx(1728, abs=4)


def test_a_text_layer_needs_no_picture():
    page = read_page(written_pdf("first", "Sprawa K7Q2M-9DXM3-Q"), 1)

    assert (page.text, page.picture) == ("Sprawa K7Q2M-9DXM3-Q", b"")


def test_a_line_that_the_gateway_printed_over_a_scan_is_not_its_text():
    import pypdfium2

    pdf = pypdfium2.PdfDocument(scanned_pdf(drawn_page()))
    overlay = pypdfium2.PdfDocument(written_pdf("From +48221112233 page 1/1"))
    sheet = overlay.page_as_xobject if hasattr(overlay, "page_as_xobject") else None
    if sheet is None:
        from pypdfium2.raw import FPDFFont_Close, FPDFPage_InsertObject, FPDFPageObj_NewTextObj, FPDFText_SetText

        page = pdf[0]
        line = FPDFPageObj_NewTextObj(pdf, b"Helvetica", 10)
        words = ("From +48221112233 page 1/1" + "\0").encode("utf-16-le")
        import ctypes

        FPDFText_SetText(line, ctypes.cast(words, ctypes.POINTER(ctypes.c_ushort)))
        FPDFPage_InsertObject(page, line)
        page.gen_content()
        del FPDFFont_Close
    written = io.BytesIO()
    pdf.save(written)

    assert read_page(written.getvalue(), 0).text == ""


def test_the_preview_is_small():
    for document in (tiff(drawn_page()), scanned_pdf(drawn_page()), written_pdf("x")):
        assert max(picture(render_preview(document)).size) <= 1_414


def test_a_page_of_any_size_is_drawn_within_the_limit():
    shown = picture(render_preview(written_pdf("x", size=(14_400, 14_400))))

    assert max(shown.size) <= 1_414


def count_and_read(document):
    """A broken page may show in either: Pillow counts directories without reading them."""
    count_pages(document)
    read_page(document, 0)


def test_a_page_of_too_many_dots_is_refused_before_it_is_unpacked():
    with pytest.raises(Unparsable, match="100000 x 100000"):
        read_page(huge_tiff(100_000, 100_000), 0)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"%PDF-",
        b"%PDF-1.4 nothing",
        b"%!PS-Adobe",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        huge_tiff(8, 8)[:40],
        b"MM\0*" + bytes(99),
    ],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow says so, and goes on
def test_what_is_broken_is_refused_with_a_reason(document):
    with pytest.raises(Unparsable):
        count_and_read(document)


def test_no_other_module_opens_documents():
    folder = fax_pages.__file__.rpartition("/chalicelib/")[0] + "/chalicelib"
    from pathlib import Path

    users = {path.name for path in Path(folder).rglob("*.py") if "import pypdfium2" in path.read_text()}
    assert users == {"fax_pages.py"}
