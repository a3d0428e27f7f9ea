"""Of which messages nobody knows whether they were sent, for whoever finds out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.principals import Role
from chalicelib.domain.threads import EntryKind
from tests.api.conftest import AGENT, CUSTOMER, CUSTOMER_ID, OTHER_AGENT, REFERENCE, inbound
from tests.domain.making import MONDAY_TEN, configuration
from tests.fakes.ports import FixedConfiguration

ADMIN = replace(AGENT, roles=frozenset({Role.ADMIN}))
PATH = "/v1/deliveries/unknown"
UNKNOWN = Delivery(DeliveryStatus.UNKNOWN, "anna@example.pl", "pomoc@hub.example", attempts=1, detail="no answer")


def lost(number, **fields):
    at = MONDAY_TEN + timedelta(minutes=number)
    id_ = f"01KAR00000000000000000000{number}"
    return inbound(id=id_, at=at, kind=EntryKind.OUTBOUND, author="hub", arrival=None, delivery=UNKNOWN, **fields)


def ids(answer):
    return [one["entry_id"][-1] for one in answer.json["deliveries"]]


def test_they_are_listed_with_all_that_settling_needs_until_somebody_does(annas):
    annas.keep(lost(2), lost(1))
    answer = annas.get(PATH)
    assert ids(answer) == ["1", "2"]
    said = answer.json["deliveries"][0]
    assert (said["case"], said["recipient"], said["detail"]) == (REFERENCE, "anna@example.pl", "no answer")
    assert (said["customer_id"], said["team"], said["attempts"]) == (CUSTOMER_ID, "care", 1)
    link = said["links"]["settlement"].removeprefix("/api")
    assert annas.post(link, {"outcome": "sent"}).status == 204
    assert ids(annas.get(PATH)) == ["2"]
    assert annas.get(said["links"]["entry"].removeprefix("/api")).json["delivery"]["status"] == "sent"


def test_they_come_in_pages_and_by_team(annas):
    annas.keep(lost(1), lost(2), lost(3))
    first = annas.get(f"{PATH}?limit=2")
    assert ids(first) == ["1", "2"]
    assert ids(annas.get(f"{PATH}?limit=2&cursor={first.json['next']}")) == ["3"]
    assert ids(annas.get(f"{PATH}?team=care")) == ["1", "2", "3"]
    assert ids(annas.get(f"{PATH}?team=sales")) == []


def test_what_is_known_or_concerns_a_colleague_is_not_among_them(annas):
    sent = replace(UNKNOWN, status=DeliveryStatus.SENT)
    annas.keep(replace(lost(1), delivery=sent), replace(lost(2), kind=EntryKind.NOTICE))
    assert ids(annas.get(PATH)) == []


def test_those_of_restricted_cases_are_shown_to_their_team_and_to_nobody_else(annas):
    kinds = {**SHIPPED_KINDS, "whistle": CaseKind("whistle", restricted=True)}
    annas.ports.configuration = FixedConfiguration(configuration(kinds=kinds))
    annas.keep(lost(1))
    assert annas.put(f"/v1/cases/{REFERENCE}/kind", {"kind": "whistle"}).status == 204
    in_team, in_another = (replace(OTHER_AGENT, teams=(team,)) for team in ("care", "sales"))
    assert [ids(annas.get(PATH, as_=who)) for who in (in_team, in_another, ADMIN)] == [["1"], [], ["1"]]


def test_no_customer_reads_them(annas):
    assert annas.get(PATH, as_=CUSTOMER).status == 403
