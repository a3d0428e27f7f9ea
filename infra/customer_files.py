"""Files of customers, as other systems and spreadsheets write them, row by row: CSV with a line of column names, or
JSON lines. Each row becomes a record as the API takes it, or a problem that says what to do; never both are guessed at.

What a spreadsheet does to a file is refused by name where it cannot be read for certain: another encoding, formulas,
quotes that never end. Only one line is held at a time.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

LONGEST_LINE = 200_000  # bytes; a record of the API has at most 262,144
LONGEST_CELL = 10_000  # characters
MOST_COLUMNS = 200
SEPARATORS = ";,\t"
CHANNELS = ("email", "sms", "web_form", "app", "fax", "phone", "letter", "in_person")
TEXTS = ("name", "segment")
PREFERENCES = ("channel", "quiet_hours", "language", "time_zone")
TRUTHS = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False, "tak": True, "nie": False}

_POINT = re.compile(r"(email|phone|fax)(_[2-9])?")
_VERIFIED = re.compile(r"(email|phone|fax)(_[2-9])?_verified")
_CONSENT = re.compile(rf"consent_({'|'.join(CHANNELS)})(_at|_how|_wording)?")
_ATTRIBUTE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\.[a-z0-9][a-z0-9_-]{0,59}")
_POINT_PLACE = re.compile(r"contact_points[.[](\d)\]?\.(value|kind|verified)")
_LANGUAGE = re.compile(r"[a-z]{2}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s().-]*$)|[\t\r]")
_KNOWN = (
    "external_id, name, segment, vip, email, phone, fax (and email_2 to email_9, email_verified), channel, language, "
    "quiet_hours, time_zone, no_surveys, preferences_at, consent_<channel>, consent_<channel>_at, "
    "consent_<channel>_how, consent_<channel>_wording, and attributes as <namespace>.<name>"
)


class UnreadableFile(Exception):
    """Nothing of the file can be imported. Its text says why, and what to do."""


class _Wrong(Exception):  # one row of it, for this reason
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: as a spreadsheet counts them, the column names in 1; in JSON lines the line. `end`: the byte behind it.
    `record` is None where `problem` says, in words, what is wrong with `field`. `points`: the columns of its addresses.
    """

    number: int
    end: int
    record: Mapping[str, Any] | None = None
    field: str = ""
    problem: str = ""
    external_id: str = ""
    points: Sequence[str] = ()

    def field_named(self, field: str) -> str:
        """A field of the record, by the name of its column if it came from one."""
        if self.points and (found := _POINT_PLACE.fullmatch(field)):
            return self.points[int(found[1])] + ("_verified" if found[2] == "verified" else "")
        return field


def read_rows(path: Path, encoding: str = "utf-8", system: str = "") -> Iterator[Row]:
    """`system`: the name that is put before each id. Raises UnreadableFile."""
    with path.open("rb") as file:
        lines = _Lines(file, encoding)
        first = next(iter(lines), None)
        if first is None:
            raise UnreadableFile("The file is empty.")
        if first.lstrip().startswith("["):
            raise UnreadableFile(
                "The file is one JSON array. Write each customer in a line of its own: "
                "jq -c '.[]' customers.json > customers.jsonl"
            )
        if first.lstrip().startswith("{"):
            yield from _json_rows(first, lines, system)
        else:
            yield from _csv_rows(first, lines, system)


