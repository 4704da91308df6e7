"""The journal of the runs: one line each, written when it is done. What stands in it is not done again, but for what went wrong
with another version of the product: that is repeated, and both lines stand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Journal:
    """JSON Lines; the first line says what the runs are of, and a journal of others is refused (ValueError).

    `rows` are all lines, `done` the last one of each run.
    """

    def __init__(self, path: Path | None, about: dict[str, Any], version: str) -> None:
        self._path, self._version = path, version
        self.rows: list[dict[str, Any]] = []
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
        whole = [each for each in rest if each.endswith("\n")]
        self.rows = [json.loads(line) for line in whole]
        path.write_text(first + "".join(whole), "utf-8")

    @property
    def done(self) -> dict[int, dict[str, Any]]:
        return {row["run"]: row for row in self.rows}

    def stands(self, run: int) -> bool:
        row = self.done.get(run)
        return row is not None and (not row["violations"] or row["version"] == self._version)

    def add(self, row: dict[str, Any]) -> None:
        row = {**row, "version": self._version}
        self.rows.append(row)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
