"""Where one material ends and the next begins, proposed for a person to confirm (分件)."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.delivery.model import DeliveredPage, MaterialRow
from ingest.delivery.naming import material_key

Boundary = tuple[str, int, int]


def propose(pages: Sequence[DeliveredPage], materials: Sequence[MaterialRow]) -> tuple[Boundary, ...]:
    """(material key, first order, last order) for each row of the 卷内目录 in turn, covers and 目录 pages set aside.

    Ends at the first row that gives no page count, and before one that asks for more pages than are left: beyond that
    nothing is sure.
    """
    orders = sorted({page.order for page in pages if page.pattern != "cover"})
    found: list[Boundary] = []
    start = 0
    for row in materials:
        key, end = material_key(row.class_code, row.number), start + (row.pages or 0)
        if key is None or end == start or end > len(orders):
            break
        found.append((key, orders[start], orders[end - 1]))
        start = end
    return tuple(found)
