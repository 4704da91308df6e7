"""A finding as one sentence with its value, limit and clause: the same on the terminal, in reports and on the screens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from base.messages import Language, catalogue, message
from standards.values import Reported

_FRACTION = re.compile(r"-?\d+\.\d+")


def finding_text(finding: Reported, language: Language, page: int | None = None) -> str:
    """The sentence; `page` counts as the reader does. A finding of a rule that went, or that misses a figure, gives its
    name, figures and clause.
    """
    text = catalogue(language).get(f"finding.{finding.rule}", "")
    values = {
        "page": page, "measured": _figure(finding.measured), "limit": _figure(finding.limit), "clause": finding.clause,
        "measured_text": _word(finding, language), **{name: _figure(value) for name, value in finding.params.items()},
    }  # fmt: skip
    kind = catalogue(language).get(f"kind.{finding.rule}.{finding.params.get('kind')}")
    if kind is not None and not _lacking(kind, values):
        values["kind_text"] = kind.format(**values)
    if not text or _lacking(text, values):
        return _bare(finding, language)
    told = text.format(**values)
    if "row" in finding.params and not {"row", "rows"} & (_asked(text) | _asked(kind or "")):
        return message("finding.at-row", language, row=values["row"], text=told)
    return told


def _asked(text: str) -> set[str]:
    """The placeholders of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _lacking(text: str, values: Mapping[str, Any]) -> bool:
    return any(values.get(name) is None for name in _asked(text))


def _word(finding: Reported, language: Language) -> str:
    """A measured word in the reader's language: a colour mode, a reason."""
    prefix = {
        "page.colour": "colour",
        "page.damaged": "reason",
        "list.unreadable": "unread",
        "dossier.key-paper": "key-paper",
        "record.mandatory": "field",
        "record.values": "field",
    }.get(finding.rule)
    return catalogue(language).get(f"{prefix}.{finding.measured}", str(finding.measured))


def _figure(value: Any) -> Any:
    """198.0 as 198, whether it comes as a number or as text."""
    if isinstance(value, float) or (isinstance(value, str) and _FRACTION.fullmatch(value)):
        return f"{float(value):.4f}".rstrip("0").rstrip(".")
    return value


def _bare(finding: Reported, language: Language) -> str:
    parts = [catalogue(language).get(f"rule.{finding.rule}", finding.rule)]
    if finding.measured is not None:
        parts.append(f"{_figure(finding.measured)} {finding.unit}".strip())
    if finding.limit is not None:
        parts.append(message("finding.limit", language, limit=f"{_figure(finding.limit)} {finding.unit}".strip()))
    return " · ".join([*parts, finding.clause] if finding.clause else parts)
