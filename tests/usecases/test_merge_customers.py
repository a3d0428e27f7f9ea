from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, TooLarge
from chalicelib.domain.merging import MOST_MOVED, MOST_PREDECESSORS, Merge
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.find_customer import points_of, read_family, surviving_customer
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK
from tests.fakes.memory_store import Moment

CELINA = ContactPoint(PointKind.EMAIL, "celina@example.pl")


@pytest.fixture
def anna(hub):
    return hub.write(sender=ANNA).customer_id


@pytest.fixture
def bartek(hub):
    hub.later(minutes=1)
    return hub.write(sender=BARTEK).customer_id


@pytest.fixture
def celina(hub):
    hub.later(minutes=2)
    return hub.write(sender=CELINA).customer_id


def texts(hub, customer_id, *kinds):
    family = surviving_customer(hub.threads, customer_id).family
    return [entry for entry in hub.threads.list_threads(family, 100).items if not kinds or entry.kind in kinds]


def owner(hub, point):
    return hub.threads.find_owner(point)


# Merging


def test_after_a_merge_both_are_read_as_one_whoever_is_asked_for(hub, anna, bartek):
    hub.merge(anna, bartek, "eva", "the same person")
    for asked in (anna, bartek):
        assert surviving_customer(hub.threads, asked).id == anna
        assert [entry.arrival.point for entry in texts(hub, asked, EntryKind.INBOUND)] == [BARTEK, ANNA]
        assert [page.customer.id for page in read_family(hub.threads, asked)] == [anna, bartek]
    assert points_of(hub.threads, surviving_customer(hub.threads, anna)) == (ANNA, BARTEK)


def test_a_merge_moves_the_owner_rows_and_remembers_where_they_are_at_home(hub, anna, bartek):
    before = owner(hub, BARTEK)
    hub.merge(anna, bartek, "eva", "the same person")
    assert owner(hub, BARTEK) == replace(before, customer_id=anna, home=bartek)
    assert owner(hub, ANNA).home == ""


def test_the_journal_and_the_thread_say_who_merged_whom_and_why(hub, anna, bartek):
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    (merge,) = hub.threads.list_merges(anna)
    assert (merge.id, merge.merged_id, merge.by, merge.why) == (merge_id, bartek, "agent:eva", "the same person")
    assert (merge.points, merge.undone_at) == ((BARTEK,), None)
    (event,) = texts(hub, anna, EntryKind.EVENT)
    assert (event.event, event.facts, event.author) == (
        "customer.merged",
        {"merge": merge_id, "merged": bartek},
        "agent:eva",
    )


def test_what_comes_after_a_merge_from_either_contact_point_joins_the_only_open_case(hub, anna, bartek):
    hub.close(hub.case(hub.write(sender=BARTEK)).reference, "eva")
    hub.merge(anna, bartek, "eva", "the same person")
    outcome = hub.write(sender=BARTEK)
    assert (outcome.customer_id, outcome.rule) == (anna, "by_only_open_case")


def test_a_new_case_after_a_merge_is_kept_where_its_contact_point_is_at_home(hub, anna, bartek):
    hub.merge(anna, bartek, "eva", "the same person")
    outcome = hub.write(sender=BARTEK)  # two cases are open, so none is the only one
    assert (outcome.customer_id, outcome.rule) == (bartek, "new_case")
    assert hub.threads.get_customer(bartek).open_case_count == 2


def test_an_answer_may_go_to_every_contact_point_of_the_family(hub, anna):
    texted = hub.write_sms(ANNAS_PHONE)
    hub.merge(anna, texted.customer_id, "eva", "she said so")
    entry_id = hub.reply(texted.reference, "eva", Answer("Dzień dobry", channel=Channel.EMAIL))
    assert hub.threads.get_entry(texted.customer_id, entry_id).delivery.recipient == ANNA.value


def test_merges_of_merges_all_point_at_the_survivor(hub, anna, bartek, celina):
    hub.merge(bartek, celina, "eva", "one")
    hub.merge(anna, bartek, "eva", "two")
    assert hub.threads.get_customer(anna).merged_from == (bartek, celina)
    assert hub.threads.get_customer(celina).merged_into == anna
    assert owner(hub, CELINA) == replace(owner(hub, CELINA), customer_id=anna, home=celina)
    assert len(texts(hub, celina, EntryKind.INBOUND)) == 3


