"""`juanzong demo`: sample dossiers, an office with an account for each desk, one batch taken in, the web running."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from archive import accounts
from archive.access import DESKS, machine_viewer
from archive.catalogue import SQLITE_FILE
from archive.office import Office, make_office, open_office
from base.progress import Progress
from base.settings import load_settings
from cli.frame import Bar, DataDir, say
from cli.ingest import tell
from cli.serve import run_office
from ingest.batch import ingest
from ingest.samples import make

DEMO_DIR = Path("demo-data")
OFFICE = "样例区人事档案中心"
_DESK_NAMES = {"clerk": "业务员", "planner": "库房规划", "frontdesk": "窗口", "admin": "管理员"}


@dataclass(frozen=True, slots=True)
class _Account:
    login: str
    password: str


def demo(
    dossiers: Annotated[int, typer.Option("--dossiers", min=1, max=1000, help="样例卷数 / sample dossiers")] = 4,
    seed: Annotated[int, typer.Option("--seed")] = 2,
    run: Annotated[bool, typer.Option("--serve/--no-serve", help="最后打开网页 / serve the web at the end")] = True,
    port: Annotated[int | None, typer.Option("--port")] = None,
    data_dir: DataDir = DEMO_DIR,
) -> int:
    """生成样例卷,接收、检测、识别,并打开网页 / make sample dossiers, take them in and serve the web."""
    known = (data_dir / "office" / SQLITE_FILE).exists()
    office, people = _open_or_make(data_dir / "office")
    with Bar() as bar:
        batches = _samples(data_dir, seed, dossiers, bar)
        results = [ingest(office, each, None, machine_viewer("demo"), bar, wait=True) for each in batches]
    for result in results:
        tell(result)
    office.close()
    if known:
        say("demo.known", path=data_dir)
    for desk, account in people.items():
        say("demo.account", desk=_DESK_NAMES[desk], login=account.login, password=account.password)
    if run:
        run_office(data_dir / "office", port=port)
    return 0


def _samples(folder: Path, seed: int, dossiers: int, progress: Progress) -> list[Path]:
    """The deliveries of the demo, made once; an interrupted making leaves nothing that looks finished."""
    finished, half = folder / "samples", folder / "samples.part"
    if not finished.exists():
        shutil.rmtree(half, ignore_errors=True)
        make(half, seed=seed, dossiers=dossiers, progress=progress)
        half.rename(finished)
    return sorted((finished / "delivery").iterdir())


def _open_or_make(folder: Path) -> tuple[Office, dict[str, _Account]]:
    """The demo's office; its passwords are drawn anew each time, since none may be known from the source."""
    settings = load_settings(folder).model_copy(update={"office_name": OFFICE})
    accounts_by_desk = {desk: _Account(desk, secrets.token_urlsafe(8)) for desk in DESKS}
    if (folder / SQLITE_FILE).exists():
        office = open_office(settings)
        with office.catalogue.write() as session:
            for account in accounts_by_desk.values():
                accounts.set_password(session, account.login, account.password)
        return office, accounts_by_desk
    admin = accounts_by_desk["admin"]
    office = make_office(settings, OFFICE, admin.login, admin.password)
    with office.catalogue.write() as session:
        unit = accounts.root_organization(session)
        for desk, account in accounts_by_desk.items():
            if desk != "admin":
                accounts.make_account(
                    session, account.login, _DESK_NAMES[desk], account.password, desks=[desk], organization=unit
                )
    return office, accounts_by_desk
