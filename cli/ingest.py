"""`juanzong ingest`: a folder of dossiers becomes a batch of searchable pages."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from archive.access import machine_viewer
from archive.office import ensure_office
from base.settings import Settings, load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from ingest.batch import BatchResult, ingest


def ingest_command(
    path: Annotated[Path, typer.Argument(help="移交文件夹或单个文件 / folder of a delivery, or one file")],
    batch: Annotated[str | None, typer.Option("--batch", help="批次名称 / name of the batch")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="读完再返回 / return when all is read")] = True,
    separators: Annotated[
        bool | None,
        typer.Option("--separators/--no-separators", help="按分隔页拆开整叠扫描件 / split stacks at separator sheets"),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """接收一批卷:入库、检测、识别、建检索 / receive, check, read and index a delivery."""
    office = ensure_office(_settings(data_dir, separators))
    with Bar() as bar:
        result = ingest(office, path, batch, machine_viewer(getpass.getuser()), bar, wait=wait)
    office.close()
    if as_json:
        print_json(result.as_json())
    else:
        tell(result)
    return 1 if result.has_failures else 0


def tell(result: BatchResult) -> None:
    """What was found, in a few lines for the person at the terminal."""
    receipt = result.receipt
    say(
        "ingest.done", batch=receipt.batch, received=receipt.received, new=receipt.new, known=receipt.known,
        quarantined=len(receipt.quarantined), pages=result.pages, dossiers=result.dossiers,
    )  # fmt: skip
    counts = dict(result.findings)
    say("ingest.findings", pass_=counts.pop("pass"), **counts)
    for path, error in receipt.quarantined:
        say("ingest.quarantined", path=path, reason=error.text(language()))
    if any(result.people.values()):
        say("ingest.people", **result.people)
    for code, count in (
        ("ingest.splitting", result.splitting),
        ("ingest.replaced", len(receipt.replaced)),
        ("ingest.moved", len(receipt.moved)),
        ("ingest.failed", result.failed_jobs),
        ("ingest.paused", result.paused_jobs),
        ("ingest.refused", result.refused),
    ):
        if count:
            say(code, count=count)
    if result.index_error is not None:
        say("ingest.index-waits", count=result.unindexed, reason=result.index_error.text(language()))


def _settings(data_dir: Path, separators: bool | None) -> Settings:
    settings = load_settings(data_dir)
    return settings if separators is None else settings.model_copy(update={"separator_sheets": separators})
