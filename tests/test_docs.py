"""What exists is documented: a channel, a setting, a function, a reason that is missing in docs/ fails here."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.domain import matching
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.remarks import SENTENCES
from chalicelib.domain.sender_warnings import WarningKind
from chalicelib.domain.trust import Trust
from chalicelib.metrics import Metric
from chalicelib.usecases import check_account
from chalicelib.usecases.event_catalogue import CATALOGUE, GROUPS
from chalicelib.usecases.hear_rating import SURVEY_ANSWER

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text()
ALARMS = (ROOT / "infra/template/alarms.yaml").read_text()
MESSAGE = re.compile(r'ParkedMessage\(\s*"([a-z_]+)"')
AWS_OWN = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"}

CHANNELS = sorted(path.stem for path in (ROOT / "chalicelib/channels").glob("*.py") if path.stem in set(Channel))
METRICS = sorted(Metric)
FUNCTIONS = sorted(path.stem for path in (ROOT / "chalicelib/entrypoints").glob("[!_]*.py"))
SETTINGS = sorted(set(re.findall(r'"(_?[A-Z_]{4,})"', inspect.getsource(settings))) - AWS_OWN)
REASONS = sorted(
    {reason for path in (ROOT / "chalicelib").rglob("*.py") for reason in MESSAGE.findall(path.read_text())}
)


def rows_of(text: str) -> set[str]:
    """The words in back ticks that open a table's row."""
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def test_the_lists_below_are_not_empty():
    assert all(len(found) > 4 for found in (CHANNELS, FUNCTIONS, SETTINGS, REASONS))


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_a_page(name):
    assert (ROOT / f"docs/channels/{name}.md").read_text().startswith("# ")


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained(name):
    assert name in rows_of(OPERATIONS)


@pytest.mark.parametrize("name", [*FUNCTIONS, "api_handler"])
def test_every_function_is_in_the_runbook_and_on_the_map(name):
    assert name in rows_of(OPERATIONS)
    assert name in rows_of((ROOT / "docs/architecture.md").read_text())


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_explained(name):
    assert name in rows_of(OPERATIONS)


def test_every_alarm_has_a_section():
    names = re.findall(r"^  (\w+): *(?:#.*)?\n    Type: AWS::CloudWatch::Alarm", ALARMS, re.MULTILINE)
    assert len(names) > 1
    section = OPERATIONS.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    headings = re.findall(r"^### (.+)$", section, re.MULTILINE)
    assert sorted(name for heading in headings for name in heading.split(", ")) == sorted(names)


def test_every_breach_of_the_account_is_explained():
    for word in re.findall(r'Breach\(key, "(\w+)"', inspect.getsource(check_account)):
        assert f"`{word}`" in OPERATIONS


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_to_park_is_explained(name):
    assert name in rows_of(OPERATIONS)


def test_nothing_is_explained_that_is_gone():
    known = {*SETTINGS, *FUNCTIONS, "api_handler", *REASONS, *METRICS}
    assert rows_of(OPERATIONS) - known == set()


def test_every_rule_level_of_trust_and_warning_is_on_the_page_about_matching():
    rules = {rule.__name__ for rule in matching.RULES}
    others = {matching.NEW_CASE, matching.FOLLOW_UP, matching.FORWARDED, matching.SECOND_COPY, SURVEY_ANSWER}
    levels = {level.name.lower() for level in Trust}
    assert rows_of((ROOT / "docs/matching.md").read_text()) - {"phone", "email", "app", "external"} == (
        rules | others | levels | {*WarningKind}
    )


def headings_of(page: Path) -> set[str]:
    """As GitHub names them in links."""
    lines = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.+)$", lines, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_page_and_heading_that_is_linked_exists():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target, heading in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text()):
            if target.startswith("http"):
                continue
            there = page.parent / target if target else page
            assert there.exists(), f"{page.relative_to(ROOT)} links to {target}"
            assert not heading or heading in headings_of(there), f"{page.relative_to(ROOT)} links to {target}#{heading}"


