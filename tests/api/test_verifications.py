from __future__ import annotations

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.verification import MOST_PER_PRINCIPAL, Verification, code_for
from tests.api.conftest import CUSTOMER
from tests.domain.making import ANNA, FORM, SUPPORT

FORM_PATH, APP_PATH = "/v1/forms/contact/verifications", "/v1/verifications"
MAIL = {"kind": "email", "value": "Anna@Example.pl"}


def code(api, id_, point=ANNA):
    return code_for(id_, point, api.ports.secrets.code_key)


def test_an_address_given_in_a_form_is_proved(annas):
    started = annas.post(FORM_PATH, MAIL, as_=None)
    assert (started.status, started.json["valid_for_seconds"]) == (202, 1800)
    id_ = started.json["verification"]
    answer = annas.post(f"/v1/verifications/{id_}/confirmation", {"code": code(annas, id_)}, as_=None)
    assert (answer.status, answer.json) == (200, {"contact_point": "email:anna@example.pl"})
    assert annas.ports.threads.find_owner(ANNA).verified


def test_an_address_of_the_apps_user_is_proved_and_becomes_theirs(api):
    id_ = api.post(APP_PATH, {"kind": "phone", "value": "601 234 567"}, as_=CUSTOMER).json["verification"]
    phone = ContactPoint(PointKind.PHONE, "+48601234567")
    assert api.post(f"/v1/verifications/{id_}/confirmation", {"code": code(api, id_, phone)}, as_=None).status == 200
    login = ContactPoint(PointKind.APP, CUSTOMER.id)
    assert api.ports.threads.find_owner(phone).customer_id == api.ports.threads.find_owner(login).customer_id


def test_known_and_unknown_addresses_get_the_same_answers(annas):
    answers = []
    for value in ("anna@example.pl", "nobody@example.pl"):
        started = annas.post(FORM_PATH, {"kind": "email", "value": value}, as_=None)
        wrong = annas.post(f"/v1/verifications/{started.json['verification']}/confirmation", {"code": "0"}, as_=None)
        told = started.json | {"verification": "an id"}
        answers.append((started.status, told, {*started.headers}, wrong.status, wrong.json))
    assert answers[0] == answers[1]
    none = annas.post("/v1/verifications/01KAR000000000000000000NBD/confirmation", {"code": "0"}, as_=None)
    assert (none.status, none.json) == answers[0][3:]


def test_one_place_on_the_net_gets_so_many_codes_and_what_it_says_of_itself_does_not_matter(api):
    for number in range(MOST_PER_PRINCIPAL):
        body = {"kind": "email", "value": f"a{number}@example.pl"}
        assert api.post(FORM_PATH, body, as_=None, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status == 202
    refused = api.post(FORM_PATH, MAIL, as_=None)
    assert (refused.status, refused.json["code"], refused.json["tier"]) == (429, "too_many", "caller")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (FORM_PATH, {"kind": "email", "value": "nobody"}, 400),
        (FORM_PATH, {"kind": "fax", "value": "221112233"}, 400),
        (FORM_PATH, MAIL | {"language": "polish"}, 400),
        ("/v1/forms/nowhere/verifications", MAIL, 404),
        (FORM_PATH, {"kind": "phone", "value": "700 123 456"}, 422),
        (FORM_PATH, {"kind": "phone", "value": "+44 7400 123456"}, 422),
    ],
)
def test_what_cannot_be_proved_is_refused_and_sends_nothing(api, path, body, status):
    assert api.post(path, body, as_=None).status == status
    assert api.ports.threads.records(Verification) == []
    assert not api.ports.queues.to_deliver


def test_a_hub_without_a_number_sends_no_text_messages(api):
    api.configure(inboxes=(SUPPORT, FORM))
    assert api.post(FORM_PATH, {"kind": "phone", "value": "601 234 567"}, as_=None).status == 422


def test_an_anonymous_caller_repeats_safely_and_shares_no_key_with_another_place(api):
    key = {"Idempotency-Key": "one"}
    first = api.post(FORM_PATH, MAIL, as_=None, headers=key).json
    assert api.post(FORM_PATH, MAIL, as_=None, headers=key).json == first
    assert api.post(FORM_PATH, MAIL | {"language": "en"}, as_=None, headers=key).status == 409
    assert len(api.ports.queues.to_deliver) == 1
