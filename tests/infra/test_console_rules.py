"""What the console has to know beside the API's description is the same as in the hub."""

from __future__ import annotations

import json

from chalicelib.domain.templates import VARIABLES
from infra.local.stack import PROJECT


def test_the_console_offers_the_variables_that_a_text_may_have():
    offered = json.loads((PROJECT / "console/src/settings/variables.json").read_text())
    known = {
        str(purpose): {"always": sorted(of.always), "sometimes": sorted(of.sometimes)}
        for purpose, of in VARIABLES.items()
    }
    assert {purpose: {kind: sorted(names) for kind, names in of.items()} for purpose, of in offered.items()} == known
