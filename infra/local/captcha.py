"""What stands where the makers of captchas stand: the script that a page loads, and the `siteverify` that a hub asks.

Whoever ticks the box passes. An answer is good for one time, and only with the secret of its site, as with all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

SITE_KEY = "local-site-key"
CREDENTIAL = "local-captcha"
# In the words of Turnstile, under whose name the local form has it.
SCRIPT = b"""globalThis.turnstile = {
  render(place, options) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    const passed = () => options.callback(`passed-${crypto.randomUUID()}`);
    box.onchange = () => (box.checked ? passed() : options["expired-callback"]());
    label.append(box, " I am a person (local stack)");
    place.append(label);
    return box;
  },
  reset(box) {
    box.checked = false;
  },
};
"""


class LocalVerifier:
    """`secret`: the one of the site."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret
        self._spent: set[str] = set()

    def answer(self, body: bytes) -> dict[str, object]:
        """https://developers.cloudflare.com/turnstile/get-started/server-side-validation/"""
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if asked.get("secret") != self._secret():
            return _refused("invalid-input-secret")
        answer = asked.get("response", "")
        if not answer.startswith("passed-"):
            return _refused("invalid-input-response")
        if answer in self._spent:
            return _refused("timeout-or-duplicate")
        self._spent.add(answer)
        return {"success": True, "error-codes": []}


def _refused(code: str) -> dict[str, object]:
    return {"success": False, "error-codes": [code]}
