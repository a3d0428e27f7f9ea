"""What every store of configuration documents must do."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.errors import Conflict, WrongConfiguration
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.usecases.configuration_ports import SavedDocument, SavedVersion
from tests.fakes.ports import HandClock, MemoryConfigurationDocuments
from tests.storage.test_configuration_document import DOCUMENT

TEXT = json.dumps(DOCUMENT)
CLOCK = HandClock()


@pytest.fixture(params=["memory", "moto"])
def documents(request):
    if request.param == "memory":
        return MemoryConfigurationDocuments(CLOCK)
    return ConfigurationTable(request.getfixturevalue("moto_table"), CLOCK)


def named(company):
    return json.dumps({**DOCUMENT, "company": company})


def saved(documents, count):
    for number in range(count):
        documents.save(named(f"firm {number}"), f"{number:06d}" if number else "", f"olga-{number}")


def test_before_the_first_was_saved_there_is_none(documents):
    assert documents.find_document() is None
    assert documents.find_document("000001") is None
    assert documents.list_versions(10) == ()


def test_each_version_is_kept_with_who_saved_it(documents):
    saved(documents, 2)
    assert documents.find_document() == SavedDocument("000002", named("firm 1"), CLOCK.at, "olga-1")
    assert documents.find_document("000001") == SavedDocument("000001", named("firm 0"), CLOCK.at, "olga-0")
    assert documents.find_document("000003") is None


def test_versions_are_listed_from_the_newest_on(documents):
    saved(documents, 12)
    assert documents.list_versions(2) == (
        SavedVersion("000012", CLOCK.at, "olga-11"),
        SavedVersion("000011", CLOCK.at, "olga-10"),
    )
    assert [one.version for one in documents.list_versions(50, before="000011")] == [
        f"{number:06d}" for number in range(10, 0, -1)
    ]
    assert documents.list_versions(50, before="000001") == ()


@pytest.mark.parametrize("believed", ["", "000001", "000003"])
def test_nobody_overwrites_what_they_have_not_seen(documents, believed):
    saved(documents, 2)
    with pytest.raises(Conflict):
        documents.save(named("other"), believed)
    assert documents.find_document().version == "000002"


def test_a_document_is_checked_and_its_teams_are_told(documents):
    assert documents.check(TEXT) == {team["name"] for team in DOCUMENT["teams"]}
    wrong = json.dumps({**DOCUMENT, "teams": [{**DOCUMENT["teams"][0], "policy": "none"}]})
    with pytest.raises(WrongConfiguration):
        documents.check(wrong)
    with pytest.raises(WrongConfiguration):
        documents.save(wrong, "")
    assert documents.find_document() is None
