"""Who may do what: roles and scopes, and what a customer may read of their own thread, rule by rule.

The matrix of every operation and principal over the API is `tests/api/test_authorization.py`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.access import (
    Action,
    allows,
    case_is_gone,
    case_may_be_shown,
    entry_is_gone,
    may_be_shown,
    may_be_shown_in,
    may_see_case,
    may_see_how_to_reach,
    require,
    require_begun_by,
    require_own_case,
    require_own_presence,
)
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.conversations import Conversation
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Forbidden, NotFound, ScopeMissing
from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from tests.fakes.records import ANNA, CASE_ID, CUSTOMER_ID, NOW, a_case, a_delivery, an_answer, an_arrival, an_entry, at

EWA = ContactPoint(PointKind.EMAIL, "ewa@example.pl")
HERS = frozenset({ANNA})
OF_ANNA = an_entry(arrival=an_arrival())
SENT = an_answer(delivery=a_delivery(status=DeliveryStatus.SENT))


def who(*roles: Role, **fields: object) -> Principal:
    return Principal("https://login.example", "ewa", frozenset(roles), **fields)


def a_service(*scopes: Scope) -> Principal:
    return who(Role.SERVICE, scopes=frozenset(scopes))


def test_a_person_without_the_role_is_refused_and_one_with_it_is_not():
    require(who(Role.AGENT), Action.ANSWER)
    with pytest.raises(Forbidden) as refused:
        require(who(Role.CUSTOMER), Action.ANSWER)
    assert not isinstance(refused.value, ScopeMissing)


def test_a_service_is_told_which_scope_it_lacks():
    require(a_service(Scope.MESSAGES_WRITE), Action.ANSWER)
    with pytest.raises(ScopeMissing) as refused:
        require(a_service(Scope.CASES_READ), Action.ANSWER)
    assert refused.value.scope == Scope.MESSAGES_WRITE


def test_what_only_people_may_is_refused_to_a_service_with_every_scope():
    with pytest.raises(Forbidden) as refused:
        require(a_service(*Scope), Action.ERASE)
    assert not isinstance(refused.value, ScopeMissing)
    assert "people" in refused.value.public_text


def test_scopes_in_the_token_of_a_person_allow_nothing():
    assert not allows(who(Role.CUSTOMER, scopes=frozenset(Scope)), Action.ANSWER)


@pytest.mark.parametrize(
    ("principal", "subject", "may"),
    [
        (who(Role.AGENT), "ewa", True),
        (who(Role.AGENT), "jan", False),
        (who(Role.SUPERVISOR), "jan", True),
        (who(Role.ADMIN), "jan", True),
        (who(Role.AUDITOR), "jan", False),
    ],
)
def test_where_an_agent_is_told_is_seen_by_themselves_and_those_who_lead(principal, subject, may):
    assert may_see_how_to_reach(principal, subject) is may
    if may:
        require_own_presence(principal, subject)
    else:
        with pytest.raises(Forbidden):
            require_own_presence(principal, subject)


def test_a_restricted_case_is_seen_by_its_team_and_by_who_administers_or_audits():
    assert may_see_case(who(Role.AGENT, teams=("claims",)), ("claims",))
    assert may_see_case(who(Role.AGENT), ("claims",), known_in=("claims",))
    assert not may_see_case(who(Role.SUPERVISOR, teams=("care",)), ("claims",), known_in=("press",))
    assert may_see_case(who(Role.ADMIN), ("claims",))
    assert may_see_case(who(Role.AUDITOR), ("claims",))
    assert may_see_case(who(Role.AGENT, teams=("complaints",)), ("claims", "complaints"))


@pytest.mark.parametrize("theirs", ["another", None])
def test_a_case_of_somebody_else_is_there_as_little_as_none(theirs):
    require_own_case("anna", "anna")
    with pytest.raises(NotFound):
        require_own_case("anna", theirs)


def test_a_customer_reads_what_came_from_their_point_by_a_sender_who_is_believed():
    assert may_be_shown(OF_ANNA, HERS, NOW)
    assert not may_be_shown(OF_ANNA, frozenset({EWA}), NOW)
    assert not may_be_shown(replace(OF_ANNA, arrival=an_arrival(trust=Trust.UNVERIFIED)), HERS, NOW)
    assert not may_be_shown(replace(OF_ANNA, arrival=None), HERS, NOW)


@pytest.mark.parametrize("kind", sorted({*EntryKind} - {EntryKind.INBOUND, EntryKind.OUTBOUND}))
def test_what_is_internal_is_never_shown(kind):
    assert not may_be_shown(replace(SENT, kind=kind), HERS, NOW)


@pytest.mark.parametrize(
    "entry",
    [
        replace(OF_ANNA, moved_to="other/entry"),
        replace(OF_ANNA, arrival=an_arrival(duplicate_of="first")),
        replace(SENT, facts={"repeats": "first"}),
    ],
    ids=["moved", "a second copy", "sent once more"],
)
def test_what_goes_on_elsewhere_or_was_there_before_is_not_shown(entry):
    assert not may_be_shown(entry, HERS, NOW)


def test_an_answer_is_shown_once_it_may_not_be_taken_back_any_more():
    waiting = an_answer(delivery=a_delivery(not_before=at(seconds=10)))
    assert not may_be_shown(waiting, HERS, at(seconds=9))
    assert may_be_shown(waiting, HERS, at(seconds=10))
    assert may_be_shown(replace(waiting, delivery=a_delivery(not_before=None)), HERS, NOW)
    gone_out = replace(waiting, delivery=replace(waiting.delivery, status=DeliveryStatus.SENT))
    assert may_be_shown(gone_out, HERS, NOW)


def test_an_answer_to_another_point_or_one_taken_back_is_not_shown():
    assert not may_be_shown(SENT, frozenset({EWA}), NOW)
    assert not may_be_shown(replace(SENT, delivery=a_delivery(status=DeliveryStatus.WITHDRAWN)), HERS, NOW)


def test_an_answer_without_a_carrier_is_shown_in_the_app_alone():
    in_app = replace(SENT, delivery=None, channel=Channel.APP)
    assert may_be_shown(in_app, frozenset(), NOW)
    assert not may_be_shown(replace(in_app, channel=Channel.EMAIL), HERS, NOW)


def a_conversation(**fields: object) -> Conversation:
    begun = {
        "inbox": "contact",
        "customer_id": CUSTOMER_ID,
        "case_id": CASE_ID,
        "reference": "K7Q2M-9DXM3-Q",
        "entry_id": OF_ANNA.id,
        "point": ANNA,
        "until": at(minutes=60),
    }
    return Conversation(**{**begun, **fields})


def test_who_goes_on_in_a_form_reads_their_case_by_the_point_that_they_proved():
    conversation = a_conversation(entry_id="another")
    waiting = an_answer(delivery=a_delivery(not_before=at(seconds=10)))
    assert may_be_shown_in(conversation, OF_ANNA, NOW)
    assert may_be_shown_in(conversation, SENT, NOW)
    assert not may_be_shown_in(conversation, waiting, NOW)
    assert may_be_shown_in(conversation, waiting, at(seconds=11))
    assert not may_be_shown_in(a_conversation(entry_id="another", point=EWA), SENT, NOW)
    assert not may_be_shown_in(conversation, replace(SENT, case_id="another"), NOW)


def test_what_began_the_conversation_is_shown_though_nobody_vouched_for_its_sender():
    unproved = replace(OF_ANNA, arrival=an_arrival(trust=Trust.UNVERIFIED))
    assert may_be_shown_in(a_conversation(), unproved, NOW)
    assert not may_be_shown_in(a_conversation(entry_id="another"), unproved, NOW)
    assert not may_be_shown_in(a_conversation(), replace(unproved, moved_to="other/entry"), NOW)
    assert not may_be_shown_in(a_conversation(), replace(unproved, case_id="another"), NOW)
    note = replace(an_entry(kind=EntryKind.NOTE), id=OF_ANNA.id)
    assert not may_be_shown_in(a_conversation(), note, NOW)


@pytest.mark.parametrize(
    "entry",
    [
        replace(OF_ANNA, arrival=None),
        replace(OF_ANNA, arrival=an_arrival(point=EWA)),
        replace(OF_ANNA, moved_to="other/entry"),
        replace(OF_ANNA, case_id=""),
    ],
)
def test_nobody_goes_on_with_what_was_not_posted_from_the_point_that_they_proved(entry):
    require_begun_by(OF_ANNA, ANNA)
    with pytest.raises(NotFound):
        require_begun_by(entry, ANNA)


def test_what_was_moved_away_is_gone_for_whoever_could_read_it():
    moved = replace(OF_ANNA, moved_to="other/entry")
    assert entry_is_gone(moved, HERS, NOW)
    assert not entry_is_gone(moved, frozenset({EWA}), NOW)
    assert not entry_is_gone(OF_ANNA, HERS, NOW)
    waiting = an_answer(moved_to="other/entry", delivery=a_delivery(not_before=at(seconds=10)))
    assert not entry_is_gone(waiting, HERS, NOW)
    assert entry_is_gone(waiting, HERS, at(seconds=10))


def test_what_was_taken_back_is_gone_for_whoever_could_read_it():
    taken_back = replace(SENT, delivery=a_delivery(status=DeliveryStatus.WITHDRAWN))
    assert entry_is_gone(taken_back, HERS, NOW)
    assert not entry_is_gone(taken_back, frozenset({EWA}), NOW)
    assert not entry_is_gone(SENT, HERS, NOW)
    assert not entry_is_gone(replace(SENT, delivery=None), HERS, NOW)
    in_time = replace(taken_back, delivery=a_delivery(status=DeliveryStatus.WITHDRAWN, not_before=at(seconds=10)))
    assert not entry_is_gone(in_time, HERS, at(seconds=9))
    assert entry_is_gone(in_time, HERS, at(seconds=10))


def test_a_case_is_gone_for_its_participants_when_it_is_neither_open_nor_closed():
    merged = a_case(status=next(status for status in CaseStatus if status not in (CaseStatus.OPEN, CaseStatus.CLOSED)))
    assert case_is_gone(merged, HERS)
    assert not case_is_gone(merged, frozenset({EWA}))
    assert not case_is_gone(a_case(), HERS)
    assert not case_is_gone(a_case(status=CaseStatus.CLOSED), HERS)


def test_a_case_is_theirs_when_they_may_read_how_it_began_or_have_an_answer_in_it():
    stranger = replace(OF_ANNA, arrival=an_arrival(trust=Trust.FORGED))
    assert case_may_be_shown(a_case(), OF_ANNA, HERS, NOW)
    assert case_may_be_shown(a_case(status=CaseStatus.CLOSED), OF_ANNA, HERS, NOW)
    assert not case_may_be_shown(a_case(), stranger, HERS, NOW)
    assert not case_may_be_shown(a_case(), None, HERS, NOW)
    assert case_may_be_shown(a_case(messages_out=1), stranger, HERS, NOW)
    assert not case_may_be_shown(a_case(messages_out=1), OF_ANNA, frozenset({EWA}), NOW)
    ours = an_answer(delivery=a_delivery(not_before=at(seconds=10)))
    assert not case_may_be_shown(a_case(), ours, HERS, NOW)
    assert case_may_be_shown(a_case(), ours, HERS, at(seconds=10))
