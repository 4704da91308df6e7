"""`juanzong serve` and `worker`: what an office needs is run."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from archive.office import open_office
from base import logs
from base.errors import InputError, JuanzongError
from base.processes import Ending
from base.settings import Settings, load_settings
from cli.frame import DEFAULT_DATA_DIR, DataDir, language, say
from ingest.attendant import Attendant
from ingest.find import SearchDesk
from ingest.indexer import open_index
from ingest.upload_receiver import UploadReceiver
from ocr import runtimes, self_test
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
    ending = _ending()
    settings = load_settings(data_dir)
    logs.start(settings.log_format, settings.log_level)
    logs.event("office.starting")
    changes = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=changes)
    office = open_office(settings)
    _must_be_free(settings.host, settings.port)
    index = open_index(office)
    _test_runtimes(settings)
    with Attendant(settings, office, _tell), UploadReceiver(settings, office):
        ending.must_end()
        say("serve.ready", address=f"http://{settings.host}:{settings.port}/")
        serve_web(office, SearchDesk(office, index, kept_up=True), settings.host, settings.port)
    index.close()
    office.close()


def _test_runtimes(settings: Settings) -> None:
    """Once for this processor and these packages, before any worker loads: a worker takes what was chosen here."""
    if settings.ocr_engine == "rapidocr" and settings.ocr_runtime == "auto" and runtimes.kept() is None:
        say("doctor.testing")
        self_test.choice()


def _must_be_free(host: str, port: int) -> None:
    """Said before any worker starts: the web would only find out after them."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError("serve.port-taken", path=f"{host}:{port}", port=port) from error


def worker(data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """只运行识别与检索,不开网页 / run workers and indexer without the web."""
    ending = _ending()
    settings = load_settings(data_dir)
    logs.start(settings.log_format, settings.log_level)
    logs.event("office.starting")
    office = open_office(settings)
    _test_runtimes(settings)
    with Attendant(settings, office, _tell) as attendant, UploadReceiver(settings, office):
        attendant.wait(ending)
    office.close()
    return 0


def _tell(hindrance: JuanzongError | None) -> None:
    """One line when the index cannot be written, one when it can be again; the rest goes on meanwhile."""
    logs.event(
        "index.hindered" if hindrance else "index.works-again", "warning", code=hindrance.code if hindrance else ""
    )
    if hindrance is None:
        say("index.works-again")
    else:
        say("index.waits", reason=hindrance.text(language()))


def _ending() -> Ending:
    return Ending(lambda: logs.event("office.stopping"))
