from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from chalicelib.domain.errors import Conflict, StorageUnavailable, WrongConfiguration
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.keys import Key
from chalicelib.storage.schema import create_table
from chalicelib.storage.table import ATTEMPTS, Table
from tests.fakes.ports import HandClock
from tests.fakes.wire import Wire
from tests.storage.test_configuration_document import DOCUMENT, GATEWAY, changed, with_gateway

TEXT = json.dumps(DOCUMENT)


@pytest.fixture(scope="module")
def table():
    with mock_aws():
        yield Table("splot-configuration", randomness=os.urandom, sleep=lambda _seconds: None)


@pytest.fixture
def wire(table):
    create_table(table.name, table.connection)
    wire = Wire()
    with wire.on(table):
        yield wire
    table.connection.delete_table(table.name)


@pytest.fixture
def clock():
    return HandClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def configuration(table, wire, clock):
    return ConfigurationTable(table, clock)


def test_a_document_whose_fax_gateway_fails_its_example_is_not_saved(configuration):
    wrong = with_gateway(example={**GATEWAY["example"], "pages": 7})
    with pytest.raises(WrongConfiguration, match="pages"):
        configuration.save(wrong, "")
    assert configuration.find_document() is None


def test_without_a_saved_document_there_is_no_configuration(configuration):
    assert configuration.find_document() is None
    with pytest.raises(WrongConfiguration, match="saved"):
        configuration.current()


def test_what_was_saved_is_current(configuration):
    assert configuration.save(TEXT, "") == "000001"
    assert configuration.find_document().text == TEXT
    current = configuration.current()
    assert current.version == "000001"
    assert current.get_inbox("support").address == "pomoc@hub.example"


def test_every_version_is_kept(configuration, table):
    version = configuration.save(TEXT, "")
    configuration.save(changed("inboxes", 0, "display_name", to="Obsługa"), version)
    kept = [table.get(Key("CONFIG", f"WHOLE#00000{number}")) for number in (1, 2)]
    assert [json.loads(item["document"]["S"])["inboxes"][0]["display_name"] for item in kept] == ["Pomoc", "Obsługa"]
    assert configuration.current().version == "000002"


def test_a_wrong_document_is_not_saved(configuration):
    configuration.save(TEXT, "")
    with pytest.raises(WrongConfiguration):
        configuration.save(changed("teams", 0, "policy", to="none"), "000001")
    assert configuration.find_document().version == "000001"


@pytest.mark.parametrize("believed", ["", "000003"])
def test_an_operator_does_not_overwrite_what_another_one_saved(configuration, believed):
    configuration.save(TEXT, configuration.save(TEXT, ""))
    with pytest.raises(Conflict):
        configuration.save(TEXT, believed)
    assert configuration.find_document().version == "000002"


def test_it_is_read_once_a_minute(configuration, wire, clock):
    configuration.save(TEXT, "")
    wire.requests.clear()
    first = configuration.current()
    clock.move(timedelta(seconds=59))
    assert configuration.current() is first
    assert len(wire.requests) == 1
    clock.move(timedelta(seconds=1))
    assert configuration.current() is first  # unchanged, so not parsed again
    assert len(wire.requests) == 2


def test_a_change_is_seen_after_a_minute(table, configuration, clock):
    version = configuration.save(TEXT, "")
    configuration.current()
    ConfigurationTable(table, clock).save(TEXT, version)
    assert configuration.current().version == "000001"
    clock.move(timedelta(seconds=60))
    assert configuration.current().version == "000002"


def test_a_table_that_does_not_answer_is_no_wrong_configuration(configuration, wire):
    wire.drop_request(times=ATTEMPTS)
    with pytest.raises(StorageUnavailable):
        configuration.current()
