"""What is made to hurt its reader costs little, and is kept."""

import json
import subprocess
import sys

import pytest

from tests.channels.hostile_messages import DEFAULT_MOST, GROWING, MOST, every_message, read
from tests.speed import TIMES, assert_in_proportion, within

MOST_SECONDS = 3  # the largest move memory about, which is slower while others do the same
MOST_MEGABYTES = 512
PAST_THE_LIMITS = (
    *("encoded words", "beginnings of encoded words", "recipients", "backslashes in From", "groups", "references"),
    *("parameters", "quotes in parameters", "continuations", "folds", "fields", "a million fields"),
    *("300 nested multiparts", "3,000 nested multiparts", "20,000 parts", "100,000 parts"),
    *("a header line of 20 MB", "a header line of 20 MB of encoded words", "39 MB of NULs"),
    "a message larger than all",
)


def test_hostile_messages_are_kept_and_cost_little():
    """Each between walls; one process for all, because starting it takes longer than most of them."""
    command = [sys.executable, "-m", "tests.channels.hostile_messages"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [json.loads(line) for line in output.splitlines()]

    assert {line["name"] for line in lines} == every_message().keys()
    became = {line["name"]: line["became"] for line in lines}
    assert became == dict.fromkeys(became, "read") | dict.fromkeys(PAST_THE_LIMITS, "kept unread") | {
        "angles in From": "parked"  # nobody can say whose it is
    }
    assert [line for line in lines if line["megabytes"] > MOST_MEGABYTES] == []
    assert within(max(line["seconds"] for line in lines), MOST_SECONDS), max(lines, key=lambda line: line["seconds"])


@pytest.mark.parametrize("name", GROWING)
def test_four_times_as_much_takes_about_four_times_as_long(name):
    build, most = GROWING[name], MOST.get(name, DEFAULT_MOST)
    assert_in_proportion(read, build(most // TIMES), build(most))
