"""Stories of a form whose visitor proves the address and goes on with the case there."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from chalicelib.domain.captcha import Captcha, Verifier
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.verification import Verification
from tests.faults.outside import Outside
from tests.faults.ports import GOOD_ANSWER
from tests.faults.stories_merging import calm

EVA = "ewa@example.pl"
KEY = "a-key-that-nobody-can-guess"


def forms_have_a_check(outside: Outside) -> None:
    captcha = Captcha(Verifier.HCAPTCHA, "site", "captcha")
    inboxes = outside.ports.configuration.saved[-1][1].inboxes
    checked = (replace(one, captcha=captcha) if one.channel is Channel.WEB_FORM else one for one in inboxes)
    outside.configure(inboxes=tuple(checked))


def a_form_is_posted_by_somebody_who_passed(outside: Outside) -> None:
    """They have one good answer, and their browser repeats all of it when it hears nothing."""
    outside.post_form(EVA, key=KEY, captcha_answer=GOOD_ANSWER)


def a_form_and_a_code(outside: Outside) -> None:
    outside.post_form(EVA, key=KEY)
    calm(outside)
    outside.ask("POST", "/v1/forms/contact/verifications", {"kind": "email", "value": EVA}, "")
    calm(outside)


def code_of(outside: Outside) -> str:
    sent = [one.message for one in outside.ports.mail.accepted if one.message.recipient == EVA]
    code = re.search(r"\b\d{6}\b", sent[-1].text)
    assert code
    return code[0]


def begin(outside: Outside) -> None:
    (verification,) = outside.simulation.threads.records(Verification)
    body = {"posted_under": KEY, "verification": verification.id, "code": code_of(outside)}
    outside.ask("POST", "/v1/forms/contact/conversations", body, "")


def a_conversation(outside: Outside) -> None:
    a_form_and_a_code(outside)
    begin(outside)
    calm(outside)


def it_is_gone_on_with(outside: Outside) -> None:
    """The visitor writes, and reads what there is."""
    begun = next(one for one in reversed(outside.requests) if one.path.endswith("/conversations"))
    answer = begun.answers[-1]
    assert answer
    told = json.loads(answer.text)
    outside.write_in_form(EVA, told["conversation"], told["case"])
    outside.read_in_form(told["conversation"])
