from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.agents import Agent
from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.clocks import Clock
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.identifiers import time_of, ulid
from chalicelib.domain.preferences import Preferences
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.ports import Create, Update
from tests.api.conftest import (
    AGENT,
    CASE_ID,
    CUSTOMER_ID,
    MESSAGE_ID,
    OTHER_AGENT,
    OTHER_REFERENCE,
    REFERENCE,
    inbound,
)
from tests.domain.making import ANNA, MONDAY_TEN, case
from tests.fakes.ports import MemoryCarrier

PATH = f"/v1/cases/{REFERENCE}"


def stored(annas):
    return annas.ports.threads.get_case(CUSTOMER_ID, CASE_ID)


def thread(annas, *kinds):
    entries = annas.ports.threads.list_thread(CUSTOMER_ID, 100).items
    return [entry for entry in entries if entry.kind in kinds]


def keep_cases(api, count, **changed):
    for number in range(count):
        at = MONDAY_TEN + timedelta(minutes=number)
        clock = Clock(at, at + timedelta(hours=4), 1, "standard")
        fields = {"clocks": {ClockName.FIRST_RESPONSE: clock}, "last_activity_at": at, **changed}
        api.keep(case(id=f"01CASE{number:02}", subject=f"number {number}", **fields))


def test_a_case_is_read_with_all_that_an_agent_needs_to_know(annas):
    answer = annas.get(PATH)
    assert answer.status == 200
    assert answer.headers["etag"] == '"0"'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "id": CASE_ID,
        "reference": REFERENCE,
        "customer_id": CUSTOMER_ID,
        "status": "open",
        "kind": "question",
        "priority": "normal",
        "segment": None,
        "tags": [],
        "skills": [],
        "routed_by": None,
        "team": "care",
        "inbox": "support",
        "channel": "email",
        "subject": "Faktura",
        "assignee": None,
        "answer_by": None,
        "opened_at": "2026-11-23T09:00:00Z",
        "closed_at": None,
        "last_activity_at": "2026-11-23T09:00:00Z",
        "awaiting_since": "2026-11-23T09:00:00Z",
        "answered": False,
        "clocks": [],
        "promises": [],
        "tasks": [],
        "deadline_at": None,
        "participants": ["email:anna@example.pl"],
        "messages_in": 1,
        "automatic_in": 0,
        "messages_out": 0,
        "notes": 0,
        "follows": None,
        "claims": [],
        "forwarded_for": None,
        "last_inbound_id": MESSAGE_ID,
        "incident": None,
        "version": 0,
        "links": {
            "self": f"/api/v1/cases/{REFERENCE}",
            "customer": f"/api/v1/customers/{CUSTOMER_ID}",
            "thread": f"/api/v1/customers/{CUSTOMER_ID}/thread",
            "entries": f"/api/v1/cases/{REFERENCE}/thread",
        },
    }


@pytest.mark.parametrize("typed", [REFERENCE.lower(), REFERENCE.replace("-", "")])
def test_a_case_is_found_by_its_reference_as_people_type_it(annas, typed):
    assert annas.get(f"/v1/cases/{typed}").json["reference"] == REFERENCE


def test_links_follow_the_address_under_which_the_api_was_called(annas):
    assert annas.call("GET", PATH, stage="hub/prod").json["links"]["self"] == f"/hub/prod{PATH}"


def test_the_list_by_urgency_begins_with_the_earliest_deadline(api):
    keep_cases(api, 3)
    answer = api.get("/v1/cases?order=urgency&team=care")
    assert [found["subject"] for found in answer.json["cases"]] == ["number 0", "number 1", "number 2"]
    assert answer.json["cases"][0]["deadline_at"] == "2026-11-23T13:00:00Z"
    assert answer.json["next"] is None


def test_me_is_whoever_asks(api):
    keep_cases(api, 2, assignee=AGENT.subject)
    assert len(api.get("/v1/cases?assignee=me").json["cases"]) == 2
    assert len(api.get(f"/v1/cases?assignee={AGENT.subject}", as_=OTHER_AGENT).json["cases"]) == 2
    assert api.get("/v1/cases?assignee=me", as_=OTHER_AGENT).json["cases"] == []


def test_a_case_that_nobody_took_is_listed_as_such(annas):
    assert [found["reference"] for found in annas.get("/v1/cases?unassigned_in=care").json["cases"]] == [REFERENCE]
    annas.put(f"{PATH}/assignment", {"assignee": "me"})
    assert annas.get("/v1/cases?unassigned_in=care").json["cases"] == []


