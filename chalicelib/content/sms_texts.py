"""Text messages: how a text travels (3GPP TS 23.038), and the words by which people stop and start them, or ask
for a call.
"""

from __future__ import annotations

import re
import unicodedata

from chalicelib.domain.sms import SmsEncoding, SmsIntent, SmsPart

# 3GPP TS 23.038, 6.2.1: the default alphabet, and behind an escape, so for two, its extension.
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")
# Septets and UTF-16 units in the only segment, and in each of several: six bytes of each then say which it is.
_ROOM = {SmsEncoding.GSM7: (160, 153), SmsEncoding.UCS2: (70, 67)}

# Whole messages, lower case, without accents, by language. AWS handles some English ones itself where the law wants
# it: https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html
_STOP = {
    "en": (
        "stop",
        "stopall",
        "stop all",
        "stop sms",
        "unsubscribe",
        "optout",
        "opt out",
        "opt-out",
        "remove",
        "remove me",
    ),
    "pl": (
        "rezygnuje",
        "rezygnacja",
        "wypisz",
        "wypisz mnie",
        "wypisuje sie",
        "stop wszystko",
        "nie pisz",
        "nie piszcie",
        "nie wysylaj",
        "nie wysylajcie",
        "wylacz",
        "odwoluje zgode",
        "cofam zgode",
    ),
    "de": ("stopp", "abmelden", "abbestellen", "keine sms", "keine sms mehr"),
    "fr": ("arret", "arreter", "desabonner", "desinscription", "td"),
    "es": ("baja", "darme de baja", "cancelar suscripcion", "parar", "alto"),
    "it": ("cancellami", "disiscrivi", "rimuovi", "basta sms"),
    "nl": ("afmelden", "uitschrijven", "stoppen"),
    "pt": ("cancelar inscricao", "sair", "parar sms"),
    "cs": ("odhlasit", "zrusit", "konec sms"),
    "uk": ("стоп", "відписатися", "відмова"),
    "ru": ("стоп", "отписаться", "отписка", "отказ"),
    "sv": ("avsluta", "avregistrera", "sluta"),
    "da": ("afmeld", "frameld"),
    "no": ("avmeld", "slutt"),
    "fi": ("lopeta", "peruuta", "peru tilaus"),
    "hu": ("leiratkozas", "leiratkozom"),
    "ro": ("dezabonare", "dezaboneaza"),
    "tr": ("iptal", "ret"),
}
# Everyday answers, too: "nie" after "did the parcel come?" is no wish to hear no more.
_MAYBE_STOP = {
    "en": ("no", "end", "cancel", "quit"),
    "pl": ("nie", "koniec", "dosc", "przestan", "przestancie"),
    "de": ("nein", "ende"),
    "fr": ("non", "fin"),
    "es": ("no", "basta"),
    "it": ("no", "basta"),
    "nl": ("nee",),
    "pt": ("nao",),
    "cs": ("ne", "konec"),
    "uk": ("ні", "кінець"),
    "ru": ("нет", "конец"),
    "sv": ("nej",),
    "da": ("nej",),
    "no": ("nei",),
    "fi": ("ei",),
    "hu": ("nem",),
    "ro": ("nu",),
    "tr": ("hayir",),
}
_START = {
    "en": ("start", "unstop", "subscribe", "optin", "opt in", "opt-in"),
    "pl": ("wznow", "zapisz mnie", "przywroc", "wlacz"),
    "de": ("anmelden",),
    "fr": ("reprendre", "abonner"),
    "es": ("alta",),
    "it": ("iscrivimi",),
    "nl": ("aanmelden",),
    "pt": ("inscrever",),
    "cs": ("prihlasit",),
    "uk": ("старт", "почати"),
    "ru": ("старт", "начать"),
    "sv": ("starta",),
    "da": ("tilmeld",),
    "no": ("pamelding",),
    "fi": ("aloita", "tilaa"),
    "hu": ("feliratkozas",),
    "ro": ("abonare",),
    "tr": ("basla",),
}
_HELP = {
    "en": ("help", "info"),
    "pl": ("pomoc", "pomocy", "informacja"),
    "de": ("hilfe",),
    "fr": ("aide",),
    "es": ("ayuda",),
    "it": ("aiuto",),
    "nl": ("hulp",),
    "pt": ("ajuda",),
    "cs": ("pomoc", "napoveda"),
    "uk": ("допомога",),
    "ru": ("помощь",),
    "sv": ("hjalp",),
    "da": ("hjaelp",),
    "no": ("hjelp",),
    "fi": ("apua",),
    "hu": ("segitseg",),
    "ro": ("ajutor",),
    "tr": ("yardim",),
}
_CALL = {
    "en": ("call", "call me", "call back", "callback", "call me back", "please call", "please call me"),
    "pl": (
        "zadzwon",
        "zadzwoncie",
        "oddzwon",
        "oddzwoncie",
        "prosze o telefon",
        "prosze oddzwonic",
    ),
    "de": ("ruf", "anruf", "ruckruf", "bitte anrufen", "rufen sie mich an", "bitte um ruckruf"),
    "fr": ("rappel", "rappelez moi", "appelez moi"),
    "es": ("llamame", "llamenme", "llamar"),
    "it": ("chiamami", "chiamatemi", "richiamami", "richiamatemi"),
    "nl": ("bel mij", "bel me", "terugbellen"),
    "pt": ("liguem", "ligue me", "liguem me"),
    "cs": ("zavolejte", "zavolejte mi", "zavolat"),
    "uk": ("зателефонуйте", "передзвоніть"),
    "ru": ("позвоните", "перезвоните"),
    "sv": ("ring", "ring mig"),
    "da": ("ring", "ring til mig"),
    "no": ("ring", "ring meg"),
    "fi": ("soita", "soittakaa"),
    "hu": ("hivjon", "hivjon fel", "visszahivas"),
    "ro": ("sunati ma", "suna ma"),
    "tr": ("ara", "arayin", "beni arayin"),
}
_MEANINGS = {
    **{word: (SmsIntent.STOP, False) for words in _MAYBE_STOP.values() for word in words},
    **{word: (SmsIntent.STOP, True) for words in _STOP.values() for word in words},
    **{word: (SmsIntent.START, True) for words in _START.values() for word in words},
    **{word: (SmsIntent.HELP, True) for words in _HELP.values() for word in words},
    **{word: (SmsIntent.CALL, True) for words in _CALL.values() for word in words},
}
# The header of a part as text: its length, then one element with the reference in one byte or in two, how many parts
# there are, and which one this is (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8).
_PART_HEADER = re.compile(
    r"(?:\x05\x00\x03([\x00-\xff])|\x06\x08\x04([\x00-\xff]{2}))([\x02-\xff])([\x01-\xff])", re.DOTALL
)
_LONGEST_WORD = 40
# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "ß": "ss"})


