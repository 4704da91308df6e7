"""What stands above all screens of one dossier: its head and the tabs with what waits under each."""

from __future__ import annotations

from typing import Any

from archive import blanks, dossiers
from archive.access import Viewer
from archive.missing_papers import open_papers


def tab_values(session: Any, viewer: Viewer, dossier_id: int) -> dict[str, Any]:
    """`head`, and how many findings wait under the tabs 完整性 and 空白页."""
    return {
        "head": dossiers.dossier_head(session, viewer, dossier_id),
        "tab_counts": {
            "papers": open_papers(session, viewer, dossier_id),
            "blanks": len(blanks.blank_sides(session, viewer, dossier_id)),
        },
    }
