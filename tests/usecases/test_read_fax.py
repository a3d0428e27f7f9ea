"""What stands on the pages of a fax is written onto its entry, or that there is no text, and why."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.errors import StorageUnavailable, Unparsable, WriteConflict
from chalicelib.domain.faxes import WAITING, Reading, ReadingStatus
from chalicelib.domain.threads import LONGEST_TEXT, attachment_key
from chalicelib.gateways import ocr_tesseract, page_process
from chalicelib.usecases.read_fax import MOST_PAGES_READ, NO_ANSWER, NOT_HERE, READ_WITHIN
from tests.fakes.memory_store import Moment
from tests.fakes.ports import MemoryPages


def reading_of(hub, outcome):
    return hub.threads.get_entry(outcome.customer_id, outcome.entry_id).reading


def test_a_fax_with_a_document_waits_to_be_read(hub):
    outcome = hub.write_fax()

    assert reading_of(hub, outcome) == WAITING
    assert list(hub.queues.to_read) == [(outcome.customer_id, outcome.entry_id)]


def test_a_fax_without_a_document_has_nothing_to_read(hub):
    outcome = hub.write_fax(fax=None)

    assert reading_of(hub, outcome) is None
    assert not hub.queues.to_read


def test_pictures_are_recognised_and_text_layers_are_taken_as_they_are(hub):
    hub.pages.pages = ["Reklamacja", "Proszę o zwrot".encode()]
    outcome = hub.write_fax()
    hub.later(seconds=5)

    assert hub.read_fax() == ReadingStatus.READ
    assert reading_of(hub, outcome) == Reading(
        ReadingStatus.READ,
        text="Reklamacja\fProszę o zwrot",
        source="text_layer+reader",
        confidence=90,
        pages=2,
        pages_read=2,
        preview=hashlib.sha256(b"png").hexdigest(),
        preview_size=3,
        read_at=hub.now(),
    )
    assert hub.recognizer.asked == [("pl", "en")]


def test_the_preview_lies_with_the_customers_files(hub):
    hub.pages.pages = ["x"]
    outcome = hub.write_fax()
    hub.read_fax()
    entry = hub.threads.get_entry(outcome.customer_id, outcome.entry_id)

    assert hub.attachments.objects[attachment_key(outcome.customer_id, entry.preview.sha256)] == b"png"
    assert (entry.preview.content_type, entry.preview.size) == ("image/png", 3)


def test_without_anything_that_recognises_letters_the_fax_is_kept_and_says_so(hub):
    hub.pages.pages = [b"picture", b"picture"]
    outcome = hub.write_fax()

    assert hub.read_fax(with_recognizer=False) == ReadingStatus.UNAVAILABLE
    reading = reading_of(hub, outcome)
    assert (reading.text, reading.detail, reading.pages) == ("", NOT_HERE, 2)
    assert reading.preview


def test_a_case_that_the_pages_name_is_shown_and_moves_nothing(hub):
    other = hub.case(hub.write())
    hub.pages.pages = [f"Sprawa {other.reference}"]
    outcome = hub.write_fax()
    hub.read_fax()

    assert reading_of(hub, outcome).case_reference == other.reference
    assert hub.threads.get_entry(outcome.customer_id, outcome.entry_id).case_id == outcome.case_id != other.id


def test_a_page_that_breaks_the_reader_costs_that_page(hub):
    hub.pages.pages = ["first", Unparsable("Page 2 is broken."), "third"]
    outcome = hub.write_fax()
    hub.read_fax()

    reading = reading_of(hub, outcome)
    assert (reading.text, reading.pages_read) == ("first\f\fthird", 3)
    assert reading.detail == "Page 2 is broken."


def test_a_document_that_breaks_the_reader_again_and_again_is_given_up(hub):
    hub.pages.pages = [Unparsable("broken")] * 20
    outcome = hub.write_fax()

    assert hub.read_fax() == ReadingStatus.UNAVAILABLE
    assert reading_of(hub, outcome).pages_read == 2


def test_a_document_that_cannot_be_opened_says_why(hub):
    hub.pages.broken = Unparsable("The PDF is broken.")
    outcome = hub.write_fax()

    assert hub.read_fax() == ReadingStatus.UNAVAILABLE
    assert reading_of(hub, outcome).detail == "The PDF is broken."


def test_a_document_that_is_gone_from_the_store_says_so(hub):
    outcome = hub.write_fax()
    hub.attachments.objects.clear()

    assert hub.read_fax() == ReadingStatus.UNAVAILABLE
    assert "store" in reading_of(hub, outcome).detail


def test_an_empty_page_has_no_text_and_that_is_told_from_not_having_looked(hub):
    hub.pages.pages = [b""]
    outcome = hub.write_fax()
    hub.read_fax()

    assert reading_of(hub, outcome).detail == "No letters were found on the pages."
    assert reading_of(hub, outcome).confidence is None


def test_only_so_many_pages_are_read(hub):
    hub.pages.pages = ["x"] * (MOST_PAGES_READ + 5)
    outcome = hub.write_fax()
    hub.read_fax()

    reading = reading_of(hub, outcome)
    assert (reading.pages, reading.pages_read) == (MOST_PAGES_READ + 5, MOST_PAGES_READ)
    assert "5 of 35 pages" in reading.detail


def test_a_text_that_is_longer_than_an_entry_holds_is_cut_and_says_so(hub):
    hub.pages.pages = ["x" * (LONGEST_TEXT + 1)]
    outcome = hub.write_fax()
    hub.read_fax()

    assert len(reading_of(hub, outcome).text) == LONGEST_TEXT
    assert "longer" in reading_of(hub, outcome).detail


def test_what_does_not_answer_is_asked_again_until_the_last_try(hub):
    hub.pages.pages = [b"text"]
    outcome = hub.write_fax()
    hub.recognizer.answers.extend([StorageUnavailable(), StorageUnavailable()])

    with pytest.raises(StorageUnavailable):
        hub.read_fax()
    assert reading_of(hub, outcome) == WAITING
    assert hub.read_fax(last_try=True) == ReadingStatus.UNAVAILABLE
    assert "did not answer" in reading_of(hub, outcome).detail


def test_a_page_without_an_answer_on_the_last_try_leaves_what_the_others_gave(hub):
    hub.pages.pages = ["a text layer", b"picture"]
    outcome = hub.write_fax()
    hub.recognizer.answers.append(StorageUnavailable())

    assert hub.read_fax(last_try=True) == ReadingStatus.READ
    reading = reading_of(hub, outcome)
    assert (reading.text, reading.source, reading.detail) == ("a text layer", "text_layer", NO_ANSWER)
    assert reading.preview


def test_slow_pages_end_in_time_to_write_down_what_was_read(hub):
    class Slow(MemoryPages):
        def read(self, document, page):
            hub.later(seconds=50)
            return super().read(document, page)

    hub.pages = Slow(["x"] * 10)
    outcome = hub.write_fax()

    assert hub.read_fax() == ReadingStatus.READ
    reading = reading_of(hub, outcome)
    assert (reading.pages_read, reading.detail) == (4, "6 of 10 pages were not looked at.")


def test_the_time_for_pages_ends_before_the_functions_does():
    config = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())
    limit = timedelta(seconds=config["lambda_functions"]["read_fax"]["lambda_timeout"])
    last_page = timedelta(seconds=page_process.WALL_SECONDS + ocr_tesseract.SECONDS)
    opening = timedelta(seconds=page_process.WALL_SECONDS)
    assert opening + READ_WITHIN + last_page + timedelta(seconds=10) <= limit


def test_a_fax_is_read_once(hub):
    hub.pages.pages = [b"text"]
    outcome = hub.write_fax()
    hub.read_fax()
    before = reading_of(hub, outcome)

    assert hub.read_fax() == "done_before"
    assert reading_of(hub, outcome) == before
    assert len(hub.recognizer.asked) == 1


def test_of_two_that_read_at_once_one_writes(hub):
    hub.pages.pages = ["text"]
    outcome = hub.write_fax()
    raced = []

    def race(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not raced:
            raced.append(True)
            assert hub.read_fax() == ReadingStatus.READ

    hub.threads.hook = race
    assert hub.read_fax() == "done_before"
    assert reading_of(hub, outcome).text == "text"


def test_a_fax_whose_result_collided_with_another_write_does_not_wait_for_ever(hub):
    hub.pages.pages = ["text"]
    outcome = hub.write_fax()

    def collide(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise WriteConflict()

    hub.threads.hook = collide
    with pytest.raises(WriteConflict):
        hub.read_fax()

    hub.threads.hook = lambda _call: None
    assert hub.read_fax() == ReadingStatus.READ
    assert reading_of(hub, outcome).text == "text"
