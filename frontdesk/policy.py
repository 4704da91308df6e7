"""The policy table of the front desk, as data: who may ask, with what in hand, and who decides."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from archive.access import Viewer
from base.errors import InputError
from base.messages import Language, message

Approver = Literal["desk", "officer", "leader"]
CLASSES = tuple(str(number) for number in range(1, 11))
_FILE = Path(__file__).parent / "policy.toml"


@dataclass(frozen=True, slots=True)
class AskerPolicy:
    """What holds for one kind of asker. `needs` are codes of evidence, `officer_classes` first parts of class codes."""

    code: str
    needs: tuple[str, ...]
    approver: Approver
    officer_classes: tuple[str, ...]
    sent_by_unit: bool
    basis: str

    def text(self, what: Literal["asker", "may", "who"], language: Language) -> str:
        return message(f"frontdesk.{what}.{self.code}", language)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def asker_policies() -> dict[str, AskerPolicy]:
    """The kinds of asker by code, in the order in which the desk offers them."""
    rows = _data()["asker"]
    lists = ("needs", "officer_classes")
    made = (AskerPolicy(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows)
    return {policy.code: policy for policy in made}


def policy_of(asker_kind: str) -> AskerPolicy:
    """InputError `frontdesk.unknown-choice` for a kind that the table does not have."""
    policy = asker_policies().get(asker_kind)
    if policy is None:
        raise InputError("frontdesk.unknown-choice", value=asker_kind[:40])
    return policy


def purposes() -> tuple[str, ...]:
    """The code list of purposes."""
    return tuple(_data()["purposes"])


def is_officer(viewer: Viewer, registered_by: int) -> bool:
    """An administrator, or a second account of the front desk: two people have then looked at the request."""
    second = viewer.works_at("frontdesk") and viewer.account_id not in (None, registered_by)
    return "admin" in viewer.desks or second


def may_decide(policy: AskerPolicy, viewer: Viewer, registered_by: int) -> bool:
    """Whether this account may approve or refuse a request that the account `registered_by` registered."""
    if policy.approver == "desk":
        return viewer.works_at("frontdesk")
    if policy.approver == "officer":
        return is_officer(viewer, registered_by)
    return "admin" in viewer.desks


def needs_officer(policy: AskerPolicy, class_code: str) -> bool:
    """Whether a material of this class (`3`, `四-1`, `9-2`) is copied for this asker only with an officer's approval.

    What is in none of the ten classes may be anything, so an officer looks at it wherever one looks at some class.
    """
    main = main_class(class_code)
    return main in policy.officer_classes or (bool(policy.officer_classes) and main not in CLASSES)


_NUMERALS = {hanzi: str(number) for number, hanzi in enumerate("一二三四五六七八九", start=1)} | {"十": "10"}


def class_name_code(class_code: str) -> str:
    """The message code of the class's name."""
    main = main_class(class_code)
    return f"frontdesk.class.{main if main in CLASSES else 'none'}"


def main_class(class_code: str) -> str:
    """The main class of a class code in Arabic figures: `四-1` and `4-1` are both `4`."""
    first = class_code.strip().split("-")[0].split("－")[0]
    return _NUMERALS.get(first, first)
