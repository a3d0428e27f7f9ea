"""Paragraphs that were sent as format=flowed are whole again."""

from chalicelib.content.flowed import unflow


def test_soft_line_ends_are_taken_out():
    assert unflow("one \ntwo \nthree\nfour", delete_space=False) == "one two three\nfour"


def test_deleted_spaces_join_words():
    assert unflow("Zaż \nółć", delete_space=True) == "Zażółć"


def test_quotes_flow_within_their_own_depth_only():
    assert unflow("> a \n> b \n>> c\nd", delete_space=False) == "> a b \n>> c\nd"


def test_stuffed_spaces_go_and_the_signature_line_never_flows():
    assert unflow(" From here \n-- \nAnna", delete_space=False) == "From here \n-- \nAnna"
