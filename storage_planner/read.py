"""Reading what a plan is asked for: a TOML file or the fields of a form, held to the same rules.

Whatever is missing, unknown, negative, not a finite number or out of range is a `PlanInputError` that names the key: a plan on
a figure that nobody wrote would be believed.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.errors import InputError
from base.messages import Language, catalogue
from standards.norms import DEFAULT_NORM, Norm, Shelf, norms, shelves
from storage_planner.model import Digital, Geometry, PlanInput, Room
from storage_planner.rules import ITEMS_PER_VOLUME, volumes_of_items

MAX_VOLUMES = 10**9
MAX_YEARS = 200
MAX_BYTES = 1 << 20

_KEYS: dict[str, frozenset[str]] = {
    "stock": frozenset({"volumes", "items", "yearly_growth", "years"}),
    "norm": frozenset({"id"}),
    "geometry": frozenset({"thickness_mm", "shelf", "fill"}),
    "room": frozenset({"area_m2", "capacity_volumes"}),
    "digital": frozenset({"pages_per_volume", "mb_per_page", "copies"}),
}
# A tier of the standard section has 850 mm; a single sheet about 0.1 mm.
_THICKNESS_MM = (0.1, 850.0)
_FILL = (1e-6, 1.0)
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,4})?")


class PlanInputError(InputError):
    """An input that gives no plan. `key` is the key of the TOML file or the field of the form, None for the file itself."""

    def __init__(self, code: str, *, path: object | None, key: str | None = None, **params: object) -> None:
        self.key = key
        super().__init__(code, path=path, **({} if key is None else {"key": key}), **params)

    def text(self, language: Language) -> str:
        """The text with the key's name in that language; with the key itself and after the file where there is one."""
        text = catalogue(language)[self.code].format(
            **{**self.params, "key": _named(self.key, language, bare=self.path is None)}
        )
        return f"{self.path}: {text}" if self.path else text


def _named(key: str | None, language: Language, *, bare: bool) -> str:
    name = catalogue(language).get(f"plan.key.{key}")
    if name is None:
        return str(key)
    if bare:
        return name
    return f"{name}({key})" if language == "zh_CN" else f"{key} ({name})"


def plan_input_from_toml(path: Path) -> PlanInput:
    """The input in a TOML file as `docs/planning.md` describes it; PlanInputError names the key, InputError the file."""
    return plan_input(plan_values(_bytes(path), str(path)), str(path))


def plan_values(data: bytes, name: str) -> dict[str, Any]:
    """What a TOML file says, as nested tables and not yet judged; errors are about `name`."""
    text = _text(data, name)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise PlanInputError("plan.syntax", path=name, detail="nested too deeply") from error
    except ValueError as error:
        # TOMLDecodeError, and what int() says of a number with thousands of digits.
        raise PlanInputError("plan.syntax", path=name, detail=str(error)) from error


def plan_input(values: Mapping[str, Any], name: str | None = None) -> PlanInput:
    """The input in nested tables, as a file or a site in the catalogue holds them."""
    return _Reader(name).read(values)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("path.missing", path=path) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise InputError("path.unreadable", path=path, detail=detail) from error


