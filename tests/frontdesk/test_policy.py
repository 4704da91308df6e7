"""The policy table: complete, translated, and held to by the rules about who decides."""

from __future__ import annotations

import pytest

from archive.access import Viewer
from base.errors import InputError
from base.messages import LANGUAGES, catalogue
from frontdesk.policy import (
    CLASSES,
    asker_policies,
    is_officer,
    main_class,
    may_decide,
    needs_officer,
    policy_of,
    purposes,
)  # fmt: skip

CLERK = Viewer("account:a", 1, "甲", frozenset({"frontdesk"}), frozenset({1}))
SECOND = Viewer("account:b", 2, "乙", frozenset({"frontdesk"}), frozenset({1}))
ADMIN = Viewer("account:c", 1, "丙", frozenset({"admin"}), frozenset({1}))
SCANNER = Viewer("account:d", 4, "丁", frozenset({"clerk"}), frozenset({1}))


def test_every_code_of_the_table_has_its_words() -> None:
    codes = {f"frontdesk.purpose.{code}" for code in purposes()} | {f"frontdesk.class.{code}" for code in CLASSES}
    for policy in asker_policies().values():
        codes |= {f"frontdesk.{what}.{policy.code}" for what in ("asker", "may", "who")}
        codes |= {f"frontdesk.evidence.{need}" for need in policy.needs} | {f"frontdesk.approver.{policy.approver}"}
        assert policy.needs
        assert set(policy.officer_classes) <= set(CLASSES)
    for language in LANGUAGES:
        assert codes <= catalogue(language).keys()


def test_the_six_kinds_of_asker_of_the_facts() -> None:
    assert list(asker_policies()) == ["self", "agent", "relative", "lawyer", "authority", "unit"]
    with pytest.raises(InputError):
        policy_of("neighbour")


@pytest.mark.parametrize(
    ("kind", "registrar", "second", "admin"),
    [("self", True, True, True), ("relative", False, True, True), ("authority", False, False, True)],
)
def test_who_decides(kind: str, registrar: bool, second: bool, admin: bool) -> None:
    policy = policy_of(kind)
    assert [may_decide(policy, viewer, 1) for viewer in (CLERK, SECOND, ADMIN)] == [registrar, second, admin]
    assert not may_decide(policy, SCANNER, 1)


def test_an_officer_is_an_administrator_or_a_second_person() -> None:
    assert [is_officer(viewer, 1) for viewer in (CLERK, SECOND, ADMIN, SCANNER)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("code", "main"), [("四-1", "4"), ("9-2", "9"), ("10", "10"), ("十", "10"), (" 3 ", "3"), ("", "")]
)
def test_classes_are_told_in_any_writing(code: str, main: str) -> None:
    assert main_class(code) == main


def test_reviews_and_what_is_in_no_class_need_an_officer() -> None:
    own = policy_of("self")
    assert [needs_officer(own, code) for code in ("3", "五", "8-1", "9-1", "1", "", "XX")] == [
        True, True, True, False, False, True, True,
    ]  # fmt: skip
    assert not needs_officer(policy_of("authority"), "8")
