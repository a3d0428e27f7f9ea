"""Incidents: one thing that went wrong for many, the cases that are linked to it, and what is said of it meanwhile."""

from __future__ import annotations

from datetime import UTC

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, broadcast_schemas, incident_schemas
from chalicelib.api.broadcasts import listed_recipients, progress_of, wordings_in
from chalicelib.api.cases import require_team
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_case_in_list
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, KeyReused, NotFound
from chalicelib.domain.incidents import Incident, notice_in

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/incidents",
    summary="List incidents",
    action=Action.READ_CASES,
    query=asked.PageWanted,
    answers={200: incident_schemas.IncidentPage},
)
def list_incidents(call: Call[asked.PageWanted, None]) -> Result:
    found, next_ = page_for(call, ("incidents",), wiring.hub().ports.threads.list_incidents)
    return Result(incident_schemas.IncidentPage([_rendered(incident, call.base) for incident in found], next_))


@operation(
    bp,
    "POST",
    "/v1/incidents",
    summary="Open an incident",
    action=Action.CHANGE_CASE,
    body=lambda: incident_schemas.NewIncident,
    answers={201: incident_schemas.IncidentMade},
    answer_headers=("Location",),
    errors=(KeyReused,),
)
def open_incident(call: Call[asked.Nothing, incident_schemas.NewIncident]) -> Result:
    """From now on its notice stands in the acknowledgements of its inboxes, and forms can show it."""
    body = call.body
    id_ = wiring.hub().open_incident(body.title, body.notice, body.inboxes, call.principal.subject, once=call.once)
    return Result(incident_schemas.IncidentMade(id_), {"Location": f"{call.base}/v1/incidents/{id_}"})


@operation(
    bp,
    "GET",
    "/v1/incidents/{incident_id}",
    summary="Read an incident",
    action=Action.READ_CASES,
    answers={200: incident_schemas.Incident},
    errors=(NotFound,),
)
def read_incident(call: Call[asked.Nothing, None], incident_id: str) -> Result:
    """With how far the answer to its cases is."""
    threads = wiring.hub().ports.threads
    incident = threads.get_incident(incident_id)
    answer = progress_of(threads.get_broadcast(incident.answer), call.base) if incident.answer else None
    return Result(_rendered(incident, call.base, answer))


