"""Access tokens: the identity provider's signature proves who makes a call, or the token is refused.

The rules follow RFC 8725 (JSON Web Token Best Current Practices) and RFC 9068 (JWT Profile for OAuth 2.0 Access
Tokens). Nothing that stands in a token chooses how the token is checked: algorithms and keys are ours.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener

import jwt

from chalicelib.domain.principals import Principal, Role, Scope

LONGEST_TOKEN = 8_192  # API Gateway takes 10,240 bytes of headers in all
LEEWAY_SECONDS = 10
KEYS_VALID_FOR = timedelta(hours=1)
REFETCH_AFTER = timedelta(minutes=1)
RETRY_AFTER = timedelta(seconds=5)
FETCH_WITHIN = timedelta(seconds=3)
LARGEST_KEY_SET = 262_144
SMALLEST_RSA_KEY = 2_048  # bits; NIST SP 800-131A

# Key type and curve of a JWK -> the one algorithm that it may verify.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
_BEARER = re.compile(r"[Bb]earer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_TYPES = {"", "jwt", "at+jwt", "application/at+jwt"}
# A token that brings its own key, or asks for rules that we do not know, is not what our provider issues.
_REFUSED_HEADERS = {"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"}
# OpenID Connect Core 3.1.3.6 and 3.3.2.11 define these for ID tokens only.
_ID_TOKEN_CLAIMS = {"at_hash", "c_hash"}
_ROLE_GROUP = "role:"
_TEAM_GROUP = "team:"
_TEAM_GROUPS = re.compile(r"team:[a-z0-9][a-z0-9_-]{0,39}")
MOST_TEAMS = 20
# Cognito writes scopes behind the identifier of their resource server, which the template calls so.
SCOPE_PREFIX = "splot/"
SERVICE = "service:"
_END_OF_TIME = datetime.max.replace(tzinfo=UTC).timestamp()
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a token was not accepted: for the log. The caller learns only that it was not."""

    reason: str


class SigningKeys:
    """The identity provider's public keys, by key id.

    `fetch` gives the bytes of its JSON Web Key Set (RFC 7517) or raises OSError. A key id that is not known makes us
    ask again, at most once a minute: made-up ones cost the provider nothing. When the provider does not answer we go
    on with the keys that we have.
    """

    def __init__(self, fetch: Callable[[], bytes], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None

    def find(self, key_id: str) -> jwt.PyJWK | None:
        now = self._now()
        outdated = self._fetched_at is None or now - self._fetched_at >= KEYS_VALID_FOR
        if (outdated or key_id not in self._keys) and self._may_ask(now):
            self._asked_at = now
            self._refresh(now)
        return self._keys.get(key_id)

    def _may_ask(self, now: datetime) -> bool:
        pause = REFETCH_AFTER if self._keys else RETRY_AFTER
        return self._asked_at is None or now - self._asked_at >= pause

    def _refresh(self, now: datetime) -> None:
        try:
            keys = parse_key_set(self._fetch())
        except (OSError, ValueError):
            return
        if keys:
            self._keys = keys
            self._fetched_at = now


class TokenVerifier:
    """Checks access tokens of one issuer, made for one audience.

    `audience`: what `aud` must name. Cognito's access tokens have no `aud`; there `client_id` must be it, and a
    service, which has a client of its own, must have been granted a scope of our resource server.
    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
    """

    def __init__(self, issuer: str, audience: str, keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    def verify(self, authorization: str) -> Principal | Refused:
        """`authorization`: the whole header, `Bearer <token>`."""
        bearer = _BEARER.fullmatch(authorization) if len(authorization) <= LONGEST_TOKEN else None
        if not bearer:
            return Refused("not_a_bearer_token")
        try:
            claims = self._verified_claims(bearer[1])
        except jwt.PyJWTError as error:
            return Refused(type(error).__name__)
        if isinstance(claims, Refused):
            return claims
        return self._principal(claims)

    def _verified_claims(self, token: str) -> Mapping[str, Any] | Refused:
        header = jwt.get_unverified_header(token)
        if _REFUSED_HEADERS & header.keys() or _repeats_a_name(token, 0):
            return Refused("unwanted_header")
        if str(header.get("typ", "")).lower() not in _TYPES:
            return Refused("wrong_type")
        key = self._keys.find(header["kid"]) if header.get("kid") else None
        if key is None:
            return Refused("unknown_key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=sorted(_ALGORITHMS.values()),
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "sub"], "verify_aud": False},
        )
        return Refused("repeated_claim") if _repeats_a_name(token, 1) else claims

    def _principal(self, claims: Mapping[str, Any]) -> Principal | Refused:
        # PyJWT takes "exp": "1767225600" for a number; no provider writes that.
        if any(isinstance(claims.get(name), str | bool) for name in ("exp", "nbf", "iat")):
            return Refused("time_is_no_number")
        if claims["exp"] > _END_OF_TIME:
            return Refused("never_expires")
        if not self._is_access_token(claims):
            return Refused("not_an_access_token_for_us")
        subject = claims["sub"]
        if not 0 < len(subject) <= 255 or not subject.isascii() or not subject.isprintable():
            return Refused("unusable_subject")  # OpenID Connect Core 2: at most 255 ASCII characters
        if _is_of_service(claims):
            return Principal(
                self._issuer,
                SERVICE + subject,
                frozenset({Role.SERVICE}),
                scopes=_scopes(claims),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        return Principal(
            issuer=self._issuer,
            subject=subject,
            roles=_roles(claims),
            name=_display_name(claims),
            email=_verified(claims, "email", "email_verified"),
            phone=_verified(claims, "phone_number", "phone_number_verified"),
            teams=_teams(claims),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _is_access_token(self, claims: Mapping[str, Any]) -> bool:
        use = claims.get("token_use", "access")
        if use != "access" or claims.get("typ") == "ID" or _ID_TOKEN_CLAIMS & claims.keys():
            return False
        if "aud" in claims:
            audience = claims["aud"]
            return audience == self._audience or (isinstance(audience, list) and self._audience in audience)
        if "token_use" not in claims:
            return False
        return claims.get("client_id") == self._audience or (_is_of_service(claims) and bool(_scopes(claims)))


def _repeats_a_name(token: str, part: int) -> bool:
    """RFC 7519, section 4: of two equal names two readers take different ones. For parts that were parsed before."""
    segment = token.split(".")[part]
    repeated = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated.append(len(dict(pairs)) < len(pairs))
        return dict(pairs)

    json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)), object_pairs_hook=look)
    return any(repeated)


