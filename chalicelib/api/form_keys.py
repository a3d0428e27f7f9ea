"""The keys of a form: public, so they keep nobody out who looks at the page, and end the use of a copied address."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import FormKeyRefused

HEADER = "Form-Key"


def require_form_key(inbox: str, given: str, field: str = HEADER) -> None:
    """Raises FormKeyRefused. Of a form that there is not, or that has no keys, nothing is asked."""
    form = wiring.hub().ports.configuration.current().inbox_named(inbox, Channel.WEB_FORM)
    if form and form.form_keys and given not in form.form_keys:
        raise FormKeyRefused(field=field)
