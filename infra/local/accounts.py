"""The keys and users of the local stack: made once, kept in its folder, and told to the emulators again and again."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from chalicelib.domain.principals import Scope
from chalicelib.gateways.tokens import SCOPE_PREFIX
from infra.local.captcha import CREDENTIAL as CAPTCHA_CREDENTIAL
from infra.local.stack import LocalStack, write_whole

MAIL_DOMAIN = "hub.example"
FAX_CREDENTIAL = "local-fax-gateway"
SERVICE = "service"
WEBHOOK = "local"
ROLES = ("agent", "supervisor", "admin", "customer")


def local_secrets(stack: LocalStack) -> dict[str, Any]:
    """Made once and kept: with other keys, answers to mails that were sent before would not be recognised.

    `hub`: what the hub's parameter holds; `password`: of every local user.
    """
    path = stack.folder / "secrets.json"
    if not path.exists():
        key, cursor_key = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
        hub = {"reply_keys": {"current": "a", "keys": {"a": key}}, "cursor_key": cursor_key}
        # Cognito wants all kinds of letters.
        password = "Aa1!" + base64.b32encode(os.urandom(10)).decode()
        write_whole(path, json.dumps({"hub": hub, "password": password}))
        path.chmod(0o600)
    secrets: dict[str, Any] = json.loads(path.read_text())
    # Made of another key, so that a folder from before there were such keys has them, too.
    known = secrets["hub"]["cursor_key"].encode()
    secrets["hub"]["fax_credentials"] = {FAX_CREDENTIAL: hashlib.sha256(b"fax" + known).hexdigest()}
    secrets["hub"]["captcha_credentials"] = {CAPTCHA_CREDENTIAL: hashlib.sha256(b"captcha" + known).hexdigest()}
    webhook_key = hashlib.sha256(b"webhook" + known).digest()
    secrets["hub"]["webhook_keys"] = {WEBHOOK: [base64.b64encode(webhook_key).decode()]}
    return secrets


def fax_credential(stack: LocalStack) -> str:
    """By which the stand-in of the fax gateway proves what it reports."""
    return str(local_secrets(stack)["hub"]["fax_credentials"][FAX_CREDENTIAL])


def captcha_credential(stack: LocalStack) -> str:
    return str(local_secrets(stack)["hub"]["captcha_credentials"][CAPTCHA_CREDENTIAL])


def local_webhook_key(stack: LocalStack) -> str:
    return str(local_secrets(stack)["hub"]["webhook_keys"][WEBHOOK][0])


def put_secrets(stack: LocalStack, parameter: str) -> None:
    value = json.dumps(local_secrets(stack)["hub"])
    stack.client("ssm").put_parameter(Name=parameter, Type="SecureString", Value=value, Overwrite=True)


def make_users(stack: LocalStack, pool: str) -> None:
    """One of each role: `agent@hub.example` and so on."""
    cognito = stack.client("cognito-idp")
    password = local_secrets(stack)["password"]
    for role in ROLES:
        name = user_name(role)
        attributes = {"email": name, "email_verified": "true", "name": role.capitalize()}
        try:
            cognito.admin_create_user(
                UserPoolId=pool,
                Username=name,
                TemporaryPassword=password,  # the one that MiniStack would make is against the pool's own policy
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
            )
        except cognito.exceptions.UsernameExistsException:
            continue
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=f"role:{role}")


def user_name(role: str) -> str:
    return f"{role}@{MAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`access`: valid for an hour. `refresh`: what the next ones are asked for by."""

    access: str
    refresh: str


def token_for(stack: LocalStack, role: str) -> str:
    """An access token of the local user of that role."""
    return tokens_for(stack, role).access


def tokens_for(stack: LocalStack, role: str) -> Tokens:
    resources = stack.get_deployed().resources
    answer = stack.client("cognito-idp").admin_initiate_auth(
        UserPoolId=resources["UserPool"],
        ClientId=resources["UserPoolClient"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user_name(role), "PASSWORD": local_secrets(stack)["password"]},
    )
    given = answer["AuthenticationResult"]
    return Tokens(given["AccessToken"], given["RefreshToken"])


def renewed_tokens(stack: LocalStack, refresh: str) -> Tokens | None:
    """None where the pool does not take it. The emulator gives no other refresh token in its place, as Cognito does."""
    cognito = stack.client("cognito-idp")
    client = stack.get_deployed().resources["UserPoolClient"]
    try:
        given = cognito.get_tokens_from_refresh_token(RefreshToken=refresh, ClientId=client)["AuthenticationResult"]
    except cognito.exceptions.NotAuthorizedException:
        return None
    return Tokens(given["AccessToken"], given.get("RefreshToken", refresh))


def service_token(stack: LocalStack, scopes: tuple[str, ...] = ()) -> str:
    """An access token of a service by client credentials, with these scopes, or all there are."""
    cognito, pool = stack.client("cognito-idp"), stack.get_deployed().resources["UserPool"]
    listed = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    known = next((client["ClientId"] for client in listed if client["ClientName"] == SERVICE), None)
    client = (
        cognito.describe_user_pool_client(UserPoolId=pool, ClientId=known)["UserPoolClient"]
        if known
        else cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName=SERVICE,
            GenerateSecret=True,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthScopes=[SCOPE_PREFIX + scope for scope in Scope],
        )["UserPoolClient"]
    )
    form = {
        "grant_type": "client_credentials",
        "client_id": client["ClientId"],
        "client_secret": client["ClientSecret"],
        "scope": " ".join(SCOPE_PREFIX + scope for scope in scopes or tuple(Scope)),
    }
    request = Request(f"{stack.url('aws')}/oauth2/token", urlencode(form).encode())  # noqa: S310  # the emulator's own address
    with urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
        token: str = json.loads(answer.read())["access_token"]
    return token