def test_a_list_is_read_page_by_page(api):
    keep_cases(api, 5)
    seen, path = [], "/v1/cases?team=care&limit=2"
    while True:
        page = api.get(path).json
        seen += [found["subject"] for found in page["cases"]]
        if page["next"] is None:
            break
        path = f"/v1/cases?team=care&limit=2&cursor={page['next']}"
    assert seen == [f"number {number}" for number in range(5)]


def test_an_agent_takes_a_case_and_gives_it_back(annas):
    assert annas.put(f"{PATH}/assignment", {"assignee": "me"}).status == 204
    assert stored(annas).assignee == AGENT.subject
    assert annas.put(f"{PATH}/assignment", {"assignee": None}).text == ""
    assert stored(annas).assignee == ""
    assert stored(annas).version == 2


def test_a_case_that_changed_since_it_was_read_is_not_assigned(annas):
    seen = annas.get(PATH).headers["etag"]
    annas.put(f"{PATH}/assignment", {"assignee": "agent-2"}, headers={"If-Match": seen})
    late = annas.put(f"{PATH}/assignment", {"assignee": "me"}, headers={"If-Match": seen})
    assert (late.status, late.json["code"]) == (409, "conflict")
    assert stored(annas).assignee == "agent-2"


def test_any_version_will_do_when_the_caller_says_so(annas):
    assert annas.put(f"{PATH}/assignment", {"assignee": "me"}, headers={"If-Match": "*"}).status == 204


def test_a_note_is_made_once_and_can_be_read_where_the_answer_says(annas):
    answer = annas.post(f"{PATH}/notes", {"text": "Dzwoniła też wczoraj."})
    assert answer.status == 201
    entry_id = answer.json["entry_id"]
    assert answer.headers["location"] == f"/api/v1/customers/{CUSTOMER_ID}/entries/{entry_id}"
    note = annas.get(answer.headers["location"].removeprefix("/api")).json
    assert (note["kind"], note["author"], note["text"]) == ("note", "agent:agent-1", "Dzwoniła też wczoraj.")


def test_a_note_says_whom_it_mentions_and_they_find_it_listed(annas):
    annas.keep(Agent("agent-2", "Ewa", teams=("care",)))
    mentions = {"agents": ["agent-2"], "teams": ["care"]}
    made = annas.post(f"{PATH}/notes", {"text": "@Ewa, zerkniesz?", "mentions": mentions})
    assert made.status == 201
    assert annas.get(made.headers["location"].removeprefix("/api")).json["mentions"] == mentions
    listed = annas.get("/v1/mentions", as_=OTHER_AGENT).json
    assert [(one["entry"]["text"], one["case"]["reference"]) for one in listed["mentions"]] == [
        ("@Ewa, zerkniesz?", REFERENCE)
    ]
    assert listed["next"] is None
    plain = annas.post(f"{PATH}/notes", {"text": "zwykła"}).headers["location"].removeprefix("/api")
    assert annas.get(plain).json["mentions"] == {"agents": [], "teams": []}


@pytest.mark.parametrize(
    ("mentions", "status", "field"),
    [
        ({"agents": ["nobody"]}, 400, "mentions.agents[0]"),
        ({"teams": ["care", "nowhere"]}, 400, "mentions.teams[1]"),
        ({"agents": ["a"] * 11}, 400, "mentions.agents"),
        ({"teams": ["care"] * 6}, 400, "mentions.teams"),
        ({"agents": ["care@"], "people": []}, 400, "mentions.people"),
        ({"agents": ["unassigned@care"]}, 400, "mentions.agents[0]"),
        ({"agents": ["agent-2"]}, 422, "mentions.agents[0]"),
        ({"teams": ["billing"]}, 422, "mentions.teams[0]"),
    ],
)
def test_who_cannot_be_mentioned_is_refused_with_the_place_and_no_note_is_written(annas, mentions, status, field):
    annas.keep(Agent("agent-2", teams=("billing",)))
    care = annas.ports.configuration.current().teams["care"]
    kinds = {"question": CaseKind("question", restricted=True)}
    annas.configure(kinds=kinds, teams={"care": care, "billing": replace(care, name="billing")})
    inside = replace(AGENT, teams=("care",))
    answer = annas.post(f"{PATH}/notes", {"text": "kto?", "mentions": mentions}, as_=inside)
    assert (answer.status, answer.json["field"]) == (status, field)
    assert answer.json["code"] == ("may_not_see" if status == 422 else "invalid_input")
    assert thread(annas, EntryKind.NOTE) == []


