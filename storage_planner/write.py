"""A plan's input written as the TOML file that `juanzong plan` reads, or as the fields of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ORDER = ("stock", "norm", "geometry", "room", "digital")


def plan_toml(values: Mapping[str, Mapping[str, Any]]) -> str:
    """The file for nested tables that have been read and found good: numbers and short texts only."""
    parts = []
    for section in sorted(values, key=_ORDER.index):
        lines = [f"{key} = {_toml(value)}" for key, value in values[section].items()]
        parts.append("\n".join([f"[{section}]", *lines]))
    return "\n\n".join(parts) + "\n"


def form_fields(values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The fields of the form for nested tables: `stock.volumes` and so on."""
    return {f"{section}.{key}": f"{value}" for section, table in values.items() for key, value in table.items()}


def _toml(value: Any) -> str:
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}"'
    return f"{value}"
