"""What the tests of the local stack share: the configuration that it starts with."""

from __future__ import annotations

import json

import pytest

from chalicelib.storage.configuration_document import parse_configuration
from infra.local.configuration import local_configuration


@pytest.fixture(scope="session")
def configuration():
    return parse_configuration(json.dumps(local_configuration()), "1")
