from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, packages


def test_imports_go_down_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_in_the_contract() -> None:
    contract = (ROOT / ".importlinter").read_text("utf-8")
    assert all(f"\n    {name}\n" in contract for name in packages())
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "deploy"}
    assert rooms == set(packages())
