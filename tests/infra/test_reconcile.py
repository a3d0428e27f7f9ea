"""What the operator's command says of messages that are left over."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chalicelib.usecases.reconcile_incoming import Reconciled
from infra.reconcile import send_left_over


@pytest.mark.parametrize(
    ("reconciled", "words"),
    [
        (Reconciled(7, 7), ["7 sent again"]),
        (Reconciled(7, 0), ["0 sent again", "7 left for later"]),
    ],
)
def test_the_operator_was_told_that_messages_were_sent_again_which_were_left_for_later(reconciled, words):
    said = []
    send_left_over(SimpleNamespace(reconcile_incoming=lambda: reconciled), said.append)
    assert [line.partition(":")[0] for line in said] == words
