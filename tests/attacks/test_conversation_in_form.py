"""Somebody wants to read or to write in a case that is not theirs, by the token of a conversation in a form."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Update
from tests.api.conftest import api as api  # noqa: PLC0414  # the fixture itself
from tests.api.test_conversations import PATH, POSTED, asked_code, begin, pdf, post, read, write
from tests.domain.making import FORM

OTHER_KEY = "0a9b8c7d-6e5f-4a3b-8c1d-2e3f4a5b6c7d"
MALLORY = "mallory@example.pl"


def token_of(answer):
    return {"Authorization": f"Bearer {answer.json['conversation']}"}


def test_who_proves_an_address_of_their_own_does_not_get_what_another_one_posted(api):
    post(api)
    answer = begin(api, verification=asked_code(api, MALLORY))
    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_who_proves_the_address_but_did_not_post_the_message_does_not_get_it(api):
    post(api)
    assert begin(api, key=OTHER_KEY).status == 404


def test_what_somebody_else_posted_under_the_same_address_is_not_shown(api):
    """Anybody can type Ewa's address into the form. What they wrote stands in her thread for agents, and not here."""
    post(api)
    forged = {"email": "ewa@example.pl", "text": "To pisze ktoś inny."}
    post(api, forged, key=OTHER_KEY)
    token = token_of(begin(api))
    assert [one["text"] for one in read(api, token).json["entries"]] == ["Chcę zwrócić buty."]


def test_another_form_does_not_take_the_token(api):
    api.configure(
        inboxes=(*api.ports.configuration.current().inboxes, FORM.__class__(**{**_fields(FORM), "name": "other"}))
    )
    post(api)
    token = token_of(begin(api))
    assert api.get("/v1/forms/other/conversation", as_=None, headers=token).status == 401
    body = {"text": "a"}
    assert api.post("/v1/forms/other/conversation/messages", body, as_=None, headers=token).status == 401
    assert begin(api, inbox="other").status == 404


def _fields(inbox):
    return {name: getattr(inbox, name) for name in inbox.__slots__}


def test_a_token_that_was_changed_or_is_none_is_refused(api):
    post(api)
    mine = begin(api).json["conversation"]
    sealed = base64.urlsafe_b64decode(mine + "==="[: -len(mine) % 4])
    changed = base64.urlsafe_b64encode(sealed.replace(b"ewa@", b"jan@")).decode().rstrip("=")
    for token in (
        "",
        "Bearer",
        "Bearer x",
        f"Bearer {changed}",
        f"Bearer {mine[:-4]}",
        mine,
        f"Bearer {mine}é",
        "Bearer " + "A" * 9_000,
    ):
        answer = api.get(f"{PATH}/conversation", as_=None, headers={"Authorization": token})
        assert (answer.status, answer.json["code"]) == (401, "unauthenticated"), token
    assert api.get(f"{PATH}/conversation", as_=None).status == 401


@pytest.mark.parametrize("field", ["case", "email", "customer", "subject", "answer_by", "website"])
def test_no_field_of_a_message_names_another_case_or_somebody_else(api, field):
    post(api)
    token = token_of(begin(api))
    answer = api.post(f"{PATH}/conversation/messages", {"text": "a", field: "a"}, as_=None, headers=token)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_it_opens_nothing_else_of_the_api(api):
    post(api)
    token = token_of(begin(api))
    for path in ("/v1/me/thread", "/v1/me/cases", "/v1/cases?team=care"):
        assert api.get(path, as_=None, headers=token).status in (401, 403), path


@pytest.mark.parametrize("status", [CaseStatus.SPAM, CaseStatus.MOVED])
def test_a_case_that_is_not_the_customer_s_any_more_is_not_there(api, status):
    posted = post(api)
    token = token_of(begin(api))
    (case,) = [one for one in api.ports.threads.records(Case) if one.reference == posted["case"]]
    api.ports.threads.commit([Update(case, replace(case, status=status), ("status",))])
    assert (read(api, token).status, write(api, token).status) == (404, 404)
    assert begin(api).status == 404


def test_of_other_cases_of_the_same_person_nothing_is_shown(api):
    post(api)
    token = token_of(begin(api))
    second = post(api, {"email": "ewa@example.pl", "text": "Inna sprawa."}, key=OTHER_KEY)
    api.post(f"/v1/cases/{second['case']}/replies", {"text": "Odpowiedź w innej sprawie."})
    assert [one["text"] for one in read(api, token).json["entries"]] == ["Chcę zwrócić buty."]
    assert len([one for one in api.ports.threads.records(Entry) if one.text]) >= 3


def test_a_file_is_only_to_be_had_where_its_entry_can_be_read(api):
    """Not of somebody else's entry, nor of one of the own customer that somebody else posted."""
    posted = post(api, {**POSTED, "attachments": [pdf("mine")]})
    forged = post(api, {"email": "ewa@example.pl", "text": "a", "attachments": [pdf("forged")]}, key=OTHER_KEY)
    janas = post(api, {"email": "jan@example.pl", "text": "a", "attachments": [pdf("jana")]}, key="k" * 16)
    token = token_of(begin(api))
    files = {entry.id: entry.attachments for entry in api.ports.threads.records(Entry)}
    mine, other = files[posted["message"]][0].sha256, "0" * 64
    note = api.post(f"/v1/cases/{posted['case']}/notes", {"text": "a"})
    assert note.status < 300

    def asked(entry, sha256, headers):
        return api.get(f"{PATH}/conversation/{entry}/attachments/{sha256}", as_=None, headers=headers).status

    assert asked(posted["message"], mine, token) == 200
    assert asked(posted["message"], mine, {}) == 401
    assert asked(posted["message"], other, token) == 404
    for theirs in (forged, janas):
        assert asked(theirs["message"], files[theirs["message"]][0].sha256, token) == 404
    assert asked("01KAR0000000000000000000M9", mine, token) == 404