class _Lines:
    """The lines of a file as text, bounded. `end`: the byte behind the last one given."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self.number = self.end = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE + 1):
            self.number += 1
            self.end += len(line)
            if len(line) > LONGEST_LINE:
                raise UnreadableFile(
                    f"Line {self.number} is longer than {LONGEST_LINE} bytes. Is this a file of customers, with a line "
                    "for each?"
                )
            yield self._text(line)

    def _text(self, line: bytes) -> str:
        if self.number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnreadableFile("The file is UTF-16. Save it as CSV UTF-8 (Excel: File, Save As, CSV UTF-8).")
        if self.number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            text = line.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"Line {self.number} is not {self._encoding}: byte {error.start + 1} of it is "
                f"{line[error.start]:#04x}. Save the file as CSV UTF-8, or say in which encoding it is: --encoding "
                "cp1250 for what Excel in Poland writes as plain CSV."
            ) from None
        if "\0" in text:
            raise UnreadableFile(f"Line {self.number} holds a zero byte: this is no text. Save the file as CSV UTF-8.")
        return text


def _json_rows(first: str, lines: _Lines, system: str) -> Iterator[Row]:
    for text in _again(first, lines):
        if not text.strip():
            continue
        number, end = lines.number, lines.end
        try:
            record = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
            json.dumps(record, ensure_ascii=False).encode()  # half a surrogate is no character
        except (ValueError, RecursionError):
            yield Row(number, end, problem="This line is no JSON object. Write each customer in one line of its own.")
            continue
        if not isinstance(record, dict):
            yield Row(number, end, problem="This line is no JSON object: it has to begin with {.")
            continue
        if system and isinstance(record.get("external_id"), str):
            record["external_id"] = f"{system}:{record['external_id']}"
        yield Row(number, end, record, external_id=str(record.get("external_id") or ""))


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _csv_rows(first: str, lines: _Lines, system: str) -> Iterator[Row]:
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(_again(first, lines), delimiter=separator, strict=True)
    csv.field_size_limit(LONGEST_CELL)
    columns: Sequence[str] = ()
    number = 0
    while True:
        number += 1
        begun = lines.number + (number > 1)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(
                f"Row {number} (line {begun} on) cannot be read: {error}. A quote that is opened has to be "
                'closed; a quote inside a cell is written twice ("").'
            ) from None
        if number == 1:
            columns = _columns(cells)
        elif any(cell.strip() for cell in cells):
            yield _row(number, lines.end, columns, cells, system)


def _again(first: str, lines: _Lines) -> Iterator[str]:
    yield first
    yield from lines


def _columns(cells: Sequence[str]) -> Sequence[str]:
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(f"The file has {len(cells)} columns, and {MOST_COLUMNS} are the limit. Leave some out.")
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if "external_id" not in names:
        raise UnreadableFile(
            "The first line has no column external_id. It has to name the columns, with commas, semicolons or tabs "
            f"between them: {_KNOWN}."
        )
    for name in names:
        if names.count(name) > 1:
            raise UnreadableFile(f"The column {name[:60]!r} is there more than once. Give each a name of its own.")
        if not _is_known(name):
            raise UnreadableFile(f"There is no column {name[:60]!r}. Those that can be imported are {_KNOWN}.")
    return names


def _is_known(name: str) -> bool:
    if name in ("external_id", "vip", "no_surveys", "preferences_at", *TEXTS, *PREFERENCES):
        return True
    return any(pattern.fullmatch(name) for pattern in (_POINT, _VERIFIED, _CONSENT, _ATTRIBUTE))


def _row(number: int, end: int, columns: Sequence[str], cells: Sequence[str], system: str) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        problem = f"It has {len(cells)} cells, and the first line names {len(columns)} columns."
        return Row(number, end, problem=problem)
    values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    id_ = _id(values, system)
    for name, value in values.items():
        if _FORMULA.match(value):
            problem = "This is a formula, or looks like one. Write the value that it stands for."
            return Row(number, end, None, name, problem, "" if name == "external_id" else id_)
    try:
        points = [name for name in values if _POINT.fullmatch(name)]
        return Row(number, end, _record(values, system), external_id=id_, points=points)
    except _Wrong as wrong:
        return Row(number, end, None, wrong.field, wrong.problem, id_)


def _id(values: Mapping[str, str], system: str) -> str:
    id_ = values.get("external_id", "")
    return f"{system}:{id_}" if system and id_ else id_


def _record(values: Mapping[str, str], system: str) -> dict[str, Any]:
    if not values.get("external_id"):
        raise _Wrong("external_id", "It is empty. Without it nobody could tell whether the row was imported already.")
    record: dict[str, Any] = {"external_id": _id(values, system)}
    record |= {name: values[name] for name in TEXTS if name in values}
    record |= {"vip": _truth("vip", values["vip"])} if "vip" in values else {}
    preferences: dict[str, Any] = {name: values[name] for name in PREFERENCES if name in values}
    if "no_surveys" in values:
        preferences["no_surveys"] = _truth("no_surveys", values["no_surveys"])
    if not _LANGUAGE.fullmatch(preferences.get("language", "pl")):
        raise _Wrong("language", "Write its two small letters, such as pl.")
    if preferences and "preferences_at" in values:
        preferences["at"] = _instant("preferences_at", values["preferences_at"])
    parts = {
        "preferences": preferences,
        "contact_points": list(_points(values)),
        "consents": dict(_consents(values)),
        "attributes": {name: value for name, value in values.items() if "." in name},
    }
    return record | {name: part for name, part in parts.items() if part}


def _points(values: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, value in values.items():
        if point := _POINT.fullmatch(name):
            verified = f"{name}_verified"
            yield {
                "kind": point[1],
                "value": value,
                "verified": verified in values and _truth(verified, values[verified]),
            }


def _consents(values: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for channel in CHANNELS:
        name = f"consent_{channel}"
        about = {part: values.get(f"{name}_{part}", "") for part in ("at", "how", "wording")}
        if name not in values:
            if any(about.values()):
                raise _Wrong(name, "Say whether it was given: yes or no.")
            continue
        for part in ("at", "how"):
            if not about[part]:
                raise _Wrong(f"{name}_{part}", "A consent says when it was given or withdrawn, and how.")
        yield channel, {"given": _truth(name, values[name]), **about, "at": _instant(f"{name}_at", about["at"])}


def _instant(name: str, value: str) -> str:
    """Of a day its beginning."""
    instant = f"{value}T00:00:00Z" if _DAY.fullmatch(value) else value
    try:
        datetime.fromisoformat(instant)
    except ValueError:
        instant = ""
    if not _INSTANT.fullmatch(instant):
        raise _Wrong(name, "Write the day as 2026-03-04, or the instant as 2026-03-04T10:30:00Z.")
    return instant


def _truth(name: str, value: str) -> bool:
    if value.lower() not in TRUTHS:
        raise _Wrong(name, "Write yes or no.")
    return TRUTHS[value.lower()]
