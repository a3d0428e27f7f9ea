"""Prints a thread as the demonstration shows it."""

from __future__ import annotations

from typing import Any

# Of an event, in this order; the rest is for programs.
_FACTS = ("point", "clock", "level", "due_at", "deadline_at", "told", "team")


def print_thread(title: str, entries: list[dict[str, Any]]) -> None:
    print(f"\n{title}")
    for entry in entries:
        who = entry["author"] if entry["kind"] != "event" else "hub"
        how = entry["channel"] or entry["event"]
        print(f"  {entry['at'][11:19]}  {entry['kind']:8}  {who.partition(':')[0]:8}  {how}")
        print("".join(f"            | {line}\n" for line in _lines(entry)), end="")


def _lines(entry: dict[str, Any]) -> list[str]:
    lines = [line for line in (entry["text"] or "").splitlines() if line.strip()]
    if entry["quoted_text"]:
        lines.append(f"[{len(entry['quoted_text'].splitlines())} quoted lines folded]")
    lines += [f"[{file['name']}, {file['content_type']}, {file['size']} bytes]" for file in entry["attachments"]]
    if entry["reading"]:
        reading = entry["reading"]
        lines.append(f"(pages: {' '.join(filter(None, (reading['status'], reading['detail'])))})")
        lines += [f"    {line}" for line in (reading["text"] or "").splitlines() if line.strip()]
    if entry["arrival"]:
        matching = entry["arrival"]["matching"]
        lines.append(f"({matching['rule']}: {matching['evidence']}; sender {entry['arrival']['trust']['level']})")
    if entry["delivery"]:
        lines.append(f"(to {entry['delivery']['recipient']}: {entry['delivery']['status']})")
    if entry["event"]:
        lines.append(", ".join(f"{name} {_short(entry['facts'][name])}" for name in _FACTS if entry["facts"].get(name)))
    return lines


def _short(fact: str) -> str:
    """An instant without its day, a clock without the id of what it is for."""
    return fact[11:16] if fact[10:11] == "T" else fact.partition(":")[0] if fact.startswith("promise:") else fact
