"""What agents and customers do about who is who: merge, part, move, split, prove. Parts of stories in `stories.py`."""

from __future__ import annotations

import re
from datetime import timedelta

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.merging import Merge, Suggestion
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import Verification
from tests.faults.outside import Outside

ANNA, BARTEK, TAGGED = "anna@example.pl", "bartek@example.pl", "anna+sklep@example.pl"
PHONE = "+48601234567"
SOON = timedelta(minutes=15)


def calm(outside: Outside) -> None:
    outside.simulation.settle(until=outside.world.at + SOON)


def owned_by(outside: Outside, value: str) -> str:
    owners = outside.simulation.threads.records(PointOwner)
    return next(owner.customer_id for owner in owners if owner.point.value.endswith(value))


def case_of(outside: Outside, value: str) -> Case:
    """The newest case that stands with whoever has that address at home."""
    owners = outside.simulation.threads.records(PointOwner)
    home = next(owner.kept_under for owner in owners if owner.point.value == value)
    cases = [case for case in outside.simulation.threads.records(Case) if case.customer_id == home]
    return max((case for case in cases if case.status is not CaseStatus.MOVED), key=lambda case: case.id)


# Before


def two_customers(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    calm(outside)
    outside.mail(BARTEK, notifications=1)


def two_merged(outside: Outside) -> None:
    two_customers(outside)
    calm(outside)
    they_are_merged(outside)


def two_messages_in_a_case(outside: Outside) -> None:
    two_customers(outside)
    calm(outside)
    outside.mail(ANNA, notifications=1)


def two_who_look_like_one(outside: Outside) -> None:
    outside.simulation.listening = True
    outside.mail(ANNA, notifications=1)
    calm(outside)
    outside.mail(TAGGED, notifications=1)


def a_code_was_sent(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    calm(outside)
    outside.post_from_app("anna")
    calm(outside)
    a_code_is_asked_for(outside)


# Then


def they_are_merged(outside: Outside) -> None:
    merge(outside, ANNA, BARTEK)


def mail_meets_their_merge(outside: Outside) -> None:
    """Both write, and an agent learns of a number, while they become one."""
    they_are_merged(outside)
    outside.mail(BARTEK, notifications=1)
    outside.mail(ANNA, notifications=1)
    outside.add_contact_point(owned_by(outside, BARTEK), "phone", PHONE)


def two_agents_merge_them_both_ways(outside: Outside) -> None:
    merge(outside, ANNA, BARTEK)
    merge(outside, BARTEK, ANNA)


def who_has_the_app_and_who_writes_mails(outside: Outside) -> None:
    outside.post_from_app("anna")
    outside.mail(BARTEK, notifications=1)


def she_says_how_she_is_called_as_they_are_merged(outside: Outside) -> None:
    """On two devices, while an agent changes what she is treated as."""
    customers = {one.id for one in outside.simulation.threads.records(Customer)}
    other = owned_by(outside, BARTEK)
    (own,) = customers - {other}
    outside.ask("PATCH", "/v1/me", {"name": "Anna Nowak", "language": "pl"}, "anna:customer")
    outside.agent("PUT", f"/v1/customers/{own}/care", {"vip": True})
    outside.agent("POST", f"/v1/customers/{other}/merges", {"customer": own, "why": "one person"})
    outside.ask("PATCH", "/v1/me", {"name": "Anna N."}, "anna:customer")


def the_merge_is_undone(outside: Outside) -> None:
    for found in outside.simulation.threads.records(Merge):
        path = f"/v1/customers/{found.customer_id}/merges/{found.id}/undoing"
        outside.agent("POST", path, {})


def mail_meets_the_undoing(outside: Outside) -> None:
    the_merge_is_undone(outside)
    outside.mail(BARTEK, notifications=1)
    outside.mail(ANNA, notifications=1)


def the_case_is_moved(outside: Outside) -> None:
    move(outside, ANNA, BARTEK)


def mail_meets_the_move(outside: Outside) -> None:
    the_case_is_moved(outside)
    outside.mail(ANNA, notifications=1)
    outside.note(case_of(outside, ANNA).reference)


def a_message_is_split_off(outside: Outside) -> None:
    split(outside, ANNA, "")


def a_message_goes_to_its_customer(outside: Outside) -> None:
    split(outside, ANNA, BARTEK)


def the_suggestion_is_accepted(outside: Outside) -> None:
    decide(outside, "acceptance")


def the_suggestion_is_dismissed(outside: Outside) -> None:
    decide(outside, "dismissal")


def a_code_is_asked_for(outside: Outside) -> None:
    outside.ask("POST", "/v1/verifications", {"kind": "email", "value": ANNA}, "anna:customer")


def the_code_is_given(outside: Outside) -> None:
    """What Anna proves is hers, and belongs to who is known by mail: the two become one."""
    (verification,) = outside.simulation.threads.records(Verification)
    sent = [one.message for one in outside.ports.mail.accepted if one.message.recipient == ANNA]
    code = re.search(r"\b\d{6}\b", sent[-1].text)
    assert code
    outside.ask("POST", f"/v1/verifications/{verification.id}/confirmation", {"code": code[0]}, "")


def a_login_proves_an_address(outside: Outside) -> None:
    outside.post_from_app("anna", email=ANNA)


# How


def merge(outside: Outside, survivor: str, merged: str) -> None:
    path = f"/v1/customers/{owned_by(outside, survivor)}/merges"
    outside.agent("POST", path, {"customer": owned_by(outside, merged), "why": "one person"})


def move(outside: Outside, sender: str, to: str) -> None:
    path = f"/v1/cases/{case_of(outside, sender).reference}/moving"
    outside.agent("POST", path, {"customer": owned_by(outside, to), "why": "not theirs"})


def split(outside: Outside, sender: str, to: str) -> None:
    case = case_of(outside, sender)
    entries = [one.id for one in outside.simulation.threads.records(Entry) if one.case_id == case.id]
    inbound = [
        id_ for id_ in entries if outside.simulation.threads.get_entry(case.customer_id, id_).kind is EntryKind.INBOUND
    ]
    body = {"entries": [max(inbound)], "why": "another matter"} | ({"customer": owned_by(outside, to)} if to else {})
    outside.agent("POST", f"/v1/cases/{case.reference}/splitting", body)


def decide(outside: Outside, how: str) -> None:
    for suggestion in outside.simulation.threads.records(Suggestion):
        outside.agent("POST", f"/v1/merge-suggestions/{suggestion.id}/{how}", {"why": "looked at"})
