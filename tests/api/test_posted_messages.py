from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from chalicelib.domain.captcha import Captcha, CaptchaFinding, Verifier
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.messages import LedgerRow
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust
from tests.api.conftest import CUSTOMER, ISSUER, OTHER_REFERENCE, REFERENCE
from tests.domain.making import ANNAS_PHONE
from tests.fakes.memory_store import Moment

FORM = "/v1/forms/contact/messages"
APP = "/v1/messages"
LETTER = {"email": "Anna@Example.pl", "name": "Anna", "subject": "Zwrot", "text": "Chcę zwrócić buty."}


def entry_of(api, posted):
    (found,) = [entry for entry in api.ports.threads.records(Entry) if entry.id == posted["message"]]
    return found


def kept(api, prefix):
    return [key for key in api.ports.raw.objects if key.startswith(prefix)]


def store_fails(api, name, times=100):
    """From now on the store does not answer that call, so many times."""
    left = [times]

    def hook(call):
        if call.name == name and call.moment is Moment.BEFORE and left[0]:
            left[0] -= 1
            raise StorageUnavailable()

    api.ports.threads.hook = hook


def test_a_form_is_open_to_everybody_and_its_message_opens_a_case(api):
    answer = api.post(FORM, LETTER, as_=None)
    assert answer.status == 201
    assert set(answer.json) == {"case", "message", "expected_answer_at"}
    entry = entry_of(api, answer.json)
    assert (entry.channel, entry.subject, entry.text) == (Channel.WEB_FORM, "Zwrot", "Chcę zwrócić buty.")
    assert entry.arrival.point == ContactPoint(PointKind.EMAIL, "anna@example.pl")
    assert entry.arrival.trust is Trust.UNVERIFIED
    assert api.get(f"/v1/cases/{answer.json['case']}").json["team"] == "care"


def test_the_answer_says_until_when_an_answer_can_be_expected_and_says_so_again(api):
    posted = api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"})
    (clock,) = api.get(f"/v1/cases/{posted.json['case']}").json["clocks"]
    assert posted.json["expected_answer_at"] == clock["due_at"]
    assert api.post(f"/v1/cases/{posted.json['case']}/replies", {"text": "Proszę odesłać."}).status == 201
    assert api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"}).text == posted.text


def test_what_a_program_fills_in_where_nobody_sees_is_kept_for_a_person_and_told_to_nobody(api):
    answer = api.post(FORM, {**LETTER, "website": "https://pills.example"}, as_=None)
    assert (answer.status, set(answer.json)) == (202, {"receipt"})
    (waiting,) = api.get("/v1/parked").json["parked"]
    assert waiting["reason"] == "spam"
    assert api.ports.threads.records(Entry) == []
    release = {"why": "Ktoś wypełnił je naprawdę.", "overrides": ["spam"]}
    case = api.post(f"/v1/parked/{waiting['id']}/release", release).json["case"]
    customer = api.get(f"/v1/cases/{case}").json["customer_id"]
    assert "Chcę zwrócić buty." in [e["text"] for e in api.get(f"/v1/customers/{customer}/thread").json["entries"]]


def test_the_raw_message_is_kept_byte_for_byte_before_the_answer(api):
    raw = '{"phone": "601234567", "text": "Zażółć gęślą jaźń"}'.encode()
    api.post(FORM, raw, as_=None)
    (key,) = kept(api, "raw/")
    assert api.ports.raw.objects[key].body == raw
    assert kept(api, "incoming/") == []


def test_nobody_is_said_to_have_been_logged_in_when_a_form_was_posted(api):
    api.post(FORM, LETTER, as_=None)
    (key,) = kept(api, "raw/")
    assert api.ports.raw.objects[key].receipt.principal == ""


