"""The stream of the table says which faxes wait to be read."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.faxes import Reading, ReadingStatus
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.ask_for_fax_readings import AskForFaxReadings


@pytest.fixture
def entry(hub):
    outcome = hub.write_fax()
    hub.queues.to_read.clear()
    return hub.threads.get_entry(outcome.customer_id, outcome.entry_id)


def asked(hub, *changes):
    AskForFaxReadings(hub.queues)(changes)
    return list(hub.queues.to_read)


def test_a_new_fax_is_put_up_to_be_read_each_time_the_stream_tells_of_it(hub, entry):
    change = EntryChange(None, entry)
    assert asked(hub, change, change) == [(entry.customer_id, entry.id)] * 2


def test_a_fax_that_was_read_is_not(hub, entry):
    read = replace(entry, reading=Reading(ReadingStatus.READ, "text"))
    assert asked(hub, EntryChange(entry, read), EntryChange(None, read)) == []


def test_other_messages_are_not(hub, entry):
    assert asked(hub, EntryChange(None, replace(entry, reading=None))) == []


def test_a_queue_that_does_not_answer_fails_the_batch_so_that_it_comes_again(hub, entry):
    hub.queues.broken = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        asked(hub, EntryChange(None, entry))
