from __future__ import annotations

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.merging import Evidence, Merge, Suggestion, SuggestionStatus
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.once import Once
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK

TAGGED = ContactPoint(PointKind.EMAIL, "anna+sklep@example.pl")
NAMESAKE = ContactPoint(PointKind.EMAIL, "a.kowalska@example.pl")


def told(hub):
    """The stream tells of everything that was written so far, once more and once more again."""
    changes = [EntryChange(None, entry) for entry in hub.threads.records(Entry)]
    hub.suggest(changes)
    hub.suggest(changes)


def write(hub, sender, **fields):
    hub.later(minutes=1)
    outcome = hub.write(sender=sender, **fields)
    told(hub)
    return outcome.customer_id


def pairs(hub):
    return [(one.first, one.second, [reason.evidence for reason in one.reasons]) for one in listed(hub)]


def listed(hub):
    return hub.threads.list_suggestions(50).items


@pytest.mark.parametrize(("first", "second"), [(ANNA, TAGGED), (TAGGED, ANNA)])
def test_an_address_with_a_tag_is_suggested_to_be_the_one_without(hub, first, second):
    one, other = write(hub, first), write(hub, second)
    assert pairs(hub) == [(one, other, [Evidence.TAGGED_ADDRESS])]


def test_dots_mean_nothing_where_the_provider_says_so_and_something_elsewhere(hub):
    points = ["anna.nowak@gmail.com", "annanowak@googlemail.com", "anna.nowak@example.pl", "annanowak@example.pl"]
    one, other, *_ = [write(hub, ContactPoint(PointKind.EMAIL, point)) for point in points]
    assert pairs(hub) == [(one, other, [Evidence.TAGGED_ADDRESS])]


def test_the_same_name_at_the_same_domain_is_suggested(hub):
    one = write(hub, ANNA, sender_name="Anna Kowalska")
    other = write(hub, NAMESAKE, sender_name="KOWALSKA, Anna")
    write(hub, ContactPoint(PointKind.EMAIL, "ak@example.com"), sender_name="Anna Kowalska")
    write(hub, BARTEK, sender_name="Anna")
    assert pairs(hub) == [(one, other, [Evidence.SAME_NAME])]


def test_a_number_in_a_signature_leads_to_the_customer_who_texts_from_it(hub):
    texts = hub.write_sms(ANNAS_PHONE).customer_id
    writes = write(hub, ANNA, signature="Anna Kowalska\ntel. 601 234 567")
    assert pairs(hub) == [(texts, writes, [Evidence.NAMED_ADDRESS])]


def test_a_number_in_the_text_of_a_mail_is_not_its_senders(hub):
    hub.write_sms(ANNAS_PHONE)
    write(hub, ANNA, visible_text="Proszę zadzwonić do męża: 601 234 567")
    assert pairs(hub) == []


def test_an_address_in_a_form_that_is_another_customers_is_suggested(hub):
    known = write(hub, ANNA)
    hub.later(minutes=1)
    said = hub.write(
        sender=ANNAS_PHONE,
        channel=Channel.WEB_FORM,
        trust=Trust.UNVERIFIED,
        visible_text="Zwrot\n\nAlso given: anna@example.pl",
    )
    told(hub)
    assert pairs(hub) == [(known, said.customer_id, [Evidence.NAMED_ADDRESS])]


def test_what_many_share_says_nothing(hub):
    for number in range(9):
        write(hub, ContactPoint(PointKind.EMAIL, f"shop+{number}@example.pl"))
    assert len(listed(hub)) == 15  # the pairs of the first six


def test_nobody_is_suggested_by_a_forged_or_automatic_message(hub):
    write(hub, ANNA)
    write(hub, TAGGED, trust=Trust.FORGED)
    write(hub, TAGGED, automatic="auto-submitted")
    assert listed(hub) == ()


def test_a_further_reason_joins_the_suggestion_that_there_is(hub):
    one = write(hub, ANNA, sender_name="Anna Kowalska")
    other = write(hub, TAGGED, sender_name="Anna Kowalska")
    assert pairs(hub) == [(one, other, [Evidence.TAGGED_ADDRESS, Evidence.SAME_NAME])]


