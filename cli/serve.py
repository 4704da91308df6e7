"""`juanzong serve` and `worker`: what an office needs is run."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, DataDir, say
from ingest.attendant import Attendant
from web.server import serve as serve_web


def serve(
    host: Annotated[str | None, typer.Option("--host")] = None,
    port: Annotated[int | None, typer.Option("--port")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """运行一个单位所需的全部:网页、识别、检索 / run all that one office needs."""
    run_office(data_dir, host, port)
    return 0


def run_office(data_dir: Path, host: str | None = None, port: int | None = None) -> None:
    """Serves until interrupted. SIGTERM ends it as Ctrl-C does, so that a service manager stops it cleanly."""
    _end_on_sigterm()
    settings = load_settings(data_dir)
    changes = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=changes)
    office = open_office(settings)
    with Attendant(settings, office):
        serve_web(office, lambda address: say("serve.ready", address=address))
    office.close()


def worker(data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """只运行识别与检索,不开网页 / run workers and indexer without the web."""
    _end_on_sigterm()
    settings = load_settings(data_dir)
    office = open_office(settings)
    with Attendant(settings, office) as attendant:
        attendant.wait()
    office.close()
    return 0


def _end_on_sigterm() -> None:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGTERM, interrupt)
