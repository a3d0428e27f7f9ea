"""Whoever posted a form goes on with its case there: what they read, where their words go, and for how long."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.conversations import LIVES_FOR, MOST_MESSAGES
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import code_for

KEY = "f3b8c1de-0a5e-4b6c-9a57-1f1d3e5a7c90"
PATH = "/v1/forms/contact"
POSTED = {"email": "ewa@example.pl", "subject": "Zwrot", "text": "Chcę zwrócić buty."}


def post(api, body=POSTED, key=KEY, **how):
    answer = api.post(f"{PATH}/messages", body, as_=None, headers={"Idempotency-Key": key}, **how)
    assert answer.status == 201, answer.json
    return answer.json


def asked_code(api, value="ewa@example.pl", kind="email"):
    started = api.post(f"{PATH}/verifications", {"kind": kind, "value": value}, as_=None)
    id_ = started.json["verification"]
    return id_, code_for(id_, point_of(api, id_), api.ports.secrets.code_key)


def point_of(api, id_):
    return api.ports.threads.find_verification(id_).point


def begin(api, *, key=KEY, verification=None, inbox="contact"):
    id_, right = verification or asked_code(api)
    body = {"posted_under": key, "verification": id_, "code": right}
    return api.post(f"/v1/forms/{inbox}/conversations", body, as_=None)


@pytest.fixture
def begun(api):
    posted = post(api)
    answer = begin(api)
    assert answer.status == 201
    return posted, {"Authorization": f"Bearer {answer.json['conversation']}"}


def read(api, token):
    return api.get(f"{PATH}/conversation", as_=None, headers=token)


def write(api, token, text="Jeszcze jedno.", **fields):
    return api.post(f"{PATH}/conversation/messages", {"text": text}, as_=None, headers={**token, **fields})


def test_what_was_posted_is_read_gone_on_with_and_stands_in_the_same_case(api, begun):
    posted, token = begun
    first = read(api, token)
    assert (first.status, first.json["case"], first.json["status"]) == (200, posted["case"], "open")
    assert [entry["text"] for entry in first.json["entries"]] == ["Chcę zwrócić buty."]
    api.ports.now.move(timedelta(minutes=1))
    again = write(api, token)
    assert (again.status, again.json["case"]) == (201, posted["case"])
    assert [(one["direction"], one["text"]) for one in read(api, token).json["entries"]] == [
        ("in", "Chcę zwrócić buty."),
        ("in", "Jeszcze jedno."),
    ]
    entry = next(one for one in api.ports.threads.records(Entry) if one.id == again.json["message"])
    assert (entry.channel, entry.arrival.rule) == (Channel.WEB_FORM, "by_conversation_in_form")
    assert entry.arrival.trust.name == "AUTHENTICATED"


def test_our_answer_to_the_address_is_there_and_notes_are_not(api, begun):
    posted, token = begun
    api.ports.now.move(timedelta(minutes=1))
    api.post(f"/v1/cases/{posted['case']}/notes", {"text": "Sprawdzić paragon."})
    api.post(f"/v1/cases/{posted['case']}/replies", {"text": "Prosimy odesłać."})
    shown = read(api, token).json["entries"]
    assert [(one["direction"], one["channel"], one["text"]) for one in shown][1:] == [
        ("out", "email", "Prosimy odesłać.")
    ]
    assert {entry.kind for entry in api.ports.threads.records(Entry)} >= {EntryKind.NOTE}


def test_the_same_message_twice_is_one(api, begun):
    _, token = begun
    answers = [write(api, token, **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert [one.status for one in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert len(read(api, token).json["entries"]) == 2


def test_it_is_over_after_two_hours(api, begun):
    _, token = begun
    api.ports.now.move(LIVES_FOR - timedelta(minutes=1))
    assert read(api, token).status == 200
    api.ports.now.move(timedelta(minutes=1))
    assert (read(api, token).status, write(api, token).status) == (401, 401)


def test_so_many_messages_in_a_day_and_no_more(api, begun):
    _, token = begun
    for _ in range(MOST_MESSAGES):
        assert write(api, token).status == 201
    refused = write(api, token)
    assert (refused.status, refused.json["tier"]) == (429, "address")
    assert read(api, token).status == 200


def test_a_wrong_code_begins_nothing_and_is_a_try(api):
    post(api)
    id_, right = asked_code(api)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert begin(api, verification=(id_, wrong)).json["code"] == "wrong_code"
    assert begin(api, verification=(id_, right)).status == 422


def test_the_code_may_have_been_given_before(api):
    post(api)
    id_, right = asked_code(api)
    assert api.post(f"/v1/verifications/{id_}/confirmation", {"code": right}, as_=None).status == 200
    assert begin(api, verification=(id_, right)).status == 201


def test_a_telephone_number_does_as_well(api):
    post(api, {"phone": "601 234 567", "text": "Proszę o SMS."})
    begun = begin(api, verification=asked_code(api, "601 234 567", "phone"))
    token = {"Authorization": f"Bearer {begun.json['conversation']}"}
    assert [one["text"] for one in read(api, token).json["entries"]] == ["Proszę o SMS."]
    assert write(api, token).status == 201


def pdf(text="umowa"):
    return {"name": f"{text}.pdf", "content_type": "application/pdf", "data_base64": b64encode(b"%PDF-1.7").decode()}


def test_files_of_what_was_posted_and_of_our_answer_are_downloaded_there_by_links_of_minutes(api):
    posted = post(api, {**POSTED, "attachments": [pdf("paragon")]})
    token = {"Authorization": f"Bearer {begin(api).json['conversation']}"}
    api.ports.now.move(timedelta(minutes=1))
    api.post(f"/v1/cases/{posted['case']}/replies", {"text": "Umowa.", "attachments": [pdf()]})
    files = [file for entry in read(api, token).json["entries"] for file in entry["files"]]
    assert [(file["name"], file["size"]) for file in files] == [("paragon.pdf", 8), ("umowa.pdf", 8)]
    for file in files:
        answer = api.get(file["link"].removeprefix("/api"), as_=None, headers=token)
        assert (answer.status, answer.json["url"].endswith("seconds=300")) == (200, True)


def test_a_large_file_goes_on_with_the_case_as_an_upload_of_the_form(api, begun):
    posted, token = begun
    room = api.post(f"{PATH}/uploads", {"content_type": "application/pdf", "size": 8}, as_=None).json
    api.ports.attachments.objects[room["fields"]["key"]] = b"%PDF-1.7"
    body = {"attachments": [{"name": "a.pdf", "content_type": "application/pdf", "upload": room["upload"]}]}
    answer = api.post(f"{PATH}/conversation/messages", body, as_=None, headers=token)
    assert (answer.status, answer.json["case"]) == (201, posted["case"])
