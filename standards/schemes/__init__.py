"""Classification schemes of personnel dossiers as data: which classes there are, what they are called, how each is ordered.

Names differ between editions, so rules check codes, never names. A city's own scheme is a TOML file of the same form.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from base.errors import InputError
from standards.values import Certainty

# time: by the date it was made · importance: decision before evidence · mixed: both · kept: as it came · unknown: not seen
Order = Literal["time", "importance", "mixed", "kept", "unknown"]

DEFAULT_SCHEME = "cadre-2018"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SchemeClass:
    """One class or sub-class (`4-1`). `name` is empty where it was not seen; `names` are those of other editions by
    version; `also` are codes that other systems write for it; `order_is_memory`: nobody read how it is ordered."""

    code: str
    name: str
    order: Order
    names: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    order_is_memory: bool = False

    @property
    def parent(self) -> str | None:
        """The code of the class that a sub-class belongs to."""
        return self.code.rpartition("-")[0] or None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme with its classes by code, in order. `partial`: not all of its text was seen."""

    id: str
    title_zh: str
    title_en: str
    standard: str
    clause: str
    certainty: Certainty
    source: str
    classes: dict[str, SchemeClass]
    partial: bool = False
    versions: dict[str, str] = field(default_factory=dict)

    def find(self, code: str, also: frozenset[str] | None = None) -> SchemeClass | None:
        """The class that `code` means: its own code, one of its other codes (those in `also`, all where None), or a
        sub-class without its hyphen (`41`); None where the scheme has no such class."""
        found = self.classes.get(code)
        if found is not None:
            return found
        for each in self.classes.values():
            if code in each.also and (also is None or code in also):
                return each
            if each.parent is not None and code == each.code.replace("-", ""):
                return each
        return None

    def has_second_level(self, code: str) -> bool:
        return any(each.parent == code for each in self.classes.values())


def built_in_schemes() -> list[str]:
    return sorted(file.stem for file in _HERE.glob("*.toml"))


@cache
def load_scheme(name: str = DEFAULT_SCHEME) -> Scheme:
    """A built-in scheme by name, or one in a TOML file by path; InputError `scheme.unknown` / `scheme.invalid`."""
    file = _HERE / f"{name}.toml" if name in built_in_schemes() else Path(name)
    if not file.is_file():
        raise InputError("scheme.unknown", path=name, known=", ".join(built_in_schemes()))
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        return _scheme(file.stem, table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, KeyError, ValueError) as error:
        raise InputError("scheme.invalid", path=name, detail=str(error)) from error


def _scheme(scheme_id: str, table: dict[str, Any]) -> Scheme:
    classes = [_class(each) for each in table.pop("class")]
    codes = [code for each in classes for code in (each.code, *each.also)]
    if len(set(codes)) < len(codes) or not classes:
        raise ValueError("code")
    if table["certainty"] not in get_args(Certainty):
        raise ValueError("certainty")
    return Scheme(id=scheme_id, classes={each.code: each for each in classes}, **table)


def _class(table: dict[str, Any]) -> SchemeClass:
    made = SchemeClass(**{**table, "also": tuple(table.get("also", ()))})
    if made.order not in get_args(Order) or not isinstance(made.code, str):
        raise ValueError(f"class {made.code}: order")
    return made
