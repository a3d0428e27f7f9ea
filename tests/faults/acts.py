"""What people and AWS do in a random schedule: each act is one thing that happens, with details left to chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.agents import Agent
from chalicelib.domain.broadcasts import Broadcast, BroadcastStatus
from chalicelib.domain.carried_names import carry_former_teams
from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import PointKind
from chalicelib.domain.customers import Customer
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.incidents import Incident
from chalicelib.domain.merging import Merge
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.once import KEYS_LIVE_FOR
from tests.faults import stories_many as many
from tests.faults import stories_routing as routing
from tests.faults.carriers import OUR_ADDRESS, reply_to_in
from tests.faults.outside import Outside

MAILERS = ("anna@example.pl", "bartek@example.pl", "celina@example.pl")
PHONES = ("+48601234567", "+48607654321")
FAXES = ("+48221112233", "+48225556677")
AGENTS = ("ewa", "jan")
APP_USERS = ("anna", "bartek")
CLOCKS_OFF = tuple(timedelta(seconds=seconds) for seconds in (0, 1, -1, 25, -25))
VERDICTS = ("PASS", "GRAY", "FAIL")
_TEAMS = (("care",), ("care", "sales"), ("sales",))
MAIL_REPORTS = ("Send", "Delivery", "DeliveryDelay", "Bounce", "TooLarge", "Complaint")
SMS_REPORTS = ("TEXT_SENT", "TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_INVALID")


def one_of(outside: Outside, things: tuple[str, ...]) -> str:
    return things[outside.world.choices.among(len(things))]


def some_case(outside: Outside) -> Case | None:
    cases = outside.simulation.threads.records(Case)
    return cases[outside.world.choices.among(len(cases))] if cases else None


def a_mail(outside: Outside) -> None:
    choices = outside.world.choices
    dmarc = VERDICTS[choices.weighted(8, 2, 1)]
    outside.mail(one_of(outside, MAILERS), dmarc=dmarc, automatic=choices.happens(0.1))


def an_answer_of_a_customer(outside: Outside) -> None:
    """To a mail of ours, mostly by whom it went to; the sender may be somebody else, or only claim to be themselves."""
    sent = outside.ports.mail.accepted
    if not sent:
        return
    choices = outside.world.choices
    answered = sent[choices.among(len(sent))]
    case = outside.case_of(answered)
    if case is None:
        return
    sender = answered.message.recipient if choices.weighted(4, 1) == 0 else one_of(outside, MAILERS)
    outside.mail(
        sender,
        to=reply_to_in(answered.message.raw),
        dmarc=VERDICTS[choices.weighted(6, 3, 1)],
        in_reply_to=f"{answered.provider_id}@eu-central-1.amazonses.com" if choices.weighted(2, 1) == 0 else "",
        automatic=choices.happens(0.1),
        to_case=case.reference,
    )


def a_guessed_reply_address(outside: Outside) -> None:
    """Somebody who knows a reference and an address of its customer, and not the key."""
    case = some_case(outside)
    if case is None:
        return
    address = f"reply+{case.reference.replace('-', '').lower()}.a{'a' * 20}@{OUR_ADDRESS.partition('@')[2]}"
    point = next((point.value for point in case.participants if "@" in point.value), MAILERS[0])
    outside.mail(point, to=address, dmarc="GRAY", to_case=case.reference, genuine=False)


def a_message_that_kills_its_reader(outside: Outside) -> None:
    outside.mail(one_of(outside, MAILERS), poison=True)


def a_mail_to_nobody(outside: Outside) -> None:
    outside.mail(one_of(outside, MAILERS), to="nobody@hub.example", parked_as="unknown_inbox")


def a_mail_that_is_gone(outside: Outside) -> None:
    """Somebody has deleted what SES stored before the hub saw it."""
    said = outside.mail(one_of(outside, MAILERS), notifications=1)
    said.kept_by_right = False
    outside.ports.raw.objects.pop(f"incoming/email/ses{said.mark}")


def nonsense(outside: Outside) -> None:
    """Something that no carrier says lands in the queue."""
    outside.simulation.receive.send({"Records": "s3:TestEvent"})


def a_text_message(outside: Outside) -> None:
    outside.sms(one_of(outside, PHONES))


def a_stop_or_start(outside: Outside) -> None:
    outside.sms(one_of(outside, PHONES), text=one_of(outside, ("STOP", "START", "nie")))


def an_opt_out_that_an_agent_is_told_of(outside: Outside) -> None:
    """Sometimes while a colleague answers."""
    case = some_case(outside)
    writers = [point for point in case.participants if point.kind in (PointKind.EMAIL, PointKind.PHONE)] if case else []
    if case is None or not writers:
        return
    if outside.world.choices.happens(0.7):
        outside.reply(case.reference)
    contact_point = {"kind": writers[0].kind, "value": writers[0].value}
    body = {"contact_point": contact_point, "opted_out": outside.world.choices.happens(0.6), "why": "told so"}
    outside.agent("PUT", "/v1/opt-outs", body)


def a_preference(outside: Outside) -> None:
    customer = some_customer(outside)
    if customer:
        channel = (None, "email", "sms")[outside.world.choices.among(3)]
        outside.agent("PATCH", f"/v1/customers/{customer}/preferences", {"channel": channel})


def a_fax(outside: Outside) -> None:
    outside.fax(one_of(outside, FAXES))


def a_form(outside: Outside) -> None:
    outside.post_form(one_of(outside, MAILERS), tries=1 + outside.world.choices.among(3))


def a_post_of_the_app(outside: Outside) -> None:
    """Mostly about a case of some customer, who need not be the one who posts."""
    case = some_case(outside) if outside.world.choices.happens(0.5) else None
    tries = 1 + outside.world.choices.among(3)
    outside.post_from_app(one_of(outside, APP_USERS), case=case.reference if case else "", tries=tries)


def a_reply(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        read = None if outside.world.choices.happens(0.5) else case.messages_in
        said = {"version_read": case.version, "force": outside.world.choices.happens(0.3)}
        outside.reply(case.reference, messages_read=read, said=said, **_seen(outside, case))


def a_report(outside: Outside) -> None:
    """Of any message that a carrier took: early, late, again, and in no order."""
    choices = outside.world.choices
    carrier = (outside.ports.mail, outside.ports.sms)[choices.weighted(4, 1)]
    if not carrier.accepted:
        return
    sent = carrier.accepted[choices.among(len(carrier.accepted))]
    words = MAIL_REPORTS if sent.message.raw is not None else SMS_REPORTS
    outside.report(sent, words[choices.weighted(*(2 if word in ("Send", "TEXT_SENT") else 1 for word in words))])


def a_taking_back(outside: Outside) -> None:
    """Mostly too late: the newest answer that is still queued, else any."""
    answers = [entry for entry in outside.simulation.threads.records(Entry) if entry.author.startswith("agent:")]
    sent = [entry for entry in answers if entry.kind is EntryKind.OUTBOUND and entry.case_id]
    waits = [one for one in sent if one.delivery and one.delivery.status is DeliveryStatus.QUEUED]
    if sent:
        chosen = waits[-1] if waits else sent[outside.world.choices.among(len(sent))]
        cases = {case.id: case.reference for case in outside.simulation.threads.records(Case)}
        outside.take_back(cases[chosen.case_id], chosen.id)


def a_closing(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        read = None if outside.world.choices.happens(0.5) else case.messages_in
        outside.close(case.reference, messages_read=read, **_seen(outside, case))


def a_note(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        known = [agent.subject for agent in outside.simulation.threads.records(Agent)]
        mentions = {"agents": known[:10], "teams": [case.team]} if outside.world.choices.happens(0.3) else None
        outside.note(case.reference, mentions=mentions)


def an_assignment(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        outside.assign(case.reference, "jan" if outside.world.choices.happens(0.7) else None, **_seen(outside, case))


def a_contact_point(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        kind, value = (("phone", PHONES), ("email", MAILERS))[outside.world.choices.among(2)]
        outside.add_contact_point(case.customer_id, kind, one_of(outside, value))


def a_request_again(outside: Outside) -> None:
    """A client that has had its answer asks once more with the same key."""
    recent = [request for request in outside.requests if outside.world.at - request.asked_at < KEYS_LIVE_FOR]
    if recent:
        outside.try_again(recent[outside.world.choices.among(len(recent))])


def a_key_used_for_something_else(outside: Outside) -> None:
    posts = [request for request in outside.requests if request.said]
    if posts:
        outside.post_with_key_of(posts[outside.world.choices.among(len(posts))])


def a_sweep(outside: Outside) -> None:
    outside.simulation.sweep()


def a_reconciliation(outside: Outside) -> None:
    outside.simulation.reconcile()


def lists_that_lag(outside: Outside) -> None:
    """The indexes stand still, or catch up."""
    if outside.world.choices.happens(0.5):
        outside.simulation.threads.catch_up()
    else:
        outside.simulation.threads.let_lists_lag()


def a_clock_that_is_corrected(outside: Outside) -> None:
    """The clocks that the hub reads jump, back or on, and are never more than a lease's last moment apart."""
    outside.world.clock_off = CLOCKS_OFF[outside.world.choices.among(len(CLOCKS_OFF))]


