"""Parts of a text message are told from messages of their own, whatever order they came in."""

from datetime import timedelta

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.sms import SmsEncoding, SmsFacts, SmsPart
from chalicelib.domain.sms_parts import whole_texts
from chalicelib.domain.threads import Arrival, Entry, EntryKind
from chalicelib.domain.trust import Trust
from tests.domain.making import ANNAS_PHONE, BARTEK, MONDAY_TEN

FULL = "a" * 153


def sms(number, text, seconds, part=None, sender=ANNAS_PHONE, *, full=False):
    facts = SmsFacts(SmsEncoding.GSM7, 1, part=part, full=full)
    arrival = Arrival(sender, Trust.AUTHENTICATED, "new_case", "", f"raw/{number}", sms=facts)
    at = MONDAY_TEN + timedelta(seconds=seconds)
    return Entry(
        f"01{number}", "01C", "01K", at, EntryKind.INBOUND, "customer", Channel.SMS, text=text, arrival=arrival
    )


def part(number, of=2, reference="2a"):
    return SmsPart(reference, number, of)


def test_parts_with_one_header_are_one_message_in_the_order_of_their_numbers():
    entries = [sms(1, "dobry", 0, part(2)), sms(2, "Dzien ", 40, part(1))]
    assert whole_texts(entries) == {"011": "Dzien dobry", "012": "Dzien dobry"}


def test_a_message_with_a_part_missing_is_not_whole():
    assert whole_texts([sms(1, "a", 0, part(1, of=3)), sms(2, "b", 1, part(3, of=3))]) == {}


def test_the_same_header_of_another_sender_or_another_hour_is_another_message():
    assert whole_texts([sms(1, "a", 0, part(1)), sms(2, "b", 1, part(2), BARTEK)]) == {}
    assert whole_texts([sms(1, "a", 0, part(1)), sms(2, "b", 3_600, part(2))]) == {}
    assert whole_texts([sms(1, "a", 0, part(1)), sms(2, "b", 1, part(2, reference="2b"))]) == {}


def test_a_part_that_came_twice_is_no_guess():
    assert whole_texts([sms(1, "a", 0, part(1)), sms(2, "a", 1, part(1)), sms(3, "b", 2, part(2))]) == {}


def test_a_full_text_goes_on_in_the_one_that_came_within_seconds():
    assert whole_texts([sms(1, FULL, 0, full=True), sms(2, "end", 2)])["011"] == FULL + "end"


def test_the_end_may_come_first():
    assert whole_texts([sms(1, "end", 0), sms(2, FULL, 2, full=True)])["011"] == FULL + "end"


def test_several_full_ones_stand_in_the_order_in_which_they_came():
    entries = [sms(1, FULL, 0, full=True), sms(2, "b" * 153, 1, full=True), sms(3, "end", 2)]
    assert whole_texts(entries)["013"] == FULL + "b" * 153 + "end"


def test_messages_of_their_own_stay_that():
    assert whole_texts([sms(1, "Halo", 0), sms(2, "Jest tam kto?", 2)]) == {}
    assert whole_texts([sms(1, FULL, 0, full=True), sms(2, "end", 60)]) == {}
    assert whole_texts([sms(1, FULL, 0, full=True)]) == {}
    assert whole_texts([sms(1, FULL, 0, full=True), sms(2, "x", 1), sms(3, "y", 2)]) == {}  # which is its end?
    assert whole_texts([sms(1, FULL, 0, full=True), sms(2, "end", 1, sender=BARTEK)]) == {}


def test_what_nobody_sent_is_of_nobody_and_joins_nothing():
    assert whole_texts([sms(1, FULL, 0, full=True, sender=None), sms(2, "end", 1, sender=None)]) == {}
