"""What a commit must not hold: registries' addresses, this machine's paths, modules that no reader takes in."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import ROOT, modules, packages, tracked

# Put together here, so that this file does not hold what it looks for.
HOSTS = ("pypi" + ".org", "python" + "hosted", "npm" + "js.", "npm" + "mirror", "golang" + ".org", "maven" + ".org")
MACHINE = re.compile(r"(?<![\w.)\]}*-])/(?:" + "|".join(("work", "root", "home")) + r")/[\w.]")
MOST_LINES = 450


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8")))
    return found


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    named = [
        f"{name}:{number}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if any(host in line for host in HOSTS) or MACHINE.search(line)
    ]
    assert named == []


def test_no_lock_of_node_or_go_holds_an_address() -> None:
    for path in tracked():
        if path.name in ("package-lock.json", "go.sum"):
            assert "://" not in path.read_text("utf-8"), path


@pytest.mark.parametrize("folder", [*packages(), "tests", "bench", "deploy"])
def test_no_module_is_too_long_to_read(folder: str) -> None:
    long = {
        path: lines
        for path, _ in modules(folder)
        # A migration is written once, by a tool, and is read from top to bottom.
        if "/migrations/" not in path and (lines := len((ROOT / path).read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_every_module_of_ours_says_what_it_is() -> None:
    silent = [path for path, tree in modules() if tree.body and ast.get_docstring(tree) is None]
    assert silent == []
