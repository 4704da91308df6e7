"""An office of very many dossiers for the bench of lists: rows only, no image is made and nothing is read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text

from archive.catalogue import Catalogue
from archive.tables import (
    Account,
    Batch,
    Dossier,
    FindingRow,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionUnit,
    JobRow,
    Organization,
    Page,
    PageNeed,
    PageVersion,
    Person,
    Place,
    Reading,
    ReceivedFile,
    Request,
    Table,
)  # fmt: skip

PER_BATCH = 1000
BATCHES_OF_DISTRICT = 30
RARE_NAME = "䶮𬀩"
_CHUNK = 5000
_START = datetime(2026, 1, 1, tzinfo=UTC)
# The commonest hold a fifth of all people between them, as they do in the country.
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧"
_GIVEN = "桂兰秀英建国淑珍玉梅志强文华丽娟国庆春生红霞永福德明凤琴海燕"


def fill(catalogue: Catalogue, dossiers: int) -> None:
    """Units in districts, a batch for each thousand dossiers, one page each; lots, requests, what waits for people."""
    chance = random.Random(7)
    with catalogue.write() as session:
        connection = session.connection()
        for table, rows in _tables(dossiers, chance):
            _insert(connection, table, rows)
        _go_on_numbering(connection)
    with catalogue.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _insert(connection: Connection, table: type[Table], rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            connection.execute(insert(table), chunk)
            chunk = []
    if chunk:
        connection.execute(insert(table), chunk)


def _go_on_numbering(connection: Connection) -> None:
    """The rows brought their ids: PostgreSQL's sequences do not know of them."""
    if connection.dialect.name != "postgresql":
        return
    for name, table in Table.metadata.tables.items():
        if "id" in table.columns:
            newest = f'(SELECT coalesce(max(id), 0) + 1 FROM "{name}")'
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), {newest}, false)"))


def _tables(count: int, chance: random.Random) -> Iterator[tuple[type[Table], Iterator[dict[str, Any]]]]:
    numbers = range(1, count + 1)
    batches = range(1, _batch_of(count) + 1)
    yield Organization, _units(batches)
    yield Account, iter([_account()])
    yield (
        Place,
        ({"id": n, "parent_id": n - 1 or None, "kind": "shelf", "code": f"{n}", "name": f"{n}层"} for n in range(1, 6)),
    )
    yield Batch, (_batch(n) for n in batches)
    yield Person, (_person(n, chance, last=count) for n in numbers)
    yield Dossier, (_dossier(n, chance) for n in numbers)
    yield ReceivedFile, (_file(n) for n in numbers)
    yield (
        Page,
        (
            {"id": n, "dossier_id": n, "position": 1000, "number": 1, "state": "active", "created_at": _START}
            for n in numbers
        ),
    )
    yield PageVersion, (_version(n) for n in numbers)
    yield Reading, (_reading(n) for n in numbers)
    yield FindingRow, (_finding(n) for n in numbers if n % 5 == 0)
    yield PageNeed, (_need(n, chance) for n in numbers if n % 20 == 0)
    yield InspectionLot, (_lot(n) for n in batches)
    yield InspectionDossier, ({"lot_id": _batch_of(n), "dossier_id": n} for n in numbers if n % 10 == 0)
    yield (
        InspectionRound,
        (
            {"id": n, "lot_id": n, "number": 1, "state": "inspecting", "plan": {}, "opened_by": 1, "opened_at": _START}
            for n in batches
        ),
    )
    yield InspectionUnit, (_unit_to_inspect(n) for n in numbers if n % 10 == 0)
    yield Request, (_request(n) for n in numbers if n % 50 == 0)
    yield JobRow, (_job(n) for n in numbers if n % 100 == 0)


def _batch_of(dossier: int) -> int:
    return (dossier - 1) // PER_BATCH + 1


def _unit_of(dossier: int) -> int:
    return _district(_batch_of(dossier)) + 1 + (_batch_of(dossier) - 1) % BATCHES_OF_DISTRICT


def _district(batch: int) -> int:
    return 2 + (batch - 1) // BATCHES_OF_DISTRICT * (BATCHES_OF_DISTRICT + 1)


def _units(batches: range) -> Iterator[dict[str, Any]]:
    """The city is 1; each district is followed by its units."""
    yield {"id": 1, "parent_id": None, "kind": "city", "name": "某市", "path": "/1/"}
    for first in range(1, batches[-1] + 1, BATCHES_OF_DISTRICT):
        top = _district(first)
        yield {"id": top, "parent_id": 1, "kind": "district", "name": f"第{top}区", "path": f"/1/{top}/"}
        for unit in range(top + 1, top + 1 + BATCHES_OF_DISTRICT):
            yield {
                "id": unit,
                "parent_id": top,
                "kind": "enterprise",
                "name": f"第{unit}厂",
                "path": f"/1/{top}/{unit}/",
            }


