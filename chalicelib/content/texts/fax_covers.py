"""What stands on the cover of a fax, in the language of the inbox that sends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chalicelib.content.fax_rendering import Cover
from chalicelib.content.texts.wordings import texts_of


def fax_cover(
    language: str,
    *,
    company: str,
    to: str,
    answer_to: str,
    at: datetime,
    reference: str,
    subject: str,
    pages: int,
    and_more: bool,
) -> Cover:
    """`at`: in the zone that the date is told in. `answer_to`, `subject`, `reference`: "" for none. `and_more`: files
    follow that nobody has counted.
    """
    texts = next(texts_of([language]))
    counted = (texts.FAX_PAGES_AND_MORE if and_more else texts.FAX_PAGES).format(pages=pages)
    values = {
        "to": to,
        "from": company,
        "answer_to": answer_to,
        "date": f"{at:{texts.FAX_DATE}}",
        "reference": reference,
        "subject": subject,
        "pages": counted,
    }

    def rows() -> Iterator[tuple[str, str]]:
        for name, value in values.items():
            if value:
                yield texts.FAX_ROWS[name], value

    return Cover(
        title=texts.FAX_TITLE,
        rows=tuple(rows()),
        hint=texts.FAX_HINT.format(reference=reference) if reference else "",
        company=company,
        reference=reference,
    )
