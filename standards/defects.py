"""缺陷代码: what an inspector may find, as data: severity, whether it is an error of linking, the key that notes it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from standards.values import Severity

_FILE = Path(__file__).parent / "defects.toml"


@dataclass(frozen=True, slots=True)
class DefectKind:
    """One line of the list; its name is `defect.CODE` of the message catalogue."""

    code: str
    key: str
    severity: Severity
    link: bool = False


@cache
def defect_kinds() -> dict[str, DefectKind]:
    """All kinds by code, in the order of the file."""
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {code: DefectKind(code=code, **fields) for code, fields in table.items()}