def test_every_page_is_linked_from_another():
    pages = {*(ROOT / "docs").rglob("*.md")}
    linked = {
        (page.parent / target).resolve()
        for page in [ROOT / "README.md", *pages]
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if not target.startswith("http") and (page.parent / target).resolve() != page.resolve()
    }
    assert {str(page.relative_to(ROOT)) for page in pages if page.resolve() not in linked} == set()


def test_each_change_that_no_test_notices_is_explained_by_the_name_of_its_function_and_counted():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
    testing = (ROOT / "docs/testing.md").read_text()
    parts = re.split(r"^### ", (ROOT / "docs/mutation.md").read_text(), flags=re.MULTILINE)[1:]
    for part in parts:
        file, unnoticed, changed = re.findall(r"^(\S+): (\d+) of (\d+)\n", part)[0]
        code = (ROOT / "chalicelib" / file).read_text()
        rows = re.findall(r"^\| (`.+?`) \| ([\d,; ]+) \| (\d+) \| [^|]+ \| [^|]+ \|$", part, re.MULTILINE)
        for names, numbers, count in rows:
            assert len(re.findall(r"\d+", numbers)) == int(count), (file, names)
            assert [name for name in re.findall(r"\w+", names) if f"def {name}(" not in code] == [], file
        assert sum(int(count) for *_, count in rows) == int(unnoticed), file
        assert f"`{file.rpartition('/')[2]}` ({int(changed) - int(unnoticed)} of {changed}" in testing.replace(
            f"`{file.rpartition('/')[0]}/", "`"
        )
    told = {f"chalicelib/{part.partition(':')[0]}" for part in parts}
    assert {*listed} - told == {"chalicelib/domain/principals.py"}  # properties alone, which mutmut leaves as they are


def events_in_the_code() -> set[str]:
    """Texts such as `case.closed` in use cases, and the statuses that a message of ours reaches."""
    paths = [path for path in (ROOT / "chalicelib/usecases").glob("*.py") if path.stem != "event_catalogue"]
    sources = [ast.parse(path.read_text()) for path in paths]
    nodes = [node for source in sources for node in ast.walk(source)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {text for text in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
    set_by_us = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "DeliveryStatus"
    }
    for path in (ROOT / "chalicelib/domain").glob("delivery*.py"):
        set_by_us |= set(re.findall(r"DeliveryStatus\.([A-Z]+)", path.read_text()))
    moves = {f"message.{status}" for status in DeliveryStatus if status.name in set_by_us}
    return (names | moves) - {"message.txt"}  # a file


def test_the_catalogue_of_events_holds_those_of_the_code_and_no_others():
    assert len(events_in_the_code()) > 30
    assert {*CATALOGUE} == events_in_the_code()


def test_the_page_of_events_shows_the_catalogue_line_by_line():
    page = (ROOT / "docs/events.md").read_text()
    for heading, events in GROUPS.items():
        section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        cells = {
            name: (told.when, *map(in_back_ticks, (told.facts, told.sometimes, told.inside)))
            for name, told in events.items()
        }
        assert rows == [f"| `{name}` | {' | '.join(parts)} |" for name, parts in cells.items()]


def in_back_ticks(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def test_every_field_of_an_inbox_is_in_the_configuration_page():
    page = (ROOT / "docs/configuration.md").read_text()
    renamed = {"continuity_window": "continuity_days", "reopen_within": "reopen_days"}
    for name in Inbox.__slots__:
        assert renamed.get(name, name) in page


def test_every_sentence_of_the_hub_with_a_code_is_said_somewhere_and_stands_in_the_description_of_the_api():
    sentences = ROOT / "chalicelib/domain/sentences.py"
    sources = "".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py") if path != sentences)
    assert set(re.findall(r'remark\(\s*"(\w+)"', sources)) - set(SENTENCES) == set()
    assert [code for code in SENTENCES if f'"{code}"' not in sources] == []
    told = (ROOT / "docs/api.md").read_text()
    assert [name for name, text in SENTENCES.items() if f"| `{name}` | {text} |" not in told] == []
