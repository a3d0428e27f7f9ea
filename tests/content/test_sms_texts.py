"""How a text travels, and what a message of one word asks for."""

import pytest

from chalicelib.content.sms_texts import encoding_of, find_intent, segments_of
from chalicelib.domain.sms import SmsEncoding, SmsIntent


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Dzien dobry", SmsEncoding.GSM7),
        ("5 € [x] {y} ~", SmsEncoding.GSM7),
        ("Grüße", SmsEncoding.GSM7),
        ("Dzień dobry", SmsEncoding.UCS2),
        ("ok 🙂", SmsEncoding.UCS2),
        ("`", SmsEncoding.UCS2),
        ("", SmsEncoding.GSM7),
    ],
)
def test_the_smaller_alphabet_is_taken_where_it_has_every_letter(text, encoding):
    assert encoding_of(text) is encoding


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escape and its letter stay together
        ("ą" * 70, 1),
        ("ą" * 71, 2),
        ("ą" * 134, 2),
        ("ą" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 66, 2),
        ("🙂" * 67, 3),  # 33 of them in a segment of 67 units: none is cut in two
    ],
)
def test_segments_are_counted_as_carriers_count_them(text, segments):
    assert segments_of(text) == segments


@pytest.mark.parametrize(
    ("text", "intent", "certain"),
    [
        ("STOP", SmsIntent.STOP, True),
        ("stop.", SmsIntent.STOP, True),
        ("Stop!", SmsIntent.STOP, True),
        (" s t o p ", SmsIntent.STOP, True),
        ("ARRET", SmsIntent.STOP, True),
        ("ARRÊT", SmsIntent.STOP, True),
        ("Rezygnuję", SmsIntent.STOP, True),
        ("REZYGNUJE!!!", SmsIntent.STOP, True),
        ("wyłącz", SmsIntent.STOP, True),
        ("unsubscribe", SmsIntent.STOP, True),
        ("opt-out", SmsIntent.STOP, True),
        ("стоп", SmsIntent.STOP, True),
        ("NIE", SmsIntent.STOP, False),
        ("Koniec", SmsIntent.STOP, False),
        ("cancel", SmsIntent.STOP, False),
        ("START", SmsIntent.START, True),
        ("wznów", SmsIntent.START, True),
        ("HELP", SmsIntent.HELP, True),
        ("Pomoc?", SmsIntent.HELP, True),
        ("hjälp", SmsIntent.HELP, True),
        ("yardım", SmsIntent.HELP, True),
        ("CALL", SmsIntent.CALL, True),
        ("Ruf", SmsIntent.CALL, True),
        ("Rückruf!", SmsIntent.CALL, True),
        ("Zadzwońcie", SmsIntent.CALL, True),
        ("Proszę o telefon.", SmsIntent.CALL, True),
        ("call me", SmsIntent.CALL, True),
    ],
)
def test_a_message_of_one_of_the_usual_words_asks_for_something(text, intent, certain):
    assert find_intent(text) == (intent, certain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "nie wiem",
        "Proszę nie dzwonić",
        "stop przy sklepie",
        "Pomocy mi trzeba",
        "Zadzwoń jutro o 9",
        "stop" * 100,
    ],
)
def test_the_word_inside_of_a_sentence_asks_for_nothing(text):
    assert find_intent(text) is None
