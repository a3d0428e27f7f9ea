"""How customers want to be written to, what they agreed to, and where they may not be written to at all."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, contact_schemas
from chalicelib.api.addresses import parse_point
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.contact_points import is_external
from chalicelib.domain.contact_rules import parse_quiet_hours
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NotFound
from chalicelib.domain.opting_out import CUSTOMER, EVERYTHING
from chalicelib.domain.preferences import Consent
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.usecases.change_preferences import ConsentSaid, Said, customer_logged_in
from chalicelib.usecases.find_customer import points_of, surviving_customer

bp = Blueprint(__name__)

Changing = Call[asked.Nothing, contact_schemas.PreferencesChange]


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/preferences",
    summary="Read how a customer wants and may be written to",
    action=Action.READ_CUSTOMER,
    answers={200: contact_schemas.CustomerPreferences},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_preferences(_call: Call[asked.Nothing, None], customer_id: str) -> Result:
    """With every address, its opt-outs, and whether it is suppressed. Of whoever answers for the customer."""
    threads = wiring.hub().ports.threads
    customer = surviving_customer(threads, customer_id)
    points = points_of(threads, customer)
    owners, known = threads.find_owners(points), threads.find_reachabilities(points)
    proved = {point for point, owner in owners.items() if owner.is_proved}
    addresses = [
        _address(known.get(point) or Reachability(point), is_proved=point in proved)
        for point in sorted(points)
        if not is_external(point)
    ]
    body = contact_schemas.CustomerPreferences(**_preferences(customer), addresses=addresses)
    return Result(body, _etag(customer))


@operation(
    bp,
    "PATCH",
    "/v1/customers/{customer_id}/preferences",
    summary="Change how a customer wants to be written to",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: contact_schemas.PreferencesChange,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def change_preferences(call: Changing, customer_id: str) -> Result:
    """As the customer told you. What is left out stays; null takes it back."""
    return _change(call, customer_id, f"agent:{call.principal.subject}")


@operation(
    bp,
    "GET",
    "/v1/me/preferences",
    summary="Read how the app's user wants to be written to",
    action=Action.OWN_PREFERENCES,
    answers={200: contact_schemas.Preferences},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_own_preferences(call: Call[asked.Nothing, None]) -> Result:
    """`not_found` until the user has written for the first time."""
    customer = customer_logged_in(wiring.hub().ports.threads, call.principal.id)
    return Result(contact_schemas.Preferences(**_preferences(customer)), _etag(customer))


@operation(
    bp,
    "PATCH",
    "/v1/me/preferences",
    summary="Change how the app's user wants to be written to",
    action=Action.OWN_PREFERENCES,
    body=lambda: contact_schemas.PreferencesChange,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def change_own_preferences(call: Changing) -> Result:
    """What is left out stays; null takes it back."""
    return _change(call, customer_logged_in(wiring.hub().ports.threads, call.principal.id).id, CUSTOMER)


@operation(
    bp,
    "PUT",
    "/v1/opt-outs",
    summary="Record an opt-out that you were told of, or lift one",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: contact_schemas.OptOutChange,
    answers={204: None},
    errors=(KeyReused,),
)
def record_opt_out(call: Call[asked.Nothing, contact_schemas.OptOutChange]) -> Result:
    """It belongs to the address, whoever owns it. Lifting one that the customer gave is yours to answer for."""
    body = call.body
    purposes = tuple(Purpose(purpose) for purpose in body.purposes) or EVERYTHING
    point = parse_point(body.contact_point, "contact_point")
    wiring.hub().record_opt_out(
        point, call.principal.subject, purposes, body.why, opted_out=body.opted_out, once=call.once
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/suppressions/lifting",
    summary="Write to an address again that a carrier's report had stopped",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: contact_schemas.SuppressionLifting,
    answers={204: None},
    errors=(KeyReused,),
)
def lift_suppression(call: Call[asked.Nothing, contact_schemas.SuppressionLifting]) -> Result:
    """You know that it receives again. If it does not, the next report stops it once more."""
    point = parse_point(call.body.contact_point, "contact_point")
    wiring.hub().lift_suppression(point, call.principal.subject, call.body.why, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/unsubscribe/{unsubscribe_token}",
    summary="End the mails of a kind by one click",
    action=None,
    answers={204: None},
    errors=(NotFound,),
)
def unsubscribe(_call: Call[asked.Nothing, None], unsubscribe_token: str) -> Result:
    """The link in `List-Unsubscribe` of a mail of ours (RFC 8058). Open to everybody who has it; it does nothing but
    this, and once more changes nothing. Whatever body comes is not read.
    """
    wiring.hub().unsubscribe(unsubscribe_token)
    return Result()


def _change(call: Changing, customer_id: str, by: str) -> Result:
    wiring.hub().change_preferences(customer_id, by, _said(call.body), version=call.version, once=call.once)
    return Result()


def _said(body: contact_schemas.PreferencesChange) -> Said:
    consents = {channel: ConsentSaid(one.given, one.how, one.wording) for channel, one in body.consents.items()}
    return Said(preferences_said(body), consents)


def preferences_said(body: Any) -> dict[str, Any]:
    """Those that change, by the names of `Preferences`; `body` leaves the others unset, or has no room for them. Raises
    InvalidInput.
    """
    named = ("channel", "quiet_hours", "language", "time_zone", "no_surveys")
    values = {name: value for name in named if (value := getattr(body, name, msgspec.UNSET)) is not msgspec.UNSET}
    if values.get("time_zone") and values["time_zone"] not in available_timezones():
        raise InvalidInput("This is not a time zone such as Europe/Warsaw.", field="time_zone")
    if values.get("quiet_hours"):
        values["quiet_hours"] = parse_quiet_hours(values["quiet_hours"])
        if values["quiet_hours"].starts == values["quiet_hours"].ends:
            raise InvalidInput("They begin and end at the same time.", field="quiet_hours")
    values.update({name: values[name] or "" for name in ("language", "time_zone") if name in values})
    return values


def _preferences(customer: Customer) -> dict[str, Any]:
    said = customer.preferences
    return {
        "channel": said.channel,
        "quiet_hours": str(said.quiet_hours) if said.quiet_hours else None,
        "language": said.language or None,
        "time_zone": said.time_zone or None,
        "no_surveys": said.no_surveys,
        "consents": {channel: _consent(consent) for channel, consent in sorted(customer.consents.items())},
        "version": said.version,
    }


def _consent(consent: Consent) -> contact_schemas.Consent:
    return contact_schemas.Consent(consent.given_at, consent.how, consent.wording or None, consent.withdrawn_at)


def _address(known: Reachability, *, is_proved: bool) -> contact_schemas.Address:
    return contact_schemas.Address(
        contact_point=str(known.point),
        proved=is_proved,
        opt_outs=[
            contact_schemas.OptOut(Purpose(purpose), opt_out.at, opt_out.by, opt_out.evidence or None)
            for purpose, opt_out in sorted(known.opt_outs.items())
        ],
        suppressed_until=known.suppressed_until,
        suppressed_by=known.suppressed_by or None,
    )


def _etag(customer: Customer) -> dict[str, str]:
    return {"ETag": f'"{customer.preferences.version}"'}
