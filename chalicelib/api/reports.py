"""Reports: figures of the work, for those who lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import report_schemas as schemas
from chalicelib.api.cases import require_team
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.sight import Sight
from chalicelib.api.tables import Csv, table
from chalicelib.domain.access import Action
from chalicelib.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:  # at run time they are loaded by the first report that somebody reads
    from chalicelib.usecases.read_report import Answer

bp = Blueprint(__name__)

MOST_DAYS = 400


@operation(
    bp,
    "GET",
    "/v1/reports/{report}",
    summary="Read figures of the work",
    action=Action.READ_REPORTS,
    query=schemas.ReportWanted,
    answers={200: schemas.ReportRead},
    errors=(NotFound,),
)
def read_report(call: Call[schemas.ReportWanted, None], report: str) -> Result:
    """Of a period, as JSON or, with `format=csv`, as a table (RFC 4180). They follow what happens by some seconds.
    What is about cases of restricted kinds is only counted for who may see such cases of the team.
    """
    from chalicelib.domain.reports import BY, Report, Span
    from chalicelib.usecases.read_report import Asked

    wanted = call.query
    if wanted.since >= wanted.until:
        raise InvalidInput("`since` is not before `until`.", field="since")
    if (wanted.until - wanted.since).days > MOST_DAYS:
        raise InvalidInput(f"A report is of at most {MOST_DAYS} days.", field="until")
    if wanted.team is not None:
        require_team(wanted.team)
    if report not in {*Report}:
        raise NotFound(f"There is no such report. There are {', '.join(Report)}.", field="report")
    asked = Asked(
        Report(report),
        wanted.since,
        wanted.until,
        Span(wanted.group),
        wanted.team or "",
        wanted.kind or "",
        wanted.channel or "",
    )
    answer = wiring.hub().read_report(asked, Sight(call.principal).sees)
    if wanted.format == "csv":
        name = f'attachment; filename="{report}-{wanted.since}-{wanted.until}.csv"'
        return Result(_as_table(BY.get(asked.report), answer), {"Content-Disposition": name})
    rows = [schemas.ReportRow(row.period, row.by or None, row.figures) for row in answer.rows]
    by = BY.get(asked.report)
    about = (wanted.since, wanted.until, wanted.group, answer.zone, answer.currency or None, by)
    return Result(schemas.ReportRead(report, *about, rows))


def _as_table(by: str | None, answer: Answer) -> Csv:
    names = list(answer.rows[0].figures) if answer.rows else []

    def cells() -> Iterator[list[str | float | None]]:
        for row in answer.rows:
            yield [row.period.isoformat(), *([row.by] if by else []), *(row.figures[name] for name in names)]

    return table(["period", *([by] if by else []), *names], cells())
