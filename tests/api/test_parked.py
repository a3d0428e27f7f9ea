from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import ParkedRecord
from tests.domain.making import MONDAY_TEN


def parked(number, **changed):
    at = MONDAY_TEN + timedelta(minutes=number)
    parts = {"at": at, "transport": "email", "fingerprint": f"f{number}", "reason": "virus", "raw_key": "raw/secret"}
    return ParkedRecord(**{"id": f"01KAR00000000000000000000{number}", **parts, **changed})


def test_parked_messages_of_this_month_are_listed_newest_first_with_their_reasons(api):
    api.keep(parked(1), parked(2, reason="ambiguous_sender", detail="two From headers"))
    answer = api.get("/v1/parked")
    assert answer.json == {
        "parked": [
            {
                "id": "01KAR000000000000000000002",
                "at": "2026-11-23T09:02:00Z",
                "transport": "email",
                "reason": "ambiguous_sender",
                "detail": "two From headers",
                "machine": None,
                "release_state": "waiting",
            },
            {
                "id": "01KAR000000000000000000001",
                "at": "2026-11-23T09:01:00Z",
                "transport": "email",
                "reason": "virus",
                "detail": None,
                "machine": None,
                "release_state": "waiting",
            },
        ],
        "next": None,
    }


def test_no_way_leads_to_the_bytes_of_a_parked_message(api):
    api.keep(parked(1))
    assert "raw/secret" not in api.get("/v1/parked").text


def test_another_month_is_asked_for_by_name(api):
    api.keep(parked(1), parked(2, at=MONDAY_TEN - timedelta(days=30)))
    assert [found["id"][-1] for found in api.get("/v1/parked?month=202610").json["parked"]] == ["2"]


def test_parked_messages_come_page_by_page(api):
    api.keep(*[parked(number) for number in range(1, 4)])
    first = api.get("/v1/parked?limit=2").json
    second = api.get(f"/v1/parked?limit=2&cursor={first['next']}").json
    assert [found["id"][-1] for found in first["parked"] + second["parked"]] == ["3", "2", "1"]
    assert second["next"] is None
    assert api.get(f"/v1/parked?month=202610&cursor={first['next']}").json["field"] == "cursor"


@pytest.mark.parametrize("month", ["2026", "202613", "2026-11", "202611%0A", ""])
def test_what_is_no_month_is_refused(api, month):
    answer = api.get(f"/v1/parked?month={month}")
    assert (answer.status, answer.json["field"]) == (400, "month")


def test_a_parked_report_tells_what_it_says_about_whom(api):
    failed = ReportedRecipient("anna@example.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS, "550 unknown user")
    report = MachineMail(MachineKind.BOUNCE, "a delivery report", "no_such_address", (failed,), "1@hub.example")
    api.keep(parked(1, reason="bounce", machine=report))
    (said,) = api.get("/v1/parked").json["parked"]
    assert (said["machine"]["kind"], said["machine"]["hard"]) == ("bounce", True)
    assert said["machine"]["recipients"][0]["address"] == "anna@example.pl"
    assert said["machine"]["answers_message_id"] == "1@hub.example"
