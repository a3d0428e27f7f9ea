"""Open cases that look like an incident are offered, from the lists that there are, and nothing is linked by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.incidents import beginnings_in, found_in
from chalicelib.usecases.suggest_cases import SuggestCases, Wanted
from tests.domain.making import ANNAS_PHONE, BARTEK


@pytest.fixture
def incident(hub):
    return hub.incidents("Awaria prądu", {"pl": "Pracujemy nad tym."}, ["support"], "eva")


def suggested(hub, incident, limit=50, start=None, **wanted):
    return SuggestCases(hub.threads, hub.configuration)(incident, Wanted(**wanted), limit, start)


def references(page):
    return [one.case.reference for one in page.items]


def test_cases_are_found_by_the_words_of_the_incident_in_subject_and_text_whatever_their_endings(hub, incident):
    one = hub.write(subject="PRĄD", visible_text="Znowu awarię mamy")
    two = hub.write(sender=BARTEK, subject="Pytanie", visible_text="nie ma prądu")
    hub.write(sender=ContactPoint(PointKind.EMAIL, "c@example.pl"), subject="Faktura")
    page = suggested(hub, incident)
    assert references(page) == [hub.case(one).reference, hub.case(two).reference]
    assert [one.words for one in page.items] == [("awar", "prad"), ("prad",)]


def test_what_is_linked_closed_of_another_channel_or_too_old_is_not_offered(hub, incident):
    old = hub.case(hub.write(subject="Prąd"))
    hub.later(hours=30)
    linked = hub.case(hub.write(sender=BARTEK, subject="Prąd"))
    hub.link(incident, [linked.reference], "eva")
    text = hub.case(hub.write_sms(ANNAS_PHONE, text="prąd"))
    assert references(suggested(hub, incident)) == [old.reference]
    assert references(suggested(hub, incident, since=hub.now() - timedelta(hours=1))) == []
    assert text.reference in references(suggested(hub, incident, team="care", words="prąd"))


def test_a_page_is_one_page_of_the_list_and_may_be_empty(hub, incident):
    hub.write(subject="Faktura")
    hub.later(minutes=1)
    wanted = hub.case(hub.write(sender=BARTEK, subject="Prąd"))
    first = suggested(hub, incident, limit=1)
    assert (references(first), first.next is None) == ([], False)
    assert references(suggested(hub, incident, limit=1, start=first.next)) == [wanted.reference]


@pytest.mark.parametrize("words", ["a", "nie ma", " ? "])
def test_words_that_say_nothing_are_refused(hub, incident, words):
    with pytest.raises(InvalidInput) as told:
        suggested(hub, incident, words=words)
    assert told.value.field == "words"


def test_an_incident_without_inboxes_has_to_be_told_where_to_look(hub):
    incident = hub.incidents("Awaria prądu", {}, [], "eva")
    with pytest.raises(InvalidInput) as told:
        suggested(hub, incident)
    assert told.value.field == "inbox"
    assert references(suggested(hub, incident, inbox="support")) == []


def test_marks_letter_case_and_endings_do_not_matter_and_short_words_are_left_out():
    assert beginnings_in("W Łodzi nie ma PRĄDU") == ("lodz", "prad")
    assert found_in(("lodz", "prad"), "Łódź!", "podprądowy") == ("lodz",)