def test_a_request_repeated_with_its_key_happens_once_and_is_answered_the_same(annas):
    calls = [annas.post(f"{PATH}/notes", {"text": "raz"}, headers={"Idempotency-Key": "5f9c"}) for _ in range(3)]
    assert len({(call.status, call.text, call.headers["location"]) for call in calls}) == 1
    assert len(thread(annas, EntryKind.NOTE)) == 1


@pytest.mark.parametrize(("path", "text"), [("notes", "dwa"), ("replies", "raz")])
def test_a_key_that_was_used_for_another_request_is_refused(annas, path, text):
    annas.post(f"{PATH}/notes", {"text": "raz"}, headers={"Idempotency-Key": "5f9c"})
    answer = annas.post(f"{PATH}/{path}", {"text": text}, headers={"Idempotency-Key": "5f9c"})
    assert (answer.status, answer.json["code"]) == (409, "idempotency_key_reused")
    assert (len(thread(annas, EntryKind.NOTE)), thread(annas, EntryKind.OUTBOUND)) == (1, [])


def test_two_agents_may_use_the_same_key(annas):
    for agent in (AGENT, OTHER_AGENT):
        assert annas.post(f"{PATH}/notes", {"text": "raz"}, as_=agent, headers={"Idempotency-Key": "1"}).status == 201
    assert len(thread(annas, EntryKind.NOTE)) == 2


def test_an_answer_is_queued_and_its_entry_tells_how_far_it_got(annas):
    answer = annas.post(f"{PATH}/replies", {"text": "W załączeniu.", "messages_read": 1})
    assert answer.status == 201
    entry = annas.get(answer.headers["location"].removeprefix("/api")).json
    assert entry["delivery"] == {
        "status": DeliveryStatus.QUEUED,
        "recipient": "anna@example.pl",
        "attempts": 0,
        "detail": None,
        "remarks": [],
        "failure": None,
        "provider_id": None,
        "reports": [],
        "not_before": None,
        "possible_duplicate": False,
    }
    assert (entry["channel"], entry["subject"]) == ("email", "Re: Faktura")
    assert list(annas.ports.queues.to_deliver) == [(CUSTOMER_ID, answer.json["entry_id"])]
    assert stored(annas).awaiting_since is None


def test_an_answer_is_taken_back_and_its_entry_says_so(annas):
    annas.configure(undo_window=timedelta(seconds=30))
    answer = annas.post(f"{PATH}/replies", {"text": "W załączeniu."})
    path = answer.headers["location"].removeprefix("/api")
    assert annas.get(path).json["delivery"]["not_before"] == "2026-11-23T09:00:30Z"
    assert annas.call("DELETE", f"{PATH}/replies/{answer.json['entry_id']}").status == 204
    assert annas.get(path).json["delivery"]["status"] == "withdrawn"
    assert stored(annas).awaiting_since == MONDAY_TEN


def test_an_answer_tells_what_speaks_against_the_channel_that_the_agent_chose(annas):
    customer = annas.ports.threads.get_customer(CUSTOMER_ID)
    wishes = replace(customer, preferences=Preferences(channel=Channel.SMS))
    annas.ports.threads.commit([Update(customer, wishes, ())])
    answer = annas.post(f"{PATH}/replies", {"text": "Tak.", "channel": "email"}).json
    assert (answer["channel"], answer["not_before"], answer["passed_over"]) == ("email", None, [])
    assert answer["warnings"] == [{"name": "not_preferred", "text": "the customer prefers sms"}]


def test_a_channel_that_the_contact_policy_forbids_is_refused_with_the_reason(annas):
    opt_out = OptOut(MONDAY_TEN, "agent:ewa", "by phone")
    annas.ports.threads.commit([Create(Reachability(ANNA, {Purpose.SERVICE: opt_out}))])
    answer = annas.post(f"{PATH}/replies", {"text": "Tak.", "channel": "email"})
    assert (answer.status, answer.json["code"]) == (409, "contact_refused")
    assert "anna@example.pl has opted out of all messages on 2026-11-23 (by phone)" in answer.json["detail"]