def test_a_form_posted_again_with_its_key_is_one_message_and_gets_the_same_answer(api):
    answers = [api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"}) for _ in range(3)]
    assert {(answer.status, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert len(api.ports.threads.records(Entry)) == 1


def test_a_key_of_another_message_is_refused_and_the_message_not_kept(api):
    api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"})
    answer = api.post(FORM, {**LETTER, "text": "Jednak nie."}, as_=None, headers={"Idempotency-Key": "6b1f"})
    assert (answer.status, answer.json["code"]) == (409, "idempotency_key_reused")
    assert kept(api, "incoming/") == []


def test_the_same_form_posted_twice_without_a_key_is_two_messages(api):
    for _ in range(2):
        api.post(FORM, LETTER, as_=None)
    assert len(api.ports.threads.records(Entry)) == 2


def test_a_message_is_kept_and_promised_when_the_store_does_not_answer(api, caplog):
    store_fails(api, "commit")
    answer = api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"})
    assert answer.status == 202
    assert set(answer.json) == {"receipt"}
    assert len(kept(api, "incoming/")) == 1
    assert [record.error_type for record in caplog.records if record.message == "error"] == ["StorageUnavailable"]


def test_asking_again_after_a_promise_gives_the_case(api):
    store_fails(api, "commit", times=1)
    assert api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"}).status == 202
    answer = api.post(FORM, LETTER, as_=None, headers={"Idempotency-Key": "6b1f"})
    assert answer.status == 201
    assert entry_of(api, answer.json).text == "Chcę zwrócić buty."
    assert kept(api, "incoming/") == []


def test_without_a_raw_store_nothing_is_promised(api):
    class Down:
        def put_incoming(self, receipt, body):
            raise StorageUnavailable()

    api.ports.raw = Down()
    answer = api.post(FORM, LETTER, as_=None)
    assert (answer.status, answer.json["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")
    assert api.ports.threads.records(LedgerRow) == []


@pytest.mark.parametrize("inbox", ["sales", "support", "app"])
def test_a_form_goes_to_an_inbox_for_forms_only(api, inbox):
    answer = api.post(f"/v1/forms/{inbox}/messages", LETTER, as_=None)
    assert (answer.status, answer.json["code"], answer.json["field"]) == (404, "not_found", "inbox")
    assert api.ports.raw.objects == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": ""}, None),
        ({"email": ""}, None),
        ({"email": "anna"}, "email"),
        ({"email": "", "phone": "112"}, "phone"),
        ({"answer_by": "sms"}, "answer_by"),
        ({"answer_by": "letter"}, "answer_by"),
        ({"customer_id": "01ANNA"}, "customer_id"),
        ({"case": REFERENCE}, "case"),
        ({"text": "a" * 50_001}, "text"),
        ({"text": 7}, "text"),
        ({"language": "Polish"}, "language"),
        ({"attachments": [{"name": "a", "content_type": "a/b", "data_base64": "%%%"}]}, "attachments[0].data_base64"),
        (
            {"attachments": [{"name": "a", "content_type": "a/b", "url": "http://169.254.169.254"}]},
            "attachments[0].url",
        ),
        ({"attachments": [{"name": "a", "content_type": "a/b", "data_base64": ""}] * 11}, "attachments"),
    ],
)
def test_a_form_that_cannot_be_accepted_is_refused_by_name_and_not_kept(api, changed, field):
    answer = api.post(FORM, {**LETTER, **changed}, as_=None)
    assert (answer.status, answer.json["code"]) == (400, "invalid_input")
    assert answer.json["field"] == field
    assert not answer.json["detail"].endswith("..")
    assert api.ports.raw.objects == {}


def test_a_file_comes_with_a_form_and_can_be_downloaded(api):
    photo = {"name": "buty.png", "content_type": "image/png", "data_base64": base64.b64encode(b"\x89PNG").decode()}
    posted = api.post(FORM, {**LETTER, "attachments": [photo]}, as_=None).json
    entry = entry_of(api, posted)
    path = f"/v1/customers/{entry.customer_id}/entries/{entry.id}"
    (attachment,) = api.get(path).json["attachments"]
    assert (attachment["name"], attachment["size"]) == ("buty.png", 4)
    assert api.ports.attachments.objects[f"att/{entry.customer_id}/{attachment['sha256']}"] == b"\x89PNG"
    assert api.get(attachment["link"].removeprefix("/api")).status == 200


def test_a_form_over_the_limit_is_refused_unread(api):
    answer = api.post(FORM, b'{"text": "' + b"a" * 5_000_000, as_=None)
    assert (answer.status, answer.json["code"]) == (413, "too_large")


def test_a_body_of_a_megabyte_of_files_fits(api):
    file = {"name": "a.bin", "content_type": "a/b", "data_base64": base64.b64encode(bytes(1_000_000)).decode()}
    assert api.post(FORM, {**LETTER, "attachments": [file]}, as_=None).status == 201


def test_a_customer_writes_in_the_app_and_is_known_by_the_login(api):
    answer = api.post(APP, {"text": "Kiedy przyjdzie paczka?"}, as_=CUSTOMER)
    assert answer.status == 201
    entry = entry_of(api, answer.json)
    assert entry.arrival.point == ContactPoint(PointKind.APP, CUSTOMER.id)
    assert (entry.channel, entry.arrival.trust) == (Channel.APP, Trust.LOGGED_IN)


def test_who_logs_in_with_a_verified_address_is_the_customer_who_writes_from_it(annas):
    proved = replace(CUSTOMER, email="Anna@Example.pl", phone="+48601234567")
    assert annas.post(APP, {"text": "Kiedy?"}, as_=proved).status == 201
    owners = annas.ports.threads.records(PointOwner)
    assert {str(owner.point): owner.customer_id for owner in owners} == dict.fromkeys(
        (f"app:{CUSTOMER.id}", "email:anna@example.pl", "phone:+48601234567"), owners[0].customer_id
    )
    assert annas.get(f"/v1/customers/{owners[0].customer_id}/thread").json["entries"][-1]["text"]


def test_a_message_is_kept_although_what_follows_from_its_login_fails(annas, caplog):
    store_fails(annas, "find_owners")
    proved = replace(CUSTOMER, email="anna@example.pl")
    assert annas.post(APP, {"text": "Kiedy?"}, as_=proved).status == 201
    assert "StorageUnavailable" in " ".join(str(vars(record)) for record in caplog.records)


def test_a_message_from_inside_a_case_joins_it(api):
    first = api.post(APP, {"text": "Kiedy?"}, as_=CUSTOMER).json
    api.post(APP, {"text": "I jeszcze faktura."}, as_=CUSTOMER)
    second = api.post(APP, {"text": "Halo?", "case": first["case"].lower()}, as_=CUSTOMER).json
    assert second["case"] == first["case"]
    assert entry_of(api, second).arrival.rule == "by_case_named_in_app"


def test_a_foreign_case_is_answered_exactly_like_one_that_there_is_not(annas):
    annas.post(APP, {"text": "Kiedy?"}, as_=CUSTOMER)
    foreign = annas.post(APP, {"text": "Halo?", "case": REFERENCE}, as_=CUSTOMER)
    missing = annas.post(APP, {"text": "Halo?", "case": OTHER_REFERENCE}, as_=CUSTOMER)
    assert foreign.status == 404
    assert (foreign.status, foreign.text) == (missing.status, missing.text)
    assert len(annas.ports.raw.objects) == 1


def test_two_customers_may_use_the_same_key(api):
    other = Principal(ISSUER, "customer-2", frozenset({Role.CUSTOMER}))
    posted = [api.post(APP, LETTER_IN_APP, as_=who, headers={"Idempotency-Key": "1"}) for who in (CUSTOMER, other)]
    assert [answer.status for answer in posted] == [201, 201]
    assert posted[0].json != posted[1].json


LETTER_IN_APP = {"text": "Kiedy?"}


def test_the_inbox_of_the_app_can_be_named(api):
    assert api.post(f"{APP}?inbox=app", LETTER_IN_APP, as_=CUSTOMER).status == 201
    answer = api.post(f"{APP}?inbox=contact", LETTER_IN_APP, as_=CUSTOMER)
    assert (answer.status, answer.json["field"]) == (404, "inbox")


def test_without_an_inbox_for_the_app_there_is_nowhere_to_post(api):
    inboxes = api.ports.configuration.configuration.inboxes
    api.configure(inboxes=tuple(inbox for inbox in inboxes if inbox.channel is not Channel.APP))
    assert api.post(APP, LETTER_IN_APP, as_=CUSTOMER).status == 404


def test_a_customer_known_by_phone_is_recognised_in_a_form(annas):
    annas.post(f"/v1/customers/{annas_id(annas)}/contact-points", {"kind": "phone", "value": "601234567"})
    posted = annas.post(FORM, {"phone": "+48 601 234 567", "text": "Halo?"}, as_=None).json
    entry = entry_of(annas, posted)
    assert entry.customer_id == annas_id(annas)
    assert entry.arrival.point == ANNAS_PHONE
    assert posted["case"] != REFERENCE  # nobody proved to be Anna: it is her thread, but a case of its own


def annas_id(annas):
    return annas.ports.threads.find_pointer(REFERENCE).customer_id


@pytest.fixture
def checked(api):
    whole = api.ports.configuration.current()
    captcha = Captcha(Verifier.HCAPTCHA, "site-key", "shop")
    inboxes = [replace(one, captcha=captcha) if one.channel is Channel.WEB_FORM else one for one in whole.inboxes]
    api.ports.configuration.configuration = replace(whole, inboxes=tuple(inboxes))
    api.ports.captchas.good.add("passed")
    return api


def test_a_form_says_which_check_it_has_and_takes_what_its_visitor_was_given(checked):
    told = checked.get("/v1/forms/contact/notices", as_=None).json
    assert told["captcha"] == {"verifier": "hcaptcha", "site_key": "site-key"}
    assert checked.post(FORM, LETTER, as_=None, headers={"Captcha-Answer": "passed"}).status == 201


def test_who_did_not_pass_the_check_is_told_so_at_its_field_and_can_try_again(checked):
    answer = checked.post(FORM, LETTER, as_=None, headers={"Captcha-Answer": "made-up"})
    assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "captcha_refused", "Captcha-Answer")
    assert kept(checked, "") == []


def test_a_form_that_refused_all_its_visitors_was_on_no_dashboard(checked, capsys):
    """As where the secret is another site's: each is told so, and whoever runs the hub saw nothing of it."""
    checked.post(FORM, LETTER, as_=None, headers={"Captcha-Answer": "made-up"})
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [one["finding"] for one in told if one.get("captcha")] == ["refused"]


def test_what_is_posted_past_the_check_waits_for_a_person_whole(checked):
    assert checked.post(FORM, LETTER, as_=None).status == 202
    (parked,) = checked.get("/v1/parked/waiting").json["parked"]
    assert parked["reason"] == "captcha_missing"
    release = {"overrides": ["captcha_missing"], "why": "pisze człowiek"}
    released = checked.post(f"/v1/parked/{parked['id']}/release", release)
    assert released.status == 200
    assert [entry.text for entry in checked.ports.threads.records(Entry) if entry.arrival] == [LETTER["text"]]


def test_while_the_maker_of_the_check_says_nothing_everybody_is_heard_and_the_agent_knows(checked):
    checked.ports.captchas.finding = CaptchaFinding.UNKNOWN
    answer = checked.post(FORM, LETTER, as_=None, headers={"Captcha-Answer": "passed"})
    assert answer.status == 201
    assert "could not be found out" in entry_of(checked, answer.json).arrival.repairs[0]
