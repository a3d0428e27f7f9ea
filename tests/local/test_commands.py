"""The commands of the local stack, where two of them meet."""

from __future__ import annotations

import threading

from infra.local.__main__ import one_at_a_time


def test_of_two_stacks_that_start_at_once_the_second_waits_until_the_first_has_set_up(tmp_path, capsys):
    """Both wrote the same package, and one deployed it meanwhile."""
    begun, did = threading.Event(), []

    def second():
        begun.set()
        with one_at_a_time(tmp_path / "build"):
            did.append("second")

    with one_at_a_time(tmp_path / "build"):
        starting = threading.Thread(target=second)
        starting.start()
        begun.wait()
        starting.join(0.3)
        assert starting.is_alive()
        did.append("first")
    starting.join()
    assert did == ["first", "second"]
    assert "waiting for it" in capsys.readouterr().out