def _account() -> dict[str, Any]:
    return {
        "id": 1, "login": "bench", "name": "测", "password_hash": "", "desks": ["clerk", "frontdesk", "planner"],
        "organization_id": 1, "preferences": {}, "active": True, "failed_sign_ins": 0, "created_at": _START,
    }  # fmt: skip


def _batch(n: int) -> dict[str, Any]:
    return {
        "id": n, "name": f"2026-{n:05}", "organization_id": _unit_of(n * PER_BATCH), "state": "ready", "profile": "da-t-31",
        "promised": {}, "notes": [], "created_at": _START,
    }  # fmt: skip


def _person(n: int, chance: random.Random, *, last: int) -> dict[str, Any]:
    weights = [1 / (rank + 1) for rank in range(len(_SURNAMES))]
    name = RARE_NAME if n == last // 2 else chance.choices(_SURNAMES, weights)[0] + "".join(chance.choices(_GIVEN, k=2))
    number = f"110{chance.randrange(100, 120)}19{chance.randrange(40, 70)}{chance.randrange(1, 13):02}01{n % 10_000:04}"
    return {
        "id": n, "organization_id": _unit_of(n), "name": name, "former_name": "", "id_number": number, "id_raw": number,
        "id_state": "ok", "sex": "", "birth": "", "retired": "", "living": "", "died": "", "household": "", "created_at": _START,
    }  # fmt: skip


def _dossier(n: int, chance: random.Random) -> dict[str, Any]:
    state = chance.choices(("accepted", "checked", "working", "splitting"), (700, 270, 29, 1))[0]
    return {
        "id": n, "batch_id": _batch_of(n), "organization_id": _unit_of(n), "person_id": n, "place_id": 5, "key": f"K{n}",
        "archive_no": archive_no(n), "layout": "folders", "state": state, "list_row": {}, "created_at": _START,
        "accepted_at": _START if state == "accepted" else None,
    }  # fmt: skip


def archive_no(n: int) -> str:
    return f"{_unit_of(n):05}-RS-{n:07}"


def _file(n: int) -> dict[str, Any]:
    return {
        "id": n, "batch_id": _batch_of(n), "path": f"K{n}/001.jpg", "sha256": f"{n:064x}", "size": 200_000,
        "object_key": f"o/{n:x}", "state": "quarantined" if n % 200 == 0 else "received", "reason_params": {}, "received_at": _START,
    }  # fmt: skip


def _version(n: int) -> dict[str, Any]:
    return {
        "id": n, "page_id": n, "file_id": n, "file_page": 1, "image_set": "original",
        "state": "proposed" if n % 5000 == 0 else "current", "object_key": f"o/{n:x}", "sha256": f"{n:064x}", "frame": 0,
        "width": 2480, "height": 3508, "measures": {}, "measured_at": _START, "created_at": _START,
    }  # fmt: skip


def _reading(n: int) -> dict[str, Any]:
    return {
        "id": n, "version_id": n, "engine": "rapidocr", "engine_version": "1", "object_key": f"r/{n:x}", "rotation": 0,
        "line_count": 20, "characters": 400, "confidence": 0.97, "current": True, "read_at": _START,
    }  # fmt: skip


def _finding(n: int) -> dict[str, Any]:
    return {
        "id": n, "batch_id": _batch_of(n), "dossier_id": n, "page_id": n, "version_id": n, "scope": "page", "rule": "page.dpi",
        "verdict": "fail", "severity": "major", "certainty": "text", "params": {}, "found_at": _START,
    }  # fmt: skip


def _need(n: int, chance: random.Random) -> dict[str, Any]:
    return {
        "version_id": n, "page_id": n, "need": round(chance.uniform(0, 50), 3), "doubtful": 1 + n % 7, "looked": 0,
        "made_at": _START,
    }  # fmt: skip


def _lot(n: int) -> dict[str, Any]:
    return {
        "id": n, "serial": f"L-2026-{n:06}", "batch_id": n, "organization_id": _unit_of(n * PER_BATCH), "kind": "sample",
        "state": "accepted" if n % 3 else "open", "profile": "da-t-31", "terms": {}, "seed": "s", "account_id": 1,
        "created_at": _START,
    }  # fmt: skip


def _unit_to_inspect(n: int) -> dict[str, Any]:
    result = "ok" if n % 20 else None
    return {"id": n // 10, "round_id": _batch_of(n), "position": n, "dossier_id": n, "page_id": n, "result": result}


def _request(n: int) -> dict[str, Any]:
    return {
        "id": n // 50, "serial": f"2026-{n:08}", "organization_id": _unit_of(n), "person_id": n, "asker_kind": "self",
        "asker_name": "张桂兰", "purpose": "retirement", "state": "registered" if n % 5000 == 0 else "done", "account_id": 1,
        "created_at": _START + timedelta(minutes=n),
    }  # fmt: skip


def _job(n: int) -> dict[str, Any]:
    return {
        "kind": "read", "subject_id": n, "unique_key": f"read:{n}", "batch_id": _batch_of(n),
        "state": "failed" if n % 10_000 == 0 else "done", "error_params": {}, "created_at": _START,
    }  # fmt: skip