def encoding_of(text: str) -> SmsEncoding:
    """The smaller one that has every letter of the text."""
    return SmsEncoding.GSM7 if set(text) <= _GSM7 | _GSM7_EXTENDED else SmsEncoding.UCS2


def segments_of(text: str) -> int:
    """How many messages the text takes; an empty one takes one. No letter is cut in two between segments."""
    encoding = encoding_of(text)
    alone, each = _ROOM[encoding]
    sizes = [_size(letter, encoding) for letter in text]
    if sum(sizes) <= alone:
        return 1
    segments, used = 1, 0
    for size in sizes:
        if used + size > each:
            segments, used = segments + 1, 0
        used += size
    return segments


def costly_letters(text: str) -> str:
    """The letters for which the text takes more segments than it would with plain ones; "" when they cost nothing."""
    plain = "".join(letter if letter in _GSM7 or letter in _GSM7_EXTENDED else "?" for letter in text)
    if segments_of(text) <= segments_of(plain):
        return ""
    return "".join(dict.fromkeys(letter for letter in text if letter not in _GSM7 and letter not in _GSM7_EXTENDED))


def take_part(text: str) -> tuple[SmsPart | None, str]:
    """The header of a part that a carrier left before the text, and the text without it."""
    header = _PART_HEADER.match(text)
    if header is None or ord(header[4]) > ord(header[3]):
        return None, text
    reference = (header[1] or header[2]).encode("latin-1").hex()
    return SmsPart(reference, ord(header[4]), ord(header[3])), text[header.end() :]


def fills_part(text: str) -> bool:
    """It has exactly as many letters as fit into a part of a longer message."""
    encoding = encoding_of(text)
    return sum(_size(letter, encoding) for letter in text) == _ROOM[encoding][1]


def find_intent(text: str) -> tuple[SmsIntent, bool] | None:
    """What a message that consists of one of the usual words asks for, and whether it certainly means that.

    `STOP`, `stop.`, ` s t o p `, `Rezygnuję!`; not the word inside of a sentence.
    """
    return _MEANINGS.get(_as_word(text)) if len(text) <= 4 * _LONGEST_WORD else None


def _size(letter: str, encoding: SmsEncoding) -> int:
    if encoding is SmsEncoding.GSM7:
        return 2 if letter in _GSM7_EXTENDED else 1
    return 2 if ord(letter) > 0xFFFF else 1


def _as_word(text: str) -> str:
    """Lower case, without accents and punctuation, blanks evened out, spaced letters joined."""
    plain = unicodedata.normalize("NFD", text.casefold()).translate(_PLAIN_LETTERS)
    kept = (
        letter if letter.isalnum() or letter == "-" else " " for letter in plain if not unicodedata.combining(letter)
    )
    words = "".join(kept).strip(" -").split()
    return "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)
