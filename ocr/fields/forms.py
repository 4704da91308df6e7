"""The forms and their labels as data: `labels.toml`, `lists.toml`, and one file a form under `forms/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from base.text.normalise import fold

_HERE = Path(__file__).parent
# The id of a page that is no known form, but asks for a person as forms do.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Labels:
    """What a form's words mean: `fields` folded label → field (None: a label of something else); `weak` ones count only in
    a cell of their own or before a colon; a row that holds one of `table` is the head of a table of others."""

    fields: Mapping[str, str | None]
    weak: frozenset[str]
    table: frozenset[str]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `titles` and `marks` tell it (its heading; words of its other pages), `labels` are as it means them,
    `patterns` read its sentences; `cells` is whether labels give fields at all, `flow` whether they stand in running lines."""

    id: str
    name: str
    titles: tuple[re.Pattern[str], ...]
    marks: tuple[str, ...]
    labels: Labels
    patterns: tuple[re.Pattern[str], ...]
    cells: bool = True
    flow: bool = False


@cache
def forms() -> tuple[Form, ...]:
    """All forms by id; the last is the one for pages without a title that is known."""
    files = sorted((_HERE / "forms").glob("*.toml"))
    return (*(_form(path) for path in files), Form(OTHER, "其他表格", (), (), labels(), ()))


def _form(path: Path) -> Form:
    data = tomllib.loads(path.read_text("utf-8"))
    return Form(
        id=path.stem,
        name=data["name"],
        titles=tuple(re.compile(title) for title in data["titles"]),
        marks=tuple(fold(mark) for mark in data.get("marks", ())),
        labels=_labels(data.get("labels", {}), frozenset(data.get("drop", ()))),
        patterns=tuple(re.compile(pattern) for pattern in data.get("patterns", ())),
        cells=data.get("cells", True),
        flow=data.get("flow", False),
    )


@cache
def labels() -> Labels:
    """The labels as most forms mean them."""
    return _labels({}, frozenset())


def _labels(extra: Mapping[str, list[str]], drop: frozenset[str]) -> Labels:
    """The general labels with a form's own; a dropped field's labels still end the values before them."""
    data = _data("labels.toml")
    fields: dict[str, str | None] = {_key(text): None for text in data["other"]["labels"]}
    for source in (data["field"], extra):
        for name, texts in source.items():
            fields.update((_key(text), None if name in drop else name) for text in texts)
    longest = sorted(fields, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(text) for text in longest))
    weak, table = (frozenset(_key(text) for text in data[part]["labels"]) for part in ("weak", "table"))
    return Labels(fields, weak, table, pattern)


@cache
def closed_list(name: str) -> Mapping[str, str]:
    """What may be written for a field of a closed list → its usual word or code, folded keys."""
    table: dict[str, Any] = _data("lists.toml").get(name, {})
    found = {}
    for usual, written in table.items():
        for text in [written] if isinstance(written, str) else written:
            found[_key(text)] = usual
    return found


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text("utf-8"))