def _text(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        raise PlanInputError("plan.too-long", path=path, limit=MAX_BYTES // 1024)
    try:
        # Notepad of Windows writes a byte order mark.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanInputError("plan.not-utf8", path=path) from error


def plan_input_from_form(fields: Mapping[str, str]) -> PlanInput:
    """The input in form fields named as in the file (`stock.volumes`, `geometry.fill`, …); an empty field is not given.

    Numbers may be full-width and grouped by commas. A section counts as given when one of its fields is. Fields without a
    dot (a token, a button) are not ours and are passed over.
    """
    return plan_input(form_values(fields))


def form_values(fields: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The nested tables that the fields of a form make, not yet judged."""
    values: dict[str, dict[str, Any]] = {}
    for name, raw in fields.items():
        section, dot, key = name.partition(".")
        text = unicodedata.normalize("NFKC", raw).strip()
        if dot and text:
            values.setdefault(section, {})[key] = _form_value(text)
    return values


def _form_value(text: str) -> str | int | float:
    plain = text.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    return float(plain) if any(sign in plain for sign in ".eE") else int(plain)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns nested tables into a PlanInput; `path` is what its errors are about."""

    path: str | None

    def read(self, values: Mapping[str, Any]) -> PlanInput:
        for section, keys in _KEYS.items():
            self._check_table(values, section, keys)
        for section in values:
            if section not in _KEYS:
                raise self._unknown(section, _KEYS)
        if "stock" not in values:
            raise self._error("plan.missing", "stock")
        volumes, growth, in_items = self._stock(values["stock"])
        return PlanInput(
            volumes=volumes,
            yearly_growth=growth,
            years=self._whole(values["stock"], "stock", "years", 0, MAX_YEARS),
            norm=self._norm(values.get("norm")),
            geometry=self._geometry(values["geometry"]) if "geometry" in values else None,
            room=self._room(values["room"]) if "room" in values else None,
            digital=self._digital(values["digital"]) if "digital" in values else None,
            in_items=in_items,
        )

    def _check_table(self, values: Mapping[str, Any], section: str, keys: frozenset[str]) -> None:
        table = values.get(section, {})
        if not isinstance(table, dict):
            raise self._error("plan.not-a-table", section)
        for key in table:
            if key not in keys:
                raise self._unknown(f"{section}.{key}", keys)

    def _stock(self, stock: dict[str, Any]) -> tuple[float, float, bool]:
        """Stock and yearly growth in volumes, and whether they were counted in items."""
        given = [key for key in ("volumes", "items") if key in stock]
        if len(given) != 1:
            code = "plan.both-stocks" if given else "plan.no-stock"
            raise self._error(code, "stock.volumes", other="stock.items")
        if given == ["volumes"]:
            return (
                self._number(stock, "stock", "volumes", 0, MAX_VOLUMES),
                self._number(stock, "stock", "yearly_growth", 0, MAX_VOLUMES),
                False,
            )
        limit = MAX_VOLUMES * ITEMS_PER_VOLUME
        items = self._number(stock, "stock", "items", 0, limit)
        growth = self._number(stock, "stock", "yearly_growth", 0, limit)
        return volumes_of_items(items), volumes_of_items(growth), True

    def _norm(self, table: dict[str, Any] | None) -> Norm:
        wished = DEFAULT_NORM if table is None else self._text(table, "norm", "id")
        if wished not in norms():
            raise self._error("plan.unknown-norm", "norm.id", value=wished[:60], known=", ".join(norms()))
        return norms()[wished]

    def _geometry(self, table: dict[str, Any]) -> Geometry:
        return Geometry(
            thickness_mm=self._number(table, "geometry", "thickness_mm", *_THICKNESS_MM),
            shelf=self._shelf(table),
            fill=self._number(table, "geometry", "fill", *_FILL),
        )

    def _shelf(self, table: dict[str, Any]) -> Shelf:
        wished = self._text(table, "geometry", "shelf")
        if wished not in shelves():
            raise self._error("plan.unknown-shelf", "geometry.shelf", value=wished[:60], known=", ".join(shelves()))
        return shelves()[wished]

    def _room(self, table: dict[str, Any]) -> Room:
        if not table:
            raise self._error("plan.empty-room", "room.area_m2", other="room.capacity_volumes")
        return Room(
            area_m2=self._optional(table, "room", "area_m2", 0, MAX_VOLUMES),
            capacity_volumes=self._optional(table, "room", "capacity_volumes", 0, MAX_VOLUMES),
        )

    def _digital(self, table: dict[str, Any]) -> Digital:
        return Digital(
            pages_per_volume=self._optional(table, "digital", "pages_per_volume", 0, 100_000),
            mb_per_page=self._optional(table, "digital", "mb_per_page", 0, 10_000),
            copies=self._whole(table, "digital", "copies", 1, 100) if "copies" in table else None,
        )

    def _optional(self, table: dict[str, Any], section: str, key: str, low: float, high: float) -> float | None:
        return self._number(table, section, key, low, high) if key in table else None

    def _number(self, table: dict[str, Any], section: str, key: str, low: float, high: float) -> float:
        name = f"{section}.{key}"
        value = self._present(table, name, key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error("plan.not-a-number", name)
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error("plan.not-finite", name)
        if value < 0:
            raise self._error("plan.negative", name)
        if not low <= value <= high:
            raise self._error("plan.out-of-range", name, low=_plain(low), high=_plain(high))
        return value

    def _whole(self, table: dict[str, Any], section: str, key: str, low: int, high: int) -> int:
        value = self._number(table, section, key, low, high)
        if value != int(value):
            raise self._error("plan.not-whole", f"{section}.{key}")
        return int(value)

    def _text(self, table: dict[str, Any], section: str, key: str) -> str:
        name = f"{section}.{key}"
        value = self._present(table, name, key)
        if not isinstance(value, str):
            raise self._error("plan.not-a-text", name)
        return value

    def _present(self, table: dict[str, Any], name: str, key: str) -> Any:
        if key not in table:
            raise self._error("plan.missing", name)
        return table[key]

    def _unknown(self, key: str, known: Mapping[str, Any] | frozenset[str]) -> PlanInputError:
        return self._error("plan.unknown-key", key[:80], known=", ".join(sorted(known)))

    def _error(self, code: str, key: str, **params: object) -> PlanInputError:
        return PlanInputError(code, path=self.path, key=key, **params)


def _plain(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".")
