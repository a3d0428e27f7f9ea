"""What an access token must be, by some sixty tokens that are not."""

from __future__ import annotations

import base64
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.gateways.tokens import (
    FETCH_WITHIN,
    LARGEST_KEY_SET,
    Refused,
    SigningKeys,
    TokenVerifier,
    key_set_at,
    parse_key_set,
)

ISSUER = "https://login.company.example/pool"
AUDIENCE = "hub-client"
ONE_HOUR = timedelta(hours=1)

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def rsa_jwk(key_id: str, key: rsa.RSAPrivateKey = RSA_KEY, **more: Any) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, **more}


def ec_jwk(key_id: str, **more: Any) -> dict[str, Any]:
    return {**jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": key_id, **more}


KEY_SET = json.dumps({"keys": [rsa_jwk("r1", use="sig", alg="RS256"), ec_jwk("e1", use="sig")]}).encode()
PEM = RSA_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a good Cognito access token, changed; a claim set to None is left out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "sub": "3f6c",
        "client_id": AUDIENCE,
        "token_use": "access",
        "username": "anna",
        "cognito:groups": ["role:agent", "role:supervisor", "press"],
        "iat": now,
        "exp": now + 7_200,  # many are made when tests are collected, and used when their turn comes
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signature(algorithm: str, said: bytes, key: Any) -> bytes:
    if algorithm in {"RS256", "RS512"}:
        return key.sign(said, padding.PKCS1v15(), hashes.SHA256() if algorithm == "RS256" else hashes.SHA512())
    if algorithm == "PS256":
        return key.sign(said, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    if algorithm == "ES256":
        r, s = decode_dss_signature(key.sign(said, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    if algorithm == "HS256":
        return hmac.digest(key, said, "sha256")
    return b""


def token(
    said: dict[str, Any] | bytes | None = None,
    *,
    signed: str = "RS256",
    key: Any = RSA_KEY,
    header: dict[str, Any] | None = None,
) -> str:
    """Signed by `key` with the algorithm `signed`, whatever its header says."""
    head = {"alg": signed, "kid": "r1", "typ": "JWT", **(header or {})}
    head = {name: value for name, value in head.items() if value is not ...}
    body = said if isinstance(said, bytes) else json.dumps(claims() if said is None else said).encode()
    signing_input = f"{b64(json.dumps(head).encode())}.{b64(body)}"
    return f"{signing_input}.{b64(signature(signed, signing_input.encode(), key))}"


def bearer(token_: str) -> str:
    return f"Bearer {token_}"


def verifier(key_set: bytes = KEY_SET) -> TokenVerifier:
    return TokenVerifier(ISSUER, AUDIENCE, SigningKeys(lambda: key_set, lambda: datetime.now(UTC)))


def swapped(token_: str, position: int, part: str) -> str:
    parts = token_.split(".")
    parts[position] = part
    return ".".join(parts)


def payload_of(**changed: Any) -> str:
    return b64(json.dumps(claims(**changed)).encode())


def test_a_cognito_access_token_names_its_principal_and_roles():
    principal = verifier().verify(bearer(token()))
    assert principal == Principal(ISSUER, "3f6c", frozenset({Role.AGENT, Role.SUPERVISOR}), "anna")


@pytest.mark.parametrize(
    ("claimed", "email", "phone"),
    [
        ({"email": "anna@example.pl", "email_verified": True}, "anna@example.pl", ""),
        ({"email": "anna@example.pl", "email_verified": "true"}, "anna@example.pl", ""),
        ({"phone_number": "+48601234567", "phone_number_verified": True}, "", "+48601234567"),
        ({"email": "anna@example.pl"}, "", ""),
        ({"email": "anna@example.pl", "email_verified": False}, "", ""),
        ({"email": "anna@example.pl", "email_verified": "false"}, "", ""),
        ({"email": "anna@example.pl", "email_verified": 1}, "", ""),
        ({"email": "anna@example.pl", "phone_number_verified": True}, "", ""),
        ({"email": ["anna@example.pl"], "email_verified": True}, "", ""),
        ({"email": "a\nb@example.pl", "email_verified": True}, "", ""),
        ({"email": "a" * 400, "email_verified": True}, "", ""),
    ],
)
def test_an_address_counts_only_where_the_provider_says_that_it_has_verified_it(claimed, email, phone):
    principal = verifier().verify(bearer(token(claims(**claimed))))
    assert (principal.email, principal.phone) == (email, phone)


@pytest.mark.parametrize(
    "good",
    [
        token(signed="ES256", key=EC_KEY, header={"kid": "e1"}),
        token(header={"typ": ...}),
        token(header={"typ": "at+jwt"}),
        token(claims(aud=AUDIENCE, client_id="another app", token_use=None)),
        token(claims(aud=["billing", AUDIENCE], token_use=None)),
        token(claims(nbf=int(time.time()))),
    ],
)
def test_other_forms_that_providers_really_issue_are_accepted(good):
    assert isinstance(verifier().verify(bearer(good)), Principal)


def of_service(scope: Any = "splot/cases.read", **changed: Any) -> dict[str, Any]:
    """The claims of Cognito's token by client credentials: no user, no groups, and a client of the service's own."""
    nobody = {"client_id": "crm-client", "sub": "crm-client", "username": None, "cognito:groups": None}
    return claims(**{**nobody, "scope": scope, **changed})


def test_a_token_by_client_credentials_is_a_service_with_the_scopes_that_are_ours():
    said = "splot/cases.read splot/customers.write billing/cases.write cases.write splot/everything openid"
    principal = verifier().verify(bearer(token(of_service(said))))
    scopes = frozenset({Scope.CASES_READ, Scope.CUSTOMERS_WRITE})
    assert principal == Principal(ISSUER, "service:crm-client", frozenset({Role.SERVICE}), scopes=scopes)


def test_a_service_of_another_issuer_names_our_audience_and_may_have_no_scope():
    principal = verifier().verify(bearer(token(of_service("", aud=AUDIENCE, token_use=None))))
    assert principal == Principal(ISSUER, "service:crm-client", frozenset({Role.SERVICE}))


def test_what_a_person_may_do_is_never_decided_by_the_scopes_of_their_token():
    principal = verifier().verify(bearer(token(claims(scope="splot/cases.write splot/messages.write"))))
    assert (principal.roles, principal.scopes) == ({Role.AGENT, Role.SUPERVISOR}, frozenset())


def test_a_token_that_ended_a_moment_ago_is_within_the_leeway_for_clocks_that_differ():
    assert isinstance(verifier().verify(bearer(token(claims(exp=int(time.time()) - 5)))), Principal)


def test_a_token_without_our_groups_is_a_principal_without_roles():
    principal = verifier().verify(bearer(token(claims(**{"cognito:groups": ["role:owner", "agent", 7]}))))
    assert isinstance(principal, Principal)
    assert principal.roles == frozenset()


P256_ORDER = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")


def es256_as_asn1() -> str:
    good = token(signed="ES256", key=EC_KEY, header={"kid": "e1"})
    return swapped(good, 2, b64(EC_KEY.sign(good.rpartition(".")[0].encode(), ec.ECDSA(hashes.SHA256()))))


def raw_signature(token_: str) -> bytes:
    return base64.urlsafe_b64decode(token_.rpartition(".")[2] + "==")


def in_the_other_alphabet(token_: str) -> str:
    changed = swapped(token_, 2, token_.rpartition(".")[2].replace("-", "+").replace("_", "/"))
    return changed if changed != token_ else "Bearer +"  # one in a hundred thousand has neither letter


GOOD = token()
NOW = int(time.time())
FORGED = {
    "nothing": "",
    "no scheme": GOOD,
    "another scheme": f"Basic {GOOD}",
    "two spaces": f"Bearer  {GOOD}",
    "an end of line": f"Bearer {GOOD}\n",
    "two tokens": f"Bearer {GOOD},{GOOD}",
    "padding": bearer(GOOD + "="),
    "only two parts": bearer(GOOD.rpartition(".")[0]),
    "no signature": bearer(GOOD.rpartition(".")[0] + "."),
    "five parts, as if encrypted": bearer(GOOD + ".eA.eA"),
    "two signatures as JSON": bearer(json.dumps({"payload": payload_of(), "signatures": [{}, {}]})),
    "letters that are no ASCII": bearer(GOOD[:-2] + "ąę"),
    "ten thousand letters": bearer(token(claims(note="x" * 10_000))),
    "a header that is no JSON": bearer(swapped(GOOD, 0, b64(b"{"))),
    "a header that is a list": bearer(swapped(GOOD, 0, b64(b"[]"))),
    "a header nested a thousand times": bearer(swapped(GOOD, 0, b64(b"[" * 2_000))),
    "claims that are no JSON": bearer(token(b"exp: never")),
    "claims that are a list": bearer(token(b"[]")),
    "claims that are no UTF-8": bearer(token(b'{"iss": "\xff"}')),
    "alg none": bearer(token(signed="none")),
    "alg none with the real signature": bearer(swapped(GOOD, 0, b64(b'{"alg":"none","kid":"r1"}'))),
    "alg None, written oddly": bearer(token(signed="nOnE")),
    "no alg": bearer(token(header={"alg": ...})),
    "an empty alg": bearer(token(header={"alg": ""})),
    "alg as a list": bearer(token(header={"alg": ["RS256"]})),
    "HS256 with the public key as its secret": bearer(token(signed="HS256", key=PEM)),
    "HS256 with the key set as its secret": bearer(token(signed="HS256", key=KEY_SET)),
    "HS256 with an empty secret": bearer(token(signed="HS256", key=b"")),
    "RS512, signed by the real key": bearer(token(signed="RS512")),
    "PS256, signed by the real key": bearer(token(signed="PS256")),
    "RS256 in the header over an elliptic curve key": bearer(
        token(signed="ES256", key=EC_KEY, header={"alg": "RS256", "kid": "e1"})
    ),
    "ES256 in the header over an RSA key": bearer(token(header={"alg": "ES256"})),
    "the EC key under the RSA key's id": bearer(token(signed="ES256", key=EC_KEY)),
    "an ES256 signature of zeros": bearer(
        swapped(token(signed="ES256", key=EC_KEY, header={"kid": "e1"}), 2, b64(bytes(64)))
    ),
    "a stranger's key": bearer(token(key=STRANGERS_KEY)),
    "a changed claim": bearer(swapped(GOOD, 1, payload_of(sub="somebody else"))),
    "another token's signature": bearer(swapped(GOOD, 2, token(claims(sub="x")).split(".")[2])),
    "a signature that is one bit off": bearer(GOOD[:-8] + ("A" if GOOD[-8] != "A" else "B") + GOOD[-7:]),
    "no kid": bearer(token(header={"kid": ...})),
    "an empty kid": bearer(token(header={"kid": ""})),
    "a kid that is a number": bearer(token(header={"kid": 1})),
    "a kid that is a path": bearer(token(signed="HS256", key=b"", header={"kid": "../../../../dev/null"})),
    "a kid that is a query": bearer(token(key=STRANGERS_KEY, header={"kid": "' UNION SELECT 'r1"})),
    "a kid that is an address": bearer(token(key=STRANGERS_KEY, header={"kid": "https://evil.example/jwks"})),
    "jku": bearer(token(key=STRANGERS_KEY, header={"jku": "https://evil.example/jwks.json"})),
    "jku over the real key": bearer(token(header={"jku": "https://evil.example/jwks.json"})),
    "x5u": bearer(token(key=STRANGERS_KEY, header={"x5u": "https://evil.example/cert.pem"})),
    "jwk": bearer(token(key=STRANGERS_KEY, header={"jwk": rsa_jwk("r1", STRANGERS_KEY)})),
    "x5c": bearer(token(header={"x5c": ["MIIB"]})),
    "crit, unknown": bearer(token(header={"crit": ["exp2"], "exp2": 1})),
    "crit, empty": bearer(token(header={"crit": []})),
    "crit b64": bearer(token(header={"crit": ["b64"], "b64": True})),
    "b64 false": bearer(token(header={"b64": False})),
    "zip": bearer(token(header={"zip": "DEF"})),
    "a logout token": bearer(token(header={"typ": "logout+jwt"})),
    "another issuer": bearer(token(claims(iss="https://evil.example"))),
    "the issuer with a slash more": bearer(token(claims(iss=ISSUER + "/"))),
    "issuers as a list": bearer(token(claims(iss=[ISSUER]))),
    "no issuer": bearer(token(claims(iss=None))),
    "another client": bearer(token(claims(client_id="another-client"))),
    "no client": bearer(token(claims(client_id=None))),
    "another audience": bearer(token(claims(aud="billing"))),
    "another audience, though the client fits": bearer(token(claims(aud=["billing"], client_id=AUDIENCE))),
    "an audience that only contains ours": bearer(token(claims(aud=AUDIENCE + "-2"))),
    "an audience that is an object": bearer(token(claims(aud={AUDIENCE: 1}))),
    "an empty audience": bearer(token(claims(aud=""))),
    "neither audience nor kind of use": bearer(token(claims(token_use=None))),
    "an ID token of Cognito": bearer(token(claims(token_use="id", aud=AUDIENCE))),
    "an ID token, by its hash of the access token": bearer(token(claims(token_use=None, aud=AUDIENCE, at_hash="x"))),
    "an ID token of Keycloak": bearer(token(claims(token_use=None, aud=AUDIENCE, typ="ID"))),
    "a refresh token": bearer(token(claims(token_use="refresh"))),
    "expired": bearer(token(claims(exp=NOW - 60))),
    "no expiry": bearer(token(claims(exp=None))),
    "expiry as text": bearer(token(claims(exp=str(NOW + 600)))),
    "expiry as true": bearer(token(claims(exp=True))),
    "expiry beyond numbers": bearer(token(json.dumps(claims(exp="late")).replace('"late"', "1e999").encode())),
    "issued beyond numbers": bearer(token(json.dumps(claims(iat="late")).replace('"late"', "1e999").encode())),
    "expiry that is not a number": bearer(token(claims(exp=float("nan")))),
    "not valid yet": bearer(token(claims(nbf=NOW + 7_000))),
    "valid from a text on": bearer(token(claims(nbf="0"))),
    "issued tomorrow": bearer(token(claims(iat=NOW + 86_400))),
    "no subject": bearer(token(claims(sub=None))),
    "an empty subject": bearer(token(claims(sub=""))),
    "a subject that is a number": bearer(token(claims(sub=7))),
    "a subject with an end of line": bearer(token(claims(sub="a\nb"))),
    "a subject of 300 letters": bearer(token(claims(sub="a" * 300))),
    "a service of another resource server": bearer(token(of_service("billing/cases.read"))),
    "a service with our scope written without its server": bearer(token(of_service("cases.read"))),
    "a service whose scope only begins like ours": bearer(token(of_service("splot/cases.read.all"))),
    "a service with scopes in a list": bearer(token(of_service(["splot/cases.read"]))),
    "a service without scopes": bearer(token(of_service(None))),
    "a service's ID token": bearer(token(of_service(token_use="id"))),
    "another client's person with our scope": bearer(token(of_service(sub="3f6c"))),
    "another client's person, by the name": bearer(token(of_service(username="anna"))),
    "another client's person who brings a role": bearer(token(of_service(**{"cognito:groups": ["role:admin"]}))),
    "a signed token inside a signed token": bearer(token(f'"{GOOD}"'.encode())),
    "a token inside a token, as RFC 7519 nests them": bearer(token(GOOD.encode(), header={"cty": "JWT"})),
    "a claim given twice": bearer(token(json.dumps(claims())[:-1].encode() + b', "sub": "somebody else"}')),
    "groups given twice": bearer(token(json.dumps(claims())[:-1].encode() + b', "cognito:groups": ["role:admin"]}')),
    "a member of the header given twice": bearer(
        swapped(GOOD, 0, b64(b'{"alg":"none","alg":"RS256","kid":"r1","typ":"JWT"}'))
    ),
    "a lone surrogate in the subject": bearer(token(json.dumps(claims(sub="a\ud800b")).encode())),
    "a lone surrogate in the kid": bearer(token(header={"kid": "r1\ud800"})),
    "claims nested thirty thousand times": bearer(swapped(GOOD, 1, b64(b"[" * 5_000))),
    "a number of three thousand digits": bearer(
        token(json.dumps(claims(exp="late")).replace('"late"', "9" * 3_000).encode())
    ),
    "an ES256 signature in ASN.1": bearer(es256_as_asn1()),
    "an ES256 signature of r and s of the order": bearer(
        swapped(token(signed="ES256", key=EC_KEY, header={"kid": "e1"}), 2, b64(P256_ORDER * 2))
    ),
    "an ES256 signature with a byte more": bearer(token(signed="ES256", key=EC_KEY, header={"kid": "e1"}) + "AA"),
    "an RS256 signature of zeros": bearer(swapped(GOOD, 2, b64(bytes(256)))),
    "an RS256 signature of one": bearer(swapped(GOOD, 2, b64(bytes(255) + b"\x01"))),
    "an RS256 signature with a zero before it": bearer(swapped(GOOD, 2, b64(b"\0" + raw_signature(GOOD)))),
    "a signature in the other alphabet of base 64": bearer(in_the_other_alphabet(GOOD)),
}


@pytest.mark.parametrize("authorization", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(authorization):
    assert isinstance(verifier().verify(authorization), Refused)


def test_the_log_is_told_why_a_token_was_not_accepted():
    of_us = {"iat": None}
    told = {
        "Basic YW5uYQ==": "not_a_bearer_token",
        bearer(token(header={"jku": "https://elsewhere.example"})): "unwanted_header",
        bearer(token(header={"typ": "dpop+jwt"})): "wrong_type",
        bearer(token(header={"kid": "r9"})): "unknown_key",
        bearer(token(json.dumps(claims()).replace('"sub"', '"sub": "jan", "sub"', 1).encode())): "repeated_claim",
        bearer(token(claims(exp=str(int(time.time()) + 600)))): "time_is_no_number",
        bearer(token(claims(iat=True))): "time_is_no_number",
        bearer(token(claims(exp=10**12))): "never_expires",
        bearer(token(claims(client_id="another", **of_us))): "not_an_access_token_for_us",
        bearer(token(claims(sub="x" * 256))): "unusable_subject",
        bearer(token(claims(exp=int(time.time()) - 3_600))): "ExpiredSignatureError",
        bearer(token(key=STRANGERS_KEY)): "InvalidSignatureError",
    }
    assert {authorization: verifier().verify(authorization).reason for authorization in told} == told


@pytest.mark.parametrize("subject", ["x", "x" * 255])
def test_a_subject_has_one_to_two_hundred_and_fifty_five_letters(subject):
    assert verifier().verify(bearer(token(claims(sub=subject)))).subject == subject


def test_a_principal_ends_when_its_token_does():
    ends = int(time.time()) + 600
    person = verifier().verify(bearer(token(claims(exp=ends))))
    service = verifier().verify(
        bearer(
            token(claims(exp=ends, sub=AUDIENCE, username=None, scope="splot/cases.read", **{"cognito:groups": None}))
        )
    )
    assert service.roles == {Role.SERVICE}
    assert [one.expires_at for one in (person, service)] == [datetime.fromtimestamp(ends, UTC)] * 2


@pytest.mark.parametrize("claim", ["username", "cognito:username", "cognito:groups", "email"])
def test_a_token_with_anything_of_a_person_is_none_of_a_service(claim):
    without = {"sub": AUDIENCE, "username": None, "cognito:groups": None, "scope": "splot/cases.read"}
    person = verifier().verify(bearer(token(claims(**without | {claim: ["role:agent"] if ":g" in claim else "anna"}))))
    assert Role.SERVICE not in person.roles


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"name": "Anna Nowak"}, "Anna Nowak"),
        ({"name": "Anna\nNowak"}, "anna"),
        ({"name": 7, "username": None}, ""),
        ({"name": "A" * 150}, "A" * 100),
    ],
)
def test_a_name_is_one_line_of_a_hundred_letters_or_the_user_name_or_nothing(said, shown):
    assert verifier().verify(bearer(token(claims(**said)))).name == shown


@pytest.mark.parametrize(("length", "counts"), [(320, True), (321, False)])
def test_an_address_in_a_token_is_no_longer_than_addresses_are(length, counts):
    address = "a" * (length - len("@example.pl")) + "@example.pl"
    principal = verifier().verify(bearer(token(claims(email=address, email_verified=True))))
    assert principal.email == (address if counts else "")


@pytest.mark.parametrize("groups", ["role:admin", {"role:admin": 1}, 7])
def test_groups_that_are_no_list_give_nothing(groups):
    principal = verifier().verify(bearer(token(claims(**{"cognito:groups": groups}))))
    assert principal.roles == frozenset()


def test_the_teams_of_a_token_are_told_without_the_words_before_them():
    named = ["team:billing", "team:care", "role:agent", "teamwork", 7]
    principal = verifier().verify(bearer(token(claims(**{"cognito:groups": named}))))
    assert principal.teams == ("billing", "care")


def test_there_are_at_least_forty_forged_tokens_and_the_unforged_one_passes():
    assert len(FORGED) >= 40
    assert isinstance(verifier().verify(bearer(GOOD)), Principal)


@pytest.mark.parametrize(
    "unfit",
    [
        rsa_jwk("r1", use="enc"),
        rsa_jwk("r1", alg="RS512"),
        rsa_jwk("r1", rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505  # the weak key that is refused
        rsa_jwk("r1", crv="P-256"),
        {**jwt.algorithms.RSAAlgorithm.to_jwk(RSA_KEY, as_dict=True), "kid": "r1", "key_ops": ["verify"]},
        {**rsa_jwk("r1"), "kid": None},
        {**rsa_jwk("r1"), "n": "AQAB"},
        {**rsa_jwk("r1"), "n": 7},
        {**rsa_jwk("r1"), "kty": ["RSA"]},
        {**ec_jwk("r1"), "crv": "P-384"},
        {**ec_jwk("r1"), "x": "AQAB"},
        {"kty": "oct", "kid": "r1", "k": "c2VjcmV0"},
        "r1",
        None,
    ],
)
def test_a_key_that_may_not_verify_is_passed_over(unfit):
    assert set(parse_key_set(json.dumps({"keys": [unfit, ec_jwk("e1")]}).encode())) == {"e1"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"keys": {}}', b"\xff", b"[" * 5_000])
def test_what_is_no_key_set_is_an_error_of_one_kind(body):
    with pytest.raises(ValueError):  # noqa: PT011  # the kind is all there is to know
        parse_key_set(body)


class Provider:
    """An identity provider whose key set, reachability and clock the test moves."""

    def __init__(self) -> None:
        self.key_set = KEY_SET
        self.down = False
        self.asked = 0
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            raise TimeoutError
        return self.key_set

    def keys(self) -> SigningKeys:
        return SigningKeys(self.fetch, lambda: self.now)


def test_keys_are_fetched_once_and_kept():
    provider = Provider()
    keys = provider.keys()
    assert keys.find("r1")
    assert keys.find("e1")
    assert provider.asked == 1
    provider.now += timedelta(minutes=59)
    assert keys.find("r1")
    assert provider.asked == 1


def test_unknown_keys_make_us_ask_again_at_most_once_a_minute():
    provider = Provider()
    keys = provider.keys()
    assert [keys.find(f"made up {number}") for number in range(100)] == [None] * 100
    provider.now += timedelta(seconds=59)
    assert keys.find("made up") is None
    assert provider.asked == 1
    provider.now += timedelta(seconds=1)
    assert [keys.find(f"made up {number}") for number in range(100)] == [None] * 100
    assert provider.asked == 2


def test_a_new_key_is_found_a_minute_later_and_a_withdrawn_one_is_gone_within_the_hour():
    provider = Provider()
    keys = provider.keys()
    keys.find("r1")
    provider.key_set = json.dumps({"keys": [rsa_jwk("r2")]}).encode()
    provider.now += timedelta(minutes=1)
    assert keys.find("r2")
    assert keys.find("r1") is None

    provider.key_set = json.dumps({"keys": [rsa_jwk("r3")]}).encode()
    provider.now += timedelta(hours=1)
    assert keys.find("r2") is None


def test_known_keys_go_on_verifying_while_the_provider_is_down():
    provider = Provider()
    keys = provider.keys()
    keys.find("r1")
    provider.down = True
    provider.now += timedelta(hours=2)
    assert keys.find("r1")


def test_an_answer_that_is_no_key_set_does_not_lock_everybody_out():
    provider = Provider()
    keys = provider.keys()
    keys.find("r1")
    provider.now += timedelta(hours=2)
    for nonsense in (b"<html>maintenance</html>", b'{"keys": []}'):
        provider.key_set = nonsense
        provider.now += timedelta(minutes=2)
        assert keys.find("r1")


def test_a_provider_that_was_down_at_the_start_is_asked_again_after_seconds():
    provider = Provider()
    provider.down = True
    keys = provider.keys()
    assert keys.find("r1") is None
    assert keys.find("r1") is None
    assert provider.asked == 1
    provider.down = False
    provider.now += timedelta(seconds=5)
    assert keys.find("r1")


class _KeyServer(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.is_over = threading.Event()


class _Answers(BaseHTTPRequestHandler):
    server: _KeyServer

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
        elif self.path == "/broken":
            self.wfile.write(b"220 smtp.company.example ESMTP\r\n\r\n")
        elif self.path == "/silent":
            self.server.is_over.wait(5)
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (LARGEST_KEY_SET + 1))
            self.server.is_over.wait(5)
        else:
            self.send_response(200 if self.path != "/missing" else 404)
            self.end_headers()
            self.wfile.write(KEY_SET.ljust(LARGEST_KEY_SET) if self.path == "/largest" else KEY_SET)

    def log_message(self, *_args: Any) -> None:
        """Tests are quiet."""


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[int]:
    """The port of a server of keys on this machine; with a certificate, and its key in the same file, over TLS."""
    server = _KeyServer()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.is_over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def key_server() -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of `localhost`, signed by its own key, which follows it in the file."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, EC_KEY.public_key(), x509.random_serial_number(), now, now + ONE_HOUR)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    private = EC_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "localhost.pem"
    path.write_bytes(made.sign(EC_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_keys_come_over_http_from_this_machine(key_server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # a developer's proxy is not asked for our own address
    assert key_set_at(f"{key_server}/keys")() == KEY_SET


def test_keys_come_over_https_from_whoever_proves_to_be_the_provider(certificate, monkeypatch):
    monkeypatch.setenv("no_proxy", "localhost")
    with serving(certificate) as port:
        fetch = key_set_at(f"https://localhost:{port}/keys")
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch() == KEY_SET
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            key_set_at(f"https://127.0.0.1:{port}/keys")()


def test_keys_come_over_https_by_the_proxy_of_the_network(monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(OSError, match="refused"):
        key_set_at("https://login.company.example/keys", timedelta(seconds=1))()


def test_a_provider_of_keys_that_says_nothing_is_not_waited_for(key_server):
    with pytest.raises(TimeoutError):
        key_set_at(f"{key_server}/silent", timedelta(seconds=0.1))()
    assert timedelta(seconds=3) == FETCH_WITHIN


def test_no_more_is_read_of_a_key_set_than_it_may_have_however_much_is_sent(key_server):
    assert key_set_at(f"{key_server}/largest")() == KEY_SET.ljust(LARGEST_KEY_SET)
    with pytest.raises(OSError, match="too large"):
        key_set_at(f"{key_server}/endless", timedelta(seconds=1))()


@pytest.mark.parametrize("path", ["/moved", "/broken", "/missing"])
def test_an_answer_that_is_not_the_key_set_itself_counts_as_no_answer(key_server, path):
    with pytest.raises(OSError):  # noqa: PT011  # the kind is all there is to know
        key_set_at(key_server + path)()


@pytest.mark.parametrize(
    "address",
    [
        "http://login.company.example/keys",
        "http://127.0.0.1.evil.example/keys",
        "http://user@evil.example/keys",
        "file:///etc/passwd",
        "ftp://127.0.0.1/keys",
        "",
    ],
)
def test_keys_are_never_fetched_in_the_clear_or_from_elsewhere(address):
    with pytest.raises(ValueError, match="https"):
        key_set_at(address)