def test_whoever_is_one_already_is_not_suggested(hub):
    one, other = write(hub, ANNA), write(hub, BARTEK)
    hub.merge(one, other, "eva", "the same person")
    hub.close(hub.threads.get_customer_page(one).cases[0].reference, "eva")
    write(hub, BARTEK, signature="anna@example.pl")
    write(hub, ANNA, signature="bartek@example.pl")
    assert listed(hub) == ()


def test_a_merge_answers_the_suggestion_and_undoing_it_dismisses_it(hub):
    one, other = write(hub, ANNA), write(hub, TAGGED)
    merge_id = hub.merge(one, other, "eva", "the same person")
    (suggestion,) = hub.threads.records(Suggestion)
    assert (suggestion.status, suggestion.merge_id) == (SuggestionStatus.ACCEPTED, merge_id)
    with pytest.raises(Conflict):
        hub.decide.dismiss(suggestion.id, "eva", "no")
    hub.undo_merge(one, merge_id, "eva")
    told(hub)
    (suggestion,) = hub.threads.records(Suggestion)
    assert (suggestion.status, listed(hub)) == (SuggestionStatus.DISMISSED, ())


def test_a_suggestion_of_somebody_who_had_been_merged_since_could_only_be_dismissed(hub):
    one, other, third = (write(hub, ContactPoint(PointKind.EMAIL, f"shop+{tag}@example.pl")) for tag in "abc")
    by_pair = {frozenset((found.first, found.second)): found.id for found in listed(hub)}
    with_other, with_third = (hub.decide.accept(by_pair[frozenset((one, who))], "eva", "y") for who in (other, third))
    once = Once("eva", "k", "x")
    last = by_pair[frozenset((other, third))]
    assert hub.decide.accept(last, "eva", "y", once=once) == hub.decide.accept(last, "eva", "y", once=once)
    assert hub.decide.accept(last, "eva", "y") in (with_other, with_third)
    assert listed(hub) == ()
    assert len(hub.threads.records(Merge)) == 2


def test_whoever_was_merged_into_somebody_else_is_merged_together_with_them(hub):
    one, other = write(hub, ANNA), write(hub, TAGGED)
    hub.later(minutes=1)
    (suggestion,) = listed(hub)
    bartek = write(hub, BARTEK)
    hub.merge(bartek, other, "eva", "the same person")
    assert hub.decide.accept(suggestion.id, "eva", "y")[0] == one
    assert set(hub.threads.get_customer(one).merged_from) == {bartek, other}
    assert listed(hub) == ()


def test_a_dismissed_suggestion_comes_back_only_for_a_new_reason(hub):
    one, other = write(hub, ANNA, sender_name="Anna Kowalska"), write(hub, TAGGED)
    (suggestion,) = listed(hub)
    hub.decide.dismiss(suggestion.id, "eva", "father and son", once=Once("eva", "k", "x"))
    hub.decide.dismiss(suggestion.id, "eva", "father and son")
    told(hub)
    assert listed(hub) == ()
    hub.close(hub.threads.get_customer_page(other).cases[0].reference, "eva")
    write(hub, TAGGED, sender_name="Anna Kowalska")
    assert pairs(hub) == [(one, other, [Evidence.TAGGED_ADDRESS, Evidence.SAME_NAME])]
    assert [entry.event for entry in hub.thread(one) if entry.event] == ["customer.merge_dismissed"]


def test_a_suggestion_that_there_is_not_cannot_be_dismissed(hub):
    with pytest.raises(NotFound):
        hub.decide.dismiss("0f" * 20, "eva", "why")


def test_suggestions_are_listed_newest_first_page_by_page(hub):
    for number in range(3):
        write(hub, ContactPoint(PointKind.EMAIL, f"shop+{number}@example.pl"))
    first = hub.threads.list_suggestions(2)
    rest = hub.threads.list_suggestions(2, first.next)
    times = [one.at for one in (*first.items, *rest.items)]
    assert times == sorted(times, reverse=True)
    assert (len(first.items), len(rest.items), rest.next) == (2, 1, None)