def a_stream_that_nobody_reads(outside: Outside) -> None:
    """Its function is switched off, long enough that its reader gives up what is old."""
    simulation = outside.simulation
    if simulation.listening:
        simulation.listening = False
        outside.world.later(timedelta(hours=13), lambda: setattr(simulation, "listening", True))


def a_deployment(outside: Outside) -> None:
    """Every worker is ended where it stands."""
    outside.world.kill_all()


def some_customer(outside: Outside, *, beside: str = "") -> str:
    """The id of one, other than `beside`; "" when there is none."""
    ids = [customer.id for customer in outside.simulation.threads.records(Customer) if customer.id != beside]
    return ids[outside.world.choices.among(len(ids))] if ids else ""


def a_merge(outside: Outside) -> None:
    one = some_customer(outside)
    other = some_customer(outside, beside=one)
    if other:
        outside.agent("POST", f"/v1/customers/{one}/merges", {"customer": other, "why": "one person"})


def an_undoing(outside: Outside) -> None:
    merges = outside.simulation.threads.records(Merge)
    if merges:
        merge = merges[outside.world.choices.among(len(merges))]
        outside.agent("POST", f"/v1/customers/{merge.customer_id}/merges/{merge.id}/undoing", {})


def a_move(outside: Outside) -> None:
    case = some_case(outside)
    other = some_customer(outside, beside=case.customer_id) if case else ""
    if case and other:
        body = {"customer": other, "why": "not theirs"}
        outside.agent("POST", f"/v1/cases/{case.reference}/moving", body, **_seen(outside, case))


