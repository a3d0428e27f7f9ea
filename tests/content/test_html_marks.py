"""Elements that mail programs put around earlier messages and signatures are known under all their names."""

import pytest

from chalicelib.content.html_marks import (
    ELEMENTS,
    HEAD,
    NO_MARKS,
    SIGNATURE,
    Marks,
    element_says,
    has_marked_elements,
    is_citation,
    is_own_indentation,
    joined,
)


@pytest.mark.parametrize(
    ("what", "name", "value"),
    [(what, name, value) for what, name, values, _ in ELEMENTS for value in values.split()],
)
def test_every_element_of_the_table_is_known(what, name, value):
    assert element_says(f' {name}="{value}"') == what
    assert element_says(f' dir="ltr" {name}="{value}" style="x"') == what
    assert has_marked_elements(f'<p>x</p><div {name}="{value}">')


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        (' class="ydp7a1b2c3dyahoo_quoted"', HEAD),
        (' id="yahoo_quoted_1234567890"', HEAD),
        (' class="other gmail_quote other"', HEAD),
        (' style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"', HEAD),
        (' style="border: none; border-top: solid #b5c4df 1.0pt"', HEAD),
        (' id="composer_signature"', SIGNATURE),
        (' class="my_gmail_quote"', ""),
        (' title="gmail_quote"', ""),
        (' style="border-top: 1px solid red"', ""),
        ("", ""),
    ],
)
def test_names_are_matched_as_programs_change_them(attributes, what):
    assert element_says(attributes) == what


@pytest.mark.parametrize(
    ("attributes", "within_reply", "own"),
    [
        (' style="margin:0 0 0 40px;border:none;padding:0px"', False, True),
        (' class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid"', False, True),
        (' class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid"', True, False),
        (' type="cite"', False, False),
        ("", False, False),
    ],
)
def test_an_indentation_by_the_person_is_no_quote(attributes, within_reply, own):
    assert is_own_indentation(attributes, within_reply=within_reply) is own


def test_a_citation_has_a_mark_of_a_program():
    assert is_citation(' type="cite"')
    assert is_citation(' style="border-left: 2px solid blue"')
    assert not is_citation("")


def test_texts_are_joined_with_their_marks():
    first = ("\na\nb\n", Marks(quoted=frozenset({2}), from_html=True))
    text, marks = joined([first, ("  \n", NO_MARKS), ("c\nd", Marks(signature=frozenset({1})))])

    assert text == "a\nb\n\nc\nd"
    assert marks == Marks(quoted=frozenset({1}), signature=frozenset({4}), from_html=True)
