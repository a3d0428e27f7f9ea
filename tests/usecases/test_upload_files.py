"""How often visitors of a form may do something with uploads: each address so often, each form so often, apart."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import TooMany
from chalicelib.domain.uploads import MOST_OF_A_FORM, MOST_OF_AN_ADDRESS
from chalicelib.usecases.upload_files import UploadFiles
from tests.domain.making import MONDAY_TEN
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import MemoryAttachmentStore, SeededRandomness


@pytest.fixture
def admit():
    store = MemoryStore(lambda: MONDAY_TEN)
    uploads = UploadFiles(MemoryAttachmentStore(), store, lambda: MONDAY_TEN, SeededRandomness())
    return uploads.admit_in_form


def refused(admit, form, source):
    with pytest.raises(TooMany) as caught:
        admit(form, source)
    return caught.value.tier


def test_who_has_had_their_share_takes_nothing_of_their_neighbours_or_of_another_forms(admit):
    for _ in range(MOST_OF_AN_ADDRESS):
        admit("contact", "192.0.2.1")
    assert refused(admit, "contact", "192.0.2.1") == "caller"
    admit("contact", "192.0.2.2")
    admit("returns", "192.0.2.1")


def test_a_form_has_so_many_in_all_whoever_asks_and_another_form_has_its_own(admit):
    for number in range(MOST_OF_A_FORM):
        admit("contact", f"192.0.2.{number % 30}")
    assert refused(admit, "contact", "192.0.2.99") == "hub"
    admit("returns", "192.0.2.99")