def _is_of_service(claims: Mapping[str, Any]) -> bool:
    """RFC 9068, section 2.2: without a resource owner `sub` is the client. A person's token has a name or groups."""
    of_a_person = {"username", "cognito:username", "cognito:groups", "email"} & claims.keys()
    return claims["sub"] == claims.get("client_id") and not of_a_person


def _scopes(claims: Mapping[str, Any]) -> frozenset[Scope]:
    """RFC 8693, section 4.2: one text, with spaces between. Those of other resource servers are passed over."""
    text = claims.get("scope")
    named = text.split(" ") if isinstance(text, str) else []
    return frozenset(scope for scope in Scope if SCOPE_PREFIX + scope in named)


def _roles(claims: Mapping[str, Any]) -> frozenset[Role]:
    named = _groups(claims)
    return frozenset(role for role in Role if _ROLE_GROUP + role in named)


def _teams(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """In the order of their names, the first of them only: no agent is in more, and a context has its limits."""
    names = sorted(group.removeprefix(_TEAM_GROUP) for group in _groups(claims) if _TEAM_GROUPS.fullmatch(group))
    return tuple(names[:MOST_TEAMS])


def _groups(claims: Mapping[str, Any]) -> set[str]:
    groups = claims.get("cognito:groups", [])
    return {group for group in groups if isinstance(group, str)} if isinstance(groups, list) else set()


def _display_name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "username"):
        value = claims.get(claim)
        if isinstance(value, str) and value.isprintable():
            return value[:100]
    return ""


def _verified(claims: Mapping[str, Any], name: str, flag: str) -> str:
    """OpenID Connect Core 5.1: the flag is a boolean. Some providers write it as a text, all others mean nothing."""
    value = claims.get(name)
    is_so = claims.get(flag) is True or claims.get(flag) == "true"
    return value if is_so and isinstance(value, str) and value.isprintable() and len(value) <= 320 else ""


def parse_key_set(body: bytes) -> Mapping[str, jwt.PyJWK]:
    """The keys of a JSON Web Key Set that may verify our tokens, by key id; all others are passed over.

    Raises ValueError when it is no key set at all.
    """
    try:
        document = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of keys")  # noqa: TRY004  # the caller knows one error: no key set
    keys: dict[str, jwt.PyJWK] = {}
    for jwk in listed:
        key = _signing_key(jwk) if isinstance(jwk, dict) else None
        if key:
            keys.setdefault(jwk["kid"], key)
    return keys


def _signing_key(jwk: Mapping[str, Any]) -> jwt.PyJWK | None:
    key_type, curve, key_id = jwk.get("kty"), jwk.get("crv"), jwk.get("kid")
    if not isinstance(key_id, str) or not isinstance(key_type, str) or not isinstance(curve, str | None):
        return None
    algorithm = _ALGORITHMS.get((key_type, curve))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig" or "d" in jwk:
        return None
    try:
        key = jwt.PyJWK(dict(jwk), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if key_type == "RSA" and key.key.key_size < SMALLEST_RSA_KEY:
        return None
    return key


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """The address is pinned: whoever answers there answers itself."""


def key_set_at(url: str, within: timedelta = FETCH_WITHIN) -> Callable[[], bytes]:
    """How the key set at that address is fetched: https, or http on this machine (the local stack).

    `within`: how long its server may say nothing.
    """
    parts = urlsplit(url)
    on_this_machine = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not on_this_machine:
        raise ValueError("keys are fetched over https only")

    def fetch() -> bytes:
        try:
            with _opener(around_proxies=on_this_machine).open(url, timeout=within.total_seconds()) as answer:
                body: bytes = answer.read(LARGEST_KEY_SET + 1)
        except HTTPException as error:  # a broken answer is no OSError to urllib
            raise URLError("the answer is no HTTP") from error
        if len(body) > LARGEST_KEY_SET:
            raise URLError("the key set is too large")
        return body

    return fetch


def _opener(*, around_proxies: bool) -> OpenerDirector:
    return build_opener(_NoRedirects(), *([ProxyHandler({})] if around_proxies else []))
