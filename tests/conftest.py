"""What tests in every folder may ask for: AWS settings that reach nothing, and the local table."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import settings

from infra.local.dynoxide import Dynoxide

# Set before any client is made; no test may ever reach AWS with the developer's own credentials.
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-central-1",
    AWS_EC2_METADATA_DISABLED="true",
)
for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
    os.environ.pop(name, None)

# How long an example takes says more of the machine than of the code; what must be quick is measured in its own tests.
settings.register_profile("splot", deadline=None)
settings.load_profile("splot")


@pytest.fixture(scope="session")
def dynoxide() -> Iterator[Dynoxide]:
    """The local DynamoDB, in memory: one process for each worker of pytest-xdist."""
    process = Dynoxide(path=None, port=None)
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def _table_on_dynoxide(dynoxide: Dynoxide):
    from chalicelib.storage.table import Table

    return Table("splot-test", randomness=os.urandom, sleep=time.sleep, endpoint=dynoxide.endpoint)


@pytest.fixture
def dynoxide_table(_table_on_dynoxide):
    """The table on the local DynamoDB, new and empty. Its client is made once: that takes longer than most tests."""
    from chalicelib.storage.schema import create_table

    table = _table_on_dynoxide
    create_table(table.name, table.connection)
    yield table
    table.connection.delete_table(table.name)
