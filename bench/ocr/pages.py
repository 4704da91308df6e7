"""The pages that are read: real scans by path, and generated dossiers of odd seeds with all that is true of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.ocr.scoring import Text
from ingest.samples.make import make

_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif")
# Not tuned on, as all odd seeds.
SEED = 101


@dataclass(frozen=True, slots=True)
class Scan:
    """A page on disk. `truth`: its text line by line (real scans), or every line with box and kind (generated)."""

    name: str
    file: Path
    text: str = ""
    lines: tuple[Text, ...] = ()

    @property
    def group(self) -> str:
        """Real scans are named for what is on them: h (hand), p (print)."""
        return "generated" if self.lines else {"h": "real hand", "p": "real print"}.get(self.name[0], "real")


def real(folder: Path | None) -> list[Scan]:
    """Scans with their text beside them (`NAME.jpg`, `NAME.txt`)."""
    found = sorted(folder.iterdir()) if folder else []
    pairs = [(file, file.with_suffix(".txt")) for file in found if file.suffix.lower() in _SUFFIXES]
    return [Scan(file.stem, file, text.read_text("utf-8")) for file, text in pairs if text.exists()]


def generated(work: Path, count: int, *, dpi: int = 300, seed: int = SEED) -> list[Scan]:
    """`count` written, upright pages that lie as one JPEG each; made once and kept in `work`."""
    pages: list[Scan] = []
    while len(pages) < count:
        pages += list(_dossiers(work / f"generated-{seed}-{dpi}", seed, dpi))
        seed += 2
    return pages[:count]


def _dossiers(folder: Path, seed: int, dpi: int) -> Iterator[Scan]:
    """The pages of two dossiers."""
    if not (folder / "truth" / "dossiers.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        make(folder, seed=seed, dossiers=2, dpi=dpi)
    for file in sorted((folder / "truth" / "pages").rglob("*.json")):
        truth = json.loads(file.read_text("utf-8"))
        image = folder / "delivery" / truth["file"]
        lines = tuple(Text(line["text"], line["box"], line["kind"]) for line in truth["lines"])
        written = any(line.kind in ("print", "hand") for line in lines)
        if written and not truth["orientation_deg"] and image.suffix.lower() == ".jpg":
            yield Scan(f"{seed}-{file.parent.name}-{file.stem}", image, lines=lines)
