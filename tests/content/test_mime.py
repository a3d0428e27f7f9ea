"""The text of a mail is what the person wrote, and every file that came with it is there, byte by byte."""

import base64

import pytest

from chalicelib.content import limits
from chalicelib.content.mime import read_mail
from chalicelib.domain.errors import Unparsable


def mail(body, kind="text/plain; charset=utf-8", **fields):
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"Subject: x\r\n{more}Content-Type: {kind}\r\n\r\n".encode() + (
        body if isinstance(body, bytes) else body.encode()
    )


def parts(kind, *parts_):
    body = b"".join(b"--b\r\n" + (part if isinstance(part, bytes) else part.encode()) + b"\r\n" for part in parts_)
    return mail(body + b"--b--\r\n", f'{kind}; boundary="b"')


PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nzażółć"
PAGE = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>gęślą</p>"
PICTURE = (
    "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <1>\r\n\r\niVBORw0KGgo="
)


def names(raw):
    return [(file.name, file.content_type) for file in read_mail(raw).attachments]


def test_of_two_versions_the_plain_one_is_read():
    read = read_mail(parts("multipart/alternative", PLAIN, PAGE))

    assert read.text == "zażółć"
    assert read.attachments == ()


def test_a_page_that_is_called_a_file_is_one():
    raw = parts("multipart/alternative", PLAIN, "Content-Disposition: attachment; filename=a.html\r\n" + PAGE)

    assert names(raw) == [("a.html", "text/html")]


def test_an_empty_plain_version_gives_way_to_the_page():
    empty = "Content-Type: text/plain\r\n\r\n \r\n"

    assert read_mail(parts("multipart/alternative", empty, PAGE)).text == "gęślą"


def test_a_page_alone_is_read():
    assert read_mail(mail("<p>Dzień</p><p>dobry</p>", "text/html; charset=utf-8")).text == "Dzień\n\ndobry"


def test_a_page_may_name_its_own_charset():
    page = '<meta charset="iso-8859-2"><p>żółw śpi</p>'.encode("iso8859-2")

    assert read_mail(mail(page, "text/html")).text == "żółw śpi"


def test_several_texts_are_read_one_after_the_other():
    assert read_mail(parts("multipart/mixed", PLAIN, PICTURE, PLAIN)).text == "zażółć\n\nzażółć"


def test_pictures_of_a_page_are_attachments():
    raw = parts("multipart/related", PAGE, PICTURE, "Content-Type: text/plain\r\n\r\nfile")
    read = read_mail(raw)

    assert read.text == "gęślą"
    assert names(raw) == [("a.png", "image/png"), ("attachment-2.txt", "text/plain")]
    assert read.attachments[0].data == b"\x89PNG\r\n\x1a\n"


def test_a_program_that_is_sent_as_a_document_is_told_as_what_it_is():
    program = base64.b64encode(b"MZ\x90\x00\x03\x00").decode()
    file = f"Content-Type: application/pdf; name=faktura.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{program}"
    read = read_mail(parts("multipart/mixed", PLAIN, file))

    assert [(one.name, one.content_type) for one in read.attachments] == [("faktura.pdf", "application/x-msdownload")]
    assert read.repairs == ("faktura.pdf: sent as application/pdf, and its bytes are application/x-msdownload",)


def test_a_page_that_is_sent_as_a_picture_is_told_as_what_it_is():
    page = "Content-Type: image/png; name=logo.png\r\n\r\n<!DOCTYPE html><script>alert(1)</script>"
    read = read_mail(parts("multipart/mixed", PLAIN, page))

    assert [one.content_type for one in read.attachments] == ["text/html"]
    assert read.repairs == ("logo.png: sent as image/png, and its bytes are text/html",)


def test_of_a_file_without_a_byte_nothing_is_told():
    read = read_mail(parts("multipart/mixed", PLAIN, "Content-Type: application/pdf; name=a.pdf\r\n\r\n"))

    assert [one.content_type for one in read.attachments] == ["application/pdf"]
    assert read.repairs == ()


@pytest.mark.parametrize(
    "filing", ["Content-Disposition: attachment\r\n", "Content-Disposition: inline; filename=a.txt\r\n"]
)
def test_a_text_file_is_a_file(filing):
    raw = parts("multipart/mixed", PLAIN, filing + PLAIN)

    assert read_mail(raw).text == "zażółć"
    assert read_mail(raw).attachments[0].data == "zażółć".encode()


def test_a_message_inside_stays_whole_and_its_words_stay_inside():
    inner = b"From: x@y.pl\r\nSubject: inner\r\n\r\nInner words\r\n"
    raw = parts("multipart/mixed", PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + inner)
    read = read_mail(raw)

    assert "Inner" not in read.text
    assert read.attachments[0].data == inner
    assert names(raw) == [("inner.eml", "message/rfc822")]


