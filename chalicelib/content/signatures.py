"""Finds where a signature begins at the end of what a person wrote: below a delimiter, with a closing line or a dashed
name, a block of contact details, what an app or a mailing list puts under every message, a legal notice.

Only ever the end of a text, never all of it, and only short lines: a signature that is missed stays readable, a
sentence taken for one would be folded away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.content.languages.language import plain
from chalicelib.content.languages.words import CLOSINGS, DISCLAIMER, FOOTER, SENT, SENT_FROM

_MOST_LINES_LOOKED_AT = 60
_MOST_LINES = 16  # filled ones of a signature; a legal notice below it counts apart
_LONGEST_LINE = 80
_LONGEST_APP_LINE = 100  # without its link
_LONGEST_APP_LINE_WITH_LINK = 600
_MOST_APP_WORDS = 14
_MOST_WORDS_WITHOUT_DEVICE = 6
_SHORTEST_DISCLAIMER = 40
_LONGEST_DISCLAIMER = 8_000
_LONG_DISCLAIMER = 2_000
_FEWEST_STEMS = 3
_FEWEST_FOOTER_STEMS = 2

_DELIMITER = re.compile(r"\s{0,3}(?:-{2,}|_{2,}|—{1,3}|–{1,3}|={4,}|\*{3,}|~{3,})\s*")
_EXACT_DELIMITER = re.compile(r"--[ \xa0]?")
_DASHED_NAME = re.compile(r"\s*(?:-{1,2}|—|–|~|/)\s?[^\W\d_][\w'’]*\.?(?:\s[^\W\d_][\w.'’-]*){0,2}\s*[.!]?\s*")
_NAME = re.compile(r"[\s*]*+(?:[^\W\d_a-z][\w'’.-]*+,?\s*+){1,5}+[\s*]*+")  # possessive: a line of letters is read once
_CONTACT = re.compile(
    r"@\w|https?://|www\.|\+\d{2}|\(\d{2,4}\)|(?:\d[\s./()-]?){7,}"
    r"|\b(?:tel|phone|mobile|mob|cell|fax|kom|gsm|telefon|tlf|puh|skype|m|t|f|e|p)\s?[.:]\s?\S",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*_{10,}\s*|\s*-{10,}\s*|\s*={10,}\s*")
_LIST_WORDS = re.compile(
    r"mailing list|listinfo|unsubscribe|mailman|groups\.google|lists?\.|-request@|lijst", re.IGNORECASE
)
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\.?\s?[:.\s-]", re.IGNORECASE)
_LIST_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_WORD = re.compile(r"[^\W_]{3,}")
_LINK = re.compile(r"[<(\[]?https?://[^\s>)\]]*[>)\]]*")
_DEVICE = re.compile(
    r"i(?:phone|pad|pod|os)|андроид|айфон|android|galaxy|samsung|huawei|honor|xiaomi|redmi|oppo|oneplus|pixel|nokia"
    r"|lumia|windows|blackberry|xperia|motorola|droid|outlook|mail|gmx|web\.de|t-online|aol|proton|tuta|thunderbird"
    r"|spark|superhuman|phone|fon\b|fonu\b|tablet|mobil|móvil|movil|celular|handy|device|appar|gerät|urządz|\bapp|aplik|avast"
    r"|\bavg\b|vir[ua]s|wirus|vírus|вирус|вірус"
)
_STEM_HEAD = 3
# A legal notice speaks of the message that it stands in. A customer who asks to delete her data, or whose parcel went
# to somebody else by mistake, uses the same words, but not so.
_MESSAGE = re.compile(
    r"e-?mail|\bmail|messag|wiadomo|korespondenc|nachricht|mensaje|correo|mensagem|bericht|zpráv|správ|повідомлен|лист"
    r"|сообщен|письм|meddel|besked|melding|viesti|sähköposti|üzenet|levél|mesaj|ileti|e-posta|e-post|poruk|sporočil"
    r"|съобщен|μήνυμα|kiri|laišk|vēstul|missatge|courriel|transmission|communication"
)


def _by_head(stems: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By the beginning of their first word of some length, so that most of them need not be searched for."""
    found: dict[str, tuple[str, ...]] = {}
    for stem in stems:
        word = _WORD.search(stem)
        head = word[0][:_STEM_HEAD] if word else stem
        found[head] = (*found.get(head, ()), stem)
    return found


_STEMS = _by_head(DISCLAIMER)
_FOOTERS = _by_head(FOOTER)
_PGP_END = "-----END PGP SIGNATURE-----"
_PGP_BEGIN = "-----BEGIN PGP SIGNATURE-----"


