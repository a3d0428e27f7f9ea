"""Encoded words are decoded whatever happened to them on the way."""

import time

import pytest

from chalicelib.content.encoded_words import decode_field
from tests.speed import within


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?Q?Za=C5=BC=C3=B3=C5=82=C4=87?=", "Zażółć"),
        (b"=?UTF-8?B?WmHFvMOzxYLEhw==?= =?utf-8?q?_g=C4=99=C5=9Bl=C4=85?=", "Zażółć gęślą"),
        (b"=?utf-8?B?xIU?= =?utf-8?B?xIQ=?=", "ąĄ"),  # without their padding
        (b"=?utf-8?Q?=C4?= =?utf-8?Q?=85?=", "ą"),  # cut through the middle of a letter
        (b"=?utf-8?Q?=C4=85?= =?iso-8859-2?Q?=B1?=", "ąą"),
        (b"=?utf-8?Q?=C4=85?=x=?utf-8?Q?=C4=85?=", "ąxą"),
        (b"Re: =?iso-8859-2?Q?=BF=F3=B3w?= (2)", "Re: żółw (2)"),
        ("Re: żółw".encode(), "Re: żółw"),
        ("Re: żółw".encode("iso8859-2"), "Re: żółw"),
        (b"=?klingon?Q?abc?=", "abc"),
        (b"=?utf-8?B?xIXEh?= =?utf-8?B?zEh?=", "ąć1!"),  # cut through four base64 characters
        (b"=?utf-8?Q?end_is_cut_=C4=85", "end is cut ą"),
        (b"=?utf-8?Q?Why?_=C4=85?=", "Why? ą"),
        (b"=?utf-8?Q?=C4=85 =C4=87?=", "ą ć"),
        (b"=?utf-8?Q??= x", " x"),
        (b"=??Q?=C4=85?=", "ą"),
        (b"=?utf-8*pl?Q?=C4=85?=", "ą"),
        (b"=?utf-8?Q?=C4=85?=\r\n\t=?utf-8?Q?=C4=87?=", "ąć"),
        (b"=?utf-8?B?YQ?= =?utf-8?Q?b?= =?utf-8?B?Yw==?=", "abc"),
        (b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ],
)
def test_encoded_words_are_decoded_however_they_are_cut(value, text):
    assert decode_field(value).text == text


def test_what_was_mended_in_a_field_is_named():
    assert decode_field("żółw".encode("iso8859-2")).repair
    assert decode_field(b"=?klingon?Q?=FF?=").repair
    assert not decode_field(b"=?utf-8?Q?=C4=85?=").repair


@pytest.mark.parametrize(
    "piece", [b"=?a?q?", b"=?utf-8?Q?=", b"=?a?b?=?", b"=?", b"?=", b"=?a?q??", b"=?utf-8?Q?=C4=85?= "]
)
def test_hostile_fields_are_read_in_linear_time(piece):
    begun = time.process_time()
    decode_field(piece * (250_000 // len(piece)))

    assert within(time.process_time() - begun, 1)
