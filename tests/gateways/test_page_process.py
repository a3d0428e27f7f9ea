"""Pages are looked at in a child process; whatever a document does to it is an answer about that document."""

import io

import pytest
from PIL import Image

from chalicelib.domain.errors import Unparsable
from chalicelib.gateways import page_process
from chalicelib.gateways.page_process import PageProcess
from tests.content.fax_documents import STANDARD, drawn_page, huge_tiff, pdf_of, scanned_pdf, tiff, written_pdf


def picture(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("document", [tiff(drawn_page(), drawn_page()), scanned_pdf(drawn_page(), drawn_page())])
def test_a_document_tells_its_pages_and_shows_the_first(document):
    opened = PageProcess().open(document)

    assert opened.pages == 2
    assert picture(opened.preview).format == "PNG"
    assert max(picture(opened.preview).size) <= 1_414


def test_a_page_is_a_picture_with_square_dots_or_its_text():
    scanned = PageProcess().read(tiff(drawn_page(), resolution=STANDARD), 0)
    written = PageProcess().read(written_pdf("Zamawiam", "dwa"), 1)

    width, height = picture(scanned.picture).size
    assert abs(height / width - 2292 / 1728) < 0.1
    assert (written.text, written.picture) == ("dwa", b"")


@pytest.mark.parametrize("document", [b"", b"%PDF-1.4 nothing", b"II*\0", b"%!PS-Adobe"])
def test_what_is_broken_says_so(document):
    with pytest.raises(Unparsable):
        PageProcess().open(document)


def test_a_bomb_is_named_and_unpacks_nothing():
    with pytest.raises(Unparsable, match="more than can be looked at"):
        PageProcess().read(huge_tiff(100_000, 100_000), 0)


def test_a_document_without_a_preview_still_tells_its_pages():
    opened = PageProcess().open(huge_tiff(100_000, 100_000))

    assert (opened.pages, opened.preview) == (1, b"")


def test_too_much_memory_is_an_answer():
    with pytest.raises(Unparsable):
        PageProcess(address_space=48 * 1024 * 1024).read(tiff(drawn_page()), 0)


def test_too_much_work_is_an_answer():
    """A form that draws itself many times over: a few hundred bytes, hours of work."""
    stream = b"/X Do " * 400
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]"
    form += b"/Resources<</XObject<</X %d 0 R>>>>/Length %d>>stream\n%s\nendstream"
    forms = [form % (number + 1, len(stream), stream) for number in range(4, 9)]
    leaf = b"0 0 500 700 re f " * 400
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length %d>>stream\n%s\nendstream" % (len(leaf), leaf)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 10 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    contents = b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream)
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    document = pdf_of([catalogue, pages, page, *forms, last, contents])

    with pytest.raises(Unparsable, match="seconds of work"):
        PageProcess(seconds=1).read(document, 0)


def test_the_child_gets_nothing_of_the_parents_environment(monkeypatch):
    given = {}

    class Done:
        returncode = 1

    def run(command, **options):
        given.update(options)
        return Done()

    monkeypatch.setattr(page_process.subprocess, "run", run)
    with pytest.raises(Unparsable):
        PageProcess().open(b"x")

    assert set(given["env"]) == {"PYTHONPATH", "LD_LIBRARY_PATH", "PYTHONUTF8"}
