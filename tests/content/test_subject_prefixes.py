"""Programs say in the subject whether a mail answers or forwards, each language in its own way."""

import pytest

from chalicelib.content.subject_prefixes import forwarded_subject, is_forward_subject, subject_says


@pytest.mark.parametrize(
    "subject", ["Fwd: Parcel", "FW: Parcel", "Fwd[2]: Parcel", "[ext] WG: Parcel", "PD: Parcel", "TR : Parcel"]
)
def test_a_prefix_of_forwarding_is_known_and_taken_off(subject):
    assert subject_says(subject) == "forward"
    assert forwarded_subject(subject) == "Parcel"


@pytest.mark.parametrize(
    "subject", ["Re: Parcel", "AW: Parcel", "Odp: Parcel", "Re: Fwd: Parcel", "SV: Parcel", "RE[3]: Parcel"]
)
def test_a_prefix_of_answering_is_known(subject):
    assert subject_says(subject) == "reply"
    assert forwarded_subject(subject) == ""


@pytest.mark.parametrize("subject", ["Parcel", "Question: where is it?", "", ":", "x" * 10_000, "Forwarded to you"])
def test_other_subjects_say_nothing(subject):
    assert subject_says(subject) == ""


def test_vs_is_a_forward_in_danish_and_an_answer_in_finnish():
    assert is_forward_subject("VS: Pakke", frozenset({"da", "no"}))
    assert is_forward_subject("VS: Pakke", frozenset())
    assert not is_forward_subject("VS: Paketti", frozenset({"fi"}))
    assert not is_forward_subject("Re: Parcel", frozenset())
