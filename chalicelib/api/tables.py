"""Tables for spreadsheets: CSV (RFC 4180) in which nothing is taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable

HEADERS = {"Content-Type": "text/csv; charset=utf-8; header=present", "X-Content-Type-Options": "nosniff"}
# What a spreadsheet runs, or makes something else of than what stands there.
# https://owasp.org/www-community/attacks/CSV_Injection
_RUNS = (*"=+-@＝＋－＠", "\t", "\r", "\n")  # full-width ones are run as well


class Csv(str):
    """A whole table, as CSV."""

    __slots__ = ()


def table(header: Iterable[str], rows: Iterable[Iterable[str | float | None]]) -> Csv:
    """Texts that a spreadsheet would run stand behind an apostrophe. Numbers are numbers, and None is an empty cell."""
    import csv
    import io

    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([_cell(name) for name in header])
    lines.writerows([_cell(cell) for cell in row] for row in rows)
    return Csv(written.getvalue())


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) and abs(value) < 1_000 else str(value)
    return f"'{value}" if value.startswith(_RUNS) else value
