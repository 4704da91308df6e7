"""The journal of the runs: one line each, written when it is done; what stands in it is not done again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Journal:
    """JSON Lines; the first line says what the runs are of, and a journal of others is refused (ValueError)."""

    def __init__(self, path: Path | None, about: dict[str, Any]) -> None:
        self._path = path
        self.done: dict[int, dict[str, Any]] = {}
        if path is None:
            return
        if path.exists() and path.stat().st_size:
            self._read(path, about)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(about) + "\n", "utf-8")

    def _read(self, path: Path, about: dict[str, Any]) -> None:
        first, *rest = path.read_text("utf-8").splitlines(keepends=True)
        if json.loads(first) != about:
            raise ValueError(f"{path} is of other runs: {first.strip()}")
        # A harness that was killed may have left half a line.
        for line in (each for each in rest if each.endswith("\n")):
            row = json.loads(line)
            self.done[row["run"]] = row
        path.write_text(first + "".join(each for each in rest if each.endswith("\n")), "utf-8")

    def add(self, row: dict[str, Any]) -> None:
        self.done[row["run"]] = row
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