def test_what_is_on_its_way_cannot_be_taken_back(annas):
    annas.ports.mail = MemoryCarrier()
    entry_id = annas.post(f"{PATH}/replies", {"text": "W załączeniu."}).json["entry_id"]
    wiring.hub().deliver_message(CUSTOMER_ID, entry_id)
    refused = annas.call("DELETE", f"{PATH}/replies/{entry_id}")
    assert (refused.status, refused.json["code"]) == (409, "conflict")


def test_a_colleagues_answer_since_is_a_reason_to_refuse_one_unless_the_agent_insists(annas):
    said = {"text": "Tak.", "version_read": 0}
    assert annas.post(f"{PATH}/replies", said, as_=OTHER_AGENT).status == 201
    refused = annas.post(f"{PATH}/replies", said)
    assert (refused.status, refused.json["code"]) == (409, "newer_message")
    forced = annas.post(f"{PATH}/replies", {**said, "force": True})
    entry = annas.get(forced.headers["location"].removeprefix("/api")).json
    assert entry["facts"] == {"forced": "newer_message"}


def test_the_agent_chooses_channel_and_subject(annas):
    answer = annas.post(f"{PATH}/replies", {"text": "Tak.", "channel": "email", "subject": "Faktura 7/2026"})
    entry = annas.ports.threads.get_entry(CUSTOMER_ID, answer.json["entry_id"])
    assert (entry.channel, entry.subject) == (Channel.EMAIL, "Re: Faktura 7/2026")


def test_a_channel_on_which_the_customer_has_no_address_is_refused(annas):
    answer = annas.post(f"{PATH}/replies", {"text": "Tak.", "channel": "sms"})
    assert (answer.status, answer.json["code"]) == (422, "no_way_to_reach")


def test_an_answer_tells_how_many_messages_it_takes(annas):
    assert annas.post(f"{PATH}/replies", {"text": "Tak."}).json["segments"] is None
    annas.post(f"/v1/customers/{CUSTOMER_ID}/contact-points", {"kind": "phone", "value": "+48601234567"})
    by_sms = annas.post(f"{PATH}/replies", {"text": "x" * 161, "channel": "sms"}).json
    assert (by_sms["channel"], by_sms["segments"]) == ("sms", 2)


def test_a_preview_shows_the_answer_and_what_to_think_of(annas):
    annas.post(f"/v1/customers/{CUSTOMER_ID}/contact-points", {"kind": "phone", "value": "+48601234567"})
    before = len(thread(annas))
    preview = annas.post(f"{PATH}/replies/preview", {"text": "Zob. https://example.pl/", "channel": "sms"})
    assert preview.status == 200
    assert preview.json["segments"] == 1
    assert preview.json["warnings"] == [{"kind": "link", "detail": "https://example.pl/"}]
    assert len(thread(annas)) == before


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ({"name": "a\r\nb", "content_type": "text/plain", "data_base64": "YQ=="}, "attachments[0].name"),
        ({"name": "../a", "content_type": "text/plain", "data_base64": "YQ=="}, "attachments[0].name"),
        ({"name": "a", "content_type": "text/plain\nx: y", "data_base64": "YQ=="}, "attachments[0].content_type"),
        ({"name": "a", "content_type": "text/plain", "data_base64": ""}, "attachments[0].data_base64"),
        ({"name": "a", "content_type": "text/plain", "data_base64": "?"}, "attachments[0].data_base64"),
    ],
)
def test_a_file_that_could_not_stand_in_a_mail_is_refused_with_its_field(annas, file, field):
    for path in ("replies", "replies/preview"):
        answer = annas.post(f"{PATH}/{path}", {"text": "Tak.", "attachments": [file]})
        assert (answer.status, answer.json["field"]) == (400, field)


def test_a_file_is_uploaded_with_an_answer_and_sent_again_from_the_thread(annas):
    file = {"name": "umowa.pdf", "content_type": "application/pdf", "data_base64": "JVBERi0="}
    first = annas.post(f"{PATH}/replies", {"text": "Umowa.", "attachments": [file]}).json["entry_id"]
    (shown,) = annas.get(f"/v1/customers/{CUSTOMER_ID}/entries/{first}").json["attachments"]
    stored = {"entry_id": first, "sha256": shown["sha256"]}
    again = annas.post(f"{PATH}/replies", {"text": "Jeszcze raz.", "stored_attachments": [stored]}).json["entry_id"]
    assert annas.get(f"/v1/customers/{CUSTOMER_ID}/entries/{again}").json["attachments"][0]["name"] == "umowa.pdf"


