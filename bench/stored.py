"""Bytes that an office keeps of each page, by kind: `python -m bench.stored --data-dir OFFICE`. Nothing is timed."""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy import func, select

from archive.office import open_office
from archive.tables import PageVersion
from base.settings import load_settings
from bench.table import keep

_NAMES = {
    "originals": "as delivered",
    "derived": "reduced images, readings, images of PDF pages",
    "materials": "searchable PDF of each material",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.stored", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    office = open_office(load_settings(parser.parse_args().data_dir))
    sizes = dict.fromkeys(_NAMES, 0)
    for info in office.store.list():
        kind = info.key.partition("/")[0]
        if kind in sizes:
            sizes[kind] += info.size
    with office.catalogue.read() as session:
        pages = session.scalar(select(func.count()).select_from(PageVersion)) or 1
    office.close()
    keep("stored-bytes", "python -m bench.stored --data-dir OFFICE", _table(sizes, pages))


def _table(sizes: dict[str, int], pages: int) -> str:
    rows = [
        f"| {kind} | {size / pages / 1000:,.0f} | {size / sizes['originals']:.2f} | {_NAMES[kind]} |"
        for kind, size in sizes.items()
    ]
    total = sum(sizes.values())
    head = f"{pages:,} generated pages, read and bound.\n\n| objects | KB a page | × originals | what |\n|---|---:|---:|---|"
    return "\n".join([head, *rows, f"| all | {total / pages / 1000:,.0f} | {total / sizes['originals']:.2f} | |"])


if __name__ == "__main__":
    main()
