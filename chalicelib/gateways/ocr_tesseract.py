"""Reads the letters in a picture with Tesseract, a program on this machine: for the local run, and for functions that
have it in a layer. https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html
"""

from __future__ import annotations

import csv
import io
import resource
import shutil
import subprocess
from collections.abc import Sequence

from chalicelib.domain.errors import StorageUnavailable, Unparsable
from chalicelib.domain.remarks import remark
from chalicelib.usecases.page_ports import RecognizedText

SECONDS = 30  # a fine page takes about two
ADDRESS_SPACE = 1024 * 1024 * 1024
_LANGUAGES = {
    "pl": "pol", "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pt": "por", "cs": "ces",
    "uk": "ukr", "ru": "rus", "sv": "swe", "da": "dan", "no": "nor", "fi": "fin", "hu": "hun", "ro": "ron", "tr": "tur",
}  # fmt: skip


class Tesseract:
    """The port `TextRecognizer`. Each page is a process of its own, with limits."""

    name = "tesseract"

    def __init__(self, program: str) -> None:
        self._program = program
        self._installed: frozenset[str] | None = None

    def recognize(self, picture: bytes, languages: Sequence[str]) -> RecognizedText:
        wanted = [_LANGUAGES.get(language, "") for language in (*languages, "en")]
        chosen = [name for name in dict.fromkeys(wanted) if name in self._languages()]
        if not chosen:
            raise Unparsable(remark("no_data_for_languages"))
        # 3 lets it find columns. A thread for each core would help nobody in Lambda.
        done = self._run(["-", "-", "-l", "+".join(chosen), "--psm", "3", "tsv"], picture)
        return _parse_words(done.decode("utf-8", "replace"))

    def _languages(self) -> frozenset[str]:
        if self._installed is None:
            listed = self._run(["--list-langs"], b"").decode("utf-8", "replace").splitlines()
            self._installed = frozenset(line.strip() for line in listed[1:])
        return self._installed

    def _run(self, arguments: Sequence[str], picture: bytes) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 (a fixed program; nothing of the picture is on the command line)
                [self._program, *arguments],
                input=picture,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
                preexec_fn=_build_walls,  # functions run one event at a time, without threads
            )
        except subprocess.TimeoutExpired:
            raise Unparsable(remark("recognition_too_long", seconds=SECONDS)) from None
        except OSError as error:
            raise StorageUnavailable() from error
        if done.returncode:
            raise Unparsable(remark("tesseract_failed"))
        return done.stdout


def find_tesseract() -> Tesseract | None:
    """None where the program is not installed."""
    program = shutil.which("tesseract", path="/opt/bin:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin")
    return Tesseract(program) if program else None


def _build_walls() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _parse_words(table: str) -> RecognizedText:
    """Tesseract's table: one row per word, with its block, paragraph and line, and how sure it is (-1 for none)."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    sure: list[float] = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = (row.get("text") or "").strip()
        if word:
            place = (row["block_num"], row["par_num"], row["line_num"])
            lines.setdefault(place, []).append(word)
            sure.append(max(0.0, float(row["conf"])))
    paragraphs: dict[tuple[str, str], list[str]] = {}
    for (block, paragraph, _), words in lines.items():
        paragraphs.setdefault((block, paragraph), []).append(" ".join(words))
    text = "\n\n".join("\n".join(found) for found in paragraphs.values())
    return RecognizedText(text, round(sum(sure) / len(sure)) if sure else 0)
