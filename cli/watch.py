"""`juanzong watch`: a folder that deliveries are put into; each is received once it is whole."""

from __future__ import annotations

import getpass
import json
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from archive.access import machine_viewer
from archive.office import ensure_office
from base.progress import Silent
from base.settings import Settings, load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, say, stopped_by_signals
from ingest.watch import Taken, Watch


def watch_command(
    folder: Annotated[Path, typer.Argument(help="被监视的文件夹 / folder to watch")],
    batch: Annotated[str | None, typer.Option("--batch", help="全部收入这一批次 / one batch for all")] = None,
    settle: Annotated[float, typer.Option("--settle", min=1, help="静止多少秒算完整 / seconds of stillness")] = 60.0,
    once: Annotated[
        bool, typer.Option("--once", help="收完已有的就结束 / end when all that is there is taken")
    ] = False,
    separators: Annotated[
        bool | None,
        typer.Option("--separators/--no-separators", help="按分隔页拆开整叠扫描件 / split stacks at separator sheets"),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """监视文件夹,完整的一批自动接收;识别由 serve 或 worker 完成 / receive what is put into a folder, once it is whole."""
    stopping = threading.Event()
    office = ensure_office(_settings(data_dir, separators))
    watch = Watch(office, folder, machine_viewer(getpass.getuser()), batch=batch, settle_s=settle)
    failed = False
    with watch.held(), stopped_by_signals(stopping):
        say("watch.ready", path=folder, seconds=round(settle))
        while not stopping.is_set():
            for taken in watch.turn(Silent()):
                failed = failed or _has_failures(taken)
                _tell(taken, as_json)
            if once and not watch.waiting:
                break
            stopping.wait(min(15.0, settle / 4))
    office.close()
    return 1 if failed else 0


def _has_failures(taken: Taken) -> bool:
    receipt = taken.receipt
    return (
        receipt is None or bool(receipt.quarantined) or (receipt.settled is not None and not receipt.settled.is_whole)
    )


def _tell(taken: Taken, as_json: bool) -> None:
    """One line a delivery; as JSON Lines with the names of `ingest`."""
    if as_json:
        answer = taken.error.as_json() if taken.error else taken.receipt.as_json() if taken.receipt else {}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    elif taken.error is not None:
        say("watch.failed", name=taken.name, reason=taken.error.text(language()))
    elif taken.receipt is not None:
        receipt = taken.receipt
        say(
            "watch.taken", batch=receipt.batch, received=receipt.received, new=receipt.new, known=receipt.known,
            quarantined=len(receipt.quarantined),
        )  # fmt: skip


def _settings(data_dir: Path, separators: bool | None) -> Settings:
    settings = load_settings(data_dir)
    return settings if separators is None else settings.model_copy(update={"separator_sheets": separators})
