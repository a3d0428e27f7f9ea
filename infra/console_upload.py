"""Puts the built console and what it has to know into its bucket, where the stack has one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import msgspec

from infra.stages import StageSettings

# Their names change with what is in them, so whoever has one has the right one.
_HASHED = re.compile(r"-[A-Z0-9]{8}\.(js|css)$")
_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=300"
_ASK_FIRST = "no-cache"  # a kept copy counts if the server says that it is still the newest
_PAGE, _CONFIG = "index.html", "config.json"


def console_config(settings: StageSettings, outputs: Mapping[str, str]) -> dict[str, Any]:
    """`outputs`: of the stack. The teams come with the logins."""
    pool = outputs.get("UserPoolId")
    if pool:
        issuer = f"https://cognito-idp.{settings.region}.amazonaws.com/{pool}"
        client = {"client_id": outputs["UserPoolClientId"]}
    else:
        issuer = settings.parameters["TokenIssuer"]
        client = {"client_id": settings.parameters["TokenAudience"], **msgspec.to_builtins(settings.console_login)}
    return {"api": outputs["ApiUrl"], "login": {"kind": "oidc", "issuer": issuer, **client}, "teams": []}


def put_console(
    s3: Any, settings: StageSettings, outputs: Mapping[str, str], built: Path, say: Callable[[str], None]
) -> None:
    """The page comes last, when all that it names is there. What an earlier page names stays: somebody has it open."""
    bucket = outputs["ConsoleBucketName"]
    files = {path.name: path.read_bytes() for path in sorted(built.iterdir()) if path.is_file()}
    files[_CONFIG] = json.dumps(console_config(settings, outputs)).encode()
    for name in sorted(files, key=lambda name: (name == _PAGE, name == _CONFIG, name)):
        kind = guess_type(name)[0] or "application/octet-stream"
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=files[name],
            ContentType=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            CacheControl=_cached(name),
            ExpectedBucketOwner=settings.account,
        )
    say(f"put the console's {len(files)} files into {bucket}")


def _cached(name: str) -> str:
    if _HASHED.search(name):
        return _FOR_GOOD
    return _ASK_FIRST if name in (_PAGE, _CONFIG) else _FOR_A_WHILE
