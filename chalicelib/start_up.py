"""What makes a function start sooner, before anything else of it is loaded. It changes nothing of what it does.

Both were measured (docs/performance.md): together they are a third of the start of the API's function.
"""

from __future__ import annotations

import dataclasses
import gc
import marshal
from pathlib import Path
from typing import Any

DATACLASS_METHODS = Path(__file__).with_name("dataclass_methods.bin")
# Python's 700 lets it look for garbage some hundred times while modules load, which make none.
NEW_OBJECTS_UNTIL_COLLECTION = 150_000  # the API's function, the largest, makes 110,000


def prepare() -> None:
    """In the package only: elsewhere there is no such file.

    The standard library writes the methods of each dataclass as texts, some six of them, and has each compiled while
    the class is being defined. The texts are always the same, so the package holds them compiled, by their text
    (`infra/slim.py` puts them there); one that is not among them is compiled as ever.
    """
    if not DATACLASS_METHODS.exists():
        return
    gc.set_threshold(NEW_OBJECTS_UNTIL_COLLECTION)
    compiled = marshal.loads(DATACLASS_METHODS.read_bytes())  # noqa: S302  # of our own package, like its bytecode

    def run(text: str, names: dict[str, Any], found: dict[str, Any]) -> None:
        exec(compiled.get(text, text), names, found)  # noqa: S102  # the standard library's text, as it would itself

    dataclasses.exec = run  # type: ignore[attr-defined]  # hides the built-in one from that module alone