def signature_start(lines: Sequence[str], *, from_html: bool) -> int:
    """The number of the first line of the signature, len(lines) when there is none.

    Programs mark the signatures that they put into HTML (see `html_marks.py`), so there a mere `Thanks, Anna` was
    typed and stays; in plain text nothing else tells.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    end = _end_of_text(lines, len(lines))
    floor = max(first, end - _MOST_LINES_LOOKED_AT)
    start = _below_text(lines, floor, end)
    start = _personal(lines, floor, start, from_html=from_html)
    return start if first < start < end else len(lines)


def _below_text(lines: Sequence[str], floor: int, end: int) -> int:
    """Takes what programs add from the end: legal notices, lines of apps, footers of mailing lists, PGP signatures."""
    while end > floor:
        paragraph = _paragraph_above(lines, floor, end)
        last = lines[end - 1]
        if last.strip() == _PGP_END:
            begin = next((n for n in range(end - 1, floor, -1) if lines[n].strip() == _PGP_BEGIN), end)
        elif _is_app_line(last, alone=paragraph == end - 1):
            begin = end - 1
        elif _is_disclaimer(lines[paragraph:end]):
            begin = paragraph
        else:
            begin = _list_footer(lines, floor, end)
        if begin == end or begin <= floor:
            break
        end = _end_of_text(lines, begin)
    was_cut = any(line.strip() for line in lines[end:])
    below_delimiter = was_cut and end - 1 > floor and _EXACT_DELIMITER.fullmatch(lines[end - 1])
    return _end_of_text(lines, end - 1) if below_delimiter else end


def _personal(lines: Sequence[str], floor: int, end: int, *, from_html: bool) -> int:
    """Where the person's own signature above `end` begins."""
    was_cut = any(line.strip() for line in lines[end:])
    best = end
    filled = [number for number in range(floor + 1, end) if lines[number].strip()][-_MOST_LINES - 1 :]
    looked_at = [lines[number] for number in filled]
    for position in range(len(filled) - 1, -1, -1):
        number = filled[position]
        line, below = looked_at[position], looked_at[position + 1 :]
        if _EXACT_DELIMITER.fullmatch(line) and below and (len(line) > 2 or not _is_question(below)):
            return _with_closing(lines, floor, _first_delimiter(lines, floor, number), from_html=from_html)
        if _DELIMITER.fullmatch(line):
            if below and _are_details(below) and (len(line.strip()) <= 3 or _has_contact(below)):
                return _with_closing(lines, floor, _first_delimiter(lines, floor, number), from_html=from_html)
            break
        if _is_closing(line) and _may_follow_closing(
            below, from_html=from_html, alone=not was_cut and plain(line) in CLOSINGS
        ):
            best = number
        elif _POSTSCRIPT.match(line) or len(line) > 2 * _LONGEST_LINE:
            break
    if best < end:
        return best
    return _without_closing(lines, floor, end, was_cut=was_cut)


def _with_closing(lines: Sequence[str], floor: int, start: int, *, from_html: bool) -> int:
    """A closing and a name right above the delimiter belong to it."""
    above = [number for number in range(floor + 1, start) if lines[number].strip()][-3:]
    for number in above:
        names = [lines[one] for one in above if one > number]
        if not from_html and _is_closing(lines[number]) and all(_NAME.fullmatch(name) for name in names):
            return number
    return start


def _without_closing(lines: Sequence[str], floor: int, end: int, *, was_cut: bool) -> int:
    last = end - 1
    if last <= floor:
        return end
    before = lines[last - 1].strip()
    if _DASHED_NAME.fullmatch(lines[last]) and len(lines[last]) <= 40:
        in_list = before.endswith(":") or bool(_LIST_ITEM.match(before)) or (before[:1] in "-/*•" and bool(before))
        looks_like_item = bool(_LIST_ITEM.match(lines[last])) and bool(before)
        return end if in_list or looks_like_item else last
    paragraph = _paragraph_above(lines, floor, end)
    block = lines[paragraph:end]
    if paragraph <= floor or len(block) > _MOST_LINES or not _NAME.fullmatch(block[0]) or len(block[0]) > 50:
        return end
    above = next((lines[number].strip() for number in range(paragraph - 1, floor - 1, -1) if lines[number].strip()), "")
    if above.endswith(":") or not _are_details(block):
        return end
    if len(block) > 1 and _has_contact(block[1:]):
        return paragraph
    stands_on_app_line = was_cut and bool(lines[end].strip())
    return paragraph if stands_on_app_line and len(block) <= 2 else end


