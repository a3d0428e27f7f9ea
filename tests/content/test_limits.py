"""What the limits are is said in one place, and the documents say the same."""

from pathlib import Path

from chalicelib.content import limits

PERFORMANCE = Path(__file__).parents[2] / "docs" / "performance.md"
DOCUMENTED = {
    "size of a message": f"{limits.MOST_RAW_BYTES // limits.MEGABYTE} MB",
    "header of a message or part": f"{limits.MOST_HEADER_BYTES // 1024} KB",
    "fields of a header": f"{limits.MOST_HEADER_FIELDS:,}",
    "one field with parameters": f"{limits.MOST_STRUCTURED_HEADER_BYTES // 1024} KB",
    "multiparts inside multiparts": str(limits.MOST_DEPTH),
    "parts": str(limits.MOST_PARTS),
    "addresses": str(limits.MOST_ADDRESSES),
    "one text": f"{limits.LONGEST_TEXT_PART // limits.MEGABYTE} MB",
    "all texts together": f"{limits.MOST_TEXT // limits.MEGABYTE} MB",
    "HTML that is understood": f"{limits.LONGEST_HTML // limits.MEGABYTE} MB",
    "elements inside elements": str(limits.DEEPEST_HTML),
}


def test_the_documents_name_the_limits_as_they_are():
    rows = {
        cells[1].strip(): cells[2].strip()
        for line in PERFORMANCE.read_text(encoding="utf-8").splitlines()
        if len(cells := line.split("|")) > 4
    }

    assert {name: rows.get(name) for name in DOCUMENTED} == DOCUMENTED
