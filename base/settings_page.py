"""Writes docs/settings.md from the settings themselves: `make docs`. A test keeps the page current."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from base.settings import FILE_NAME, PREFIX, Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"

_HEAD = f"""# Settings

Made by `make docs` from `base/settings.py`; do not edit.

Each setting is read from its environment variable, then from `{FILE_NAME}` in the data folder, then it is its default.
The data folder itself is `--data-dir` or `{PREFIX}DATA_DIR`. An unknown key or variable is an error at start-up, so that a
typing mistake never leaves a default in force. `{PREFIX}LANG` (`zh_CN` or `en`) chooses the language of the command line.

| key in `{FILE_NAME}` | variable | values | default | |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page as Markdown."""
    rows = (_row(name, field) for name, field in Settings.model_fields.items() if name != "data_dir")
    return _HEAD + "".join(rows)


def _row(name: str, field: FieldInfo) -> str:
    default = "" if field.default == "" else f"`{_as_toml(field.default)}`"
    return f"| `{name}` | `{PREFIX}{name.upper()}` | {_values(field)} | {default} | {field.description} |\n"


def _values(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    limits = {type(limit).__name__: limit for limit in field.metadata}
    low = getattr(limits.get("Ge"), "ge", None)
    high = getattr(limits.get("Le"), "le", None)
    names: dict[Any, str] = {int: "whole number", float: "number", str: "text", bool: "`true`, `false`"}
    bounds = f", {low} to {high}" if high is not None else f", at least {low}" if low is not None else ""
    return names[kind] + bounds


def _as_toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
