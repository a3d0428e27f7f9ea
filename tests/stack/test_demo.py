"""What a newcomer runs first plays to its end, on a stack as `make run` makes it."""

from __future__ import annotations

import re

import pytest

from infra.local.configuration import local_configuration
from infra.local.outside import Outside
from tests.running_stack import run_module, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo")]  # beside the others: it mostly waits


def test_the_demo_plays_its_day_to_the_end(tmp_path_factory):
    """It says itself what should have happened and did not."""
    with running_stack(tmp_path_factory.mktemp("demo"), local_configuration()) as (stack, _):
        said = run_module("infra.local.demo", str(stack.folder), within_seconds=900)
        outside = Outside(stack)
        shown = re.findall(r"/#/(?:team|late)/\w+/([A-Z0-9-]+)", said)
        assert len(shown) == 5
        assert all(outside.agent("GET", f"/v1/cases/{reference}")["reference"] == reference for reference in shown)