@pytest.mark.parametrize("path", ["replies", "closing"])
def test_an_agent_who_has_not_read_the_newest_message_is_told_so(annas, path):
    body = {"messages_read": 0, **({"text": "Już."} if path == "replies" else {})}
    answer = annas.post(f"{PATH}/{path}", body)
    assert (answer.status, answer.json["code"]) == (409, "newer_message")
    assert stored(annas).status is CaseStatus.OPEN


@pytest.mark.parametrize("body", [{}, {"messages_read": 1}, None])
def test_a_case_is_closed(annas, body):
    raw = {"body": body} if body is not None else {}
    assert annas.post(f"{PATH}/closing", **raw).status == 204
    assert stored(annas).status is CaseStatus.CLOSED
    assert annas.get(PATH).json["closed_at"] == "2026-11-23T09:00:00Z"


def test_a_case_is_closed_in_the_version_that_was_read_only(annas):
    annas.put(f"{PATH}/assignment", {"assignee": "me"})
    assert annas.post(f"{PATH}/closing", {}, headers={"If-Match": '"0"'}).json["code"] == "conflict"
    assert annas.post(f"{PATH}/closing", {}, headers={"If-Match": '"1"'}).status == 204


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "team"),
        ("?team=care&assignee=me", "team"),
        ("?order=urgency&assignee=me", "order"),
        ("?order=age&team=care", "order"),
        ("?team=care&sort=asc", "sort"),
        ("?team=care&limit=0", "limit"),
        ("?team=care&limit=101", "limit"),
        ("?team=care&limit=ten", "limit"),
        ("?team=care&team=sales", "team"),
        ("?team=", "team"),
        ("?assignee=unassigned@care", "assignee"),
        ("?assignee=closed@care@202611", "assignee"),
        ("?assignee=agent-1%0A", "assignee"),
        ("?team=care&cursor=", "cursor"),
        ("?team=care&cursor=abc", "cursor"),
        ("?team=care&cursor=%F0%9F%99%82", "cursor"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_by_the_name_of_what_is_wrong(api, query, field):
    answer = api.get(f"/v1/cases{query}")
    assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "invalid_input", field)


@pytest.mark.parametrize("query", ["?team=sales", "?unassigned_in=sales"])
def test_a_team_that_there_is_not_is_no_team_without_work(api, query):
    assert api.get(f"/v1/cases{query}").status == 404


def test_a_cursor_of_one_list_opens_no_other_and_serves_nobody_else(api):
    keep_cases(api, 2, assignee=AGENT.subject)
    cursor = api.get("/v1/cases?assignee=me&limit=1").json["next"]
    assert api.get(f"/v1/cases?assignee=me&limit=1&cursor={cursor}").status == 200
    for path, who in (
        (f"/v1/cases?team=care&cursor={cursor}", AGENT),
        (f"/v1/cases?assignee=agent-2&cursor={cursor}", AGENT),
        (f"/v1/cases?assignee={AGENT.subject}&cursor={cursor}", OTHER_AGENT),
        (f"/v1/parked?cursor={cursor}", AGENT),
    ):
        answer = api.get(path, as_=who)
        assert (answer.status, answer.json["field"]) == (400, "cursor")


@pytest.mark.parametrize("path", ["", "/assignment", "/notes", "/replies", "/closing"])
def test_a_case_that_there_is_not_is_not_found_whatever_is_done_to_it(annas, path):
    method = {"": "GET", "/assignment": "PUT"}.get(path, "POST")
    body = {"/assignment": {"assignee": "me"}, "/closing": {}, "": None}.get(path, {"text": "Tak."})
    answer = annas.call(method, f"/v1/cases/{OTHER_REFERENCE}{path}", body)
    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_a_row_of_a_list_has_all_that_an_inbox_shows(api):
    keep_cases(
        api, 1, customer_name="Anna Kowalska", last_channel=Channel.SMS, last_inbound_id=MESSAGE_ID, messages_in=3
    )
    (row,) = api.get("/v1/cases?team=care").json["cases"]
    shown = ("customer_name", "last_channel", "messages_in", "next_clock", "kind", "priority")
    assert [row[name] for name in shown] == ["Anna Kowalska", "sms", 3, "first_response", "question", "normal"]
    assert row["last_inbound_at"] is not None


