"""Which findings count now, and whose ID number another person has too: the conditions that every list and count shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from archive.tables import BlankAnswer, BlankCheck, FindingRow, MissingStatement, PageVersion, Person


def held_twice() -> Any:
    """The person shares the ID number with another one."""
    other = Person.__table__.alias("other_person")
    return (
        select(other.c.id)
        .where(other.c.id_number == Person.id_number, other.c.id != Person.id, Person.id_number.is_not(None))
        .exists()
    )


# How a page lies and is cut (DA/T 31-2017 10.2, 10.3): judged on its optimised image, where there is one.
CUT_RULES = ("page.skew", "page.orientation", "page.border", "page.crop")


def counts_now() -> Any:
    """A finding counts while nobody has closed it; one on an image, while that image is the page's current one.

    How the page lies and is cut is judged on the image that was repaired by us, where one stands beside the current one.
    Whatever else the query around it reads, only the finding comes from there.
    """
    current = select(PageVersion.id).where(PageVersion.id == FindingRow.version_id, PageVersion.state == "current")
    cut = FindingRow.rule.in_(CUT_RULES)
    on_current = current.correlate(FindingRow).exists() & ~(cut & _repaired(PageVersion.page_id == FindingRow.page_id))
    on_repaired = cut & _repaired(PageVersion.id == FindingRow.version_id)
    on_image = on_current | on_repaired
    return (FindingRow.version_id.is_(None) | on_image) & ~_stated() & ~_looked_at()


def _repaired(which: Any) -> Any:
    """There is an image of ours, linked beside the current one."""
    ours = select(PageVersion.id).where(which, PageVersion.origin == "ours", PageVersion.state == "linked")
    return ours.correlate(FindingRow).exists()


def _stated() -> Any:
    """A missing key paper with a written statement that holds."""
    statement = select(MissingStatement.id).where(
        MissingStatement.dossier_id == FindingRow.dossier_id, MissingStatement.paper == FindingRow.measured,
        MissingStatement.withdrawn_at.is_(None),
    )  # fmt: skip
    return (FindingRow.rule == "dossier.key-paper") & statement.correlate(FindingRow).exists()


def _looked_at() -> Any:
    """A blank side that a person looked at: confirmed, or found not to be blank."""
    answer = (
        select(BlankAnswer.id)
        .join(BlankCheck, BlankCheck.id == BlankAnswer.check_id)
        .where(BlankAnswer.version_id == FindingRow.version_id, BlankCheck.undone_at.is_(None))
    )
    return (FindingRow.rule == "page.blank") & answer.correlate(FindingRow).exists()
