"""A file name shows what a file is, and nothing else."""

import pytest

from chalicelib.content.file_names import harmless_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("faktura za październik.pdf", "faktura za październik.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\TEMP\\umowa.doc", "umowa.doc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        (".ht\u200baccess", "htaccess"),
        ('a"b<c>?.txt', "a_b_c__.txt"),
        ("name. ", "name"),
        ("", "attachment-3.pdf"),
        ("...", "attachment-3.pdf"),
        ("/", "attachment-3.pdf"),
    ],
)
def test_paths_controls_and_tricks_are_taken_out(name, shown):
    assert harmless_name(name, "application/pdf", 3) == shown


def test_a_long_name_keeps_its_ending():
    shown = harmless_name("x" * 4_000 + ".pdf", "application/pdf", 1)

    assert len(shown) == 120
    assert shown.endswith("….pdf")
    assert len(harmless_name("x" * 4_000, "text/plain", 1)) == 120


def test_an_unknown_type_gives_a_name_without_an_ending():
    assert harmless_name("", "application/x-unknown", 1) == "attachment-1"
