"""Figures of the work, as supervisors ask for them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from chalicelib import wiring
from chalicelib.api.tables import table
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.agents import Agent
from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.report_rules import ContactCosts, ReportRules
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.count_facts import CaseStates
from tests.api.conftest import AGENT, ISSUER
from tests.domain.making import MONDAY_TEN

BOSS = Principal(ISSUER, "boss", frozenset({Role.SUPERVISOR}))
AUDITOR = Principal(ISSUER, "auditor", frozenset({Role.AUDITOR}))
DAYS = "since=2026-11-22&until=2026-11-24"


@pytest.fixture
def counted(annas):
    """Of what stands in the thread of Anna, as the stream would tell it."""
    threads = annas.ports.threads
    (case,) = [one for one in threads.records() if hasattr(one, "said_version")]
    entries = [EntryChange(None, one) for one in threads.records() if hasattr(one, "author")]
    wiring.hub().count_facts(entries, [CaseStates(None, case, MONDAY_TEN)])
    annas.principal = BOSS
    return annas


def test_volumes_are_told_by_day_and_channel(counted):
    answer = counted.get(f"/v1/reports/volumes?{DAYS}")
    assert answer.status == 200
    told = answer.json
    assert {name: told[name] for name in ("report", "group", "zone", "currency", "by")} == {
        "report": "volumes",
        "group": "day",
        "zone": "Europe/Warsaw",
        "currency": None,
        "by": "channel",
    }
    assert [(row["period"], row["by"], row["figures"]["received"]) for row in told["rows"]] == [
        ("2026-11-22", "email", 0),
        ("2026-11-23", "email", 1),
    ]


def test_every_report_can_be_read_also_where_nothing_has_happened(annas):
    for report in ("volumes", "cases", "times", "deadlines", "promises", "escalations", "satisfaction", "deliveries"):
        assert annas.get(f"/v1/reports/{report}?{DAYS}", as_=BOSS).status == 200
    assert annas.get(f"/v1/reports/costs?{DAYS}", as_=AUDITOR).json["rows"] == []
    assert len(annas.get(f"/v1/reports/customers?{DAYS}&group=month", as_=AUDITOR).json["rows"]) == 1


def test_a_report_can_be_had_as_a_table(counted):
    answer = counted.get(f"/v1/reports/volumes?{DAYS}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="volumes-2026-11-22-2026-11-24.csv"'
    assert answer.text == (
        "period,channel,received,automatic,sent,by_hub\r\n2026-11-22,email,0,0,0,0\r\n2026-11-23,email,1,0,0,0\r\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_a_table_is_run_by_a_spreadsheet(start):
    header, cell = table(["name"], [[f'{start}1+1,"x"']]).split("\r\n", 1)
    assert (header, cell) == ("name", f'"\'{start}1+1,""x"""\r\n')


def test_numbers_of_a_table_are_numbers_and_nothing_is_an_empty_cell():
    assert table(["a", "b", "c"], [[-1, 0.25, None], [12345.678, 7, "ż"]]) == "a,b,c\r\n-1,0.25,\r\n12345.678,7,ż\r\n"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-11-24&until=2026-11-24", "since"),
        ("since=2025-01-01&until=2026-11-24", "until"),
        ("since=2026-11-01", "until"),
        (f"{DAYS}&group=hour", "group"),
        (f"{DAYS}&channel=pigeon", "channel"),
        (f"{DAYS}&format=pdf", "format"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_field(annas, query, field):
    answer = annas.get(f"/v1/reports/volumes?{query}", as_=BOSS)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_report_or_a_team_that_there_is_not_is_not_found(annas):
    assert annas.get(f"/v1/reports/gossip?{DAYS}", as_=BOSS).status == 404
    assert annas.get(f"/v1/reports/volumes?{DAYS}&team=nobody", as_=BOSS).status == 404


def test_agents_and_customers_read_no_figures(annas):
    for role in (Role.AGENT, Role.CUSTOMER, Role.SERVICE):
        someone = replace(AGENT, roles=frozenset({role}))
        assert annas.get(f"/v1/reports/volumes?{DAYS}", as_=someone).status == 403


def test_cases_of_a_restricted_kind_are_counted_for_who_may_see_them_alone(counted):
    counted.configure(kinds={**SHIPPED_KINDS, "question": CaseKind("question", restricted=True)})
    assert counted.get(f"/v1/reports/volumes?{DAYS}").json["rows"] == []
    assert counted.get(f"/v1/reports/volumes?{DAYS}", as_=AUDITOR).json["rows"]
    counted.keep(Agent("boss", teams=("care",)))
    assert counted.get(f"/v1/reports/volumes?{DAYS}").json["rows"]


def test_days_and_prices_are_those_of_the_company(counted):
    costs = ContactCosts("PLN", Decimal(60), {}, {Channel.EMAIL: Decimal("0.01")}, {})
    counted.configure(report_rules=ReportRules(ZoneInfo("Pacific/Auckland"), costs))
    told = counted.get("/v1/reports/costs?since=2026-11-23&until=2026-11-24").json
    assert (told["zone"], told["currency"]) == ("Pacific/Auckland", "PLN")
    assert [row["figures"]["cost"] for row in told["rows"]] == [0.01]
