"""Rows of the lists as the plain values that rules judge, fresh from a delivery or kept with a dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from base.text import dates
from base.text.dates import PartialDate
from ingest.delivery.model import DeliveredPage, Delivery, ListHead, MaterialRow, PersonRow
from ingest.delivery.naming import material_key
from standards.rules import CatalogueRow, ListFacts, PersonFacts

_PERSON_FIELDS = frozenset(each.name for each in fields(PersonRow))
_MATERIAL_FIELDS = frozenset(each.name for each in fields(MaterialRow))


def person_facts(row: PersonRow) -> PersonFacts:
    return PersonFacts(
        list_path=row.list_path,
        row=row.row,
        id_number=row.id_number,
        state=row.id_state,
        name=row.name,
        sex=row.sex,
        birth=row.birth,
        retired=row.retired,
        living=row.living,
        died=row.died,
        organisation=row.organisation,
        household=row.household,
        archive_no=row.archive_no,
        retention=row.retention,
        pages=row.pages,
        edges=tuple(row.edges),
        given=frozenset(row.given),
    )


def catalogue_row(row: MaterialRow) -> CatalogueRow:
    return CatalogueRow(
        list_path=row.list_path,
        row=row.row,
        key=material_key(row.class_code, row.number) or "",
        class_code=row.class_code,
        number=row.number,
        title=row.title,
        date=_date(row),
        date_raw=row.date_raw,
        pages=row.pages,
        copies=row.copies,
        remark=row.remark,
    )


def kept_person(kept: Mapping[str, Any]) -> PersonRow:
    """The row that a dossier was received with; what rows did not hold then is empty."""
    return PersonRow(**{name: value for name, value in kept.items() if name in _PERSON_FIELDS})


def kept_material(kept: Mapping[str, Any]) -> MaterialRow:
    return MaterialRow(**{name: value for name, value in kept.items() if name in _MATERIAL_FIELDS})


def list_facts(heads: Iterable[ListHead]) -> list[ListFacts]:
    return [ListFacts(head.list_path, head.title, head.labels) for head in heads]


def optimised_places(delivery: Delivery) -> frozenset[tuple[str | None, int]]:
    """Dossier and place of each page that came as an optimised image."""
    return frozenset(place_of(page) for page in delivery.pages() if page.image_set == "optimised")


def place_of(page: DeliveredPage) -> tuple[str | None, int]:
    return page.dossier, page.order


def _date(row: MaterialRow) -> PartialDate | None:
    """The row's date with what its text says beyond the parts: conjectured, or by the moon."""
    written = dates.parse(row.date_raw)
    if written is not None and (written.year, written.month, written.day) == (row.year, row.month, row.day):
        return written
    return dates.of_parts(row.year, row.month, row.day)
