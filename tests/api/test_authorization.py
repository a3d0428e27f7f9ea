"""Every operation by every kind of principal on every kind of object: who may, who may not, and to whom it is as if it
were not there. An operation that is not listed here fails.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

import app
from chalicelib import wiring
from chalicelib.api.openapi import operations_of
from chalicelib.domain.agents import Agent
from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.clocks import Clock
from chalicelib.domain.configuration import Team
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.identifiers import case_reference, ulid
from chalicelib.domain.mentions import agent_mentioned, mention_rows
from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.domain.sla import ClockName
from chalicelib.domain.tasks import ListedTask, Task, TaskKind
from chalicelib.domain.threads import AttachmentRef
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.index_texts import CaseText, EntryText, WrittenTexts
from chalicelib.usecases.write_feed import CaseChange
from tests.api.conftest import CUSTOMER, CUSTOMER_ID, ISSUER, OTHER_REFERENCE, inbound
from tests.api.test_operations import ALLOWED, BODIES, PLACES, SHA256
from tests.domain.making import ANNA, MONDAY_TEN, case

OPERATIONS = {operation.name: operation for operation in operations_of(app.app.routes)}
BY_CASE = {name for name, one in OPERATIONS.items() if "{reference}" in one.path and not one.path.startswith("/v1/me/")}
BY_ENTRY = {"read_entry", "link_raw", "link_attachment"}
LISTS = {
    "list_cases": ["?team=billing", "?team=care", "?assignee=agent-billing", "?unassigned_in=billing"],
    "read_customer": [""],
    "read_thread": ["", "?order=oldest_first"],
    "find_customers": ["?contact_point=anna@example.pl"],
    "search": ["?words=canary", "?words=closed"],
    "find_cases": ["?status=open", "?kind=secret", "?channel=email"],
    "list_mentions": [""],
    "list_calls": [""],
    "list_letters": [""],
    "foresee_escalations": ["?hours=48"],
    "list_unknown_deliveries": [],  # test_deliveries.py
    "list_linked_cases": [],  # the test below
    "list_likely_cases": [],  # test_incidents.py
    "list_changes": [],  # begins with a cursor: the test below
}
# What they name or list is not a case, nor anything that stands in one.
NO_CASE_IN_IT = {
    *("record_customer", "import_customers", "write_attributes"),
    *("add_contact_point", "set_care", "read_preferences", "change_preferences", "record_opt_out", "lift_suppression"),
    *("list_agents", "read_agent", "set_presence", "save_agent", "hand_over_cases", "list_templates", "list_kinds"),
    "block_sender",
    *("list_parked", "list_waiting", "look_at_parked", "release_parked", "discard_parked", "decide_parked"),
    *("check_account", "replay_messages", "list_incidents", "open_incident", "read_incident", "change_incident"),
    *("close_incident", "answer_incident", "list_broadcasts", "read_broadcast", "list_recipients", "direct_broadcast"),
    *("prepare_broadcast", "try_broadcast", "add_recipients"),
    *("read_configuration", "review_configuration", "save_configuration", "restore_configuration"),
    "read_report",  # counted by what the caller may see: test_reports.py
    *("read_audit", "list_configuration_versions", "read_configuration_version", "read_configuration_schema"),
    *("preview_merge", "merge_customers", "list_merges", "undo_merge"),
    *("list_erasures", "read_erasure", "replay_erasures", "hold_customer", "lift_hold"),
    "erase_customer",  # of an admin, who sees every case; the report names kinds and teams, no case
    *("export_customer", "read_export"),  # of an admin, who sees every case
    *("list_suggestions", "accept_suggestion", "dismiss_suggestion"),
    "open_connection",  # over it comes that something is new, and nothing else
}
# The case is named in the body: the tests below.
IN_BODY = {"link_cases", "write_first", "log_call", "log_letter", "log_visit"}
OWN = {
    *("start_verification", "read_own_thread", "read_own_cases", "link_own_attachment", "mark_read", "list_devices"),
    *("register_device", "remove_device", "post_message", "read_own_preferences", "change_own_preferences"),
    *("list_own_changes", "open_own_connection", "rate_own_case", "read_own_profile", "change_own_profile"),
    *("export_own", "read_own_export"),
}
FOR_BOTH = {"start_upload"}  # customers and staff, each for themselves: test_uploads.py
OPEN = {
    *(
        "read_form_notices",
        "show_form",
        "start_form_upload",
        "link_in_conversation",
        "post_form",
        "show_rating",
        "rate_case",
        "unsubscribe",
        "report_fax",
        "start_form_verification",
        "confirm_verification",
        "begin_conversation",
        "read_conversation",
        "post_in_conversation",
    ),
    "read_openapi",
    "read_openapi_page",
}


def somebody(subject, *roles, teams=()):
    return Principal(ISSUER, subject, frozenset(roles), teams=teams)


CARE = somebody("agent-care", Role.AGENT, teams=("care",))
SEES_ALL = {"admin": somebody("admin", Role.ADMIN), "auditor": somebody("auditor", Role.AUDITOR)}
INSIDE = {
    "an agent of the team": somebody("agent-billing", Role.AGENT, teams=("billing",)),
    "an agent whom a leader put into the team": somebody("agent-put", Role.AGENT),
    **SEES_ALL,
}
OUTSIDE = {
    "an agent of another team": CARE,
    "a supervisor of another team": somebody("boss-care", Role.SUPERVISOR, teams=("care",)),
    "an agent of no team": somebody("agent-none", Role.AGENT),
    "a service": Principal(ISSUER, "service:crm", frozenset({Role.SERVICE}), scopes=frozenset(Scope)),
}
EVERYBODY = [agent_mentioned(one.subject) for one in (*INSIDE.values(), *OUTSIDE.values())]
FOR_PEOPLE = {"move_case", "split_case", "attend_case", "leave_case"}  # whatever the scopes of a service are

# What is of which case. The word is in its subject and in its entry, and in nothing else.
KINDS = {"own": ("care", "question"), "others": ("billing", "question"), "closed": ("billing", "secret")}
OF = {name: case_reference(name.encode()) for name in KINDS}
IDS = {name: ulid(MONDAY_TEN, name.encode().ljust(10)[:10]) for name in KINDS}
WORDS = {name: f"canary-{name}" for name in KINDS}
PARKED_TASK = ulid(MONDAY_TEN, b"task000000")


@pytest.fixture
def world(api):
    """One customer with a case of the own team, one of another team, and one of that team of a restricted kind."""
    return fill(api)


def fill(api):
    kinds = {**SHIPPED_KINDS, "secret": CaseKind("secret", restricted=True)}
    team = api.ports.configuration.current().teams["care"]
    api.configure(kinds=kinds, teams={"care": team, "billing": Team("billing", *astuple_behind(team))})
    api.keep(
        Customer(CUSTOMER_ID, MONDAY_TEN, name="Anna"),
        PointOwner(ANNA, CUSTOMER_ID, MONDAY_TEN),
        PointLink(CUSTOMER_ID, ANNA),
        Agent("agent-put", teams=("billing",)),
    )
    for name, (team, kind) in KINDS.items():
        clock = Clock(MONDAY_TEN, MONDAY_TEN + timedelta(hours=4), 1, "standard", calendar="poland", version="1")
        task = Task(
            ulid(MONDAY_TEN, name.encode().rjust(10)[:10]),
            TaskKind.CALL,
            "+48601234567",
            WORDS[name],
            "customer",
            MONDAY_TEN,
            MONDAY_TEN + timedelta(days=1),
        )
        one = case(
            id=IDS[name],
            customer_id=CUSTOMER_ID,
            reference=OF[name],
            team=team,
            kind=kind,
            subject=WORDS[name],
            messages_in=1,
            awaiting_since=MONDAY_TEN,
            last_inbound_id=entry_of(name),
            clocks={ClockName.FIRST_RESPONSE: clock},
            next_step_at=MONDAY_TEN,
            tasks=(task,),
        )
        file = AttachmentRef(SHA256, f"{WORDS[name]}.pdf", "application/pdf", 7)
        api.keep(
            one,
            CasePointer(OF[name], CUSTOMER_ID, IDS[name], CUSTOMER_ID),
            inbound(id=entry_of(name), case_id=IDS[name], text=WORDS[name], attachments=(file,)),
            ListedTask(task.id, CUSTOMER_ID, IDS[name], OF[name], team, kind=kind, task=task),
            *mention_rows(EVERYBODY, entry_of(name), CUSTOMER_ID, MONDAY_TEN),
        )
        entry = api.ports.threads.get_entry(CUSTOMER_ID, entry_of(name))
        wiring.hub().index_texts(WrittenTexts([EntryText(None, entry)], cases=[CaseText(None, one)]))
    return api


def astuple_behind(team):
    return [getattr(team, name) for name in type(team).__slots__][1:]


def entry_of(name):
    return ulid(MONDAY_TEN, name.encode().center(10)[:10])


def call(api, name, principal, *, reference=OF["own"], entry=None, **said):
    operation = OPERATIONS[name]
    places = {**PLACES, "reference": reference, **({"entry_id": entry} if entry else {})}
    body = {**BODIES.get(name, {"text": "a"}), **said} if operation.body else None
    return api.call(operation.method, operation.path.format(**places), body, as_=principal)


def without_instance(answer):
    return {name: value for name, value in json.loads(answer.text).items() if name != "instance"}


def test_every_operation_is_listed():
    groups = [BY_CASE, BY_ENTRY, {*LISTS}, NO_CASE_IN_IT, IN_BODY, OWN, FOR_BOTH, OPEN]
    assert set.union(*groups) == {*OPERATIONS}
    assert sum(map(len, groups)) == len(OPERATIONS)


@pytest.mark.parametrize("name", sorted(BY_CASE))
def test_a_case_of_a_restricted_kind_is_not_there_for_who_is_outside_its_team(world, name):
    for who, principal in OUTSIDE.items():
        answer = call(world, name, principal, reference=OF["closed"])
        assert WORDS["closed"] not in answer.text
        if who == "a service" and name in FOR_PEOPLE:
            assert answer.status == 403
            continue
        assert answer.status == 404, who
        if name not in ("take_back_answer", "settle_delivery"):
            nowhere = call(world, name, principal, reference=OTHER_REFERENCE)
            assert without_instance(answer) == without_instance(nowhere), who


@pytest.mark.parametrize("name", sorted(BY_CASE))
@pytest.mark.parametrize("who", INSIDE)
def test_it_is_there_for_its_team_and_for_who_sees_all(world, name, who):
    answer = call(world, name, INSIDE[who], reference=OF["closed"])
    allowed = INSIDE[who].roles <= ALLOWED[name]
    assert (answer.status == 403) == (not allowed)
    assert not (answer.status == 404 and "There is no such case" in answer.text)


@pytest.mark.parametrize("name", sorted(BY_CASE))
@pytest.mark.parametrize("which", ["own", "others"])
def test_an_open_case_is_there_for_every_agent_whoevers_it_is(world, name, which):
    for principal in (*OUTSIDE.values(), INSIDE["an agent of the team"]):
        if principal is OUTSIDE["a service"] and name in FOR_PEOPLE:
            continue
        answer = call(fill_again(world), name, principal, reference=OF[which])
        assert answer.status not in (401, 403)
        assert not (answer.status == 404 and "There is no such case" in answer.text)


def fill_again(api):
    """As it was before somebody changed it."""
    fresh = type(api.ports)()
    wiring.use(wiring.Hub(fresh))
    return fill(type(api)(fresh, routes=api.routes))


@pytest.mark.parametrize("name", sorted(BY_CASE | BY_ENTRY | {*LISTS} | NO_CASE_IN_IT | IN_BODY))
def test_no_customer_and_nobody_gets_at_what_is_for_agents(world, name):
    assert call(world, name, CUSTOMER, entry=entry_of("own")).status == 403
    assert call(world, name, None, entry=entry_of("own")).status == 401


@pytest.mark.parametrize("name", sorted(BY_ENTRY))
def test_an_entry_of_a_restricted_case_is_not_there_for_who_is_outside(world, name):
    for who, principal in OUTSIDE.items():
        assert call(world, name, principal, entry=entry_of("closed")).status == 404, who
        assert call(world, name, principal, entry=entry_of("others")).status == 200, who
    for who, principal in INSIDE.items():
        assert call(world, name, principal, entry=entry_of("closed")).status == 200, who


@pytest.mark.parametrize("name", [name for name, queries in LISTS.items() if queries])
def test_no_list_shows_a_restricted_case_to_who_is_outside(world, name):
    path = OPERATIONS[name].path.format(**{**PLACES, "team": "billing"})
    for principal in OUTSIDE.values():
        for query in LISTS[name]:
            answer = world.get(path + query, as_=principal)
            assert answer.status == 200
            assert WORDS["closed"] not in answer.text
            assert OF["closed"] not in answer.text
    for principal in INSIDE.values():
        said = "".join(world.get(path + query, as_=principal).text for query in LISTS[name])
        assert name == "list_letters" or OF["closed"] in said or WORDS["closed"] in said


def test_what_a_team_that_is_gone_had_closed_to_others_is_its_successors(world):
    """A team that gets another name does not lose what it closed under the old one."""
    teams = world.ports.configuration.current().teams
    invoices = replace(teams["billing"], name="invoices")
    kinds = world.ports.configuration.current().kinds
    world.configure(
        kinds=kinds, teams={"care": teams["care"], "invoices": invoices}, former_teams={"billing": "invoices"}
    )
    successor = somebody("agent-invoices", Role.AGENT, teams=("invoices",))
    for told, status, hits in ((successor, 200, 1), (CARE, 404, 0)):
        assert world.get(f"/v1/cases/{OF['closed']}", as_=told).status == status
        assert len(world.get(f"/v1/search?words={WORDS['closed']}", as_=told).json["hits"]) == hits
        assert (OF["closed"] in world.get("/v1/search/cases?status=open", as_=told).text) is bool(hits)


def test_no_change_of_a_restricted_case_is_told_to_who_is_outside(world):
    for told in (*OUTSIDE.values(), *INSIDE.values()):
        cursor = world.get("/v1/changes", as_=told).json["next"]
        changes = [CaseChange(CUSTOMER_ID, IDS[name], OF[name], KINDS[name][0], "", "open") for name in KINDS]
        entry = world.ports.threads.get_entry(CUSTOMER_ID, entry_of("closed"))
        wiring.hub().write_feed(changes, [EntryChange(None, entry)])
        heard = world.get(f"/v1/changes?since={cursor}", as_=told).json["changes"]
        expected = {IDS["own"], IDS["others"]} | ({IDS["closed"]} if told in INSIDE.values() else set())
        assert {change["case_id"] for change in heard} == expected


def test_nobody_outside_hears_who_writes_in_a_restricted_case(world):
    for told in (*OUTSIDE.values(), *INSIDE.values()):
        cursor = world.get("/v1/changes", as_=told).json["next"]
        for doing in ("writing", "reading"):
            call(world, "attend_case", INSIDE["an agent of the team"], reference=OF["closed"], doing=doing)
        heard = world.get(f"/v1/changes?presence=true&since={cursor}", as_=told).json["changes"]
        assert len(heard) == (2 if told in INSIDE.values() else 0)


def test_a_customer_is_not_found_by_a_case_that_is_not_there(world):
    path = f"/v1/customers?reference={OF['closed']}"
    assert world.get(path, as_=CARE).json == {"customers": [], "next": None}
    assert world.get(path, as_=INSIDE["admin"]).json["customers"] != []


@pytest.mark.parametrize("name", ["log_call", "log_letter", "log_visit"])
def test_nothing_is_logged_into_a_case_that_is_not_there(world, name):
    operation, body = OPERATIONS[name], {**BODIES[name], "case": OF["closed"]}
    assert world.call(operation.method, operation.path, body, as_=CARE).status == 404
    assert world.call(operation.method, operation.path, body, as_=INSIDE["an agent of the team"]).status == 201


def test_nobody_goes_on_from_a_case_that_is_not_there(world):
    path, body = f"/v1/customers/{CUSTOMER_ID}/cases", {**BODIES["write_first"], "follows": OF["closed"]}
    assert world.post(path, body, as_=CARE).status == 404
    assert world.post(path, body, as_=INSIDE["an agent of the team"]).status == 409


def test_a_case_that_is_not_there_joins_no_incident_and_is_not_listed_in_one(world):
    team = INSIDE["an agent of the team"]
    path = f"/v1/incidents/{world.post('/v1/incidents', {'title': 'a'}, as_=team).json['incident']}/cases"
    body = {"references": [OF["closed"], OF["others"]]}
    assert world.post(path, body, as_=CARE).json == {"linked": [OF["others"]], "left": {OF["closed"]: "not_found"}}
    assert world.post(path, body, as_=team).json["left"] == {}
    assert {row["id"] for row in world.get(path, as_=CARE).json["recipients"]} == {OF["others"]}
    assert {row["id"] for row in world.get(path, as_=team).json["recipients"]} == {OF["others"], OF["closed"]}


@pytest.mark.parametrize("path", ["replies", "replies/preview"])
def test_no_file_of_a_case_that_is_not_there_goes_out_with_an_answer(world, path):
    world.ports.attachments.put(f"att/{CUSTOMER_ID}/{SHA256}", b"%PDF", "application/pdf")
    file = {"entry_id": entry_of("closed"), "sha256": SHA256}
    body = {"text": "a", "channel": "email", "stored_attachments": [file]}
    answer = world.post(f"/v1/cases/{OF['own']}/{path}", body, as_=CARE)
    assert answer.status == 404
    assert WORDS["closed"] not in answer.text


def test_where_no_kind_is_restricted_nothing_is_read_for_it(annas):
    read = []
    annas.ports.threads.hook = lambda call: read.append(call.name)
    annas.get(f"/v1/customers/{CUSTOMER_ID}/thread")
    assert "find_cases" not in read
    assert "find_agent" not in read
