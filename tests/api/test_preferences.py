"""What customers want, over the API: agents for everybody, the app's user for themselves, one click for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import PointLink, PointOwner
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.unsubscribing import unsubscribe_token
from tests.api.conftest import CUSTOMER, CUSTOMER_ID, inbound
from tests.domain.making import ANNA, MONDAY_TEN, RING

PATH = f"/v1/customers/{CUSTOMER_ID}/preferences"
OURS = "/v1/me/preferences"
LOGIN = ContactPoint(PointKind.APP, CUSTOMER.id)
SAID = {
    "channel": "sms",
    "quiet_hours": "20:00-09:00",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "no_surveys": True,
    "consents": {"email": {"given": True, "how": "in the shop", "wording": "2026-11"}},
}
NOTHING = {
    "channel": None,
    "quiet_hours": None,
    "language": None,
    "time_zone": None,
    "no_surveys": False,
    "consents": {},
    "version": 0,
}


@pytest.fixture
def app_user(annas):
    annas.keep(PointOwner(LOGIN, CUSTOMER_ID, MONDAY_TEN), PointLink(CUSTOMER_ID, LOGIN))
    return annas


def test_what_a_customer_said_is_read_again_with_the_version_to_change_it_by(annas):
    assert annas.call("PATCH", PATH, SAID).status == 204
    answer = annas.get(PATH)
    assert answer.headers["etag"] == '"1"'
    consent = {"given_at": "2026-11-23T09:00:00Z", "how": "in the shop", "wording": "2026-11", "withdrawn_at": None}
    body = answer.json
    addresses = body.pop("addresses")
    assert body == {**SAID, "consents": {"email": consent}, "version": 1}
    assert [one["contact_point"] for one in addresses] == ["email:anna@example.pl"]


def test_what_is_left_out_stays_and_null_takes_it_back(annas):
    annas.call("PATCH", PATH, SAID)
    annas.call("PATCH", PATH, {"language": None, "channel": None, "quiet_hours": None, "time_zone": None})
    body = annas.get(PATH).json
    assert (body["language"], body["channel"], body["quiet_hours"], body["no_surveys"]) == (None, None, None, True)
    assert annas.ports.threads.get_customer(CUSTOMER_ID).preferences.language == ""


def test_a_change_of_what_somebody_else_has_changed_is_a_conflict(annas):
    annas.call("PATCH", PATH, {"language": "de"}, headers={"If-Match": '"0"'})
    answer = annas.call("PATCH", PATH, {"language": "pl"}, headers={"If-Match": '"0"'})
    assert (answer.status, answer.json["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"quiet_hours": "25:00-08:00"}, "quiet_hours"),
        ({"quiet_hours": "08:00-08:00"}, "quiet_hours"),
        ({"language": "polski"}, "language"),
        ({"channel": "pigeon"}, "channel"),
        ({"no_surveys": None}, "no_surveys"),
        ({"consents": {"email": {"given": True}}}, "consents[...].how"),
        ({"version": 1}, "version"),
    ],
)
def test_a_wish_that_nobody_could_keep_is_refused_by_name(annas, body, field):
    answer = annas.call("PATCH", PATH, body)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_an_agent_sees_where_the_customer_may_not_be_written_to_and_why(annas):
    annas.keep(Reachability(ANNA, suppressed_until=MONDAY_TEN + timedelta(days=30), suppressed_by="a bounce"))
    contact_point = {"kind": "email", "value": "anna@example.pl"}
    body = {"contact_point": contact_point, "opted_out": True, "purposes": ["marketing"], "why": "by phone"}
    assert annas.put("/v1/opt-outs", body).status == 204
    (address,) = annas.get(PATH).json["addresses"]
    assert address == {
        "contact_point": "email:anna@example.pl",
        "proved": False,
        "opt_outs": [
            {
                "purpose": "marketing",
                "at": "2026-11-23T09:00:00Z",
                "by": "agent:agent-1",
                "evidence": "told to an agent",
            }
        ],
        "suppressed_until": "2026-12-23T09:00:00Z",
        "suppressed_by": "a bounce",
    }


def test_an_opt_out_without_purposes_is_one_of_everything_and_can_be_lifted(annas):
    body = {"contact_point": {"kind": "email", "value": "anna@example.pl"}, "opted_out": True, "why": "by phone"}
    annas.put("/v1/opt-outs", body)
    assert len(annas.ports.threads.find_reachabilities([ANNA])[ANNA].opt_outs) == 4
    annas.put("/v1/opt-outs", {**body, "opted_out": False})
    assert annas.ports.threads.find_reachabilities([ANNA])[ANNA].opt_outs == {}


def test_the_apps_user_says_it_themselves_and_sees_nothing_of_other_addresses(app_user):
    assert app_user.get(OURS, as_=CUSTOMER).json == NOTHING
    assert app_user.call("PATCH", OURS, {"channel": "app"}, as_=CUSTOMER).status == 204
    answer = app_user.get(OURS, as_=CUSTOMER)
    assert (answer.json["channel"], answer.headers["etag"]) == ("app", '"1"')
    assert "addresses" not in answer.json
    (event,) = [one for one in app_user.ports.threads.list_thread(CUSTOMER_ID, 9).items if one.event]
    assert event.author == "customer"


def test_somebody_who_never_wrote_has_nothing_to_read_or_change(annas):
    assert annas.get(OURS, as_=CUSTOMER).status == 404
    assert annas.call("PATCH", OURS, {"channel": "app"}, as_=CUSTOMER).status == 404


def test_one_click_ends_the_mails_of_its_kind_whatever_comes_with_it(annas):
    delivery = Delivery(DeliveryStatus.SENT, "anna@example.pl", "pomoc@hub.example", ANNA, purpose=Purpose.SURVEY)
    entry = replace(inbound(), id="01KAR0000000000000000000S1", kind=EntryKind.OUTBOUND, arrival=None, author="hub")
    annas.keep(replace(entry, delivery=delivery))
    path = f"/v1/unsubscribe/{unsubscribe_token(CUSTOMER_ID, entry.id, RING)}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        answer = annas.call("POST", path, b"List-Unsubscribe=One-Click", as_=None, headers=form)
        assert (answer.status, answer.text) == (204, "")
    assert {*annas.ports.threads.find_reachabilities([ANNA])[ANNA].opt_outs} == {Purpose.SURVEY}


def test_a_link_that_somebody_made_up_finds_nothing(annas):
    token = unsubscribe_token(CUSTOMER_ID, "01KAR0000000000000000000S1", RING)
    assert annas.call("POST", f"/v1/unsubscribe/{token[:-1]}7", as_=None).status == 404
    assert annas.call("POST", f"/v1/unsubscribe/{token}x", as_=None).status == 400
    assert annas.ports.threads.find_reachabilities([ANNA]) == {}


def test_looking_at_a_link_does_nothing():
    import app

    assert {*app.app.routes["/v1/unsubscribe/{unsubscribe_token}"]} - {"OPTIONS"} == {"POST"}


def test_a_preferred_channel_is_one_that_there_is(annas):
    assert annas.call("PATCH", PATH, {"channel": Channel.SMS}).status == 204
