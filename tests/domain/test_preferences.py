"""What a customer agreed to, also when two turn out to be one."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.preferences import Consent, Preferences, has_consented, zone_of
from tests.domain.making import MONDAY_TEN

LATER, MUCH_LATER = MONDAY_TEN + timedelta(days=1), MONDAY_TEN + timedelta(days=2)
GIVEN = Consent(MONDAY_TEN, "checkbox in the shop", "2026-03", "agent:ewa")
GIVEN_ANEW = Consent(MUCH_LATER, "checkbox in the shop", "2026-11", "agent:ewa")
WITHDRAWN = Consent(MONDAY_TEN, "checkbox in the shop", "2026-03", "agent:ewa", LATER, "customer")


@pytest.mark.parametrize(
    ("own", "other", "holds"),
    [
        (None, None, False),
        (GIVEN, None, True),
        (WITHDRAWN, None, False),
        (None, GIVEN, True),
        (None, WITHDRAWN, False),
        (GIVEN, WITHDRAWN, False),
        (WITHDRAWN, GIVEN, False),
        (WITHDRAWN, GIVEN_ANEW, False),
        (GIVEN_ANEW, WITHDRAWN, True),
    ],
)
def test_of_two_who_are_one_the_stricter_word_counts(own, other, holds):
    others = [{"email": other} if other else {}]
    assert has_consented(Channel.EMAIL, {"email": own} if own else {}, others) is holds


def test_a_consent_holds_for_its_channel_alone():
    assert not has_consented(Channel.SMS, {"email": GIVEN}, [])


def test_a_zone_that_no_table_knows_is_the_teams():
    warsaw = ZoneInfo("Europe/Warsaw")
    assert zone_of(Preferences(time_zone="Asia/Tokyo"), warsaw) == ZoneInfo("Asia/Tokyo")
    assert zone_of(Preferences(time_zone="Europe/Atlantis"), warsaw) == warsaw
    assert zone_of(Preferences(), warsaw) == warsaw
