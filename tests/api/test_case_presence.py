from __future__ import annotations

import pytest

from tests.api.conftest import AGENT, CUSTOMER, OTHER_AGENT, REFERENCE

PATH = f"/v1/cases/{REFERENCE}/presence"


def say(api, doing, as_=AGENT):
    return api.put(PATH, {"doing": doing}, as_=as_)


def test_an_agent_hears_who_else_is_at_the_case_and_until_when(annas):
    assert say(annas, "writing").json == {"present": [], "again_after": 15}
    there = {
        "subject": "agent-1",
        "name": "Anna Agentka",
        "doing": "writing",
        "since": "2026-11-23T09:00:00Z",
        "until": "2026-11-23T09:00:45Z",
    }
    assert say(annas, "reading", OTHER_AGENT).json["present"] == [there]
    assert annas.get(PATH, as_=OTHER_AGENT).json["present"] == [there]
    assert [one["subject"] for one in annas.get(PATH).json["present"]] == ["agent-2"]
    assert annas.call("DELETE", PATH).status == 204
    assert annas.get(PATH, as_=OTHER_AGENT).json["present"] == []


def test_nothing_of_it_stands_in_the_audit(annas):
    say(annas, "writing")
    annas.get(PATH)
    annas.call("DELETE", PATH)
    assert annas.ports.audit.records == []


@pytest.mark.parametrize("body", [{}, {"doing": "sleeping"}, {"doing": "reading", "subject": "agent-2"}])
def test_nobody_says_anything_else_or_for_somebody_else(annas, body):
    assert annas.put(PATH, body).status == 400


def test_a_customer_does_not_hear_who_reads_their_case(annas):
    assert annas.get(PATH, as_=CUSTOMER).status == 403


def test_the_feed_tells_of_who_writes_to_who_asks_for_it_and_others_go_past_it(annas):
    cursor = annas.get("/v1/changes").json["next"]
    say(annas, "writing")
    quiet = annas.get(f"/v1/changes?since={cursor}").json
    assert (quiet["changes"], quiet["more"]) == ([], False)
    (change,) = annas.get(f"/v1/changes?presence=true&since={cursor}").json["changes"]
    assert (change["kind"], change["reference"], change["links"]["presence"]) == ("presence", REFERENCE, f"/api{PATH}")
    assert annas.get(f"/v1/changes?presence=true&since={quiet['next']}").json["changes"] == []
