"""Files that are put beside a message: whose they are, how large they may be, and that what is kept holds them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.uploads import LARGEST_UPLOAD, MOST_OF_AN_ADDRESS
from tests.api.conftest import AGENT, CUSTOMER, CUSTOMER_ID, ISSUER, REFERENCE
from tests.domain.making import FORM

OTHER = Principal(ISSUER, "somebody-else", frozenset({Role.CUSTOMER}))
JAN = Principal(ISSUER, "agent-2", frozenset({Role.AGENT}))
PICTURE = b"\x89PNG" + bytes(6_000_000)  # more than a call takes


def uploaded(api, principal, data=PICTURE, content_type="image/png"):
    """As S3 does with a form that holds to its policy."""
    asked = {"content_type": content_type, "size": max(len(data), 1)}
    answer = api.post("/v1/uploads", asked, as_=principal)
    assert answer.status == 201
    api.ports.attachments.objects[answer.json["fields"]["key"]] = data
    return answer.json["upload"]


def named(upload, **changed):
    return {"name": "buty.png", "content_type": "image/png", "upload": upload, **changed}


def messages(api):
    return [entry for entry in api.ports.threads.records() if getattr(entry, "attachments", ())]


def test_whoever_asks_is_told_where_to_put_which_file_and_until_when(api):
    answer = api.post("/v1/uploads", {"content_type": "image/png", "size": 7_000_000}, as_=CUSTOMER)
    said = answer.json
    assert answer.status == 201
    assert said["fields"]["Content-Type"] == "image/png"
    assert said["fields"]["largest"] == "7000000"
    assert said["fields"]["key"].endswith(f"/{said['upload']}")
    assert said["open_until"] == "2026-11-23T09:15:00Z"
    assert said["named_until"] == "2026-11-24T09:00:00Z"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content_type": "image/png", "size": LARGEST_UPLOAD + 1}, "size"),
        ({"content_type": "image/png", "size": 0}, "size"),
        ({"content_type": "image", "size": 1}, "content_type"),
        ({"content_type": "image/png", "size": 1, "key": "att/x"}, "key"),
    ],
)
def test_no_room_is_made_for_what_no_message_may_carry(api, body, field):
    answer = api.post("/v1/uploads", body, as_=CUSTOMER)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_customers_message_holds_the_bytes_of_its_uploads_itself(api):
    upload = uploaded(api, CUSTOMER)
    small = {"name": "a.txt", "content_type": "text/plain", "data_base64": "YQ=="}
    headers = {"Idempotency-Key": "k1"}
    body = {"text": "Buty", "attachments": [named(upload), small]}
    first = api.post("/v1/messages", body, as_=CUSTOMER, headers=headers)
    assert first.status == 201
    (entry,) = messages(api)
    assert [(file.name, file.size) for file in entry.attachments] == [("buty.png", len(PICTURE)), ("a.txt", 1)]
    assert PICTURE in api.ports.attachments.objects.values()
    kept = json.loads(api.ports.raw.objects[entry.arrival.raw_key].body)
    assert ("upload" in kept["attachments"][0], len(kept["attachments"][0]["data_base64"])) == (False, 8_000_008)
    assert api.post("/v1/messages", body, as_=CUSTOMER, headers=headers).json == first.json
    assert len(messages(api)) == 1


def test_an_answer_carries_an_upload_of_the_agents(annas):
    upload = uploaded(annas, AGENT, b"%PDF-1.7 a", "application/pdf")
    file = named(upload, name="umowa.pdf", content_type="application/pdf")
    answer = annas.post(f"/v1/cases/{REFERENCE}/replies", {"text": "Umowa", "attachments": [file]})
    assert answer.status == 201
    (entry,) = messages(annas)
    key = f"att/{CUSTOMER_ID}/{entry.attachments[0].sha256}"
    assert annas.ports.attachments.objects[key] == b"%PDF-1.7 a"


def test_the_scan_of_a_letter_may_be_an_upload(annas):
    upload = uploaded(annas, AGENT, b"%PDF-1.4\n", "application/pdf")
    scan = named(upload, name="list.pdf", content_type="application/pdf")
    answer = annas.post("/v1/letters", {"notes": "List", "case": REFERENCE, "scan": [scan]})
    assert answer.status == 201
    (entry,) = messages(annas)
    assert entry.attachments[0].size == 9


# Attacks


def test_somebody_elses_upload_is_not_there(annas):
    customers, agents = uploaded(annas, CUSTOMER), uploaded(annas, AGENT)
    reply = f"/v1/cases/{REFERENCE}/replies"
    for path, upload, who in (
        ("/v1/messages", customers, OTHER),
        ("/v1/messages", agents, CUSTOMER),
        (reply, customers, AGENT),
        (reply, agents, JAN),
    ):
        answer = annas.post(path, {"text": "a", "attachments": [named(upload)]}, as_=who)
        assert (answer.status, answer.json["code"]) == (404, "not_found")
        assert answer.json["field"] == "attachments[0].upload"
    assert messages(annas) == []


def test_what_was_asked_for_and_never_put_there_is_not_there_and_neither_is_what_is_a_day_old(api):
    room = api.post("/v1/uploads", {"content_type": "image/png", "size": 7}, as_=CUSTOMER).json["upload"]
    old = uploaded(api, CUSTOMER)
    assert api.post("/v1/messages", {"attachments": [named(room)]}, as_=CUSTOMER).status == 404
    tomorrow = api.ports.now() + timedelta(hours=24, seconds=1)
    api.ports.now = lambda: tomorrow
    wiring.use(wiring.Hub(api.ports))
    assert api.post("/v1/messages", {"attachments": [named(old)]}, as_=CUSTOMER).status == 404


def test_what_is_larger_than_its_bound_is_refused_also_where_the_store_took_it(api):
    large = uploaded(api, CUSTOMER)
    for key in api.ports.attachments.objects:
        api.ports.attachments.objects[key] = bytes(LARGEST_UPLOAD + 1)
    answer = api.post("/v1/messages", {"attachments": [named(large)]}, as_=CUSTOMER)
    assert (answer.status, answer.json["code"]) == (413, "too_large")


def test_all_files_of_a_message_together_are_bounded_as_those_of_a_mail(api):
    files = [named(uploaded(api, CUSTOMER, bytes(11_000_000))) for _ in range(2)]
    answer = api.post("/v1/messages", {"attachments": files}, as_=CUSTOMER)
    assert (answer.status, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/v1/messages", CUSTOMER),
        (f"/v1/cases/{REFERENCE}/replies", AGENT),
        (f"/v1/cases/{REFERENCE}/replies/preview", AGENT),
    ],
)
def test_no_file_is_read_any_more_once_they_are_too_much_together(annas, path, who):
    """Anybody may name ten in a form, and the function's memory holds no more than a message carries."""
    files = [named(uploaded(annas, who, bytes(11_000_000))) for _ in range(2)]
    never_put = named(annas.post("/v1/uploads", {"content_type": "image/png", "size": 1}, as_=who).json["upload"])
    answer = annas.post(path, {"text": "a", "attachments": [*files, never_put]}, as_=who)
    assert (answer.status, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize("upload", ["../att/x", "01KAR0000000000000000000M1/..", "", "x" * 27])
def test_an_id_that_is_a_path_is_no_id(api, upload):
    answer = api.post("/v1/messages", {"attachments": [named(upload)]}, as_=CUSTOMER)
    assert (answer.status, answer.json["field"]) == (400, "attachments[0].upload")


def test_a_file_is_either_there_or_elsewhere(annas):
    upload = uploaded(annas, AGENT)
    for file in (named(upload, data_base64="YQ=="), {"name": "a", "content_type": "a/b"}):
        for path, who in (("/v1/messages", CUSTOMER), (f"/v1/cases/{REFERENCE}/replies", AGENT)):
            answer = annas.post(path, {"text": "a", "attachments": [file]}, as_=who)
            assert answer.status == 400


def of_form(api, data=PICTURE, content_type="image/png", form="contact"):
    answer = api.post(f"/v1/forms/{form}/uploads", {"content_type": content_type, "size": len(data)}, as_=None)
    assert answer.status == 201, answer.json
    api.ports.attachments.objects[answer.json["fields"]["key"]] = data
    return answer.json["upload"]


def posted_form(api, *files, **how):
    return api.post("/v1/forms/contact/messages", {"email": "jan@example.pl", "attachments": files}, as_=None, **how)


def test_a_forms_visitor_sends_what_a_call_does_not_take_and_the_message_holds_it(api):
    upload, headers = of_form(api), {"Idempotency-Key": "k1"}
    first = posted_form(api, named(upload), headers=headers)
    assert first.status == 201
    (entry,) = messages(api)
    assert [(file.name, file.size) for file in entry.attachments] == [("buty.png", len(PICTURE))]
    kept = json.loads(api.ports.raw.objects[entry.arrival.raw_key].body)
    assert "upload" not in kept["attachments"][0]
    assert posted_form(api, named(upload), headers=headers).json == first.json
    assert len(messages(api)) == 1


def test_the_room_of_a_form_is_bound_in_type_and_size_like_any_other(api):
    asked = {"content_type": "image/png", "size": 7_000_000}
    said = api.post("/v1/forms/contact/uploads", asked, as_=None).json
    assert (said["fields"]["Content-Type"], said["fields"]["largest"]) == ("image/png", "7000000")
    for wrong in ({**asked, "size": LARGEST_UPLOAD + 1}, {**asked, "content_type": "image"}, {**asked, "key": "att/x"}):
        assert api.post("/v1/forms/contact/uploads", wrong, as_=None).status == 400
    assert api.post("/v1/forms/support/uploads", asked, as_=None).status == 404


def test_uploads_of_one_form_are_no_other_forms_and_nobodys_who_is_logged_in(api):
    other = replace(FORM, name="other")
    api.configure(inboxes=(*api.ports.configuration.current().inboxes, other))
    theirs, customers = of_form(api, form="other"), uploaded(api, CUSTOMER)
    for upload in (theirs, customers):
        assert posted_form(api, named(upload)).status == 404
    answer = api.post("/v1/messages", {"text": "a", "attachments": [named(of_form(api))]}, as_=CUSTOMER)
    assert answer.status == 404
    assert messages(api) == []


def test_one_address_makes_and_names_so_many_uploads_a_day_and_a_form_has_so_many_in_all(api):
    upload = of_form(api, b"\x89PNG")
    for _ in range(MOST_OF_AN_ADDRESS - 1):
        assert posted_form(api, named(upload)).status == 201
    for refused in (
        posted_form(api, named(upload)),
        api.post("/v1/forms/contact/uploads", {"content_type": "image/png", "size": 1}, as_=None),
    ):
        assert (refused.status, refused.json["tier"]) == (429, "caller")
    assert posted_form(api, {"name": "a.txt", "content_type": "text/plain", "data_base64": "YQ=="}).status == 201


def test_an_upload_is_looked_at_when_it_is_named_and_the_agent_is_told_what_it_really_is(annas):
    program = b"MZ\x90\x00"
    answer = posted_form(annas, named(of_form(annas, program)))
    assert answer.status == 201
    (entry,) = messages(annas)
    assert [(file.name, file.content_type) for file in entry.attachments] == [("buty.png", "application/x-msdownload")]
    assert entry.arrival.repairs == ("buty.png: sent as image/png, and its bytes are application/x-msdownload",)
    upload = uploaded(annas, AGENT, program)
    body = {"text": "Zdjęcie", "attachments": [named(upload)]}
    assert annas.post(f"/v1/cases/{REFERENCE}/replies", body).status == 201
    assert {file.content_type for entry in messages(annas) for file in entry.attachments} == {
        "application/x-msdownload"
    }
