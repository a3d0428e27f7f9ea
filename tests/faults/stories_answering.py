"""Stories of what the hub answers by itself."""

from __future__ import annotations

from tests.faults.outside import Outside

ANNA = "anna@example.pl"


def acknowledging(outside: Outside) -> None:
    outside.acknowledge()


def a_first_mail(outside: Outside) -> None:
    outside.mail(ANNA, notifications=2)


def two_forms_at_once(outside: Outside) -> None:
    outside.post_form(ANNA)
    outside.post_form(ANNA)


def a_machine_and_a_stranger(outside: Outside) -> None:
    outside.mail(ANNA, automatic=True)
    outside.mail("bartek@example.pl", dmarc="GRAY")


def a_mail_and_a_text(outside: Outside) -> None:
    outside.sms("+48601234567")
    outside.mail(ANNA)
