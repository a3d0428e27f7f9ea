"""What is kept can be stored, and what is shown on one line deceives nobody."""

from chalicelib.content.plain_text import clean_text, one_line


def test_every_kind_of_line_end_becomes_one():
    assert clean_text("a\r\nb\rc\nd\u2028e\x85f") == "a\nb\nc\nd\ne\nf"


def test_text_can_always_be_written_as_utf8():
    assert clean_text("a\x00\ud800b\ufeff").encode() == "a�b\ufeff".encode()
    assert clean_text("\ufeffbegin") == "begin"


def test_a_subject_is_one_line_without_hidden_letters():
    assert one_line(" Faktura\r\nBcc: x\x00\u202egpj.exe\u200b ", 100) == "Faktura Bcc: xgpj.exe"


def test_emoji_that_are_joined_stay_joined():
    assert one_line("\U0001f468\u200d\U0001f469\u200d\U0001f467", 100) == "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def test_what_is_too_long_is_cut_visibly():
    assert one_line("abcdef", 4) == "abc…"
