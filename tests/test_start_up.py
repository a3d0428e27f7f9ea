"""chalicelib/start_up.py outside of the package; what it does inside is in tests/infra/test_packaged_functions.py."""

import dataclasses

from chalicelib.start_up import DATACLASS_METHODS


def test_where_nothing_was_packaged_dataclasses_are_compiled_as_ever():
    assert not DATACLASS_METHODS.exists()
    assert "exec" not in vars(dataclasses)
