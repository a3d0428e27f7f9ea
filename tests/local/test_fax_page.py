"""The fax of the demonstration is one that the hub can read."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from chalicelib.content.fax_documents import page_count
from infra.local.fax_page import HEIGHT, WIDTH, render_fax_page


def test_it_is_one_page_of_black_and_white():
    page = render_fax_page()
    assert page_count(page) == 1
    picture = Image.open(BytesIO(page))
    assert (picture.mode, picture.size) == ("1", (WIDTH, HEIGHT))


def test_there_are_letters_on_it():
    assert render_fax_page("Dzien dobry") != render_fax_page("")
