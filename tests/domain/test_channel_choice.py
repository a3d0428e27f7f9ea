"""Which ways lead to a customer, and which of them is the best."""

from chalicelib.domain.channel_choice import Why, Wishes, candidates
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from tests.domain.making import ANNA, ANNAS_FAX, ANNAS_PHONE

WORK = ContactPoint(PointKind.EMAIL, "anna@work.example")
LOGIN = ContactPoint(PointKind.APP, "https://issuer.example|anna")
POINTS = (ANNA, WORK, ANNAS_PHONE, ANNAS_FAX, LOGIN)
NOBODY = frozenset()


def ways(wishes, points=POINTS, proved=NOBODY):
    return [(way.channel, way.point, way.why) for way in candidates(wishes, points, proved)]


def test_what_was_asked_for_in_this_case_comes_first_then_what_is_preferred_then_what_was_used_last():
    wishes = Wishes(asked_for=Channel.SMS, preferred=Channel.APP, wrote_by=Channel.EMAIL, wrote_from=WORK)
    assert ways(wishes)[:3] == [
        (Channel.SMS, ANNAS_PHONE, Why.ASKED_FOR),
        (Channel.APP, LOGIN, Why.PREFERRED),
        (Channel.EMAIL, WORK, Why.LAST_USED),
    ]


def test_what_nobody_asked_for_is_what_was_used_last_then_what_is_proved_then_the_rest():
    found = ways(Wishes(wrote_by=Channel.EMAIL, wrote_from=ANNA), proved=frozenset({ANNAS_PHONE, LOGIN}))
    assert found == [
        (Channel.EMAIL, ANNA, Why.LAST_USED),
        (Channel.EMAIL, WORK, Why.LAST_USED),
        (Channel.SMS, ANNAS_PHONE, Why.VERIFIED),
        (Channel.APP, LOGIN, Why.VERIFIED),
        (Channel.FAX, ANNAS_FAX, Why.KNOWN),
    ]


def test_an_agent_who_chose_a_channel_gets_that_one_alone():
    wishes = Wishes(chosen=Channel.EMAIL, asked_for=Channel.SMS, wrote_by=Channel.SMS, wrote_from=ANNAS_PHONE)
    found = ways(wishes, proved=frozenset({WORK}))
    assert found == [(Channel.EMAIL, WORK, Why.CHOSEN), (Channel.EMAIL, ANNA, Why.CHOSEN)]


def test_who_wrote_by_web_form_is_answered_at_the_address_given_there():
    assert ways(Wishes(wrote_by=Channel.WEB_FORM, wrote_from=WORK))[0] == (Channel.EMAIL, WORK, Why.LAST_USED)
    by_number = ways(Wishes(wrote_by=Channel.WEB_FORM, wrote_from=ANNAS_PHONE))[0]
    assert by_number == (Channel.SMS, ANNAS_PHONE, Why.LAST_USED)


def test_who_wrote_by_fax_is_answered_by_fax_and_else_by_the_next_best_way():
    first, second, *_ = ways(Wishes(wrote_by=Channel.FAX, wrote_from=ANNAS_FAX))
    assert first == (Channel.FAX, ANNAS_FAX, Why.LAST_USED)
    assert second == (Channel.EMAIL, ANNA, Why.KNOWN)


def test_somebody_elses_address_is_never_a_way_although_they_wrote_last():
    stranger = ContactPoint(PointKind.EMAIL, "bartek@example.pl")
    assert all(point != stranger for _, point, _ in ways(Wishes(wrote_by=Channel.EMAIL, wrote_from=stranger)))


def test_nobody_without_an_address_can_be_reached():
    assert ways(Wishes(wrote_by=Channel.EMAIL), points=()) == []
