"""infra/configure.py: rules for holidays become dates, and a file that is already saved is not saved again."""

import json
import re
from datetime import date
from types import SimpleNamespace

import holidays
import pytest

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.storage.configuration_document import (
    CalendarSection,
    InboxSection,
    KindSection,
    LegalTermSection,
    PolicyRuleSection,
    PolicySection,
    StepSection,
    TeamSection,
    parse_configuration,
)
from chalicelib.storage.fax_gateway_section import FaxExampleSection, FaxGatewaySection
from infra.configure import expand_holidays, main, render_document, save
from infra.package import ROOT

EXAMPLE = ROOT / "infra" / "configuration" / "example.json"
TODAY = date(2026, 11, 23)


def calendar(**members):
    return {"calendars": [{"name": "poland", "zone": "Europe/Warsaw", "week": {}, **members}]}


def closed(document):
    return expand_holidays(document, TODAY)["calendars"][0]["closed"]


class FakeConfigurationTable:
    def __init__(self, current=None):
        self.current, self.replaced = current, None

    def find_document(self):
        return self.current

    def save(self, text, replaces):
        self.replaced = replaces
        self.current = SimpleNamespace(version="000002", text=text)
        return "000002"


def test_holidays_of_this_year_and_three_more_are_added_as_dates():
    days = closed(calendar(holidays={"country": "PL"}))
    assert {"2026-11-11", "2026-12-24", "2027-03-29", "2029-12-26"} <= {*days}  # 2027-03-29 is Easter Monday
    assert (min(days)[:4], max(days)[:4]) == ("2026", "2029")


def test_the_operators_own_closed_days_stay_and_none_is_there_twice():
    days = closed(calendar(closed=["2026-12-31", "2026-12-25"], holidays={"country": "PL"}))
    assert "2026-12-31" in days
    assert days.count("2026-12-25") == 1


def test_holidays_are_known_for_three_years_from_any_day_and_the_document_says_until_when():
    for today in (date(2026, 1, 1), date(2026, 11, 23), date(2026, 12, 31)):
        saved = expand_holidays(calendar(holidays={"country": "PL"}), today)["calendars"][0]
        until = date.fromisoformat(saved["holidays_until"])
        assert until >= today.replace(year=today.year + 3)
        assert max(saved["closed"])[:4] == str(until.year)


def test_a_country_of_which_a_year_is_not_known_is_refused_with_the_years(monkeypatch):
    monkeypatch.setattr(holidays, "country_holidays", lambda *_, **__: [date(2026, 5, 1), date(2027, 5, 1)])
    with pytest.raises(
        WrongConfiguration, match=r"calendars\[0\]\.holidays: no holidays of PL are known for 2028, 2029"
    ):
        closed(calendar(holidays={"country": "PL"}))


def test_a_calendar_without_a_rule_says_nothing_of_holidays():
    saved = expand_holidays(calendar(closed=["2026-12-31"], holidays_until="2040-01-01"), TODAY)
    assert saved["calendars"][0]["holidays_until"] is None


def test_a_part_of_a_country_has_its_own_holidays():
    bavaria = closed(calendar(holidays={"country": "DE", "subdivision": "BY"}))
    assert "2027-01-06" in bavaria
    assert "2027-01-06" not in closed(calendar(holidays={"country": "DE"}))


def test_a_calendar_without_a_rule_is_left_alone():
    assert closed(calendar(closed=["2026-12-31"])) == ["2026-12-31"]


@pytest.mark.parametrize(
    "rule", [{"country": "XX"}, {"country": "PL", "subdivision": "ZZ"}, {"land": "PL"}, "PL", {"country": 48}]
)
def test_a_rule_that_cannot_be_read_is_named_by_its_place(rule):
    with pytest.raises(WrongConfiguration, match=r"calendars\[0\]\.holidays"):
        closed(calendar(holidays=rule))


def test_the_example_is_a_configuration_that_can_be_used():
    configuration = parse_configuration(render_document(EXAMPLE.read_text(), TODAY), "1")
    assert date(2026, 12, 25) in configuration.calendars["poland"].closed
    assert {inbox.channel for inbox in configuration.inboxes} == {*Channel}


def test_a_mistake_is_named_before_anything_is_saved(tmp_path):
    document = json.loads(EXAMPLE.read_text())
    document["teams"][0]["calendar"] = "germany"
    (tmp_path / "hub.json").write_text(json.dumps(document))
    with pytest.raises(SystemExit, match="calendar: 'germany'"):
        main([str(tmp_path / "hub.json"), "--check"])


def test_a_fax_gateway_that_does_not_read_its_own_example_is_not_saved(tmp_path):
    document = json.loads(EXAMPLE.read_text())
    document["fax_gateways"][0]["example"]["pages"] = 4
    (tmp_path / "hub.json").write_text(json.dumps(document))
    with pytest.raises(SystemExit, match=r"fax_gateways\[0\]\.example.*pages are read as 3, not 4"):
        main([str(tmp_path / "hub.json"), "--check"])


def test_the_gateway_that_the_page_shows_can_be_saved():
    page = (ROOT / "docs" / "configuration.md").read_text()
    shown = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    document = {**json.loads(EXAMPLE.read_text()), "fax_gateways": [shown]}
    assert parse_configuration(render_document(json.dumps(document), TODAY), "1")


def test_a_file_that_is_not_there_is_said_without_a_traceback(tmp_path):
    with pytest.raises(SystemExit, match=r"hub\.json"):
        main([str(tmp_path / "hub.json"), "--check"])


NOBODY = '{"teams":[]}'


def test_the_first_document_replaces_nothing():
    table = FakeConfigurationTable()
    assert save(NOBODY, table) == "saved as version 000002"
    assert table.replaced == ""


def test_a_changed_document_replaces_the_one_that_was_read():
    table = FakeConfigurationTable(SimpleNamespace(version="000001", text=NOBODY))
    save('{"teams":[],"inboxes":[]}', table)
    assert table.replaced == "000001"


def test_the_same_document_is_not_saved_again():
    table = FakeConfigurationTable(SimpleNamespace(version="000001", text=NOBODY))
    assert save(NOBODY, table) == "version 000001 is already just that"
    assert table.replaced is None


def test_a_team_that_is_gone_from_the_file_is_remembered_with_its_successor():
    table = FakeConfigurationTable(SimpleNamespace(version="000001", text='{"teams":[{"name":"a"},{"name":"b"}]}'))
    save('{"teams":[{"name":"b"}]}', table)
    assert json.loads(table.current.text)["former_teams"] == [{"name": "a", "successor": "b"}]


def test_the_page_for_operators_names_every_member():
    page = (ROOT / "docs" / "configuration.md").read_text()
    sections = (
        InboxSection,
        TeamSection,
        CalendarSection,
        PolicySection,
        StepSection,
        FaxGatewaySection,
        FaxExampleSection,
        PolicyRuleSection,
        KindSection,
        LegalTermSection,
    )
    members = {field for section in sections for field in section.__struct_fields__} - {"action", "minutes"}
    assert {member for member in members if f"`{member}`" not in page} == set()
