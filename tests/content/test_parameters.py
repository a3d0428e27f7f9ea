"""Fields with parameters are read the way senders write them."""

import time

import pytest

from chalicelib.content.headers import Header
from chalicelib.content.parameters import media_type, parameters
from chalicelib.domain.errors import Unparsable
from tests.speed import within


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename*=utf-8''za%C5%BC%C3%B3%C5%82%C4%87.pdf", "zażółć.pdf"),
        (b"attachment; filename*0*=utf-8''za%C5%BC; filename*1=o; filename*2*=%C5%82%C4%87.pdf", "zażołć.pdf"),
        (b'attachment; filename="=?utf-8?Q?za=C5=BC.pdf?="', "zaż.pdf"),
        ('attachment; filename="zaż.pdf"'.encode(), "zaż.pdf"),
        (b"attachment; filename*=unicode_escape''%5Cx41.pdf", "\\x41.pdf"),
        (b"attachment; filename*=''plain.pdf", "plain.pdf"),
        (b"attachment; filename=My file (1).pdf", "My file (1).pdf"),
        (b'attachment; filename="My; file.pdf"; size=5', "My; file.pdf"),
        (b'attachment; filename="never closed.pdf', "never closed.pdf"),
        (b'attachment; filename="a "quoted" name.pdf"', 'a "quoted" name.pdf'),
        (b'attachment; filename="C:\\TEMP\\new.png"', "C:\\TEMP\\new.png"),
        (b'attachment; filename="say \\"hi\\".txt"', 'say "hi".txt'),
        (b"attachment; filename='a b.pdf'", "a b.pdf"),
        (b"attachment; filename = a.pdf ; size = 5", "a.pdf"),
        (b"attachment; filename=a.pdf; filename*=utf-8''%C5%BC.pdf", "ż.pdf"),
        (b"attachment; filename*1=o.pdf; filename*0=f", "fo.pdf"),
        (b"attachment; filename*0=a; filename*2=c.pdf", "ac.pdf"),
        (b'attachment; filename*0="=?utf-8?Q?za=C5"; filename*1="=BC.pdf?="', "zaż.pdf"),
        (b'attachment; filename*0="utf-8\'\'za%C5%BC"; filename*1=".pdf"', "zaż.pdf"),
        (b"attachment; filename=\"UTF-8''za%C5%BC.pdf\"", "zaż.pdf"),
        (b"attachment; filename=za%C5%BC.pdf", "zaż.pdf"),
        (b"attachment; filename=100%25%20of it.pdf", "100%25%20of it.pdf"),
        (b"attachment; filename*=iso-8859-2'pl'%BF.pdf", "ż.pdf"),
        (b"attachment; filename*=utf-8''it's.pdf", "it's.pdf"),
        (b"attachment; filename=it's 5 o'clock.pdf", "it's 5 o'clock.pdf"),
        (b"filename=a.pdf", "a.pdf"),
    ],
)
def test_file_names_are_read_in_every_notation(value, name):
    assert parameters(value)[1]["filename"] == name


@pytest.mark.parametrize(
    "value", [b"x; a*" + b"9" * 5_000 + b"=1", b"x; *=1", b"x; =", b"x;;;", b"", b'x; a="', b"x; a*0*=''; a*1*=%"]
)
def test_a_broken_field_gives_what_it_gives(value):
    assert isinstance(parameters(value)[1], dict)


def test_a_field_with_parameters_has_a_limit():
    with pytest.raises(Unparsable):
        parameters(b"text/plain" + b"; a=b" * 2_000)


def test_the_first_readable_media_type_counts():
    fields = (("content-type", b"text"), ("content-type", b"TEXT/HTML; charset=utf-8"), ("content-type", b"a/b"))

    assert media_type(Header(fields)) == ("text/html", {"charset": "utf-8"})
    assert media_type(Header()) == ("text/plain", {})


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        (b"text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b"text/plain, charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b"text/plain; charset=us-ascii (Plain text)", "text/plain", {"charset": "us-ascii"}),
        (b'text/plain; name="a.txt" charset=utf-8', "text/plain", {"name": "a.txt", "charset": "utf-8"}),
        (b"text/plain;; charset=utf-8;", "text/plain", {"charset": "utf-8"}),
        (b"text; charset=utf-8", "text", {"charset": "utf-8"}),
        (b"text/plain (comment); charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b'multipart/mixed; boundary="=_a\'b(c)"', "multipart/mixed", {"boundary": "=_a'b(c)"}),
    ],
)
def test_careless_fields_are_understood(value, kind, found):
    assert parameters(value) == (kind, found)


def test_types_that_are_cut_short_are_completed():
    assert media_type(Header((("content-type", b"text; charset=utf-8"),))) == ("text/plain", {"charset": "utf-8"})
    assert media_type(Header((("content-type", b"html"),)))[0] == "text/html"


@pytest.mark.parametrize("piece", [b'"', b'\\"', b'a="', b"a=b", b"\\", b"'", b'x="y" ', b"a*0*=%", b"(", b" ", b"="])
def test_hostile_fields_are_read_in_linear_time(piece):
    begun = time.process_time()
    parameters(b"text/plain; " + piece * (8_000 // len(piece)))

    assert within(time.process_time() - begun, 0.5)
