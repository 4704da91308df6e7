"""The lock of the script fonts names no registry, and node_modules is never committed."""

from __future__ import annotations

import json
from pathlib import Path

FONTS = Path(__file__).resolve().parents[3] / "deploy" / "fonts"


def test_lock_holds_digests_but_no_address() -> None:
    text = (FONTS / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert "://" not in text
    assert all("integrity" in entry for name, entry in packages.items() if name)
    assert set(packages[""]["dependencies"]) == {
        f"@fontsource/{name}" for name in ("liu-jian-mao-cao", "long-cang", "ma-shan-zheng", "zhi-mang-xing")
    }
