"""Mails of many clients, each line marked with what it is (`marked_lines.py` explains the format)."""

from pathlib import Path

import pytest

from tests.content.marked_lines import assert_divided_as_marked, samples_in

FILES = sorted((Path(__file__).parent / "samples").glob("[mp]a*/*.txt"))
SAMPLES = [pytest.param(sample, id=f"{file.stem}: {sample.name}") for file in FILES for sample in samples_in(file)]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_line_of_a_sample_is_what_it_is_marked_as(sample):
    assert_divided_as_marked(sample)
