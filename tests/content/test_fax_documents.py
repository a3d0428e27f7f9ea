"""The fax is found among the attachments, and its pages are counted without opening it."""

import struct

import pytest

from chalicelib.content.fax_documents import case_reference_in, find_fax_document, page_count
from chalicelib.domain.messages import Attachment


def tiff(pages, order="<"):
    begin = b"II*\x00" if order == "<" else b"MM\x00*"
    chain = b""
    for page in range(pages):
        following = 8 + 18 * (page + 1) if page < pages - 1 else 0
        chain += struct.pack(f"{order}H", 1) + bytes(12) + struct.pack(f"{order}I", following)
    return begin + struct.pack(f"{order}I", 8) + chain


def pdf(pages):
    return b"%PDF-1.4\n<</Type /Pages /Count 9>>" + b"<</Type/Page>>\n" * pages + b"%%EOF"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("pages", [1, 2, 40])
def test_pages_of_a_tiff_are_counted(pages, order):
    assert page_count(tiff(pages, order)) == pages


def test_a_tiff_whose_chain_bites_its_tail_ends():
    looped = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", 0) + struct.pack("<I", 8)

    assert page_count(looped) == 1


@pytest.mark.parametrize("data", [b"II*\x00", b"II*\x00\xff\xff\xff\xff", b"", b"%!PS-Adobe", b"%PDF-1.7 compressed"])
def test_what_does_not_say_its_pages_has_no_count(data):
    assert page_count(data) is None


def test_pages_of_a_pdf_are_counted_and_not_its_page_trees():
    assert page_count(pdf(3)) == 3


def test_the_document_is_known_by_its_bytes():
    cover = Attachment("cover.txt", "application/pdf", b"hello")
    fax = Attachment("fax", "application/octet-stream", tiff(1))

    assert find_fax_document([cover, fax]) is fax
    assert find_fax_document([cover]) is None


def test_a_case_that_is_named_is_found_and_one_with_dashes_is_preferred():
    assert case_reference_in("sprawa k7q2m 9dxm3 q, proszę") == "K7Q2M-9DXM3-Q"
    assert case_reference_in("K7Q2M9DXM3Q, case 9J6CT-3ADHQ-3") == "9J6CT-3ADHQ-3"
    assert case_reference_in("nothing of the kind") == ""
