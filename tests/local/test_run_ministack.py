"""How MiniStack is made to survive being killed."""

from __future__ import annotations

from types import SimpleNamespace

from infra.local.run_ministack import begin_when_loaded


def test_what_a_slow_start_has_not_read_yet_is_not_saved_over():
    """Of a MiniStack that was killed and took longer than two seconds to start, all queues and functions were gone, and
    the stack stood there as complete: what it had not read yet had been saved as empty.
    """
    happened = []
    app = SimpleNamespace(_load_persisted_state=lambda: happened.append("read"))
    begin_when_loaded(app, lambda: happened.append("saving begins"))
    assert not happened
    app._load_persisted_state()
    assert happened == ["read", "saving begins"]