def test_a_case_from_before_the_hub_kept_the_last_channel_shows_the_one_that_it_began_with(annas):
    (row,) = annas.get("/v1/cases?unassigned_in=care").json["cases"]
    assert (row["last_channel"], row["customer_name"], row["next_clock"]) == ("email", None, None)


def test_what_a_team_closed_is_listed_by_month(annas):
    annas.post(f"{PATH}/closing", {"messages_read": 1})
    closed = "/v1/cases?team=care&status=closed"
    assert [found["reference"] for found in annas.get(closed).json["cases"]] == [REFERENCE]
    assert len(annas.get(f"{closed}&month=202611").json["cases"]) == 1
    assert annas.get(f"{closed}&month=202610").json["cases"] == []
    assert annas.get("/v1/cases?team=care").json["cases"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("assignee=me&status=closed", "status"),
        ("team=care&month=202611", "month"),
        ("team=care&status=closed&order=urgency", "order"),
        ("team=care&status=spam", "status"),
        ("team=care&fields=subject,secret", "fields"),
        ("team=care&fields=", "fields"),
    ],
)
def test_a_list_that_no_index_has_is_refused(annas, query, field):
    answer = annas.get(f"/v1/cases?{query}")
    assert (answer.status, answer.json["field"]) == (400, field)


def test_only_the_wanted_members_are_answered(annas):
    assert annas.get("/v1/cases?team=care&fields=reference,subject").json == {
        "cases": [{"reference": REFERENCE, "subject": "Faktura"}],
        "next": None,
    }
    one = annas.get(f"{PATH}?fields=version")
    assert (one.json, one.headers["etag"]) == ({"version": 0}, '"0"')


def entry_at(minute):
    return ulid(MONDAY_TEN + timedelta(minutes=minute), bytes(10))


def in_thread(annas, minute, case_id=CASE_ID):
    at = MONDAY_TEN + timedelta(minutes=minute)
    annas.keep(inbound(id=entry_at(minute), at=at, case_id=case_id))


def read_all(annas, path):
    """The minutes of the entries of each page."""
    pages, cursor = [], ""
    while cursor is not None:
        page = annas.get(path + cursor).json
        pages.append([(time_of(entry["id"]) - MONDAY_TEN) // timedelta(minutes=1) for entry in page["entries"]])
        cursor = page["next"] and f"&cursor={page['next']}"
    return pages


ANOTHER_CASE = "01KAR00000000000000000TWO"


def test_a_cases_thread_has_its_own_entries_alone_in_either_direction(annas):
    for minute in range(1, 8):
        in_thread(annas, minute, CASE_ID if minute % 2 else ANOTHER_CASE)
    path = f"{PATH}/thread?fields=id&limit=2"
    assert read_all(annas, path) == [[7, 5], [3, 1], []]
    assert read_all(annas, f"{path}&order=oldest_first") == [[1, 3], [5, 7]]
    assert read_all(annas, f"{path}&since={entry_at(3)}") == [[5, 7]]


def test_a_page_of_a_cases_thread_is_short_where_other_cases_stand_between(annas):
    in_thread(annas, 1)
    for minute in range(2, 12):
        in_thread(annas, minute, ANOTHER_CASE)
    assert read_all(annas, f"{PATH}/thread?fields=id&limit=2") == [[], [1]]


def test_what_came_before_a_case_was_opened_is_not_looked_through_for_it(annas):
    in_thread(annas, 1)
    for minute in range(-9, 0):
        in_thread(annas, minute, ANOTHER_CASE)
    assert read_all(annas, f"{PATH}/thread?fields=id&limit=3") == [[1]]


def test_what_was_moved_away_is_not_in_the_cases_thread(annas):
    annas.keep(inbound(id=entry_at(1), moved_to="somebody/else"))
    assert read_all(annas, f"{PATH}/thread?fields=id") == [[]]


def test_a_cursor_of_one_direction_does_not_open_the_other(annas):
    for minute in (1, 2):
        in_thread(annas, minute)
    cursor = annas.get(f"{PATH}/thread?limit=1").json["next"]
    answer = annas.get(f"{PATH}/thread?limit=1&order=oldest_first&cursor={cursor}")
    assert (answer.status, answer.json["field"]) == (400, "cursor")
