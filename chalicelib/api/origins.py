"""Which web pages may call the API: CORS, https://fetch.spec.whatwg.org/#http-cors-protocol.

The console's origin may call everything except what forms call; that is for the pages of the forms' own lists. No
cookie and no login of the browser's goes along, so no answer allows credentials. A page of another origin gets no
header of these: its browser keeps the answer from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import chain

from chalice import Chalice, Response

from chalicelib import wiring
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import HubError
from chalicelib.observability import record_error

PREFLIGHT = "OPTIONS"
ASKED = "Authorization, Captcha-Answer, Content-Type, Form-Key, Idempotency-Key, If-Match, X-Correlation-Id"
ANSWERED = "ETag, Location, Retry-After, X-Correlation-Id"
REMEMBERED_SECONDS = "7200"  # the longest that Chromium keeps one


def allow_origin(headers: Mapping[str, str], path_parameters: Mapping[str, str], *, for_forms: bool) -> dict[str, str]:
    """What an answer says to the page that asked. `headers`: of the request, names in lower case.

    Whoever keeps answers has to know that another page is answered otherwise, also where this one got nothing.
    """
    told = {"Vary": "Origin"}
    origin = headers.get("origin", "")
    if origin and origin in (_of_forms(path_parameters.get("inbox")) if for_forms else _of_the_console()):
        told |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": ANSWERED}
    return told


def answer_preflights(app: Chalice) -> None:
    """Every path of the app answers OPTIONS itself: the gateway could name one origin only, the same for all."""
    for path, methods in list(app.routes.items()):
        declared = {method: entry.view_function.operation for method, entry in methods.items()}
        for_forms = {method for method, operation in declared.items() if operation.for_forms}
        app.route(path, methods=[PREFLIGHT], content_types=["*/*"])(_preflight(app, frozenset(declared), for_forms))


def _preflight(app: Chalice, methods: frozenset[str], for_forms: set[str]) -> Callable[..., Response]:
    def answer_preflight(**path_parameters: str) -> Response:
        headers = app.current_request.headers
        told = {"Vary": "Origin", "Cache-Control": "no-store"}
        wanted = headers.get("access-control-request-method", "")
        if wanted in methods:
            told |= allow_origin(headers, path_parameters, for_forms=wanted in for_forms)
        if "Access-Control-Allow-Origin" in told:
            told |= {
                "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
                "Access-Control-Allow-Headers": ASKED,
                "Access-Control-Max-Age": REMEMBERED_SECONDS,
            }
        return Response("", told, HTTPStatus.NO_CONTENT)

    return answer_preflight


def _of_the_console() -> tuple[str, ...]:
    origin = wiring.hub().ports.settings.console_origin
    return (origin,) if origin else ()


def _of_forms(name: str | None) -> tuple[str, ...]:
    """`name` None: of a path that names no form, any form's pages."""
    try:
        inboxes = wiring.hub().ports.configuration.current().inboxes
    except HubError as error:  # the answer itself says what is wrong, to whoever may read it
        record_error(error)
        return ()
    return tuple(chain.from_iterable(one.allowed_origins for one in inboxes if _is_form(one, name)))


def _is_form(one: Inbox, name: str | None) -> bool:
    return one.channel is Channel.WEB_FORM and name in (None, one.name)
