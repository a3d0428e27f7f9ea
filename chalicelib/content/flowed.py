"""Puts paragraphs together again that the sender's mail software sent as format=flowed (RFC 3676)."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """A line that ends with a space goes on in the next one of the same quote depth. `delete_space`: `DelSp=yes`."""
    lines: list[str] = []
    depth_before, goes_on = 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if goes_on and depth == depth_before and content != _SIGNATURE:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        depth_before, goes_on = depth, content.endswith(" ") and content != _SIGNATURE
        if goes_on and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
