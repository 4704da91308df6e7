"""From the text of a page to its fields, its card and its rows in the catalogue; again after each change of the text."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import page_fields
from archive.jobs import LocalQueue
from archive.page_cards import sheet_held, suggest
from archive.tables import JobRow, PageCardRow, PageField, PageVersion, Reading
from base.digests import sha256_of_bytes
from ingest.workers import run_job
from ingest.workshop import Workshop
from ocr.lines import Line, PageReading
from tests.archive.factory import Made, add_batch, add_dossier, make_desks

# Text, left, top, width; 40 px high on a page of 1240 × 1754.
REGISTER = (
    ("职工登记表", 470, 130, 300),
    ("姓名", 140, 280, 90), ("张桂兰", 300, 280, 150), ("性别", 560, 280, 90), ("女", 720, 280, 50),
    ("出生年月", 140, 360, 170), ("1949年12月", 360, 360, 230), ("民族", 640, 360, 90), ("汉族", 790, 360, 90),
)  # fmt: skip
SHEET = (
    ("卷内目录", 480, 120, 280),
    ("类号", 100, 240, 80), ("材料名称", 330, 240, 170), ("年", 720, 240, 40), ("月", 830, 240, 40), ("日", 920, 240, 40),
    ("份数", 1000, 240, 80), ("页数", 1110, 240, 80),
    ("1-1", 110, 320, 60), ("职工登记表", 220, 320, 200), ("1966", 700, 320, 80), ("5", 840, 320, 20), ("1", 1030, 320, 20),
    ("9", 1140, 320, 20),
    ("1-7", 110, 400, 60), ("荣誉证书", 220, 400, 160), ("1971", 700, 400, 80), ("1", 1140, 400, 20),
)  # fmt: skip
Words = Sequence[tuple[str, int, int, int]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_desks(tmp_path)
    add_dossier(made, add_batch(made, "east", "b"), "E-1", "张桂兰", pages=4)
    return made


def read(made: Made, version_id: int, words: Words) -> None:
    """The image reads so from now on, and its job is done as a worker does it."""
    lines = tuple(Line(t, ((x, y), (x + w, y), (x + w, y + 40), (x, y + 40)), 0.98) for t, x, y, w in words)
    data = json.dumps(PageReading("rapidocr", "test", 1240, 1754, 0, 0.1, lines, {}).as_json()).encode()
    with made.office.catalogue.write() as session:
        key = session.scalars(select(Reading.object_key).where(Reading.version_id == version_id)).one()
        made.office.store.put(
            key, data, sha256=sha256_of_bytes(data), size=len(data), media_type="application/json", replace=True
        )
        version = session.get_one(PageVersion, version_id)
        page_fields.enqueue_fields(session, version_id, version.page.dossier.batch_id)
        page_fields.enqueue_fields(session, version_id, version.page.dossier.batch_id)
    queue = LocalQueue(made.office.catalogue)
    job = queue.claim("w", ["fields"])
    assert job is not None
    run_job(Workshop(made.office), queue, job)
    assert queue.claim("w", ["fields"]) is None
    with made.office.catalogue.read() as session:
        assert session.get_one(JobRow, job.id).state == "done"


def values(made: Made) -> dict[str, tuple[str, str]]:
    with made.office.catalogue.read() as session:
        return {row.name: (row.value, row.state) for row in session.scalars(select(PageField))}


def test_a_form_gives_suggestions_with_their_place_and_a_new_text_gives_others(made: Made) -> None:
    read(made, 1, REGISTER)
    assert values(made) == {
        "name": ("张桂兰", "suggested"), "sex": ("女", "suggested"), "birth_date": ("1949年12月", "suggested"),
        "ethnic_group": ("汉族", "suggested"),
    }  # fmt: skip
    with made.office.catalogue.write() as session:
        name = session.scalars(select(PageField).where(PageField.name == "name")).one()
        assert 295 <= name.box[0][0] <= 305
        page_fields.confirm(session, made.viewer("east"), name.id)
    changed = [(text.replace("桂", "佳").replace("1949", "1947"), *place) for text, *place in REGISTER]
    read(made, 1, changed)  # type: ignore[arg-type]
    assert values(made)["name"] == ("张佳兰", "confirmed")
    assert values(made)["birth_date"] == ("1947年12月", "suggested")
    with made.office.catalogue.read() as session:
        assert session.scalars(select(PageField.settled).where(PageField.name == "name")).one() == "张桂兰"


def test_the_same_text_is_not_looked_through_again(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    read(made, 1, REGISTER)
    with made.office.catalogue.write() as session:
        session.scalars(select(PageField).where(PageField.name == "sex")).one().value = "记号"
    read(made, 1, REGISTER)
    assert values(made)["sex"] == ("记号", "suggested")
    monkeypatch.setattr(importlib.import_module("ingest.steps.fields"), "EXTRACTOR", "2")
    read(made, 1, REGISTER)
    assert values(made)["sex"] == ("女", "suggested")


def test_a_catalogue_sheet_is_held_against_the_list_and_the_images(made: Made) -> None:
    read(made, 1, SHEET)
    read(made, 3, REGISTER)
    with made.office.catalogue.read() as session:
        assert {row.card["kind"] for row in session.scalars(select(PageCardRow))} == {"sheet", "paper"}
        held = sheet_held(session, made.viewer("east"), 1)
        found = suggest(session, made.viewer("east"), 1)
    assert [(row.key, row.title, row.date, row.pages) for row in held.rows] == [
        ("1-1", "职工登记表", "19660500", 9), ("1-7", "荣誉证书", "19710000", 1),
    ]  # fmt: skip
    assert [(each.kind, each.on_sheet, each.in_catalogue) for each in held.differences] == [
        ("pages", "9", "2"), ("not-listed", "1-7 荣誉证书", ""), ("not-on-sheet", "", "1-2 履历表"),
    ]  # fmt: skip
    assert [(each.at, each.title, each.guess and each.guess.code) for each in found.starts] == [(2, "职工登记表", "1")]
    assert next((each.listed, each.at, each.seen) for each in found.assigned) == (0, 2, True)
    assert (found.pages, found.read) == ((1, 2, 3, 4), 2)
