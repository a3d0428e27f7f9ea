from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.search_words import (
    COMMON,
    LONGEST_EXCERPT,
    LONGEST_WORD,
    all_lead_to,
    asked_for,
    excerpt,
    found_in,
    stems_in,
)


@pytest.mark.parametrize(
    "forms",
    [
        "faktura faktury fakturze fakturę fakturą faktur fakturami FAKTURA",
        "reklamacja reklamacji reklamacje reklamację reklamacją reklamacjami",
        "zamówienie zamówienia zamówień zamówieniu zamówieniem zamówieniami zamowienie",
        "umowa umowy umowie umów umową",
        "Kowalski Kowalskiego Kowalskiemu Kowalska Kowalskiej Kowalskich",
        "Anna Anny Annie Annę Anną",
        "zwrot zwrotu zwrotem zwroty zwrotów",
        "łódź Łodzi lodz",
        "invoice invoices invoiced invoicing",
        "delivery deliveries delivered delivering",
        "call calls called calling",
        "address addresses",
        "status statusu statusy",
        "Müller Muller MÜLLER mu\u0308ller",
        "Straße Strasse",
        "+48601234567 601234567 0048601234567",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms):
    assert len({*stems_in(forms)}) == 1, [*stems_in(forms)]


@pytest.mark.parametrize(
    ("one", "another"),
    [("pralka", "prąd"), ("zwrot", "zwiastun"), ("order", "border"), ("12345", "12346"), ("case", "cash")],
)
def test_different_words_have_different_stems(one, another):
    assert {*stems_in(one)}.isdisjoint(stems_in(another))


def test_words_that_stand_everywhere_lead_nowhere_unless_they_are_asked_for_by_name():
    assert [*stems_in("Dzień dobry, proszę o pomoc. Thank you and best regards")] == ["pomoc"]
    assert asked_for("Dobry", common=True) == ("dobr",)
    assert asked_for("Dzień dobry") == ()


def test_an_address_is_its_words_and_so_is_whoever_asks_for_it():
    assert {*asked_for("anna.nowak@example.pl")} <= {*stems_in("anna.nowak@example.pl")}
    assert {*asked_for("nowak")} <= {*stems_in("anna.nowak@example.pl")}


@pytest.mark.parametrize("written", ["+48 601 234 567", "601-234-567", "(48) 601 23 45 67", "601234567"])
def test_a_telephone_number_is_found_however_it_is_written(written):
    assert asked_for(written) == ("601234567",)


def test_several_words_are_looked_for_from_the_longest_on():
    assert asked_for("woda pralka Woda reklamacja") == ("reklamacj", "pralk", "wod")


def test_an_excerpt_is_one_line_around_the_word():
    text = "Dzień dobry.\n" + "Było tak. " * 20 + "Chodzi o\n <b>fakturę</b>\x07\u2028 za prąd." + " I tak dalej." * 40
    shown = excerpt(["", "nic", text], ["faktur"])
    assert "Chodzi o <b>fakturę</b> za prąd." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= LONGEST_EXCERPT + 4
    assert excerpt(["Chodzi o prąd"], ["faktur"]) == ""


def test_an_excerpt_of_a_short_text_is_all_of_it():
    assert excerpt(["Gdzie jest faktura?"], ["faktur"]) == "Gdzie jest faktura?"


def test_what_was_found_is_named_as_it_stands_there():
    assert found_in("Faktury? FAKTURĘ za faktura-2 i fakturze.", ["faktur"]) == (
        "Faktury",
        "FAKTURĘ",
        "faktura",
        "fakturze",
    )
    assert found_in("Chodzi o prąd", ["faktur"]) == ()


@given(st.text(max_size=60))
def test_whatever_is_written_is_found_by_what_was_written(text):
    assert {*asked_for(text, common=True)} <= {*stems_in(text, common=True)} or any(map(str.isdecimal, text))
    for stem in stems_in(text):
        assert 1 <= len(stem) <= LONGEST_WORD
        shown = excerpt([text], [stem])
        assert shown
        assert shown.isprintable()
        assert set(found_in(shown, [stem])) <= set(found_in(text, [stem]))


@given(st.sampled_from(sorted(COMMON)))
def test_the_list_of_common_words_is_written_as_they_are_looked_for(word):
    assert [*stems_in(word)] == []
    assert [*stems_in(word.upper())] == []


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("fakt*", ("fakt*",)),
        ("Zwrot fakt*", ("zwrot", "fakt*")),
        ("żół*", ("zol*",)),
        ("pralki*", ("pralk*",)),
        ("anna.kow*", ("ann", "kow*")),
        ("dob*", ("dob*",)),
        ("fa*", ("fa",)),
        ("x*", ()),
        ("*", ()),
        ("fakt *", ("fakt",)),
        ("fakt* zwrot", ("zwrot", "fakt")),
        ("12345*", ("12345*",)),
    ],
)
def test_of_the_last_word_its_beginning_is_enough_where_a_star_stands_behind_it(typed, asked):
    assert asked_for(typed) == asked


@pytest.mark.parametrize("word", ["faktura", "reklamacji", "Kowalskiemu", "zamówieniami", "delivering", "żółty"])
def test_a_word_is_found_at_every_letter_with_which_it_is_typed(word):
    """Also where the letters typed so far look like a form of another word."""
    for typed in range(3, len(word) + 1):
        assert all_lead_to(asked_for(f"{word[:typed]}*"), {*stems_in(word)}), word[:typed]


def test_what_begins_so_is_marked_where_it_stands():
    assert found_in("Faktura za fax, faktor", asked_for("fakt*")) == ("Faktura", "faktor")
    assert excerpt(["nic", "Moja faktura"], asked_for("fakt*")) == "Moja faktura"