def test_a_contact_point_that_is_added_to_a_merged_customer_is_the_survivors(hub, anna, bartek):
    hub.merge(anna, bartek, "eva", "the same person")
    hub.add_contact_point(bartek, "eva", ANNAS_PHONE)
    assert owner(hub, ANNAS_PHONE).customer_id == anna
    assert hub.threads.list_points(anna) == (ANNA, ANNAS_PHONE)


def test_nobody_is_merged_twice_with_themselves_or_with_nobody(hub, anna, bartek, celina):
    with pytest.raises(InvalidInput):
        hub.merge(anna, anna, "eva", "why")
    with pytest.raises(NotFound):
        hub.merge(anna, "01NOBODY", "eva", "why")
    hub.merge(anna, bartek, "eva", "the same person")
    for survivor, merged in ((anna, bartek), (bartek, anna), (celina, bartek), (bartek, celina)):
        with pytest.raises(Conflict):
            hub.merge(survivor, merged, "eva", "why")


def test_a_repeated_merge_gets_the_same_answer_and_happens_once(hub, anna, bartek):
    once = Once("eva", "k", "x")
    first = hub.merge(anna, bartek, "eva", "the same person", once=once)
    assert hub.merge(anna, bartek, "eva", "the same person", once=once) == first
    assert len(hub.threads.records(Merge)) == 1


def test_a_preview_changes_nothing_and_says_what_speaks_against_it(hub, anna, bartek):
    for point in (ANNA, BARTEK):
        known = owner(hub, point)
        hub.threads.commit([Update(known, replace(known, verified=True), ())])
    before = hub.threads.records()
    preview = hub.merge.preview(anna, bartek)
    assert hub.threads.records() == before
    assert (preview.points, preview.open_cases) == ((BARTEK,), 1)
    assert preview.warnings == (
        "each has a proved contact point of the kind email: email:anna@example.pl and email:bartek@example.pl",
    )


def test_a_preview_warns_of_a_customer_who_only_claims_to_be_somebody(hub, anna):
    forged = hub.write(sender=ANNA, trust=Trust.FORGED).customer_id
    (warning,) = hub.merge.preview(anna, forged).warnings
    assert "email:anna@example.pl" in warning


def test_exactly_what_the_preview_showed_is_merged(hub, anna, bartek):
    seen = hub.merge.preview(anna, bartek).seen
    hub.add_contact_point(bartek, "eva", ANNAS_PHONE)
    with pytest.raises(Conflict):
        hub.merge(anna, bartek, "eva", "why", seen=seen)
    hub.merge(anna, bartek, "eva", "why", seen=hub.merge.preview(anna, bartek).seen)
    assert owner(hub, ANNAS_PHONE).customer_id == anna


