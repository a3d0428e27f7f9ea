"""Tesseract as a program: what it says becomes text, and what goes wrong is about the page. `make test-ocr` runs the
real one.
"""

import stat
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from chalicelib.domain.errors import StorageUnavailable, Unparsable
from chalicelib.gateways import ocr_tesseract
from chalicelib.gateways.ocr_tesseract import Tesseract, find_tesseract
from chalicelib.gateways.page_process import PageProcess
from tests.content.fax_documents import FINE, STANDARD, scanned_pdf, tiff

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def row(place, text, confidence):
    block, paragraph, line, word = place
    level = 5 if text else 4
    return f"{level}\t1\t{block}\t{paragraph}\t{line}\t{word}\t0\t0\t1\t1\t{confidence}\t{text}"


TABLE = "\n".join(
    [
        HEAD,
        row((1, 1, 1, 0), "", -1),
        row((1, 1, 1, 1), "Dzień", 96.5),
        row((1, 1, 1, 2), "dobry,", 90),
        row((1, 1, 2, 1), '"zamawiam"', 80),
        row((1, 2, 1, 1), "Anna", 95),
    ]
)


def program(folder, script):
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return Tesseract(str(path))


LISTS_LANGUAGES = (
    'if [ "$1" = --list-langs ]; then printf "List of available languages (3):\\neng\\nosd\\npol\\n"; exit; fi\n'
)


def test_words_are_put_together_by_line_and_paragraph(tmp_path):
    (tmp_path / "table").write_text(TABLE)
    found = program(tmp_path, f"{LISTS_LANGUAGES}cat {tmp_path}/table").recognize(b"png", ("pl", "en"))

    assert (found.text, found.confidence) == ('Dzień dobry,\n"zamawiam"\n\nAnna', 90)


def test_the_languages_that_are_installed_are_asked_for_the_likeliest_first(tmp_path):
    tesseract = program(tmp_path, f'{LISTS_LANGUAGES}echo "$@" > {tmp_path}/asked')
    tesseract.recognize(b"png", ("de", "pl"))

    assert "-l pol+eng" in (tmp_path / "asked").read_text()


def test_without_data_for_any_of_the_languages_the_page_says_so(tmp_path):
    tesseract = program(tmp_path, 'printf "List of available languages (1):\\nosd\\n"')
    with pytest.raises(Unparsable, match="no data for the languages"):
        tesseract.recognize(b"png", ("pl",))


def test_a_page_that_breaks_it_is_at_fault_itself(tmp_path):
    with pytest.raises(Unparsable):
        program(tmp_path, f"{LISTS_LANGUAGES}exit 1").recognize(b"png", ("pl",))


def test_a_page_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr_tesseract, "SECONDS", 1)
    with pytest.raises(Unparsable, match="longer than 1 seconds"):
        program(tmp_path, f"{LISTS_LANGUAGES}exec sleep 20").recognize(b"png", ("pl",))


def test_a_program_that_is_gone_may_come_back():
    with pytest.raises(StorageUnavailable):
        Tesseract("/nowhere/tesseract").recognize(b"png", ("pl",))


LETTER = """Reklamacja zamówienia nr 4711

Proszę o zwrot pieniędzy za pralkę, która przyszła
uszkodzona. Załączam zdjęcia i kopię faktury.
Please refund the amount to my account within 14 days.

Z poważaniem, Anna Kowalska"""
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
NEEDED = "needs Tesseract with Polish and a font: apt-get install tesseract-ocr tesseract-ocr-pol fonts-dejavu-core"


@pytest.fixture
def tesseract():
    found = find_tesseract()
    if found is None or not {"pol", "eng"} <= found._languages() or not FONT.exists():
        pytest.fail(NEEDED)
    return found


def typed_page():
    page = Image.new("L", (1728, 2292), 255)
    font = ImageFont.truetype(str(FONT), 44)
    ImageDraw.Draw(page).multiline_text((150, 200), LETTER, fill=0, font=font, spacing=20)
    return page


@pytest.mark.ocr
@pytest.mark.parametrize(
    "document",
    [
        pytest.param(lambda: tiff(typed_page(), resolution=STANDARD), id="standard"),
        pytest.param(lambda: tiff(typed_page(), resolution=FINE), id="fine"),
        pytest.param(lambda: scanned_pdf(typed_page()), id="pdf"),
    ],
)
def test_a_polish_letter_with_an_english_sentence_is_read_from_a_fax(tesseract, document):
    page = PageProcess().read(document(), 0)
    found = tesseract.recognize(page.picture, ("pl", "en"))

    likeness = SequenceMatcher(None, " ".join(LETTER.split()), " ".join(found.text.split()), autojunk=False).ratio()
    assert likeness > 0.98, found.text
    assert found.confidence > 80


@pytest.mark.ocr
def test_a_page_without_letters_has_no_text(tesseract):
    page = PageProcess().read(tiff(Image.new("L", (1728, 2292), 255)), 0)

    assert tesseract.recognize(page.picture, ("pl",)).text == ""
