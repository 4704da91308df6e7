"""poppler's `pdfimages`: the one image of a PDF page in a coding that pikepdf cannot read here (JBIG2), without loss."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

_TIMEOUT_S = 60


def only_png(path: Path, number: int) -> bytes | None:
    """The page's image as PNG, None where the page (from 1) has not exactly one or poppler cannot read it."""
    with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
        command = ["pdfimages", "-png", "-f", str(number), "-l", str(number), str(path.absolute()), f"{folder}/page"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S)
        except (OSError, subprocess.SubprocessError):
            return None
        found = list(Path(folder).iterdir())
        return found[0].read_bytes() if len(found) == 1 else None