def a_split(outside: Outside) -> None:
    case = some_case(outside)
    if case is None:
        return
    entries = [entry for entry in outside.simulation.threads.records(Entry) if entry.case_id == case.id]
    inbound = [entry for entry in entries if entry.kind is EntryKind.INBOUND]
    if inbound:
        chosen = inbound[outside.world.choices.among(len(inbound))]
        body = {"entries": [chosen.id], "why": "another matter"}
        if outside.world.choices.happens(0.5):
            body["customer"] = some_customer(outside, beside=case.customer_id) or case.customer_id
        outside.agent("POST", f"/v1/cases/{case.reference}/splitting", body)


def a_presence(outside: Outside) -> None:
    choices = outside.world.choices
    routing.is_there(outside, one_of(outside, AGENTS), ("present", "absent")[choices.among(2)])


def a_hand_over(outside: Outside) -> None:
    routing.boss(outside, "POST", f"/v1/agents/{one_of(outside, AGENTS)}/hand-over", {"why": "urlop"})


def a_carer(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        outside.agent("PUT", f"/v1/customers/{case.customer_id}/care", {"carer": one_of(outside, AGENTS)})


def an_incident(outside: Outside) -> None:
    outside.agent("POST", "/v1/incidents", many.INCIDENT)


def some_incident(outside: Outside) -> str:
    """Its path; "" when there is none."""
    incidents = outside.simulation.threads.records(Incident)
    return f"/v1/incidents/{incidents[outside.world.choices.among(len(incidents))].id}" if incidents else ""


def a_link(outside: Outside) -> None:
    """Or what takes it away again."""
    incident, case = some_incident(outside), some_case(outside)
    if not incident or case is None:
        return
    if outside.world.choices.happens(0.8):
        outside.agent("POST", f"{incident}/cases", {"references": [case.reference]})
    else:
        outside.agent("DELETE", f"{incident}/cases/{case.reference}", {})


def an_end_of_an_incident(outside: Outside) -> None:
    incident = some_incident(outside)
    if incident and outside.world.choices.happens(0.7):
        many.lead(outside, "POST", f"{incident}/answer", many.ANSWER)
    elif incident:
        outside.agent("POST", f"{incident}/closing", {})


def a_broadcast(outside: Outside) -> None:
    """To two customers, mostly; what would become of it is looked at, or not."""
    broadcasts = outside.simulation.threads.records(Broadcast)
    drafts = [one.id for one in broadcasts if one.status is BroadcastStatus.DRAFT]
    if not drafts:
        many.lead(outside, "POST", "/v1/broadcasts", many.BROADCAST)
        return
    path = f"/v1/broadcasts/{drafts[-1]}"
    named = [one for one in (some_customer(outside), some_customer(outside)) if one]
    if named:
        many.lead(outside, "POST", f"{path}/recipients", {"customers": named})
    if outside.world.choices.happens(0.8):
        many.lead(outside, "POST", f"{path}/dry-run", {})


def a_hand_on_a_broadcast(outside: Outside) -> None:
    """Mostly it is started, or goes on."""
    broadcasts = outside.simulation.threads.records(Broadcast)
    if broadcasts:
        chosen = broadcasts[outside.world.choices.among(len(broadcasts))]
        status = ("running", "paused", "stopped")[outside.world.choices.weighted(5, 2, 1)]
        many.lead(outside, "PUT", f"/v1/broadcasts/{chosen.id}/status", {"status": status})


def a_change_of_teams(outside: Outside) -> None:
    """A team comes or goes, whatever cases it has. Functions go by what was valid before for up to a minute."""
    known = outside.ports.configuration.saved[-1][1]
    chosen = _TEAMS[outside.world.choices.among(len(_TEAMS))]
    member = next(iter(known.teams.values()))
    current = {
        "teams": [{"name": name} for name in known.teams],
        "former_teams": [{"name": name, "successor": successor} for name, successor in known.former_teams.items()],
    }
    carried = carry_former_teams({"teams": [{"name": name} for name in chosen]}, current)
    changed = replace(
        known,
        version=str(int(known.version) + 1),
        teams={name: replace(member, name=name) for name in chosen},
        inboxes=tuple(replace(inbox, team=chosen[-1]) for inbox in known.inboxes),
        former_teams={one["name"]: one["successor"] for one in carried.get("former_teams", ())},
    )
    outside.ports.configuration.save(changed)


def a_transfer(outside: Outside) -> None:
    case = some_case(outside)
    if case:
        body = {"team": one_of(outside, ("care", "sales")), "context": "for you"}
        outside.agent("POST", f"/v1/cases/{case.reference}/transfer", body, **_seen(outside, case))


Acts = Sequence[tuple[float, Callable[[Outside], None]]]

ACTS_OF_AGENTS: Acts = ((4, a_presence), (2, a_hand_over), (2, a_carer), (3, a_sweep))
ACTS_OF_TEAMS: Acts = ((8, a_change_of_teams), (4, a_transfer), (3, a_sweep))
ACTS_TO_MANY: Acts = (
    (6, an_incident),
    (12, a_link),
    (8, an_end_of_an_incident),
    (12, a_broadcast),
    (20, a_hand_on_a_broadcast),
    (8, a_report),
)
ACTS: Acts = (
    (6, a_mail),
    (5, an_answer_of_a_customer),
    (1, a_guessed_reply_address),
    (1, a_message_that_kills_its_reader),
    (1, a_mail_to_nobody),
    (0.3, a_mail_that_is_gone),
    (0.3, nonsense),
    (3, a_text_message),
    (1, a_stop_or_start),
    (2, an_opt_out_that_an_agent_is_told_of),
    (0.5, a_preference),
    (1, a_fax),
    (2, a_form),
    (2, a_post_of_the_app),
    (6, a_reply),
    (2, a_taking_back),
    (4, a_report),
    (3, a_closing),
    (1, a_note),
    (1, an_assignment),
    (1, a_contact_point),
    (3, a_merge),
    (3, an_undoing),
    (2, a_move),
    (2, a_split),
    (2, a_request_again),
    (1, a_key_used_for_something_else),
    (2, a_sweep),
    (1, a_reconciliation),
    (1, lists_that_lag),
    (1, a_deployment),
    (0.5, a_clock_that_is_corrected),
    (0.3, a_stream_that_nobody_reads),
)


def _seen(outside: Outside, case: Case) -> dict[str, int]:
    return {"version": case.version} if outside.world.choices.happens(0.5) else {}
