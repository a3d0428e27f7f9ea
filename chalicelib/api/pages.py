"""Pages that people open in a browser by a link of ours: plain HTML, no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
import html

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}fieldset{border:0;padding:0;margin:1.5rem 0}label{display:block;padding:.4rem 0}"
    "textarea{width:100%;font:inherit;box-sizing:border-box}"
    "button{font:inherit;padding:.6rem 1.4rem;margin-top:1rem;border:0;border-radius:.3rem;color:#fff;"
    "background:#0b5394}"
)


def policy_for(style: str) -> str:
    """Of a page that loads nothing and runs nothing; `style`: what stands in it as its own."""
    sha256 = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{sha256}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy_for(_STYLE),
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Page(str):
    """A whole document, as HTML."""

    __slots__ = ()


def page(language: str, title: str, body: str, style: str = _STYLE) -> Page:
    """`title`: text; `body`: HTML. With another `style` goes another policy: `policy_for`."""
    safe = html.escape(title)
    return Page(
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{safe}</title>'
        f"<style>{style}</style></head><body><main><h1>{safe}</h1>{body}</main></body></html>"
    )


def paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"
