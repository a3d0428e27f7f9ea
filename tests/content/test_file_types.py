"""A file is what its bytes are, whatever was said of it; where they say nothing, its sender is taken at their word."""

import pytest

from chalicelib.content.file_types import ANY, PROGRAM, honest_type

PNG, PDF, EXE = b"\x89PNG\r\n\x1a\n....", b"%PDF-1.7 a", b"MZ\x90\x00"


@pytest.mark.parametrize(
    ("said", "data", "is_"),
    [
        ("image/png", PNG, "image/png"),
        ("image/png", EXE, PROGRAM),
        ("application/pdf", EXE, PROGRAM),
        ("application/pdf", b"junk\n%PDF-1.4", "application/pdf"),
        ("application/pdf", PNG, "image/png"),
        ("application/pdf", b"", ANY),
        ("image/jpeg", b"\n<!DOCTYPE html><script>", "text/html"),
        ("image/svg+xml", b"<svg onload='a'>", "text/html"),
        ("image/webp", b"RIFF....WEBP", "image/webp"),
        ("text/plain", EXE, PROGRAM),
        ("text/plain", b"#!/bin/sh", PROGRAM),
        ("text/plain", b"<html> as written", "text/plain"),
        ("text/html", b"<html>", "text/html"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04", None),
        ("application/octet-stream", EXE, PROGRAM),
        ("application/octet-stream", PDF, ANY),
        ("application/x-msdownload", EXE, PROGRAM),
        ("application/zip", EXE, PROGRAM),
        ("text/plain", b"MZK zmienia rozk\xc5\x82ad", "text/plain"),
    ],
)
def test_what_was_said_of_a_file_holds_unless_its_bytes_speak_against_it(said, data, is_):
    assert honest_type(said, data) == (said if is_ is None else is_)


def test_a_table_about_the_ministry_of_health_was_taken_for_a_program():
    """Its first letters are those of a program, too: MZ."""
    assert honest_type("text/csv", b"MZ;Ministerstwo Zdrowia;Warszawa\n") == "text/csv"
    assert honest_type("text/plain", "MZK Kraków: rozkład jazdy".encode()) == "text/plain"
    assert honest_type("text/csv", EXE + bytes(60) + b"This program cannot be run in DOS mode") == PROGRAM
