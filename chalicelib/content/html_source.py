"""HTML as it stands, before a parser sees it: whether one gets through it, and what of it would be lost on the way."""

from __future__ import annotations

import html as entities
import re

from chalicelib.content import limits
from chalicelib.content.plain_text import clean_text

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_TOO_MANY_ATTRIBUTES = re.compile(
    rf"""<[a-zA-Z](?:(?:[^<>\s/"']|"[^"]*+"|'[^']*+')*+[\s/]++){{{limits.MOST_ATTRIBUTES}}}"""
)
_LONG_TAG = re.compile(rf"<[^<]{{{2 * limits.MOST_ATTRIBUTES}}}")
_SOURCE_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)|<[!?/]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_UNSEEN_TAG = re.compile(r"<(/?)(head|script|style|template|title)\b[^<>]*>", re.IGNORECASE)
_UNESCAPED = re.compile(r"<(?=(?:mailto:)?[^\s<>\"'@/=]{1,64}@[^\s<>\"'@/=]{1,255}>|https?://[^\s<>\"']{1,500}>)")
# Elements that end by themselves when the next of their kind begins; not closing them makes no page deep.
_SELF_ENDING = VOID | frozenset("body dd dt html li p tbody td tfoot th thead tr".split())


def with_escaped_addresses(source: str) -> str:
    """Some programs write `Anna <anna@example.pl>` into HTML as it is, which makes the address an unknown element."""
    return _UNESCAPED.sub("&lt;", source)


def is_harmless(source: str) -> bool:
    """Whether a parser gets through it in a moment (see `limits.py`)."""
    if len(source) > limits.LONGEST_HTML or source.count("<") > limits.MOST_TAGS:
        return False
    if _LONG_TAG.search(source) and _TOO_MANY_ATTRIBUTES.search(source):
        return False
    return source.count("<") <= limits.DEEPEST_HTML or _is_shallow(source)


def _is_shallow(source: str) -> bool:
    """An upper bound is enough: elements that were opened and not closed, by name."""
    still_open: dict[str, int] = {}
    deep = 0
    lone = 0
    for found in _SOURCE_TAG.finditer(source):
        name = (found[2] or "").lower()
        if name in _SELF_ENDING:
            lone += name in {"body", "html"}
        elif name == "option":
            lone += 1
        elif not found[1]:
            still_open[name] = still_open.get(name, 0) + bool(name)
            deep += bool(name)
        elif still_open.get(name):
            still_open[name] -= 1
            deep -= 1
        if deep > limits.DEEPEST_HTML or lone > limits.DEEPEST_HTML:
            return False
    return True


def without_tags(source: str) -> str:
    """Crude and linear: tags become line ends, the content of unseen elements goes."""
    first, *rest = _UNSEEN_TAG.split(source)
    kept, inside = [first], ""
    for closes, name, text in zip(rest[0::3], rest[1::3], rest[2::3], strict=True):
        if not inside and not closes:
            inside = name.lower()
        elif closes and name.lower() == inside:
            inside = ""
        if not inside:
            kept.append(text)
    text = clean_text(entities.unescape(_ANY_TAG.sub("\n", "\n".join(kept))).replace("\xa0", " "))
    return re.sub(r" *\n[ \n]*", "\n", re.sub(r"[ \t]+", " ", text)).strip()
