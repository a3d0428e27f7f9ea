"""Asks whoever makes a form's check whether its visitor passed. All of them take the same form, `siteverify`.

https://docs.hcaptcha.com/#verify-the-user-response-server-side,
https://developers.cloudflare.com/turnstile/get-started/server-side-validation/,
https://developers.google.com/recaptcha/docs/verify

It is asked once, a redirect is not followed, and neither the answer nor an error quotes the secret. The visitor's
address is not told to anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import msgspec
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from chalicelib.domain.captcha import LONGEST_ANSWER, Captcha, CaptchaFinding, Verifier
from chalicelib.domain.errors import HubError, WrongConfiguration

ADDRESSES: Mapping[Verifier, str] = {
    Verifier.HCAPTCHA: "https://api.hcaptcha.com/siteverify",
    Verifier.TURNSTILE: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    Verifier.RECAPTCHA: "https://www.google.com/recaptcha/api/siteverify",
}
# What no visitor can bring about: our own secret, or the verifier's own trouble. Everything else is about the visitor,
# also a key of another site's: else an answer that was got elsewhere would let everybody in.
_ABOUT_US = {"missing-input-secret", "invalid-input-secret", "internal-error"}
_TIMEOUTS = (2, 4)  # seconds to connect, and between what comes; the visitor waits
_LARGEST_ANSWER = 64 * 1024
_ANSWER = re.compile(rf"[A-Za-z0-9._~+/=-]{{1,{LONGEST_ANSWER}}}")
_LOOPBACK = {"127.0.0.1", "localhost"}


class _Told(msgspec.Struct):
    success: bool
    codes: list[str] | None = msgspec.field(default=None, name="error-codes")


class CaptchaVerifiers:
    """`credentials`: by name; asked for when a check is. `at`: on the local stack, what stands for all of them."""

    def __init__(
        self, credentials: Callable[[], Mapping[str, str]], at: str = "", session: URLLib3Session | None = None
    ) -> None:
        parts = urlsplit(at)
        if at and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
            raise WrongConfiguration("Captchas are verified by their makers, or on this machine.")
        self._credentials = credentials
        self._at = at
        self._session = session or URLLib3Session(timeout=_TIMEOUTS)

    def verify(self, captcha: Captcha, answer: str) -> CaptchaFinding:
        if not answer:
            return CaptchaFinding.MISSING
        if not _ANSWER.fullmatch(answer):
            return CaptchaFinding.REFUSED
        told = self._ask(captcha, answer)
        if told is None or (not told.success and told.codes and _ABOUT_US.issuperset(told.codes)):
            return CaptchaFinding.UNKNOWN
        return CaptchaFinding.PASSED if told.success else CaptchaFinding.REFUSED

    def _secret_for(self, captcha: Captcha) -> str:
        """Nothing also while the secrets cannot be read: the visitor can do nothing about that."""
        try:
            return self._credentials().get(captcha.credential, "")
        except HubError:
            return ""

    def _ask(self, captcha: Captcha, answer: str) -> _Told | None:
        secret = self._secret_for(captcha)
        if not secret:
            return None
        form = urlencode({"secret": secret, "response": answer, "sitekey": captcha.site_key}).encode()
        fields = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        request = AWSRequest("POST", self._at or ADDRESSES[captcha.verifier], fields, form, stream_output=True)
        try:
            found = self._session.send(request.prepare())
            return msgspec.json.decode(found.raw.read(_LARGEST_ANSWER, decode_content=True), type=_Told)
        except Exception:  # noqa: BLE001  # whatever it is, the verifier has said nothing
            return None
