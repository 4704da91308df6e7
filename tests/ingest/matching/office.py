"""A batch for the tests of the matching desk: a list of four people, and files that fit some of them, or nobody."""

from __future__ import annotations

from dataclasses import asdict

from archive.tables import Batch, Dossier, Page, PageField, PageVersion
from base.clock import now
from ingest.delivery.model import PersonRow
from tests.archive.factory import Made, add_batch, add_dossier

SAME_ID, BY_NAME, TWIN_A, TWIN_B = (
    "11010519491231002X",
    "110105195001010015",
    "110105195101010025",
    "110105195201010014",
)


def row(number: int, name: str, id_number: str) -> PersonRow:
    return PersonRow("目录.xlsx", number + 1, str(number), name, id_number, id_number, "ok", archive_no=f"A{number:03}")


ROWS = (row(1, "王秀兰", SAME_ID), row(2, "李建国", BY_NAME), row(3, "张伟", TWIN_A), row(4, "张伟", TWIN_B))


def add_matching(made: Made) -> dict[str, int]:
    """Ids: `batch`; dossiers `read` (its first page shows an ID number), `named` (李建国), `twin` (张伟); `loose`, which
    holds two loose pages; `held`, whose person is known."""
    batch = add_batch(made, "east", "b-match")
    ids = {"batch": batch}
    for name, key in (("read", "扫描0001"), ("named", "9999李建国"), ("twin", "8888张伟"), ("loose", "")):
        ids[name] = add_dossier(made, batch, key, "nobody", pages=2, layout="run")
    ids["held"] = add_dossier(made, batch, "H-1", "赵六", pages=2)
    with made.office.catalogue.write() as session:
        session.get_one(Batch, batch).promised = {"lists": {"without": [asdict(each) for each in ROWS]}}
        for name in ("read", "named", "twin", "loose"):
            dossier = session.get_one(Dossier, ids[name])
            person, dossier.person_id, dossier.archive_no = dossier.person, None, ""
            session.flush()
            if person is not None:
                session.delete(person)
        first = session.query(Page).filter_by(dossier_id=ids["read"]).order_by(Page.position).first()
        assert first is not None
        version = session.query(PageVersion).filter_by(page_id=first.id).one()
        for rank, (field, value) in enumerate((("name", "王秀兰"), ("id_number", SAME_ID))):
            session.add(
                PageField(
                    version_id=version.id, name=field, rank=rank, value=value, normal=value, box=[], confidence=0.9,
                    marks=[], candidates=[], made_at=now(),
                )
            )  # fmt: skip
    return ids
