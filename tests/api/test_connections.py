from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.connections import Connection
from chalicelib.domain.customers import Customer
from chalicelib.settings import Settings
from tests.api.conftest import AGENT, CUSTOMER, CUSTOMER_ID

URL = "wss://live.example/splot"


@pytest.fixture
def live(annas):
    annas.ports.settings = Settings({"LIVE_URL": URL})
    return annas


def test_a_ticket_says_where_and_as_what_to_connect_and_until_when(live):
    until = live.ports.now() + timedelta(minutes=30)
    answer = live.post("/v1/connections", as_=replace(AGENT, expires_at=until))
    assert answer.status == 201
    assert (answer.json["url"], answer.json["protocols"][0]) == (URL, "splot.v1")
    assert (answer.json["use_before"], answer.json["ends_at"]) == ("2026-11-23T09:01:00Z", "2026-11-23T09:30:00Z")
    wiring.hub().open_connection("c1", answer.json["protocols"][1])
    assert [row.feed for row in live.ports.threads.records(Connection)] == ["agents"]


def test_an_apps_connection_hears_of_the_own_thread(live):
    proved = replace(CUSTOMER, email="anna@example.pl")
    assert live.post("/v1/me/connections", as_=proved).status == 409
    live.post("/v1/messages", {"text": "Kiedy?"}, as_=proved)
    answer = live.post("/v1/me/connections", as_=proved)
    wiring.hub().open_connection("c1", answer.json["protocols"][1])
    family = {one.id for one in live.ports.threads.records(Customer)}  # the login has become one with her address
    assert {row.feed for row in live.ports.threads.records(Connection)} == family > {CUSTOMER_ID}


def test_where_nothing_is_pushed_a_client_is_told_so(annas):
    assert annas.post("/v1/connections").status == 404
    annas.post("/v1/messages", {"text": "Kiedy?"}, as_=CUSTOMER)
    assert annas.post("/v1/me/connections", as_=CUSTOMER).status == 404
