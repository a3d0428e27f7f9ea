"""Only DMARC and logins raise trust."""

import pytest

from chalicelib.domain.trust import POWERS, Trust, Verdicts, trust_of_mail


@pytest.mark.parametrize(
    ("verdicts", "trust"),
    [
        (Verdicts(dmarc="PASS"), Trust.AUTHENTICATED),
        (Verdicts(dmarc="FAIL", spf="PASS", dkim="PASS"), Trust.FORGED),
        (Verdicts(dmarc="GRAY", spf="PASS", dkim="PASS"), Trust.UNVERIFIED),
        (Verdicts(spf="PASS"), Trust.UNVERIFIED),
        (Verdicts(dmarc="PROCESSING_FAILED"), Trust.UNVERIFIED),
        (Verdicts(dmarc="anything else"), Trust.UNVERIFIED),
        (Verdicts(), Trust.UNVERIFIED),
    ],
)
def test_spf_and_dkim_alone_say_nothing_about_the_author(verdicts, trust):
    assert trust_of_mail(verdicts) is trust


def test_more_trust_never_means_less_power():
    levels = [POWERS[level] for level in sorted(Trust)]
    for power in ("keeps_customer", "joins_by_signed_address", "joins_by_other_rules", "adds_participants"):
        granted = [getattr(powers, power) for powers in levels]
        assert granted == sorted(granted)
