from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.templates import VARIABLES, TextPurpose, Wording, filled, problems_in, without_value

CANNED = TextPurpose.CANNED


def said(text, subject="", **values):
    return filled(Wording(subject, text), values)


def wrong(text, subject="", purpose=CANNED):
    return list(problems_in(Wording(subject, text), purpose))


def test_a_variable_is_replaced_by_its_value():
    assert said("Sprawa {reference}.", reference="K7Q2M-9DXM3-Q").text == "Sprawa K7Q2M-9DXM3-Q."


def test_a_line_whose_variable_has_no_value_is_left_out_with_the_gap_around_it():
    text = "Dzień dobry,\n\nOdpowiemy do {answer_by}.\n\nSprawa {reference}."
    assert said(text, reference="K7").text == "Dzień dobry,\n\nSprawa K7."
    assert without_value(Wording("", text), {"reference": "K7"}) == ("answer_by",)


def test_what_a_value_says_is_never_read_as_a_variable():
    """Templates are filled in once: data is never expanded again."""
    for value in ("{reference}", "{{7*7}}", "{0.__class__}", "%s", "{customer_name}"):
        assert said("{customer_name}: {reference}", customer_name=value, reference="K7").text == f"{value}: K7"


def test_no_value_begins_another_line_or_a_header_field():
    value = "Anna\r\nBcc: victim@example.pl\x00\u2028X"
    found = said("Dzień dobry {customer_name}", "Sprawa {customer_name}", customer_name=value)
    assert "\n" not in found.text
    assert found.subject == "Sprawa Anna Bcc: victim@example.pl X"


def test_a_notice_of_ours_may_have_more_than_one_line():
    assert said("{notice}", notice="Jedna.\nDruga.").text == "Jedna.\nDruga."


@given(st.text(max_size=300), st.text(max_size=80))
def test_a_value_stands_in_the_text_once_and_on_one_line(value, name):
    lines = said("a\n{customer_name}\nb", customer_name=value, reference=name).text.splitlines()
    assert lines in (["a", "b"], ["a", lines[1], "b"])


@given(st.text(alphabet="{}ab_.[]!:0", max_size=60))
def test_what_passes_the_check_holds_nothing_but_variables_that_there_are(text):
    if not wrong(text):
        everything = dict.fromkeys(VARIABLES[CANNED].all, "x")
        assert not {"{", "}"} & {*filled(Wording("", text), everything).text}


def test_a_variable_that_does_not_exist_is_named_with_those_that_do():
    (problem,) = wrong("Do {when}")
    assert problem.startswith("the variable {when} does not exist in the text; there are {answer_by}, {company}, ")


def test_attributes_indexes_formats_and_conversions_are_no_variables():
    for text in ("{reference.__class__}", "{0}", "{reference[0]}", "{reference!r}", "{reference:>9}", "{{reference}}"):
        assert wrong(text), text


def test_a_subject_has_only_variables_that_always_have_a_value():
    assert wrong("a", "Do {answer_by}") == [
        "the variable {answer_by} has no value sometimes, so it cannot stand in the subject"
    ]
    assert not wrong("a", "Sprawa {reference}")


def test_a_subject_of_two_lines_and_an_empty_text_are_wrong():
    assert wrong(" ", "a\nb") == ["the subject has more than one line", "the text is empty"]


def test_nothing_that_a_stranger_wrote_can_stand_in_what_goes_to_customers_by_itself():
    theirs = {"customer_name", "subject"}
    for purpose in (TextPurpose.ACKNOWLEDGEMENT, TextPurpose.NOTICE, TextPurpose.HOLDING, TextPurpose.CODE):
        assert not VARIABLES[purpose].all & theirs
