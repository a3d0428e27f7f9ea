"""What a newcomer runs first plays to its end, on a stack as `make run` makes it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from infra.local.configuration import local_configuration
from infra.local.outside import Outside
from infra.local.stack import PROJECT
from tests.running_stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo")]  # beside the others: it mostly waits


def test_the_demo_plays_its_day_to_the_end(tmp_path_factory):
    """It says itself what should have happened and did not."""
    with running_stack(tmp_path_factory.mktemp("demo"), local_configuration()) as (stack, _):
        played = subprocess.run(
            [sys.executable, "-m", "infra.local.demo", str(stack.folder)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert played.returncode == 0, played.stdout + played.stderr
        outside = Outside(stack)
        shown = re.findall(r"/#/(?:team|late)/\w+/([A-Z0-9-]+)", played.stdout)
        assert len(shown) == 5
        assert all(outside.agent("GET", f"/v1/cases/{reference}")["reference"] == reference for reference in shown)
