"""A note mentions colleagues and teams: each finds it once and hears of it once, if they may see the case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import InvalidInput, MayNotSee
from chalicelib.domain.mentions import KEPT_FOR, Mention, Mentioned
from chalicelib.domain.notice_limits import NoticeLimit
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.add_note import AddNote
from chalicelib.usecases.announce_changes import EntryChange, announcements_for
from chalicelib.usecases.list_mentions import ListMentions
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Update
from tests.domain.making import ANNA, BARTEK, configuration
from tests.fakes.memory_store import Moment
from tests.usecases.staffing import staff

EWA = Mentioned(agents=("ewa",))


@pytest.fixture
def case(hub):
    staff(hub, "ewa", email="ewa@company.example")
    staff(hub, "jan", email="jan@company.example", teams=("billing",))
    return hub.case(hub.write())


@pytest.fixture
def two_teams(hub):
    care = configuration().teams["care"]
    billing = replace(care, name="billing", email="billing@company.example")
    hub.configured(teams={"care": care, "billing": billing})


def rows(hub):
    return {(row.whom, row.entry_id) for row in hub.threads.records(Mention)}


def notices(hub, case):
    found = hub.thread(case.customer_id, EntryKind.NOTICE)
    return [(notice.delivery.recipient, notice.subject) for notice in found]


def listed(hub, subject, teams=(), limit=50, sees=lambda _: True, start=None):
    return ListMentions(hub.threads)(subject, teams, sees, limit, start)


def texts(page):
    return [one.entry.text for one in page.items]


# Who is mentioned


def test_a_note_keeps_whom_it_mentions_and_each_of_them_has_a_row(hub, case):
    note_id = hub.add_note(case.reference, "adam", "@ewa, zerkniesz?", Mentioned(("ewa", "jan", "ewa"), ("care",)))
    (note,) = hub.thread(case.customer_id, EntryKind.NOTE)
    assert note.mentions == ("agent:ewa", "agent:jan", "team:care")
    assert rows(hub) == {("agent:ewa", note_id), ("agent:jan", note_id), ("team:care", note_id)}
    (row, *_) = hub.threads.records(Mention)
    assert row.expires_at == hub.now().replace(microsecond=0) + KEPT_FOR


def test_a_note_that_mentions_nobody_reads_nothing_for_it_and_writes_no_row(hub, case):
    read = []
    hub.threads.hook = lambda call: read.append(call.name)
    hub.add_note(case.reference, "adam", "nic")
    assert {*read} & {"find_agent", "list_agents", "find_allowance"} == set()
    assert (rows(hub), notices(hub, case)) == (set(), [])


@pytest.mark.parametrize(
    ("mentioned", "field"),
    [
        (Mentioned(("ewa", "nobody")), "mentions.agents[1]"),
        (Mentioned(teams=("care", "nowhere")), "mentions.teams[1]"),
    ],
)
def test_whoever_is_not_known_cannot_be_mentioned_and_nothing_is_written(hub, case, mentioned, field):
    with pytest.raises(InvalidInput) as refused:
        hub.add_note(case.reference, "adam", "kto?", mentioned)
    assert refused.value.field == field
    assert (hub.thread(case.customer_id, EntryKind.NOTE), rows(hub)) == ([], set())


def test_nobody_is_told_of_their_own_mention(hub, case):
    hub.add_note(case.reference, "ewa", "ja sama", EWA)
    (note,) = hub.thread(case.customer_id, EntryKind.NOTE)
    assert (note.mentions, rows(hub), notices(hub, case)) == ((), set(), [])
    hub.add_note(case.reference, "ewa", "cały zespół", Mentioned(teams=("care",)))
    assert texts(listed(hub, "ewa", ["care"])) == []
    assert texts(listed(hub, "adam", ["care"])) == ["cały zespół"]


def test_who_mentions_needs_no_record_of_their_own_among_the_agents(hub, case):
    hub.add_note(case.reference, "adam", "ja i ewa", Mentioned(("adam", "ewa")))
    assert {whom for whom, _ in rows(hub)} == {"agent:ewa"}


# Restricted kinds


@pytest.mark.parametrize(
    ("mentioned", "field"),
    [(Mentioned(("ewa", "jan")), "mentions.agents[1]"), (Mentioned(teams=("billing",)), "mentions.teams[0]")],
)
def test_in_a_restricted_case_nobody_can_be_mentioned_who_may_not_see_it(hub, case, two_teams, mentioned, field):
    hub.configured(teams=hub.configuration.current().teams, kinds={case.kind: CaseKind(case.kind, restricted=True)})
    with pytest.raises(MayNotSee) as refused:
        hub.add_note(case.reference, "adam", "tylko dla nas", mentioned)
    assert refused.value.field == field
    assert rows(hub) == set()
    hub.add_note(case.reference, "adam", "tylko dla nas", Mentioned(("ewa",), ("care",)))
    assert {whom for whom, _ in rows(hub)} == {"agent:ewa", "team:care"}


def test_a_case_that_is_handed_to_another_team_meanwhile_is_decided_about_again(hub, case, two_teams):
    hub.configured(teams=hub.configuration.current().teams, kinds={case.kind: CaseKind(case.kind, restricted=True)})
    moved = []

    def hand_over(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not moved:
            moved.append(None)
            found = hub.threads.get_case(case.customer_id, case.id)
            hub.threads.commit([Update(found, replace(found, team="billing"), ("team",))])

    hub.threads.hook = hand_over
    with pytest.raises(MayNotSee):
        hub.add_note(case.reference, "adam", "@ewa", EWA)
    assert (hub.thread(case.customer_id, EntryKind.NOTE), rows(hub)) == ([], set())


# How they hear of it


def test_who_is_mentioned_is_told_by_mail_without_a_word_of_the_note_or_of_a_clock(hub, case, two_teams):
    staff(hub, "adam", name="Adam Nowak")
    hub.add_note(case.reference, "adam", "Tajemnica", Mentioned(("ewa",), ("billing",)))
    told = hub.thread(case.customer_id, EntryKind.NOTICE)
    assert notices(hub, case) == [
        ("ewa@company.example", f"Adam Nowak wspomina o Tobie w sprawie {case.reference}"),
        ("billing@company.example", f"Adam Nowak wspomina o zespole billing w sprawie {case.reference}"),
    ]
    assert all("Tajemnica" not in one.text and one.delivery.automatic for one in told)
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.clocks, after.awaiting_since, after.messages_out) == (case.clocks, case.awaiting_since, 0)
    (note,) = hub.thread(case.customer_id, EntryKind.NOTE)
    assert note.facts == {"notices": " ".join(one.id for one in told)}
    assert [id_ for _, id_ in hub.queues.to_deliver] == [one.id for one in told]
    hub.deliver_all()
    assert {mail.recipient for mail in hub.mail.sent} >= {"ewa@company.example", "billing@company.example"}


def test_who_reads_the_mail_of_their_team_gets_one_notice(hub, case):
    staff(hub, "ola", email="care@company.example")
    hub.add_note(case.reference, "adam", "@ola @care", Mentioned(("ola",), ("care",)))
    assert notices(hub, case) == [("care@company.example", f"Ktoś z nas wspomina o Tobie w sprawie {case.reference}")]


def test_more_notices_than_the_limit_are_not_sent_and_the_list_has_them_all(hub, case):
    hub.configured(notice_limit=NoticeLimit(most=2))
    for number in range(4):
        hub.add_note(case.reference, "adam", f"nr {number}", EWA)
        hub.later(seconds=1)
    assert len(notices(hub, case)) == 2
    assert texts(listed(hub, "ewa")) == ["nr 3", "nr 2", "nr 1", "nr 0"]


def test_a_hub_that_writes_no_mail_keeps_the_rows_alone(hub, case):
    inboxes = tuple(one for one in configuration().inboxes if one.channel is not Channel.EMAIL)
    hub.configured(inboxes=inboxes, teams={"care": replace(configuration().teams["care"], inbox="")})
    hub.add_note(case.reference, "adam", "@ewa", EWA)
    assert (len(rows(hub)), notices(hub, case)) == (1, [])


def test_a_repeated_call_mentions_nobody_again(hub, case):
    once = Once("adam", "1", "sha")
    ids = {hub.add_note(case.reference, "adam", "@ewa", EWA, once=once) for _ in range(3)}
    assert (len(ids), len(rows(hub)), len(notices(hub, case)), len(hub.queues.to_deliver)) == (1, 1, 1, 1)


def test_an_event_names_who_is_mentioned_and_no_word(hub, case):
    hub.add_note(case.reference, "adam", "Tajemnica", Mentioned(("ewa", "jan"), ("care",)))
    (note,) = hub.thread(case.customer_id, EntryKind.NOTE)
    (told,) = announcements_for([EntryChange(None, note)])
    assert (told.name, told.facts) == ("colleague.mentioned", {"agents": "ewa jan", "teams": "care"})
    assert announcements_for([EntryChange(None, replace(note, moved_from="01C/01E"))]) == []
    assert announcements_for([EntryChange(None, replace(note, mentions=()))]) == []


# Where am I mentioned


def test_the_newest_comes_first_and_who_is_meant_twice_finds_it_once(hub, case):
    for number, mentioned in enumerate((EWA, Mentioned(teams=("care",)), Mentioned(("ewa",), ("care",)))):
        hub.add_note(case.reference, "adam", f"nr {number}", mentioned)
        hub.later(minutes=1)
    assert texts(listed(hub, "ewa", ["care"])) == ["nr 2", "nr 1", "nr 0"]
    assert texts(listed(hub, "ewa")) == ["nr 2", "nr 0"]
    assert texts(listed(hub, "jan", ["billing"])) == []


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_have_each_note_once(hub, case, limit):
    for number in range(7):
        mentioned = (EWA, Mentioned(teams=("care",)), Mentioned(("ewa",), ("care",)))[number % 3]
        hub.add_note(case.reference, "adam", f"nr {number}", mentioned)
        hub.later(minutes=1)
    found, start = [], None
    while True:
        page = listed(hub, "ewa", ["care"], limit, start=start)
        found += texts(page)
        start = page.next
        if start is None:
            break
    assert found == [f"nr {number}" for number in reversed(range(7))]


def test_what_somebody_may_not_see_any_more_is_not_listed(hub, case):
    hub.add_note(case.reference, "adam", "@ewa", EWA)
    assert texts(listed(hub, "ewa", sees=lambda one: one.id != case.id)) == []


def test_a_note_of_a_case_that_was_moved_is_found_where_it_went(hub, case):
    other = hub.write(sender=BARTEK)
    hub.add_note(case.reference, "adam", "@ewa", EWA)
    hub.deliver_all()
    hub.move_case(case.reference, "adam", other.customer_id, "to Bartka")
    (one,) = listed(hub, "ewa").items
    assert (one.entry.text, one.entry.customer_id, one.case.customer_id) == (
        "@ewa",
        other.customer_id,
        other.customer_id,
    )
    assert one.entry.mentions == ("agent:ewa",)


def test_a_note_is_found_after_its_customer_was_merged(hub, case):
    hub.add_note(case.reference, "adam", "@ewa", EWA)
    other = hub.write(sender=BARTEK)
    hub.merge(other.customer_id, case.customer_id, "adam", "ta sama osoba")
    assert texts(listed(hub, "ewa")) == ["@ewa"]


def test_a_row_is_over_after_ninety_days(hub, case):
    hub.add_note(case.reference, "adam", "@ewa", EWA)
    hub.later(days=90)
    assert texts(listed(hub, "ewa")) == []


def test_an_entry_of_before_there_were_mentions_has_none():
    assert Entry("01E", "01C", "", None, EntryKind.NOTE, "agent:ewa").mentions == ()


def test_without_mentions_a_note_is_what_it_was(hub, case):
    add = AddNote(hub.threads, None, None, hub.now, hub.randomness)  # neither is asked
    add(case.reference, "adam", "zwykła")
    assert hub.thread(case.customer_id, EntryKind.NOTE)[0].facts == {}
    assert ANNA in hub.threads.get_case(case.customer_id, case.id).participants