def test_a_signature_and_a_calendar_are_files():
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx"
    calendar = "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"

    assert names(parts("multipart/signed", PLAIN, signature)) == [("smime.p7s", "application/pkcs7-signature")]
    assert names(parts("multipart/alternative", PLAIN, calendar)) == [("attachment-1.ics", "text/calendar")]


def test_an_encrypted_mail_is_kept_as_it_is():
    raw = mail(
        base64.encodebytes(b"secret"), "application/pkcs7-mime; name=smime.p7m", Content_Transfer_Encoding="base64"
    )

    assert read_mail(raw).text == ""
    assert read_mail(raw).attachments[0].data == b"secret"


def test_flowed_text_flows():
    assert read_mail(mail("one \r\ntwo", "text/plain; format=flowed")).text == "one two"
    assert read_mail(mail("one \r\ntwo", "text/plain; format=Flowed; delsp=Yes")).text == "onetwo"


def test_what_was_mended_is_named():
    read = read_mail(mail("żółw".encode("iso8859-2"), "text/plain; charset=klingon", Content_Transfer_Encoding="odd"))

    assert read.text == "żółw"
    assert len(read.repairs) == 2


def test_a_broken_part_does_not_harm_the_others():
    broken = "Content-Type: image/png; name*0*=x'y; name*1=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! ????"
    read = read_mail(parts("multipart/mixed", PLAIN, broken, PLAIN))

    assert read.text == "zażółć\n\nzażółć"
    assert len(read.attachments) == 1
    assert read.repairs


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, b"\r\n\r\n", b"no header at all", bytes(range(256)) * 50])
def test_bytes_that_are_no_mail_still_give_something(raw):
    assert read_mail(raw) is not None


def test_a_mail_of_the_largest_size_is_read():
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\nContent-Type: application/pdf\r\n"
    body = head + b"Content-Transfer-Encoding: base64\r\n\r\n"
    raw = body + b"QUJD" * ((limits.MOST_RAW_BYTES - len(body)) // 4)

    assert len(read_mail(raw).attachments[0].data) > 31_000_000
    with pytest.raises(Unparsable):
        read_mail(raw + b"QUJD")


@pytest.mark.parametrize("label", ["iso-8859-2", "windows-1251", "gb2312", "shift_jis"])
def test_raw_letters_in_the_header_are_in_the_charset_of_the_text(label):
    text = {"iso-8859-2": "żółw", "windows-1251": "Привет", "gb2312": "发票", "shift_jis": "請求書"}[label]
    raw = f"Subject: {text}\r\nContent-Type: text/plain; charset={label}\r\n\r\n{text}".encode(label)
    read = read_mail(raw)

    assert read.header.first("subject").decode() == text
    assert label in " ".join(read.repairs)


def test_a_header_in_utf8_is_left_alone():
    read = read_mail("Subject: żółw\r\nContent-Type: text/plain; charset=iso-8859-2\r\n\r\nx".encode())

    assert read.header.first("subject").decode() == "żółw"
    assert not read.repairs


def test_a_page_that_repeats_the_text_is_not_read_twice():
    raw = parts("multipart/mixed", PLAIN, "Content-Type: text/html; charset=utf-8\r\n\r\n<p>zażółć</p>")

    assert read_mail(raw).text == "zażółć"


def test_a_part_whose_reading_fails_is_kept_and_the_others_are_read(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("chalicelib.content.mime.without_uuencoded", fail)
    read = read_mail(parts("multipart/mixed", PLAIN, PAGE, PICTURE))

    assert read.text == "gęślą"
    assert read.attachments[0].data == "zażółć".encode()
    assert read.attachments[1].name == "a.png"
    assert "ZeroDivisionError" in " ".join(read.repairs)


def test_a_page_whose_reading_fails_is_kept_as_a_file(monkeypatch):
    def fail(_):
        raise RecursionError

    monkeypatch.setattr("chalicelib.content.mime.text_of", fail)
    read = read_mail(parts("multipart/mixed", PLAIN, PAGE))

    assert read.text == "zażółć"
    assert [file.content_type for file in read.attachments] == ["text/html"]


@pytest.mark.parametrize("encoding", ["7-bit", "8bits", "7bit; x", '"8bit"'])
def test_odd_names_of_no_encoding_are_no_repair(encoding):
    assert read_mail(mail("a=20b", Content_Transfer_Encoding=encoding)).text == "a=20b"
    assert not read_mail(mail("a", Content_Transfer_Encoding=encoding)).repairs