def _may_follow_closing(below: Sequence[str], *, from_html: bool, alone: bool) -> bool:
    if from_html and not (_has_contact(below) or len(below) > 3):
        return False
    return bool(below or not alone) and len(below) <= _MOST_LINES and _are_details(below)


def _are_details(lines: Sequence[str]) -> bool:
    """Names, titles, addresses, numbers; no sentences, no postscript."""
    return not any(
        len(line) > _LONGEST_LINE * (2 if _CONTACT.search(line) else 1)
        or line.rstrip().endswith("?")
        or _POSTSCRIPT.match(line)
        or (len(line.split()) > 9 and not _CONTACT.search(line) and "|" not in line)
        for line in lines
    )


def _is_question(lines: Sequence[str]) -> bool:
    return any(line.rstrip().endswith("?") for line in lines)


def _has_contact(lines: Sequence[str]) -> bool:
    return any(_CONTACT.search(line) for line in lines)


def _is_closing(line: str) -> bool:
    """`Kind regards,`, also with a name behind it: `Regards, Anna`."""
    if len(line) > 60:
        return False
    said = plain(line)
    if said in CLOSINGS or ("/" in said and all(plain(one) in CLOSINGS for one in said.split("/"))):
        return True
    words = line.split()
    for length in range(min(len(words) - 1, 4), 0, -1):
        names = words[length:]
        if plain(" ".join(words[:length])) in CLOSINGS:
            return len(names) <= 3 and all(name.strip(",.!")[:1].isupper() for name in names)
    return False


def _is_app_line(line: str, *, alone: bool) -> bool:
    """`Sent from my iPhone`, and not `Sent from my desk, which is easier`. `alone`: a paragraph of its own."""
    if len(line) > _LONGEST_APP_LINE_WITH_LINK:
        return False
    without_link, links = line.strip(" \t\xa0*_-[]"), 0
    if "://" in line:
        without_link, links = _LINK.subn("", without_link, count=1)
    said = plain(without_link)
    words = said.split(" ")
    if not said or len(without_link) > _LONGEST_APP_LINE or len(words) > _MOST_APP_WORDS:
        return False
    of_outlook = bool(links) and "outlook" in said and len(words) <= _MOST_WORDS_WITHOUT_DEVICE + 2
    begins = said.startswith(SENT_FROM)
    names_sending = not SENT.isdisjoint((words[0], words[-1]))
    if of_outlook or not (begins or names_sending):
        return of_outlook  # before the search for a device, which takes longest
    device = _DEVICE.search(said)
    begun_small = without_link[0].islower() and not said.startswith("via ") and not (device and not device.start())
    if begun_small or without_link.rstrip().endswith("?"):
        return False
    has_parts = re.search(r"[,;]\s", without_link) is not None
    if device:  # before any comma: `Sent from my iPhone, please excuse typos`
        begins = begins and device.end() <= len(said.partition(",")[0])
        return begins or (not has_parts and names_sending)
    is_sentence = has_parts or without_link.rstrip().endswith((".", "!"))
    return begins and alone and not is_sentence and len(words) <= _MOST_WORDS_WITHOUT_DEVICE


def _is_disclaimer(paragraph: Sequence[str]) -> bool:
    if not _SHORTEST_DISCLAIMER <= sum(map(len, paragraph)) <= _LONGEST_DISCLAIMER:
        return False
    text = " ".join(paragraph).casefold()
    heads = {word[:_STEM_HEAD] for word in _WORD.findall(text)}
    if sum(stem in text for head in heads & _FOOTERS.keys() for stem in _FOOTERS[head]) >= _FEWEST_FOOTER_STEMS:
        return True
    found = sum(stem in text for head in heads & _STEMS.keys() for stem in _STEMS[head])
    return found >= _FEWEST_STEMS + (len(text) > _LONG_DISCLAIMER) and _MESSAGE.search(text) is not None


def _list_footer(lines: Sequence[str], floor: int, end: int) -> int:
    for number in range(end - 1, max(floor, end - 9), -1):
        if _RULE.fullmatch(lines[number]):
            return number if any(_LIST_WORDS.search(line) for line in lines[number + 1 : end]) else end
    return end


def _first_delimiter(lines: Sequence[str], floor: int, number: int) -> int:
    while number - 1 > floor and _DELIMITER.fullmatch(lines[number - 1]):
        number -= 1
    return number


def _paragraph_above(lines: Sequence[str], floor: int, end: int) -> int:
    number = end
    while number > floor and lines[number - 1].strip():
        number -= 1
    return number


def _end_of_text(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end
