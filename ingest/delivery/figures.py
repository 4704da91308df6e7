"""What a delivery can be counted by, for the items of 四性检测: its own files against what its lists declare."""

from __future__ import annotations

from collections import Counter

from ingest.delivery.model import DeliveredDossier, Delivery
from ingest.delivery.package import package_documents


def figures_of(delivery: Delivery) -> dict[str, int | None]:
    """Counts by name; None where the delivery does not say. Pages are those of dossiers, each once, covers aside."""
    listed = [row.pages for row in delivery.people]
    counted = [pages for pages in listed if pages is not None]
    documents = package_documents(delivery.files)
    kinds = Counter(file.kind for file in delivery.files if file.path not in documents)
    return {
        "files": len(delivery.files),
        "ignored_files": kinds["ignored"],
        "lists": kinds["list"] or None,
        "list_rows": len(delivery.people) or None,
        "catalogue_rows": sum(len(dossier.materials) for dossier in delivery.dossiers) or None,
        "archive_numbers": sum(bool(row.archive_no) for row in delivery.people) or None,
        "dossiers": len(delivery.dossiers),
        "listed_dossiers": len(delivery.people) or None,
        "pages": sum(_counted(dossier) for dossier in delivery.dossiers),
        "listed_pages": sum(counted) if counted and len(counted) == len(listed) else None,
    }


def _counted(dossier: DeliveredDossier) -> int:
    return len({page.order for page in dossier.pages if page.pattern != "cover" and page.number != 0})
