"""Of the configuration's versions none is missing, none was made twice, and what was answered was saved."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.faults.invariants.rest import Rest


def a_saved_configuration_is_the_version_that_it_was_answered_with(rest: Rest) -> Iterator[str]:
    """`keeping.an_answer_of_the_api_is_kept_to` does not know what a 200 promises."""
    kept = rest.outside.ports.configuration_documents.kept
    if [*kept] != [f"{number:06d}" for number in range(1, len(kept) + 1)]:
        yield f"there are the versions {[*kept]}"
    made: dict[str, int] = {}
    for asked in rest.outside.requests:
        answers = {answer.text for answer in asked.answers if answer and answer.status == 200}
        if not asked.path.startswith("/v1/configuration") or asked.method == "GET" or not answers:
            continue
        if len(answers) > 1:
            yield f"one call of {asked.path} made {sorted(answers)}"
        version = json.loads(answers.pop())["version"]
        saved = kept.get(version)
        by = asked.token.partition(":")[0]
        if saved is None or saved.saved_by != by or made.setdefault(version, id(asked)) != id(asked):
            yield f"{by} was told of version {version}, which is {saved and saved.saved_by}'s"
        elif asked.method == "PUT" and json.loads(saved.text)["company"] != json.loads(asked.body)["company"]:
            yield f"version {version} does not say what {by} wrote"