def test_a_contact_point_that_comes_while_two_are_merged_is_not_overlooked(hub, anna, bartek):
    added = []

    def add(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not added:
            added.append(None)
            hub.add_contact_point(bartek, "jan", ANNAS_PHONE)

    hub.threads.hook = add
    hub.merge(anna, bartek, "eva", "the same person")
    assert {one.customer_id for one in hub.threads.records(PointOwner)} == {anna}
    assert ANNAS_PHONE in hub.threads.list_merges(anna)[0].points


def test_a_merge_that_does_not_fit_is_refused_whole(hub, anna, bartek):
    many = [ContactPoint(PointKind.EMAIL, f"b{number}@example.pl") for number in range(MOST_MOVED)]
    for point in many:
        hub.add_contact_point(bartek, "eva", point)
    with pytest.raises(TooLarge, match="other way round"):
        hub.merge(anna, bartek, "eva", "the same person")
    hub.merge(bartek, anna, "eva", "the same person")
    assert owner(hub, ANNA).customer_id == bartek


def test_the_largest_merge_fits_into_one_transaction_and_so_does_undoing_it(hub, anna, bartek):
    for number in range(MOST_MOVED - 1):
        hub.add_contact_point(bartek, "eva", ContactPoint(PointKind.EMAIL, f"b{number}@example.pl"))
    merge_id = hub.merge(anna, bartek, "eva", "the same person", once=Once("eva", "k", "x"))
    hub.undo_merge(anna, merge_id, "eva", once=Once("eva", "l", "x"))
    assert owner(hub, BARTEK).customer_id == bartek


def test_a_customer_answers_for_a_limited_number_of_others(hub, anna):
    for number in range(MOST_PREDECESSORS + 1):
        hub.threads.commit([Create(Customer(f"01CUSTOMER{number:02}", hub.now()))])
    for number in range(MOST_PREDECESSORS):
        hub.merge(anna, f"01CUSTOMER{number:02}", "eva", "why")
    with pytest.raises(TooLarge):
        hub.merge(anna, f"01CUSTOMER{MOST_PREDECESSORS}", "eva", "why")


def test_of_two_agents_who_merge_both_ways_at_once_one_is_told_although_they_read_in_between(hub, anna, bartek):
    during(hub, lambda: hub.merge(bartek, anna, "jan", "one"), after="get_customer")
    with pytest.raises(Conflict):
        hub.merge(anna, bartek, "eva", "one")
    assert [merge.by for merge in hub.threads.records(Merge)] == ["agent:jan"]


# Undoing


def test_undoing_gives_everybody_back_what_was_theirs(hub, anna, bartek):
    before = hub.threads.records(PointOwner)
    hub.undo_merge(anna, hub.merge(anna, bartek, "eva", "the same person"), "jan")
    assert hub.threads.records(PointOwner) == before
    for one, point in ((anna, ANNA), (bartek, BARTEK)):
        customer = hub.threads.get_customer(one)
        assert (customer.family, customer.merged_into) == ((one,), "")
        assert [entry.arrival.point for entry in texts(hub, one, EntryKind.INBOUND)] == [point]


def test_what_came_after_the_merge_goes_back_by_the_contact_point_that_it_came_from(hub, anna, bartek):
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    hub.later(minutes=1)
    came = hub.write(sender=BARTEK, visible_text="later")
    merge = hub.undo_merge(anna, merge_id, "jan")
    assert merge.ambiguous == ()
    assert [entry.text for entry in texts(hub, bartek, EntryKind.INBOUND)] == ["later", "Dzień dobry"]
    assert came.case_id in hub.threads.get_customer(bartek).open_cases


def test_a_message_in_a_case_of_the_other_one_is_ambiguous_and_an_agent_is_told_where(hub, anna, bartek):
    hub.close(hub.case(hub.write(sender=BARTEK)).reference, "eva")
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    mixed = hub.write(sender=BARTEK)
    merge = hub.undo_merge(anna, merge_id, "jan")
    assert merge.ambiguous == (f"{anna}/{mixed.entry_id}",)
    assert merge == hub.threads.get_merge(anna, merge_id)
    (flag,) = [entry for entry in hub.thread(anna, EntryKind.EVENT) if entry.event == "case.ambiguous"]
    assert (flag.case_id, flag.facts["messages"]) == (mixed.case_id, "1")


def test_both_threads_say_that_the_merge_was_undone(hub, anna, bartek):
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    hub.undo_merge(anna, merge_id, "jan")
    for one in (anna, bartek):
        event = hub.thread(one, EntryKind.EVENT)[-1]
        assert (event.event, event.author, event.facts["merge"]) == ("customer.merge_undone", "agent:jan", merge_id)


def test_a_merge_is_undone_once(hub, anna, bartek):
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    once = Once("jan", "k", "x")
    first = hub.undo_merge(anna, merge_id, "jan", once=once)
    assert hub.undo_merge(anna, merge_id, "jan", once=once) == first
    with pytest.raises(Conflict, match="before"):
        hub.undo_merge(anna, merge_id, "jan")
    with pytest.raises(NotFound):
        hub.undo_merge(bartek, merge_id, "jan")


def test_of_merges_on_top_of_each_other_the_last_is_undone_first(hub, anna, bartek, celina):
    inner = hub.merge(bartek, celina, "eva", "one")
    outer = hub.merge(anna, bartek, "eva", "two")
    with pytest.raises(Conflict, match="first"):
        hub.undo_merge(bartek, inner, "jan")
    hub.undo_merge(anna, outer, "jan")
    assert hub.threads.get_customer(bartek).merged_from == (celina,)
    assert hub.threads.get_customer(celina).merged_into == bartek
    assert owner(hub, CELINA) == replace(owner(hub, CELINA), customer_id=bartek, home=celina)
    hub.undo_merge(bartek, inner, "jan")
    assert owner(hub, CELINA) == replace(owner(hub, CELINA), customer_id=celina, home="")


def test_of_merges_beside_each_other_any_can_be_undone(hub, anna, bartek, celina):
    first = hub.merge(anna, bartek, "eva", "one")
    hub.merge(anna, celina, "eva", "two")
    hub.undo_merge(anna, first, "jan")
    assert hub.threads.get_customer(anna).family == (anna, celina)
    assert owner(hub, CELINA).customer_id == anna
    assert owner(hub, BARTEK).customer_id == bartek


def test_a_contact_point_that_came_after_the_merge_stays_with_the_survivor(hub, anna, bartek):
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    hub.add_contact_point(bartek, "eva", ANNAS_PHONE)
    hub.undo_merge(anna, merge_id, "jan")
    assert owner(hub, ANNAS_PHONE).customer_id == anna


def test_after_undoing_an_answer_to_a_mixed_case_goes_to_its_own_customer(hub, anna, bartek):
    hub.close(hub.case(hub.write(sender=BARTEK)).reference, "eva")
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    mixed = hub.write(sender=BARTEK)
    hub.undo_merge(anna, merge_id, "jan")
    entry_id = hub.reply(mixed.reference, "eva", Answer("Dzień dobry"))
    assert hub.threads.get_entry(anna, entry_id).delivery.recipient == ANNA.value


# Messages that come meanwhile (each test lets the mail come at the very moment of the write)


def during(hub, act, *, after=""):
    """`act` happens before the next write, or after the next call of that name."""
    happened = []

    def hook(call):
        now = (after, Moment.AFTER) if after else ("commit", Moment.BEFORE)
        if (call.name, call.moment) == now and not happened:
            happened.append(None)
            happened.append(act())

    hub.threads.hook = hook
    return happened


def test_mail_that_comes_while_two_are_merged_is_read_with_the_survivor(hub, anna, bartek):
    happened = during(hub, lambda: hub.write(sender=BARTEK, visible_text="meanwhile"))
    hub.merge(anna, bartek, "eva", "the same person")
    assert happened[1].customer_id == bartek
    assert "meanwhile" in [entry.text for entry in texts(hub, anna, EntryKind.INBOUND)]
    listed = {case.id for case in hub.threads.list_urgent("care", 10).items}
    assert happened[1].case_id in listed


def test_a_merge_that_comes_while_mail_is_kept_leaves_it_where_it_can_be_found(hub, anna, bartek):
    during(hub, lambda: hub.merge(anna, bartek, "eva", "the same person"))
    outcome = hub.write(sender=BARTEK, visible_text="meanwhile")
    assert outcome.customer_id == bartek
    assert "meanwhile" in [entry.text for entry in texts(hub, anna, EntryKind.INBOUND)]


def test_a_message_into_a_case_of_the_other_one_is_not_kept_over_the_undoing_of_the_merge(hub, anna, bartek):
    hub.close(hub.case(hub.write(sender=BARTEK)).reference, "eva")
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    happened = during(hub, lambda: hub.undo_merge(anna, merge_id, "jan"))
    outcome = hub.write(sender=BARTEK)
    assert happened[1].ambiguous == ()
    assert outcome.customer_id == bartek
    assert hub.case(outcome).status is CaseStatus.OPEN


def test_a_survivors_message_went_into_the_others_case_just_after_the_merge_had_been_undone(hub, anna, bartek):
    hub.close(hub.case(hub.write(sender=ANNA)).reference, "eva")
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    happened = during(hub, lambda: hub.undo_merge(anna, merge_id, "jan"))
    outcome = hub.write(sender=ANNA)
    assert happened[1].ambiguous == ()
    assert outcome.customer_id == anna
    assert hub.case(outcome).participants == (ANNA,)
