"""An app follows the own thread: all that is new for its user, nothing internal, nobody else's, and nothing missed."""

from datetime import timedelta

import pytest

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.feed import KEPT_FOR, FeedHead, FeedRow
from chalicelib.domain.merging import Merge
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.write_feed import CaseChange, WriteFeed
from tests.domain.making import ANNA, BARTEK
from tests.usecases.test_read_own_thread import LOGIN, writes_in_the_app

OTHER = "https://issuer.example|bartek"


@pytest.fixture
def case(hub):
    return hub.case(writes_in_the_app(hub))


class App:
    """It remembers where it is."""

    def __init__(self, hub, login=LOGIN):
        self.hub, self.login = hub, login
        self.place = hub.follow.begin(login).place

    def hears(self, limit=50):
        answer = self.hub.follow.since(self.login, self.place, limit)
        self.place = answer.place
        return [said(change) for change in answer.changes]


def said(change):
    if change.entry:
        return change.entry.entry.text
    return change.case.case.reference if change.case else str(change.kind)


def stream(hub):
    """All that was written is told, as the table's stream does."""
    entries, cases = hub.threads.records(Entry), hub.threads.records(Case)
    rows = [CaseChange(one.customer_id, one.id, one.reference, one.team, one.assignee, one.status) for one in cases]
    WriteFeed(hub.threads, hub.now)(rows, [EntryChange(None, entry) for entry in entries])


def test_nothing_is_written_for_who_follows_nothing(hub, case):
    stream(hub)
    assert {row.feed for row in hub.threads.records(FeedRow)} == {"agents"}


def test_a_message_an_answer_and_the_case_are_told_as_they_are_now(hub, case):
    app = App(hub)
    hub.reply(case.reference, "ewa", Answer("Jutro."))
    stream(hub)
    assert sorted(app.hears()) == sorted(["Gdzie paczka?", "Jutro.", case.reference])
    assert app.hears() == []


def test_notes_events_and_what_others_wrote_are_not_told(hub, case):
    app = App(hub)
    hub.add_note(case.reference, "ewa", "Trudny klient.")
    hub.assign(case.reference, "ewa", "ewa")
    hub.write(sender=ANNA, trust=Trust.UNVERIFIED, visible_text="Ktoś inny.")
    writes_in_the_app(hub, "Nie twoje.", sender=ContactPoint(PointKind.APP, OTHER))
    stream(hub)
    assert sorted(app.hears()) == sorted(["Gdzie paczka?", case.reference])


def test_who_has_never_written_hears_of_the_first_message(hub):
    app = App(hub)
    assert app.hears() == []
    case = hub.case(writes_in_the_app(hub))
    assert app.hears() == ["thread"]
    stream(hub)
    assert sorted(app.hears()) == sorted(["Gdzie paczka?", case.reference])


def test_a_long_absence_is_read_page_by_page(hub, case):
    app = App(hub)
    for number in range(5):
        writes_in_the_app(hub, f"Halo {number}?")
        stream(hub)
    heard, pages = [], 0
    while page := app.hears(limit=3):
        heard += page
        pages += 1
    assert {f"Halo {number}?" for number in range(5)} <= {*heard}
    assert pages > 2


def test_of_what_is_read_page_by_page_the_place_is_good_until_the_feed_forgets_what_follows(hub, case):
    place = hub.follow.begin(LOGIN).place
    stream(hub)
    told_at = hub.now()
    hub.later(days=3)
    first = hub.follow.since(LOGIN, place, 1)
    assert (first.more, first.good_until) == (True, told_at + KEPT_FOR)
    assert hub.follow.since(LOGIN, first.place, 50).good_until == hub.now() + KEPT_FOR


def test_whoever_becomes_one_with_somebody_reads_everything_anew_and_then_hears_of_both(hub, case):
    app = App(hub)
    hub.adopt(LOGIN, [ANNA])
    assert app.hears() == ["thread"]
    other = hub.case(hub.write(sender=BARTEK, visible_text="Z innego adresu."))
    hub.merge(other.customer_id, case.customer_id, "ewa", "ta sama osoba")
    assert app.hears() == ["thread"]
    hub.later(minutes=1)
    hub.reply(case.reference, "ewa", Answer("Do obu.", channel=Channel.APP))
    stream(hub)
    assert "Do obu." in app.hears()


def test_what_is_undone_is_read_anew_and_the_other_is_not_heard_of_any_more(hub, case):
    other = hub.case(writes_in_the_app(hub, "Moje.", sender=ContactPoint(PointKind.APP, OTHER)))
    hub.merge(other.customer_id, case.customer_id, "ewa", "ta sama osoba")
    (merge,) = hub.threads.records(Merge)
    app = App(hub)
    hub.undo_merge(merge.customer_id, merge.id, "ewa")
    assert app.hears() == ["thread"]
    stream(hub)
    assert sorted(app.hears()) == sorted(["Gdzie paczka?", case.reference])


def test_an_answer_that_was_taken_back_after_it_could_be_read_has_everything_read_anew(hub, case):
    hub.adopt(LOGIN, [ANNA])
    app = App(hub)
    entry = hub.reply(case.reference, "ewa", Answer("Pochopna.", channel=Channel.EMAIL))
    hub.take_back(case.reference, entry, "ewa")
    stream(hub)
    assert sorted(app.hears()) == sorted(["Gdzie paczka?", case.reference, "thread"])


def test_an_answer_that_was_taken_back_before_it_could_be_read_is_not_heard_of(hub, case):
    hub.adopt(LOGIN, [ANNA])
    hub.configured(undo_window=timedelta(seconds=30))
    app = App(hub)
    entry = hub.reply(case.reference, "ewa", Answer("Pochopna.", channel=Channel.EMAIL))
    hub.take_back(case.reference, entry, "ewa")
    stream(hub)
    assert "thread" not in app.hears()


def test_a_case_that_turned_out_to_be_spam_has_everything_read_anew(hub, case):
    app = App(hub)
    hub.mark_spam(case.reference, "ewa", "pomyłka", is_spam=True)
    stream(hub)
    assert app.hears()[-1] == "thread"


def test_a_feed_is_written_for_a_month_after_the_app_last_asked_and_a_place_never_outlives_it(hub, case):
    app = App(hub)
    (head,) = [one for one in hub.threads.records(FeedHead) if one.feed == case.customer_id]
    hub.later(days=17)
    assert app.hears() == []
    (asked_again,) = [one for one in hub.threads.records(FeedHead) if one.feed == case.customer_id]
    assert head.followed_until < asked_again.followed_until
    assert asked_again.followed_until - hub.now() > KEPT_FOR
    assert asked_again.expires_at > asked_again.followed_until + KEPT_FOR
    hub.later(days=31)
    stream(hub)
    assert {row.feed for row in hub.threads.records(FeedRow)} == {"agents"}


def test_a_head_that_is_there_no_more_begins_again_and_says_so(hub, case):
    app = App(hub)
    stream(hub)
    app.hears()
    hub.later(days=60)
    assert app.hears() == ["thread"]


def test_an_app_of_two_devices_makes_one_feed(hub, case):
    first, second = App(hub), App(hub)
    stream(hub)
    assert first.hears() == second.hears() != []


def test_a_place_of_one_login_says_nothing_to_another(hub, case):
    app = App(hub)
    stream(hub)
    assert App(hub, OTHER).hears() == []
    assert [said(one) for one in hub.follow.since(OTHER, app.place, 50).changes] == ["thread"]