@operation(
    bp,
    "PUT",
    "/v1/incidents/{incident_id}",
    summary="Say something else of an incident",
    action=Action.CHANGE_CASE,
    body=lambda: incident_schemas.NewIncident,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def change_incident(call: Call[asked.Nothing, incident_schemas.NewIncident], incident_id: str) -> Result:
    """Replaces title, notice and inboxes. What was said before is said."""
    body = call.body
    wiring.hub().open_incident.change(incident_id, body.title, body.notice, body.inboxes, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/incidents/{incident_id}/cases",
    summary="Link cases to an incident",
    action=Action.CHANGE_CASE,
    body=lambda: incident_schemas.CasesToLink,
    answers={200: incident_schemas.LinkedCases},
    errors=(NotFound, Conflict),
    keeps_answer=True,
)
def link_cases(call: Call[asked.Nothing, incident_schemas.CasesToLink], incident_id: str) -> Result:
    """Each for itself. Repeating it changes nothing."""
    sight = Sight(call.principal)
    seen = [reference for reference in call.body.references if sight.sees_reference(reference)]
    linked = wiring.hub().link_cases(incident_id, seen, call.principal.subject)
    unseen = dict.fromkeys({*call.body.references} - {*seen}, NotFound.code)
    return Result(incident_schemas.LinkedCases([*linked.done], {**linked.left, **unseen}))


@operation(
    bp,
    "GET",
    "/v1/incidents/{incident_id}/cases",
    summary="List the cases that are linked to an incident",
    action=Action.READ_CASES,
    query=asked.PageWanted,
    answers={200: broadcast_schemas.RecipientPage},
)
def list_linked_cases(call: Call[asked.PageWanted, None], incident_id: str) -> Result:
    """With what became of the answer to each, once there is one."""
    return listed_recipients(call, incident_id)


@operation(
    bp,
    "GET",
    "/v1/incidents/{incident_id}/likely-cases",
    summary="See which open cases look like an incident",
    action=Action.READ_CASES,
    query=incident_schemas.LikelyCasesWanted,
    answers={200: incident_schemas.LikelyCases},
    errors=(NotFound,),
)
def list_likely_cases(call: Call[incident_schemas.LikelyCasesWanted, None], incident_id: str) -> Result:
    """By words, inbox and time, of a team's list by urgency, and not linked yet. A page may be empty while `next` says
    that more follow. Nothing is linked by it.
    """
    from chalicelib.usecases.suggest_cases import Wanted

    asked_for = call.query
    if asked_for.team:
        require_team(asked_for.team)
    since = asked_for.since and asked_for.since.astimezone(UTC)
    wanted = Wanted(asked_for.inbox or "", asked_for.team or "", asked_for.words or "", since)
    list_ = ("likely cases", incident_id, wanted.inbox, wanted.team, wanted.words, since.isoformat() if since else "")
    found, next_ = page_for(
        call, list_, lambda limit, start: wiring.hub().suggest_cases(incident_id, wanted, limit, start)
    )
    sight = Sight(call.principal)
    shown = [
        incident_schemas.LikelyCase(render_case_in_list(one.case, call.base), list(one.words))
        for one in found
        if sight.sees(one.case)
    ]
    return Result(incident_schemas.LikelyCases(shown, next_))


@operation(
    bp,
    "DELETE",
    "/v1/incidents/{incident_id}/cases/{reference}",
    summary="Take a case from an incident",
    action=Action.CHANGE_CASE,
    answers={204: None},
    errors=(NotFound, Conflict),
    keeps_answer=True,
)
def unlink_case(call: Call[asked.Nothing, None], incident_id: str, reference: str) -> Result:
    """As long as the incident lasts."""
    wiring.hub().link_cases.unlink(incident_id, reference, call.principal.subject)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/incidents/{incident_id}/answer",
    summary="Answer all cases of an incident, and close it",
    action=Action.BROADCAST,
    body=lambda: incident_schemas.AnswerToAll,
    answers={201: incident_schemas.AnswerMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused),
)
def answer_incident(call: Call[asked.Nothing, incident_schemas.AnswerToAll], incident_id: str) -> Result:
    """Each in its own thread, by its own channel, as if an agent had answered it; so many a minute as the configuration
    says. The broadcast that is made can be paused and stopped.
    """
    id_ = wiring.hub().open_incident.answer(
        incident_id, call.principal.subject, wordings_in(call.body.wordings), once=call.once
    )
    return Result(incident_schemas.AnswerMade(id_), {"Location": f"{call.base}/v1/broadcasts/{id_}"})


@operation(
    bp,
    "POST",
    "/v1/incidents/{incident_id}/closing",
    summary="Close an incident",
    action=Action.CHANGE_CASE,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def close_incident(call: Call[asked.Nothing, None], incident_id: str) -> Result:
    """Nobody is told of it any more. Its cases can still be answered, all at once."""
    wiring.hub().open_incident.close(incident_id, call.principal.subject, once=call.once)
    return Result()


@operation(
    bp,
    "GET",
    "/v1/forms/{inbox}/notices",
    summary="Read what a form is to show now",
    action=None,
    for_forms=True,
    query=incident_schemas.FormVisit,
    answers={200: incident_schemas.FormNotices},
    errors=(NotFound,),
)
def read_form_notices(call: Call[incident_schemas.FormVisit, None], inbox: str) -> Result:
    """Open to everybody: what is told of the incidents that last, and nothing else of them; and which check of its
    visitors' the form has.
    """
    ports = wiring.hub().ports
    form = ports.configuration.current().inbox_named(inbox, Channel.WEB_FORM)
    if form is None:
        raise NotFound("There is no such form.", field="inbox")
    known = ports.threads.find_notices(inbox)
    notices = sorted(known.notices.items()) if known else []
    language = call.query.language or form.language
    captcha = incident_schemas.FormCaptcha(form.captcha.verifier, form.captcha.site_key) if form.captcha else None
    return Result(incident_schemas.FormNotices([notice_in(notice, [language]) for _, notice in notices], captcha))


def _rendered(
    incident: Incident, base: str, answer: broadcast_schemas.Progress | None = None
) -> incident_schemas.Incident:
    self_ = f"{base}/v1/incidents/{incident.id}"
    return incident_schemas.Incident(
        id=incident.id,
        title=incident.title,
        notice=dict(incident.notice),
        inboxes=list(incident.inboxes),
        status=incident.status,
        linked=incident.linked,
        opened_at=incident.opened_at,
        opened_by=incident.opened_by,
        closed_at=incident.closed_at,
        closed_by=incident.closed_by or None,
        answer=answer,
        links={"self": self_, "cases": f"{self_}/cases"}
        | ({"answer": f"{base}/v1/broadcasts/{incident.answer}"} if incident.answer else {}),
    )
