"""Lambda function `authorize_request`: an access token becomes a principal before any code of the API runs.

`app.py` imports this module too, for the routes to name the authorizer; what verifying needs is therefore loaded
only where verifying happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from chalice import AuthResponse, AuthRoute, Blueprint
from chalice.app import AuthRequest

from chalicelib import wiring
from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.metrics import Metric
from chalicelib.observability import count, flush, record_error
from chalicelib.settings import Settings

bp = Blueprint(__name__)

if Settings().handler == f"{__name__}.authorize_request":
    import chalicelib.gateways.tokens  # noqa: F401  # start-up has more CPU than the first call

# API Gateway asks again after this long: how long a role that was taken away, or an expired token, can still be used.
REMEMBERED_FOR_SECONDS = 60

# What a principal may do is decided by domain/access.py alone; the gateway's policy only names what there is to call.
_EVERY_ROUTE = [AuthRoute("/v1/*", ["GET", "POST", "PUT", "PATCH", "DELETE"])]


class Unauthorized(Exception):
    """The one error that API Gateway answers with 401, told by its text.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
    """

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@bp.authorizer(ttl_seconds=REMEMBERED_FOR_SECONDS)
def authorize_request(request: AuthRequest) -> AuthResponse:
    try:
        principal = _find_principal(request.token)
    finally:
        flush()
    if principal is None:
        raise Unauthorized()
    return AuthResponse(routes=_EVERY_ROUTE, principal_id=principal.id, context=render_context(principal))


def _find_principal(authorization: str) -> Principal | None:
    try:
        verified = wiring.hub().ports.token_verifier.verify(authorization)
    except Exception as error:  # noqa: BLE001  # whatever a token can break ends in a refusal, never in an answer
        record_error(error)
        return None
    if isinstance(verified, Principal):
        return verified
    count(Metric.TOKEN_REFUSED, reason=verified.reason)
    return None


def render_context(principal: Principal) -> dict[str, str]:
    """The principal as API Gateway carries it to the API: flat strings, `requestContext.authorizer` there."""
    return {
        "issuer": principal.issuer,
        "subject": principal.subject,
        "roles": " ".join(sorted(principal.roles)),
        "name": principal.name,
        "email": principal.email,
        "phone": principal.phone,
        "teams": " ".join(principal.teams),
        "scopes": " ".join(sorted(principal.scopes)),
        "expires": str(int(principal.expires_at.timestamp())) if principal.expires_at else "",
    }


def parse_context(context: Mapping[str, str]) -> Principal:
    """The inverse of `render_context`. Raises KeyError or ValueError on anything that it did not write."""
    roles = frozenset(Role(role) for role in context["roles"].split())
    expires = context.get("expires", "")
    return Principal(
        context["issuer"],
        context["subject"],
        roles,
        context["name"],
        context.get("email", ""),
        context.get("phone", ""),
        tuple(context.get("teams", "").split()),
        frozenset(Scope(scope) for scope in context.get("scopes", "").split()),
        datetime.fromtimestamp(int(expires), UTC) if expires else None,
    )
