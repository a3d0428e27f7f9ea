"""What customers, agents and time do to the hub, as rules of which Hypothesis makes sequences, and what must hold."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from chalicelib.domain import cases, customers
from chalicelib.domain.errors import SendingRefused
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.driving import ISSUER, DrivenHub
from tests.faults.expected import deadline_of

SUPPORT, NUMBER, FAX = "pomoc@hub.example", "+48700100200", "fax@hub.example"
MAILS = st.sampled_from(["anna@example.pl", "bartek@example.pl", "celina@example.pl"])
PHONES = st.sampled_from(["+48601234567", "+48607654321"])
FAXES = st.sampled_from(["+48221112233", "+48225556677"])
APP_USERS = st.sampled_from(["anna", "bartek"])
AGENTS = st.sampled_from(["ewa", "jan"])
DMARC = st.sampled_from(["PASS", "PASS", "PASS", "GRAY", "FAIL"])
WAITS = st.sampled_from(
    [
        timedelta(minutes=13, seconds=7),
        timedelta(hours=3, minutes=41, seconds=11),
        timedelta(hours=9, minutes=17, seconds=3),
        timedelta(days=1, minutes=29, seconds=1),
        timedelta(days=3, hours=7, minutes=1, seconds=9),
        timedelta(days=15, hours=2, minutes=19, seconds=5),
    ]
)
READ = st.sampled_from([None, 0, 0, -1])  # as much as there is, or one less
VERSIONS = st.sampled_from([None, None, None, 0, -1])
ANY = st.integers(0, 10_000)
A_MOMENT = timedelta(seconds=1)


class _Refuses:
    """A carrier that takes nothing, and says so."""

    def send(self, message: Any) -> str:
        raise SendingRefused("MessageRejected", temporary=False)


class HubMachine(DrivenHub):
    """`steps`: how many were made, in all sequences together."""

    steps: ClassVar[int] = 0

    # What customers do.

    @rule(sender=MAILS, dmarc=DMARC, automatic=st.sampled_from([False, False, False, True]))
    def mail(self, sender, dmarc, automatic):
        self._mail(sender, SUPPORT, dmarc, automatic=automatic)

    @precondition(lambda self: self._mails_to_customers())
    @rule(which=ANY, dmarc=DMARC, stranger=st.sampled_from([False, False, True]), sender=MAILS)
    def answer_to_a_mail_of_ours(self, which, dmarc, stranger, sender):
        message = self._mails_to_customers()[which % len(self._mails_to_customers())]
        reply_to = next(line[10:] for line in message.raw.decode().splitlines() if line.startswith("Reply-To: "))
        (entry,) = [entry for entry in self.threads.records(Entry) if message.tag.startswith(entry.id)]
        (case,) = [case for case in self.threads.records(cases.Case) if case.id == entry.case_id]
        self._mail(sender if stranger else message.recipient, reply_to, dmarc, to_case=case.reference)

    @precondition(lambda self: self._mails_to_customers())
    @rule(which=ANY, how_long=st.sampled_from([timedelta(days=9, minutes=3), timedelta(days=16, minutes=3)]))
    def late_answer_to_a_closed_case(self, which, how_long):
        message = self._mails_to_customers()[which % len(self._mails_to_customers())]
        (entry,) = [entry for entry in self.threads.records(Entry) if message.tag.startswith(entry.id)]
        reference = next(case.reference for case in self.threads.records(cases.Case) if case.id == entry.case_id)
        case = self.expected.cases[reference]
        at = self.world.at
        self._agent("POST", f"/v1/cases/{reference}/closing", {}, "ewa", case, None, stands=None, good=204, keep=False)
        self.expected.closed(reference, at)
        self.wait(how_long)
        self.answer_to_a_mail_of_ours(which, "PASS", False, "")

    @rule(sender=PHONES)
    def text_message(self, sender):
        number = next(self.numbers)
        told = {
            "originationNumber": sender,
            "destinationNumber": NUMBER,
            "messageBody": f"SMS {number}",
            "inboundMessageId": f"sms{number}",
        }
        at = self.world.at
        self._notify(told)
        self._came_in("sms", f"sms{number}", f"phone:{sender}", at, channel="sms", trust=2)

    @rule(sender=FAXES)
    def fax(self, sender):
        self._mail("fax@gateway.example", FAX, "PASS", fax_from=sender)

    @rule(sender=MAILS)
    def form(self, sender):
        body = {"email": sender, "text": f"Formularz {next(self.numbers)}"}
        self._post("/v1/forms/contact/messages", body, "", f"email:{sender}", channel="web_form", trust=1)

    @rule(user=APP_USERS)
    def app(self, user):
        self._post_from_app(user, {"text": f"Aplikacja {next(self.numbers)}"}, "")

    @precondition(lambda self: self.expected.cases)
    @rule(user=APP_USERS, which=ANY)
    def app_about_a_case(self, user, which):
        reference, case = self._some_case(which)
        body = {"text": f"Aplikacja {next(self.numbers)}", "case": reference}
        if self.expected.owners.get(f"app:{ISSUER}|{user}") == case["customer"]:
            self._post_from_app(user, body, reference)
        else:
            answer = self._ask("POST", "/v1/messages", body, f"{user}:customer", f"key-{next(self.numbers)}")
            assert answer.status == 404

    # What agents do.

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY, agent=AGENTS, read=READ, version=VERSIONS, refused=st.sampled_from([False, False, False, True]))
    def reply(self, which, agent, read, version, refused):
        reference, case = self._some_case(which)
        ways = self.expected.ways_to(case)
        body = {"text": f"Odpowiedź {next(self.numbers)}", **self._read(case, read)}
        carriers = self.hub.ports.mail, self.hub.ports.sms
        if refused:
            self.hub.ports.mail = self.hub.ports.sms = _Refuses()
        at = self.world.at
        answer = self._agent(
            "POST",
            f"/v1/cases/{reference}/replies",
            body,
            agent,
            case,
            version,
            stands=self._stands(case, read, version, speaks=True) or (not ways and (422, "no_way_to_reach")),
            good=201,
        )
        self._rest()
        self.hub.ports.mail, self.hub.ports.sms = carriers
        if answer.status != 201:
            return
        entry_id = json.loads(answer.text)["entry_id"]
        entry = self.threads.get_entry(case["customer"], entry_id)
        kind = {"email": "email", "sms": "phone", "app": "app"}[entry.channel]
        points = [
            way
            for way in ways
            if way.startswith(kind) and (not entry.delivery or way.endswith(entry.delivery.recipient))
        ]
        assert points
        self.expected.answered(reference, entry_id, points[0], at, refused=refused)

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY, agent=AGENTS)
    def note(self, which, agent):
        reference, case = self._some_case(which)
        body = {"text": f"Notatka {next(self.numbers)}"}
        self._agent("POST", f"/v1/cases/{reference}/notes", body, agent, case, None, stands=None, good=201)
        case["notes"] += 1

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY, agent=AGENTS, to=st.sampled_from(["jan", "ewa", None]), version=VERSIONS)
    def assign(self, which, agent, to, version):
        reference, case = self._some_case(which)
        answer = self._agent(
            "PUT",
            f"/v1/cases/{reference}/assignment",
            {"assignee": to},
            agent,
            case,
            version,
            stands=self._stands(case, None, version),
            good=204,
            field="assignee",
        )
        if answer.status == 204:
            self.expected.assigned(reference, to or "")

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY, agent=AGENTS, read=READ, version=VERSIONS)
    def close(self, which, agent, read, version):
        reference, case = self._some_case(which)
        at = self.world.at
        answer = self._agent(
            "POST",
            f"/v1/cases/{reference}/closing",
            self._read(case, read),
            agent,
            case,
            version,
            stands=self._stands(case, read, version),
            good=204,
            field="messages_read",
        )
        if answer.status == 204:
            self.expected.closed(reference, at)

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY, kind=st.sampled_from(["email", "phone"]), mail=MAILS, phone=PHONES, agent=AGENTS)
    def contact_point(self, which, kind, mail, phone, agent):
        _, case = self._some_case(which)
        value = mail if kind == "email" else phone
        point, customer = f"{kind}:{value}", case["customer"]
        owner = self.expected.owners.get(point)
        taken = (409, "conflict") if owner not in (None, customer) else None
        path = f"/v1/customers/{customer}/contact-points"
        self._agent(
            "POST",
            path,
            {"kind": kind, "value": value},
            agent,
            case,
            None,
            stands=taken,
            good=201,
            field="value",
            keep=owner is None,
        )
        if not taken:
            self.expected.owners[point] = customer
            self.expected.points[customer].add(point)

    # What clients do who do not know whether they were heard.

    @precondition(lambda self: self._repeatable())
    @rule(which=ANY)
    def request_again(self, which):
        request = self._repeatable()[which % len(self._repeatable())]
        answer = self._ask(request.method, request.path, request.body, request.token, request.key)
        assert answer == request.answer
        self._rest()

    @precondition(lambda self: self._repeatable())
    @rule(which=ANY)
    def key_again_for_something_else(self, which):
        request = self._repeatable()[which % len(self._repeatable())]
        address = "olga@example.pl" if request.body.get("kind") == "email" else "+48600100100"
        other = {"messages_read": 77, "assignee": "olga", "value": address}.get(request.field, "Coś innego")
        answer = self._ask(
            request.method, request.path, {**request.body, request.field: other}, request.token, request.key
        )
        assert (answer.status, json.loads(answer.text)["code"]) == (409, "idempotency_key_reused")
        self._rest()

    # What time does.

    @rule(how_long=WAITS)
    def wait(self, how_long):
        until = self.world.at + how_long
        self.hub.settle(until=until)
        self.world.pass_time(until)
        self._rest()

    # What must hold.

    @invariant()
    def the_hub_knows_what_it_should(self):
        HubMachine.steps += 1
        self.hub.sweep()
        self.world.run_all()
        self._rest()
        self.expected.time_is(self.world.at)
        entries = Counter((entry.case_id, entry.kind) for entry in self.threads.records(Entry))
        steps = Counter(
            entry.case_id for entry in self.threads.records(Entry) if entry.event in ("case.reminded", "case.escalated")
        )
        found = self.threads.records(cases.Case)
        assert {case.reference for case in found} == self.expected.cases.keys()
        for case in found:
            self._is_as_expected(case, self.expected.cases[case.reference], entries, steps)
        for customer in self.threads.records(customers.Customer):
            listed = sorted(self.expected.open_cases(customer.id))
            assert (customer.open_case_count, sorted(customer.open_cases.values())) == (len(listed), listed)
        owners = {str(owner.point): owner.customer_id for owner in self.threads.records(customers.PointOwner)}
        assert owners == self.expected.owners
        statuses = {
            entry.id: str(entry.delivery.status)
            for entry in self.threads.records(Entry)
            if entry.kind is EntryKind.OUTBOUND and entry.delivery
        }
        assert statuses == self.expected.statuses
        assert not self.world.failures

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY)
    def read_a_case(self, which):
        reference, case = self._some_case(which)
        told = self._read_api(f"/v1/cases/{reference}")
        assert (told["reference"], told["status"], told["customer_id"]) == (reference, case["status"], case["customer"])

    @precondition(lambda self: self.expected.cases)
    @rule(which=ANY)
    def read_a_thread(self, which):
        _, case = self._some_case(which)
        told = self._read_api(f"/v1/customers/{case['customer']}/thread", limit="100")["entries"]
        stands = [entry.id for entry in self.threads.records(Entry) if entry.customer_id == case["customer"]]
        assert [entry["id"] for entry in told] == sorted(stands, reverse=True)[:100]

    @rule()
    def read_the_lists(self):
        self.threads.catch_up()
        still_open = {name: case for name, case in self.expected.cases.items() if case["status"] == "open"}
        urgent = [case["reference"] for case in self._read_api("/v1/cases", team="care", limit="100")["cases"]]
        assert sorted(urgent) == sorted(still_open)
        waiting = [reference for reference in urgent if still_open[reference]["since"]]
        deadlines = [deadline_of(still_open[reference]) for reference in waiting]
        assert urgent[: len(waiting)] == waiting
        assert all(one <= next_ + A_MOMENT for one, next_ in pairwise(deadlines))
        for query, assignee in (({"assignee": "jan"}, "jan"), ({"unassigned_in": "care"}, "")):
            told = [case["reference"] for case in self._read_api("/v1/cases", **query, limit="100")["cases"]]
            assert sorted(told) == sorted(name for name, case in still_open.items() if case["assignee"] == assignee)

    def _is_as_expected(self, case, expected, entries, steps):
        same = (
            "status",
            "assignee",
            "answered",
            "cycle",
            "messages_in",
            "automatic_in",
            "messages_out",
            "notes",
            "version",
            "follows",
        )
        assert {name: getattr(case, name) for name in same} == {name: expected[name] for name in same}
        assert case.customer_id == expected["customer"]
        since = expected["since"]
        assert (case.awaiting_since is None) == (since is None)
        assert since is None or abs(case.awaiting_since - since) < A_MOMENT
        assert since is None or abs(case.deadline_at - deadline_of(expected)) < A_MOMENT
        assert steps[case.id] == expected["steps"]
        counted = (
            entries[case.id, EntryKind.INBOUND],
            entries[case.id, EntryKind.OUTBOUND],
            entries[case.id, EntryKind.NOTE],
        )
        assert counted == (case.messages_in + case.automatic_in, case.messages_out, case.notes)
