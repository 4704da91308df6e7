"""The verbs of the Makefile, of CI and of the README are the same ones."""

from __future__ import annotations

import re
import subprocess

from tests.house.source import ROOT

VERBS = ["setup", "demo", "serve", "test", "test-services", "e2e", "lint", "fix", "bench", "fuzz", "docs", "lock"]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_help_lists_every_verb() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    listed = set(re.findall(r"^make ([a-z0-9-]+) +\S", said, re.MULTILINE))
    assert listed == targets()
    assert listed.issuperset(VERBS)


def test_what_ci_and_the_readme_call_is_there() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    called = re.search(r"^for verb in (.+); do$", ci, re.MULTILINE)
    assert called is not None
    assert set(called[1].split()) == {"lint", "test", "faults", "test-services", "test-paddle"}
    readme = ROOT / "README.md"
    named = set(re.findall(r"`?make ([a-z][a-z0-9-]*)", readme.read_text("utf-8")))
    assert named <= targets()


def test_scripts_can_be_run_and_are_sound_shell() -> None:
    for name in (".ci/run", "deploy/setup.sh", "deploy/setup-paddle.sh", "deploy/lock.sh", "deploy/juanzong.sh"):
        path = ROOT / name
        assert path.stat().st_mode & 0o111, name
        subprocess.run(["bash", "-n", path], check=True)
