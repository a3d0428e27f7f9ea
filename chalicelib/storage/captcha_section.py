"""The member `captcha` of an inbox for a web form: the check that its visitors are asked to pass."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.domain.captcha import Captcha, Verifier
from chalicelib.storage.document_parts import Name


class CaptchaSection(msgspec.Struct, forbid_unknown_fields=True):
    verifier: Verifier
    site_key: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,100}$(?!\n)")]
    credential: Name


def captcha_of(section: CaptchaSection | None) -> Captcha | None:
    return Captcha(section.verifier, section.site_key, section.credential) if section else None
