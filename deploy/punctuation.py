"""Sets Chinese texts of the message catalogue with full-width punctuation: `python deploy/punctuation.py`, part of `make fix`."""

from __future__ import annotations

import re
from pathlib import Path

CATALOGUE = Path(__file__).parent.parent / "base" / "messages" / "zh_CN"

_WIDE = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "!": "\uff01", "?": "\uff1f"}
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3001-\u303f\uff00-\uffef\u201c\u201d\u2026"
# After a Chinese character or a value that a placeholder fills in; or after a Latin word and before one of them.
_MARK = re.compile(rf"(?<=[{_HAN}}}])[,;:!?] ?(?![0-9])|(?<=[0-9A-Za-z)])[,;:!?] ?(?=[{_HAN}])|(?<=[A-Z]):(?={{)")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_ADDRESS = re.compile(r"([a-z]+://[^\s\u3002\uff0c]*)")


def chinese_punctuation(text: str) -> str:
    """`text` with full-width marks where Chinese stands beside them; codes, options, times and addresses stay."""
    return "".join(part if _ADDRESS.fullmatch(part) else _set(part) for part in _ADDRESS.split(text))


def _set(text: str) -> str:
    bracketed = _BRACKETS.sub(lambda found: _bracket(text, found), text)
    return _MARK.sub(lambda found: _WIDE[found[0][0]], bracketed)


def _bracket(text: str, found: re.Match[str]) -> str:
    beside = text[max(found.start() - 1, 0) : found.start()] + found[1] + text[found.end() : found.end() + 1]
    return f"\uff08{found[1]}\uff09" if re.search(f"[{_HAN}]", beside) else found[0]


if __name__ == "__main__":
    for file in sorted(CATALOGUE.glob("*.toml")):
        # A line is `"code" = "text"`: the code has no Chinese in it, so the line may be set as a whole.
        written = file.read_text("utf-8")
        file.write_text("".join(chinese_punctuation(line) for line in written.splitlines(keepends=True)), "utf-8")
