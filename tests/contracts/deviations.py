"""What each engine does otherwise than DynamoDB: the whole list, by the test that shows it.

A test that `runs` has to go on failing there: when it passes, the engine has become better and its row must go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Deviation:
    """`runs` is False where the failure is a matter of chance; `test_table.py` says how that is held to."""

    reason: str
    runs: bool = True


KNOWN_DEVIATIONS: Mapping[str, Mapping[str, Deviation]] = {
    "memory": {
        "test_a_thread_of_long_texts_comes_in_pages_cut_by_their_size": Deviation(
            "the store in memory cuts pages by their number of records only"
        ),
    },
    "moto": {
        "test_a_write_whose_answer_was_lost_happens_once": Deviation(
            "moto ignores ClientRequestToken: it takes the second attempt for another write"
        ),
        "test_a_token_makes_two_equal_transactions_one": Deviation("moto ignores ClientRequestToken"),
        "test_a_token_cannot_come_again_with_another_transaction": Deviation("moto ignores ClientRequestToken"),
        "test_an_item_may_be_as_large_as_we_count_and_not_a_byte_larger": Deviation(
            "moto counts some bytes more than there are"
        ),
        "test_a_transaction_takes_four_megabytes_and_no_more": Deviation(
            "moto does not measure a transaction as a whole"
        ),
        "test_an_update_cannot_make_an_item_too_large": Deviation("moto does not measure what an update makes"),
        "test_a_key_of_an_index_has_its_type": Deviation("moto takes any type as the key of an index"),
        "test_a_batch_of_reads_leaves_out_what_does_not_fit_and_names_it": Deviation(
            "moto forgets in UnprocessedKeys that the read was to be consistent"
        ),
        "test_of_many_who_create_the_same_record_at_once_one_succeeds": Deviation(
            "moto's transactions are not isolated from each other: sometimes two win", runs=False
        ),
        "test_counters_lose_nothing_when_many_add_at_once": Deviation(
            "moto's transactions are not isolated from each other: sometimes an addition is lost", runs=False
        ),
    },
    "dynoxide": {},
}


def expect_deviation(request: pytest.FixtureRequest, engine: str) -> None:
    deviation = KNOWN_DEVIATIONS[engine].get(request.node.originalname)
    if deviation:
        request.applymarker(pytest.mark.xfail(reason=deviation.reason, strict=True, run=deviation.runs))
