"""The page with a form that a company's site shows in a frame: no script of the site's takes part.

The form itself is the console's `form.js`. The page may be framed by the sites of its inbox's list and by nobody else,
loads that script and what a check of visitors needs, and sets no cookie.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from types import MappingProxyType

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import incident_schemas
from chalicelib.api.form_keys import require_form_key
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.pages import Page
from chalicelib.domain.captcha import Verifier
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import FormKeyRefused, NotFound

bp = Blueprint(__name__)

# What each maker says that its script needs: https://docs.hcaptcha.com/#content-security-policy-settings,
# https://developers.cloudflare.com/turnstile/reference/content-security-policy/,
# https://developers.google.com/recaptcha/docs/faq#im-using-content-security-policy-csp-on-my-website
_HCAPTCHA = "https://hcaptcha.com https://*.hcaptcha.com"
_GOOGLE = "https://www.google.com/recaptcha/"
_OF_CHECKS: Mapping[Verifier, Mapping[str, str]] = MappingProxyType(
    {
        Verifier.HCAPTCHA: dict.fromkeys(("script-src", "frame-src", "style-src", "connect-src"), _HCAPTCHA),
        Verifier.TURNSTILE: dict.fromkeys(("script-src", "frame-src"), "https://challenges.cloudflare.com"),
        Verifier.RECAPTCHA: {
            "script-src": f"{_GOOGLE} https://www.gstatic.com/recaptcha/",
            "frame-src": f"{_GOOGLE} https://recaptcha.google.com/recaptcha/",
        },
    }
)


@operation(
    bp,
    "GET",
    "/v1/forms/{inbox}/page",
    summary="The page with a form, for a frame on a site",
    action=None,
    query=incident_schemas.FormPageVisit,
    answers={200: Page},
    errors=(NotFound, FormKeyRefused),
)
def show_form(call: Call[incident_schemas.FormPageVisit, None], inbox: str) -> Result:
    """Only the sites that the form's inbox names may have it in a frame. There is none where the stage has no console,
    whose script it shows.
    """
    hub = wiring.hub()
    form = hub.ports.configuration.current().inbox_named(inbox, Channel.WEB_FORM)
    console = hub.ports.settings.console_origin
    if form is None or not console:
        raise NotFound("There is no such form.", field="inbox")
    key = call.query.key or ""
    require_form_key(inbox, key, "key")
    # The local stack stands for the makers of checks, with their script beside where they are asked.
    verifier = hub.ports.settings.captcha_verifier
    check = f"{verifier.rpartition('/')[0]}/captcha.js" if verifier else ""
    language = call.query.language or form.language
    page = _page(f"{console}/form.js", call.base, form, language, check, key)
    return Result(page, {"Content-Security-Policy": _policy(form, console, check, hub.upload_files.where())})


def _page(script: str, base: str, form: Inbox, language: str, check: str, key: str) -> Page:
    told = {
        "api": base,
        "inbox": form.name,
        "frame": json.dumps(form.allowed_origins),
        "captcha-script": check,
        "key": key,
    }
    data = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in told.items())
    title = html.escape(form.display_name or form.name)
    return Page(
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
        f'<body><main><script src="{html.escape(script)}" {data}></script></main></body></html>'
    )


def _policy(form: Inbox, console: str, check: str, uploads: str) -> str:
    rules = {
        "default-src": "'none'",
        "script-src": f"{console}/form.js {check}".strip(),
        "connect-src": f"'self' {uploads}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(form.allowed_origins) or "'none'",
    }
    if form.captcha and not check:
        for name, sources in _OF_CHECKS[form.captcha.verifier].items():
            rules[name] = f"{rules.get(name, '')} {sources}".strip()
    return "; ".join(f"{name} {value}" for name, value in rules.items())
