"""Letters survive, whatever a mail says about how they were written down."""

import time

import pytest

from chalicelib.content.charsets import _CODECS, codec_for, decode
from tests.speed import within

PANGRAM = "Zażółć gęślą jaźń"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ('"utf-8"', "utf-8"),
        ("iso-8859-2", "iso8859-2"),
        ("ISO8859_2", "iso8859-2"),
        ("windows-1250", "cp1250"),
        ("cp852", "cp852"),
        ("utf-7", "utf-7"),
        ("unicode-1-1-utf-7", "utf-7"),
    ],
)
def test_polish_is_read_in_every_charset_it_is_written_in(label, codec):
    assert decode(PANGRAM.encode(codec), label).text == PANGRAM


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("gb2312", "简体𠮷", "gb18030"),
        ("ks_c_5601-1987", "한국어 뷁", "cp949"),
        ("shift_jis", "日本語①", "cp932"),
        ("iso-2022-jp", "日本語", "iso2022-jp"),
        ("iso-8859-1", "5 € – “yes”", "cp1252"),
        ("utf-16", "Zażółć", "utf-16"),
        ("", "Zażółć", "utf-16"),
        ("", "日本語", "iso2022-jp"),
        ("ISO_8859-2:1987", "żółw", "iso8859-2"),
        ("win-1250", "żółw", "cp1250"),
        ("cp-850", "été", "cp850"),
    ],
)
def test_the_superset_is_used_where_people_send_it_under_the_name_of_the_subset(label, text, codec):
    assert decode(text.encode(codec), label).text == text


@pytest.mark.parametrize("declared", ["iso-8859-2", "big5", "us-ascii", "", "klingon"])
def test_good_utf8_is_read_as_utf8_whatever_was_declared(declared):
    assert decode(PANGRAM.encode(), declared).text == PANGRAM


def test_a_wrong_declaration_is_named():
    assert "utf-8" in decode(PANGRAM.encode(), "big5").repair.lower()
    assert decode(PANGRAM.encode(), "utf-8").repair == ""
    assert decode(b"plain", "big5").repair == ""


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "klingon", "utf-8"])
def test_undeclared_polish_is_guessed(codec, declared):
    read = decode(PANGRAM.encode(codec), declared)

    assert read.text == PANGRAM
    assert codec in read.repair


def test_windows_bytes_under_the_standards_label_are_read_as_windows():
    assert decode(PANGRAM.encode("cp1250"), "iso-8859-2").text == PANGRAM


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
def test_polish_under_a_western_label_is_read_as_polish(codec, declared):
    read = decode("Zażółć gęślą jaźń, paczka nie dotarła".encode(codec), declared)

    assert read.text == "Zażółć gęślą jaźń, paczka nie dotarła"
    assert declared in read.repair


@pytest.mark.parametrize(
    "text",
    [
        "été à côté, œuvre, 12 m³ à ±3 %",
        "¿Cómo está? ¡Qué raro! No sé qué¿o no",
        "Footnote¹ and E=mc², ¼ of it, ¶ 3",
        "don´t, Paral·lel, naïve",
        "Größe 3½ m³je Stück",
    ],
)
def test_western_text_stays_what_its_label_says(text):
    read = decode(text.encode("cp1252"), "iso-8859-1")

    assert (read.text, read.repair) == (text, "")


def test_undeclared_french_and_russian_are_guessed_too():
    assert decode("été à côté, œuvre".encode("cp1252")).text == "été à côté, œuvre"
    assert decode("Привет, мир".encode("cp1251")).text == "Привет, мир"


def test_one_broken_byte_does_not_cost_the_other_letters():
    read = decode(PANGRAM.encode() + b"\xff" + "ą".encode(), "utf-8")

    assert read.text == PANGRAM + "�ą"
    assert "broken" in read.repair


@pytest.mark.parametrize(
    "name", ["unicode_escape", "punycode", "rot13", "base64", "idna", "raw_unicode_escape", "zlib", "a\0b", "x" * 9999]
)
def test_codecs_that_are_no_charsets_are_never_looked_up(name):
    assert codec_for(name) is None
    assert decode(rb"\x41 kept as it is", name).text == r"\x41 kept as it is"


def test_every_charset_on_the_list_is_one_that_python_reads():
    for codec, labels in _CODECS.items():
        assert "a".encode(codec).decode(codec) == "a"
        assert all(codec_for(label) == codec for label in labels.split())


def test_bytes_that_fit_nothing_still_give_text():
    assert decode(bytes(range(256)), "utf-8").text
    assert decode(b"\xd8\x00\xff", "utf-16").text is not None


def test_japanese_with_letters_of_windows_is_read():
    assert decode(b"\x1b$B-!F|\x1b(B ok", "iso-2022-jp").text == "①日 ok"
    assert decode(b"\x1b$B-!F|", "iso-2022-jp").text == "①日"
    assert decode(b"\x1b(I1\x1b(B\x1b$B-!\x1b(B", "iso-2022-jp").text == "ｱ①"


UNDECLARED = {
    "Polish": ("Dzień dobry, proszę o fakturę. Pozdrawiam, Łukasz", "cp1250 iso8859-2 cp852"),
    "German": ("Schöne Grüße aus München", "cp1252"),
    "French": ("Très bien, déjà reçu à Noël", "cp1252"),
    "one French word": ("très", "cp1252"),
    "Spanish": ("El niño comió mañana, ¿qué?", "cp1252"),
    "Czech": ("Příliš žluťoučký kůň", "cp1250 iso8859-2"),
    "Hungarian": ("Köszönöm, időben küldtük, őrült", "cp1250 iso8859-2"),
    "Russian": ("Здравствуйте, пришлите счёт", "cp1251 koi8-r cp866 iso8859-5"),
    "Ukrainian": ("Добрий день, надішліть рахунок", "cp1251 koi8-u"),
    "Greek": ("Καλημέρα σας, στείλτε το τιμολόγιο", "cp1253"),
    "Hebrew": ("שלום רב, אנא שלחו את החשבונית", "cp1255"),
    "Arabic": ("السلام عليكم ورحمة الله", "cp1256"),
    "Turkish": ("Günaydın, lütfen faturayı gönderin", "cp1254"),
    "Lithuanian": ("Prašau atsiųsti sąskaitą faktūrą, ačiū", "cp1257"),
    "Thai": ("สวัสดีครับ กรุณาส่งใบแจ้งหนี้", "cp874"),
    "Chinese": ("您好，请把发票寄给我们公司，谢谢", "gb18030"),
    "Chinese of Taiwan": ("您好，請把發票寄給我們公司，謝謝", "big5hkscs"),
    "Japanese": ("こんにちは、請求書を送ってください。", "cp932 euc-jp"),
    "Korean": ("안녕하세요, 송장을 보내 주세요. 감사합니다", "cp949"),
}


@pytest.mark.parametrize("language", UNDECLARED)
def test_undeclared_bytes_are_read_by_what_they_would_say(language):
    text, codecs_ = UNDECLARED[language]
    for codec in codecs_.split():
        read = decode(text.encode(codec), "klingon")

        assert read.text == text
        assert read.repair


def test_guessing_takes_no_time_however_much_there_is_to_read():
    begun = time.process_time()
    decode("Proszę o fakturę. ".encode("cp1250") * 500_000)

    assert within(time.process_time() - begun, 1)
