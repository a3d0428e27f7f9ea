"""Canned answers over the API: listed, looked at with a case's values, sent by name."""

from dataclasses import replace

import pytest

from chalicelib.domain.templates import Template, TextPurpose, Wording
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.ports import Update
from tests.api.conftest import CUSTOMER, CUSTOMER_ID, OTHER_REFERENCE, REFERENCE

CASE = f"/v1/cases/{REFERENCE}"
SENT = Template(
    "sent",
    TextPurpose.CANNED,
    {
        "pl": Wording("Faktura", "Dzień dobry {customer_name},\nwysłana. Sprawa {reference}."),
        "en": Wording("", "Sent, {reference}."),
    },
)
TIMED = Template("timed", TextPurpose.CANNED, {"pl": Wording("", "Sprawdzamy.\nOdpowiemy do {answer_by}.")})
HOLDING = Template("holding", TextPurpose.HOLDING, {"pl": Wording("", "Chwila.")})


@pytest.fixture
def canned(annas):
    annas.configure(templates={one.name: one for one in (SENT, TIMED, HOLDING)})
    return annas


def answer_of(api):
    entries = api.ports.threads.list_thread(CUSTOMER_ID, 10).items
    return next(entry for entry in entries if entry.kind is EntryKind.OUTBOUND)


def test_agents_see_what_they_can_answer_with_and_not_the_hubs_own_texts(canned):
    shown = canned.get("/v1/templates").json["templates"]
    assert [(one["name"], one["language"]) for one in shown] == [("sent", "pl"), ("sent", "en"), ("timed", "pl")]
    assert shown[0]["variables"] == ["customer_name", "reference"]
    english = canned.get("/v1/templates?language=en").json["templates"]
    assert [(one["name"], one["subject"]) for one in english] == [("sent", None)]


def test_a_canned_answer_is_shown_with_the_values_of_a_case(canned):
    shown = canned.get(f"{CASE}/templates/sent").json
    assert shown == {
        "name": "sent",
        "language": "pl",
        "subject": "Faktura",
        "text": f"Dzień dobry Anna Kowalska,\nwysłana. Sprawa {REFERENCE}.",
        "missing": [],
    }
    assert canned.get(f"{CASE}/templates/sent?language=en").json["text"] == f"Sent, {REFERENCE}."


def test_what_a_case_has_no_value_for_is_said_and_left_out(canned):
    shown = canned.get(f"{CASE}/templates/timed").json
    assert (shown["text"], shown["missing"]) == ("Sprawdzamy.", ["answer_by"])


def test_an_answer_by_name_has_the_text_and_subject_of_the_canned_one(canned):
    assert canned.post(f"{CASE}/replies", {"template": "sent"}).status == 201
    answer = answer_of(canned)
    assert answer.text == f"Dzień dobry Anna Kowalska,\nwysłana. Sprawa {REFERENCE}."
    assert answer.subject == "Re: Faktura"


def test_an_answer_by_name_in_another_language(canned):
    canned.post(f"{CASE}/replies", {"template": "sent", "language": "en"})
    assert answer_of(canned).text == f"Sent, {REFERENCE}."


def test_an_answer_with_a_value_missing_is_refused_whole(canned):
    refused = canned.post(f"{CASE}/replies", {"template": "timed"})
    assert (refused.status, refused.json["field"]) == (400, "template")
    assert "{answer_by}" in refused.json["detail"]


@pytest.mark.parametrize("body", [{}, {"text": "a", "template": "sent"}])
def test_an_answer_is_a_text_or_a_name(canned, body):
    assert canned.post(f"{CASE}/replies", body).status == 400


@pytest.mark.parametrize("name", ["holding", "acknowledgement", "gone"])
def test_only_canned_answers_are_sent_by_name(canned, name):
    assert canned.get(f"{CASE}/templates/{name}").status == 404
    assert canned.post(f"{CASE}/replies", {"template": name}).status == 404


def test_a_customer_sees_none_and_a_case_that_there_is_not_has_none(canned):
    assert canned.get("/v1/templates", as_=CUSTOMER).status == 403
    assert canned.get(f"/v1/cases/{OTHER_REFERENCE}/templates/sent").status == 404


def test_a_customer_who_calls_themselves_a_variable_stays_what_they_are(canned):
    customer = canned.ports.threads.get_customer(CUSTOMER_ID)
    canned.ports.threads.commit([Update(customer, replace(customer, name="{reference}\r\nBcc: a@b.pl"), ())])
    assert canned.get(f"{CASE}/templates/sent").json["text"].startswith("Dzień dobry {reference} Bcc: a@b.pl,\n")
