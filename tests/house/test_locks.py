"""The locks hold what pyproject.toml asks for, by hash and without an address; what is imported is asked for."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib.metadata import distributions, packages_distributions
from itertools import pairwise

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT, modules, packages, project

LOCKS = {
    "requirements.lock": (),
    "requirements-s3.lock": ("s3",),
    "requirements-elastic.lock": ("s3", "elastic"),
    "requirements-cluster.lock": ("s3", "elastic", "cluster"),
    "requirements-dev.lock": ("s3", "elastic", "cluster", "dev"),
}
OUR_LOCKS = (*LOCKS, "deploy/uv.lock", "deploy/npm.lock")
# PaddleOCR lives in an environment of its own, and is imported by the one script that runs there.
PADDLE_LOCK, PADDLE_SCRIPT = "requirements-paddle.lock", "ocr/paddle_child.py"
ALL_LOCKS = (*OUR_LOCKS, PADDLE_LOCK)
# Scripts that stand beside the one that imports them.
BESIDE = frozenset(file.stem for file in (ROOT / "deploy").glob("*/*.py"))
# Imported, but never a requirement: the first two come with Python's own virtual environment.
ALWAYS_THERE = frozenset({"pip", "setuptools"})


def asked(*extras: str) -> list[Requirement]:
    table = project()["project"]
    lines = [*table["dependencies"], *(line for extra in extras for line in table["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


@cache
def entries(lock: str) -> tuple[tuple[Requirement, int], ...]:
    """(pinned requirement, number of its hashes) of each entry."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        requirement, *hashes = line.split(" --hash=sha256:")
        if requirement.strip():
            found.append((Requirement(requirement.strip()), len(hashes)))
    return tuple(found)


def pinned(lock: str) -> dict[str, str]:
    """Version by name for this Python on Linux."""
    environment = {key: str(value) for key, value in default_environment().items()}
    found = {}
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", requirement
            found[canonicalize_name(requirement.name)] = specifier.version
    return found


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "index" not in text
    assert entries(lock)
    assert [requirement for requirement, hashes in entries(lock) if not hashes] == []


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_a_lock_is_current(lock: str, extras: tuple[str, ...]) -> None:
    versions = pinned(lock)
    stale = [
        str(requirement)
        for requirement in asked(*extras)
        if not requirement.specifier.contains(
            versions.get(canonicalize_name(requirement.name), "0.0"), prereleases=True
        )
    ]
    assert stale == [], "run make lock"


def test_the_lock_of_the_second_engine_is_current_and_shares_no_line_with_ours() -> None:
    versions = pinned(PADDLE_LOCK)
    lines = (ROOT / "requirements-paddle.in").read_text("utf-8").splitlines()
    wished = [Requirement(line) for line in lines if not line.startswith("#")]
    assert [str(each) for each in wished if not each.specifier.contains(versions[each.name])] == [], "run make lock"
    assert "paddleocr" in versions and "paddleocr" not in pinned("requirements-dev.lock")


def test_a_smaller_lock_is_part_of_the_larger() -> None:
    sizes = [pinned(lock).items() for lock in LOCKS]
    assert all(small <= large for small, large in pairwise(sizes))
    assert pinned("deploy/uv.lock").items() <= sizes[-1]


def test_no_lock_and_no_environment_holds_the_gui_build_of_opencv() -> None:
    forbidden = {"opencv-python", "opencv-contrib-python"}
    for lock in OUR_LOCKS:
        assert forbidden.isdisjoint(pinned(lock))
    assert forbidden.isdisjoint(canonicalize_name(found.metadata["Name"]) for found in distributions())


def test_our_packages_share_no_name_with_an_installed_distribution() -> None:
    """They are run from the checkout: a distribution with a package `search` or `web` would be taken for ours."""
    owners = packages_distributions()
    for name in packages():
        assert owners.get(name, []) == []
        assert name not in sys.stdlib_module_names


def imported(*folders: str) -> dict[str, str]:
    """Where each outside package is imported, by its top-level name."""
    found = {}
    for path, tree in modules(*folders):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found.update({name.split(".")[0]: path for name in names})
    ours = {*packages(), "tests", "bench", "deploy", *sys.stdlib_module_names}
    return {name: path for name, path in found.items() if name not in ours}


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (packages(), ("s3", "elastic", "cluster")),
        (("tests", "bench", "deploy"), ("s3", "elastic", "cluster", "dev")),
    ],
    ids=["packages", "tests"],
)
def test_what_is_imported_is_asked_for_by_name(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    wished = {canonicalize_name(requirement.name) for requirement in asked(*extras)} | ALWAYS_THERE
    owners = packages_distributions()
    unasked = {
        f"{name} in {path}"
        for name, path in imported(*folders).items()
        if name not in BESIDE
        and (name, path) != ("paddleocr", PADDLE_SCRIPT)
        and wished.isdisjoint(map(canonicalize_name, owners.get(name, [])))
    }
    assert unasked == set(), "name it in pyproject.toml and run make lock"


@pytest.mark.parametrize(
    ("extra", "module"), [("s3", r"store/s3(_\w+)?\.py$"), ("elastic", r"search/elastic/server\.py$")]
)
def test_what_only_a_server_needs_is_imported_in_its_one_module(extra: str, module: str) -> None:
    needed = {requirement.name for requirement in asked()}
    its = {requirement.name for requirement in asked(extra)} - needed
    owners = packages_distributions()
    for name, path in imported().items():
        if its.intersection(owners.get(name, [])) and not re.search(module, path):
            pytest.fail(f"{path} imports {name}, which is there only with the extra {extra}")
