from __future__ import annotations

import pytest

from tests.speed import assert_linear


def test_work_that_grows_with_the_text_is_let_through():
    assert_linear(str.split, "word ", 400_000)


def test_work_that_grows_with_the_square_of_the_text_is_found():
    with pytest.raises(AssertionError):
        assert_linear(lambda text: [text.replace(letter, "") for letter in text], "words", 800)
